// SPDX-License-Identifier: BSD-3-Clause
// reseal STORE VERSION: gives a store another results version, and the checksum of attributes that goes with
// it.
#include "hdf5/h5.h"
#include "store/format/header.h"
#include <stdlib.h>

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    dp_h5_begin();
    const hid_t file = H5Fopen(argv[1], H5F_ACC_RDWR, H5P_DEFAULT);
    const bool fine = file >= 0 && H5Adelete(file, "results_version") >= 0 &&
                      H5Adelete(file, "attributes_checksum") >= 0 &&
                      dp_h5_put_number(file, "results_version", DP_COLUMN_I32, atof(argv[2])) &&
                      dp_header_seal(file) && H5Fclose(file) >= 0;
    return fine ? 0 : 1;
}
