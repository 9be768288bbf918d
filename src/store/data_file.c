// SPDX-License-Identifier: BSD-3-Clause
#include "store/data_file.h"
#include "dewpoint/store.h"
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

static const struct {
    const char *ending;
    enum dp_status (*read)(const char *path, struct dp_samples *samples, struct dp_error *error);
} formats[] = {
    {".csv", dp_data_read_csv}, {".txt", dp_data_read_csv},   {".dat", dp_data_read_csv},
    {".h5", dp_data_read_hdf5}, {".hdf5", dp_data_read_hdf5}, {".nc", dp_data_read_hdf5},
};

enum dp_status dp_data_read(const char *path, struct dp_samples *samples, struct dp_error *error)
{
    struct stat facts;
    *samples = (struct dp_samples){0};
    if (stat(path, &facts) != 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read the data: %s", path, strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read the data: not a regular file", path);
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        const size_t ending = strlen(formats[i].ending), length = strlen(path);
        if (length > ending && strcasecmp(path + length - ending, formats[i].ending) == 0)
            return formats[i].read(path, samples, error);
    }
    return dp_fail(error, DP_BAD_INPUT,
                   "%s: the name of a data file must end with .csv, .txt, .dat, .h5, .hdf5 or .nc", path);
}
