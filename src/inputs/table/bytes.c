// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/table/bytes.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static uint64_t memory_of_machine(void)
{
    const long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);
    return pages > 0 && size > 0 ? (uint64_t)pages * (uint64_t)size : SIZE_MAX / 2;
}

bool dp_fits_memory(uint64_t rows, uint64_t columns)
{
    const uint64_t numbers = memory_of_machine() / sizeof(double);
    return columns == 0 || rows <= numbers / columns;
}

enum dp_status dp_too_large(const char *path, const char *what, uint64_t rows, uint64_t columns,
                            struct dp_error *error)
{
    return dp_fail(error, DP_BAD_INPUT,
                   "%s: %s claims %llu x %llu numbers, more than the %.3g GB of memory here can hold", path,
                   what, (unsigned long long)rows, (unsigned long long)columns,
                   1e-9 * (double)memory_of_machine());
}

static enum dp_status read_all(const char *path, FILE *file, struct dp_bytes *bytes, struct dp_error *error)
{
    struct stat about;
    if (fstat(fileno(file), &about) != 0)
        return dp_fail(error, dp_path_status(errno), "%s: cannot read it: %s", path, strerror(errno));
    const size_t size = (size_t)about.st_size;
    if (!dp_fits_memory(size / sizeof(double), 1))
        return dp_too_large(path, "its size", size / sizeof(double), 1, error);
    bytes->data = malloc(size + 1);
    if (!bytes->data)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its %zu bytes", path, size);
    bytes->size = fread(bytes->data, 1, size, file);
    bytes->data[bytes->size] = '\0';
    if (!ferror(file))
        return DP_OK;
    free(bytes->data);
    bytes->data = NULL;
    return dp_fail(error, dp_path_status(errno), "%s: cannot read it: %s", path, strerror(errno));
}

enum dp_status dp_bytes_read(const char *path, struct dp_bytes *bytes, struct dp_error *error)
{
    *bytes = (struct dp_bytes){0};
    FILE *file = fopen(path, "rb");
    if (!file)
        return dp_fail(error, dp_path_status(errno), "%s: cannot read it: %s", path, strerror(errno));
    const enum dp_status status = read_all(path, file, bytes, error);
    fclose(file);
    return status;
}
