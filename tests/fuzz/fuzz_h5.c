// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/h5/h5_data.h"
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The bytes are a file in memory. */
static hid_t open_image(const uint8_t *data, size_t size)
{
    const hid_t access = dp_h5_access();
    H5Pset_fapl_core(access, 1 << 16, 0);
    H5Pset_file_image(access, (void *)(uintptr_t)data, size);
    const hid_t file = H5Fopen("fuzz.h5", H5F_ACC_RDONLY, access);
    H5Pclose(access);
    return file;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct dp_choice choices[] = {{"", "", 0}, {"x, y", "weights", 0}, {"", "", 2}};
    dp_h5_begin();
    hid_t file = size ? open_image(data, size) : -1;
    if (file < 0)
        return 0;
    const struct dp_array_source source = {"fuzz", &file, dp_h5_array};
    struct dp_table table;
    struct dp_error error = {0};
    if (dp_arrays_table(&source, &choices[size % 3], &table, &error) == DP_OK)
        dp_table_free(&table);
    else if (error.count != 1)
        abort();
    H5Fclose(file);
    return 0;
}
