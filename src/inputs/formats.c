// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/formats.h"
#include "dewpoint/inputs/inputs.h"
#include "inputs/h5/h5_data.h"
#include "inputs/numpy/numpy.h"
#include "inputs/table/bytes.h"
#include "inputs/text/text.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

typedef enum dp_status data_reader(const char *path, const struct dp_choice *choice, struct dp_table *table,
                                   struct dp_error *error);
typedef enum dp_status start_reader(const char *path, struct dp_start *start, struct dp_error *error);

static data_reader read_text, read_h5, read_npy, read_npz;

static const struct format {
    const char *ending;
    data_reader *data;
    start_reader *start;
    dp_start_writer *write; // NULL: this format is only read
} formats[] = {
    {".csv", read_text, dp_start_read_text, dp_start_write_text},
    {".tsv", read_text, dp_start_read_text, NULL},
    {".txt", read_text, dp_start_read_text, dp_start_write_text},
    {".dat", read_text, dp_start_read_text, dp_start_write_text},
    {".data", read_text, dp_start_read_text, NULL},
    {".h5", read_h5, dp_start_read_h5, dp_start_write_h5},
    {".hdf5", read_h5, dp_start_read_h5, dp_start_write_h5},
    {".nc", read_h5, dp_start_read_h5, dp_start_write_h5},
    {".mat", read_h5, dp_start_read_h5, NULL},
    {".npy", read_npy, dp_start_read_npy, dp_start_write_npy},
    {".npz", read_npz, dp_start_read_npz, NULL},
};
enum { FORMATS = sizeof formats / sizeof *formats };

static enum dp_status find_format(const char *path, bool write, const struct format **format,
                                  struct dp_error *error)
{
    char all[128] = "";
    size_t used = 0;
    const size_t length = strlen(path);
    for (int i = 0; i < FORMATS; i++) {
        const size_t ending = strlen(formats[i].ending);
        if (write && !formats[i].write)
            continue;
        *format = &formats[i];
        if (length > ending && strcasecmp(path + length - ending, formats[i].ending) == 0)
            return DP_OK;
        used += (size_t)snprintf(all + used, sizeof all - used, "%s%s", used ? " " : "", formats[i].ending);
    }
    return dp_fail(error, DP_BAD_INPUT, "%s: the name of a file to %s must end with one of %s", path,
                   write ? "write" : "read", all);
}

/* The format of a file to read, which must be a regular one: opening a pipe would wait. */
static enum dp_status find_file(const char *path, const struct format **format, struct dp_error *error)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return dp_fail(error, dp_path_status(errno), "%s: cannot read it: %s", path, strerror(errno));
    if (!S_ISREG(facts.st_mode))
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read it: not a regular file", path);
    return find_format(path, false, format, error);
}

static enum dp_status read_text(const char *path, const struct dp_choice *choice, struct dp_table *table,
                                struct dp_error *error)
{
    struct dp_bytes bytes;
    DP_TRY(dp_bytes_read(path, &bytes, error));
    const enum dp_status status = dp_text_parse(path, bytes.data, bytes.size, choice, table, error);
    free(bytes.data);
    return status;
}

static enum dp_status read_h5(const char *path, const struct dp_choice *choice, struct dp_table *table,
                              struct dp_error *error)
{
    hid_t file = dp_h5_data_open(path, error);
    if (file < 0)
        return DP_BAD_INPUT;
    const struct dp_array_source source = {path, &file, dp_h5_array};
    const enum dp_status status = dp_arrays_table(&source, choice, table, error);
    H5Fclose(file);
    return status;
}

static enum dp_status read_npy(const char *path, const struct dp_choice *choice, struct dp_table *table,
                               struct dp_error *error)
{
    struct dp_bytes bytes;
    struct dp_array array = {0};
    *table = (struct dp_table){0};
    DP_TRY(dp_bytes_read(path, &bytes, error));
    enum dp_status status = dp_npy_parse(path, "it", bytes.data, bytes.size, &array, error);
    if (status == DP_OK)
        status = dp_array_columns(path, &array, choice, table, error);
    free(array.values);
    free(bytes.data);
    return status;
}

static enum dp_status read_npz(const char *path, const struct dp_choice *choice, struct dp_table *table,
                               struct dp_error *error)
{
    zip_t *const archive = dp_npz_open(path, error);
    if (!archive)
        return DP_BAD_INPUT;
    const struct dp_array_source source = {path, archive, dp_npz_read};
    const enum dp_status status = dp_arrays_table(&source, choice, table, error);
    zip_discard(archive);
    return status;
}

enum dp_status dp_format_data(const char *path, const struct dp_choice *choice, struct dp_table *table,
                              struct dp_error *error)
{
    const struct format *format;
    *table = (struct dp_table){0};
    DP_TRY(find_file(path, &format, error));
    return format->data(path, choice, table, error);
}

enum dp_status dp_start_read(const char *path, struct dp_start *start, struct dp_error *error)
{
    const struct format *format;
    *start = (struct dp_start){0};
    DP_TRY(find_file(path, &format, error));
    const enum dp_status status = format->start(path, start, error);
    if (status != DP_OK) {
        free(start->values);
        *start = (struct dp_start){0};
    }
    return status;
}

enum dp_status dp_start_write(const char *path, const struct dp_start *start, const char *note,
                              struct dp_error *error)
{
    const struct format *format;
    DP_TRY(find_format(path, true, &format, error));
    return format->write(path, start, note, error);
}
