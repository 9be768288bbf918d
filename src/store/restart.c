// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5/h5.h"
#include "store/format/contents.h"
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A restart is recorded by overwriting bytes that the file already holds; HDF5 is only asked for their
 * position. Changing an attribute would rewrite metadata, and a kill during this would lose the file. */

/* The position of the lines in the file; HADDR_UNDEF if this is not a store. */
static haddr_t lines_address(const char *path)
{
    haddr_t address = HADDR_UNDEF;
    const hid_t access = dp_h5_access();
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    H5Pclose(access);
    if (file < 0)
        return address;
    const hid_t dataset = H5Dopen2(file, DP_RESTART_GROUP "/restarts", H5P_DEFAULT);
    if (dataset >= 0 && H5Dget_storage_size(dataset) == (hsize_t)DP_RESTART_LINES * DP_RESTART_TEXT)
        address = H5Dget_offset(dataset);
    H5Fclose(file);
    return address;
}

/* Writes the line into the first free place, or into the last place if none is free. */
static int write_line(int file, off_t address, const char line[DP_RESTART_TEXT])
{
    for (int i = 0; i < DP_RESTART_LINES; i++, address += DP_RESTART_TEXT) {
        char first = 0;
        if (pread(file, &first, 1, address) != 1)
            return errno ? errno : EIO;
        if (first != '\0' && i < DP_RESTART_LINES - 1)
            continue;
        if (pwrite(file, line, DP_RESTART_TEXT, address) != DP_RESTART_TEXT)
            return errno ? errno : EIO;
        return fdatasync(file) == 0 ? 0 : errno;
    }
    return EIO;
}

enum dp_status dp_store_restart(const char *path, const struct dp_provenance *provenance,
                                struct dp_error *error)
{
    dp_h5_begin();
    const haddr_t address = lines_address(path);
    if (address == HADDR_UNDEF)
        return dp_h5_fail(error, path, "find the list of restarts");
    char line[DP_RESTART_TEXT];
    dp_restart_line(provenance, line);
    const int file = open(path, O_RDWR | O_CLOEXEC);
    errno = file >= 0 ? 0 : errno;
    const int code = file >= 0 ? write_line(file, (off_t)address, line) : errno;
    if (file >= 0)
        close(file);
    return code ? dp_fail(error, DP_IO, "%s: cannot note the restart: %s", path, strerror(code)) : DP_OK;
}
