// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/data_file.h"
#include "dewpoint/inputs.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const struct {
    const char *ending;
    enum dp_format format;
} endings[] = {
    {".csv", DP_FORMAT_CSV}, {".txt", DP_FORMAT_CSV},   {".dat", DP_FORMAT_CSV},
    {".h5", DP_FORMAT_HDF5}, {".hdf5", DP_FORMAT_HDF5}, {".nc", DP_FORMAT_HDF5},
};

enum dp_status dp_format_of(const char *path, enum dp_format *format, struct dp_error *error)
{
    for (size_t i = 0; i < sizeof endings / sizeof endings[0]; i++) {
        const size_t ending = strlen(endings[i].ending), length = strlen(path);
        if (length > ending && strcasecmp(path + length - ending, endings[i].ending) == 0) {
            *format = endings[i].format;
            return DP_OK;
        }
    }
    return dp_fail(error, DP_BAD_INPUT,
                   "%s: the name of a data file must end with .csv, .txt, .dat, .h5, .hdf5 or .nc", path);
}

enum dp_status dp_format_find(const char *path, enum dp_format *format, struct dp_error *error)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read it: %s", path, strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read it: not a regular file", path);
    return dp_format_of(path, format, error);
}

enum dp_status dp_data_read(const char *path, struct dp_samples *samples, struct dp_error *error)
{
    enum dp_format format = DP_FORMAT_CSV;
    *samples = (struct dp_samples){0};
    DP_TRY(dp_format_find(path, &format, error));
    return format == DP_FORMAT_CSV ? dp_data_read_csv(path, samples, error)
                                   : dp_data_read_hdf5(path, samples, error);
}

enum dp_status dp_start_alloc(const char *path, struct dp_start *start, struct dp_error *error)
{
    start->values = malloc((size_t)start->width * (size_t)start->components * sizeof *start->values);
    return start->values ? DP_OK
                         : dp_fail(error, DP_NO_MEMORY, "%s: no memory for %lld neurons", path,
                                   (long long)start->width);
}

enum dp_status dp_start_read(const char *path, struct dp_start *start, struct dp_error *error)
{
    enum dp_format format = DP_FORMAT_CSV;
    *start = (struct dp_start){0};
    DP_TRY(dp_format_find(path, &format, error));
    const enum dp_status status = format == DP_FORMAT_CSV ? dp_start_read_csv(path, start, error)
                                                          : dp_start_read_hdf5(path, start, error);
    if (status != DP_OK) {
        free(start->values);
        *start = (struct dp_start){0};
    }
    return status;
}

enum dp_status dp_start_write(const char *path, const struct dp_start *start, const char *note,
                              struct dp_error *error)
{
    enum dp_format format = DP_FORMAT_CSV;
    DP_TRY(dp_format_of(path, &format, error));
    return format == DP_FORMAT_CSV ? dp_start_write_csv(path, start, note, error)
                                   : dp_start_write_hdf5(path, start, note, error);
}
