// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/contents.h"
#include "hdf5/h5.h"
#include "store/format/fill.h"
#include "store/format/header.h"
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A store that is being created. Ids are -1 until they are open. */
struct builder {
    const struct dp_layout *layout;
    bool measuring, hollow; // in memory; without the columns' values
    hid_t file;
    hid_t datasets[DP_STORE_COLUMNS];
    hid_t point, neuron, along, component; // dimensions without a column of their own
    char coordinates[DP_STORE_COLUMNS * DP_STORE_NAME];
};

/* Creation properties of a dataset: contiguous, allocated at once, without a time stamp, attributes in the
 * order of creation. */
static hid_t dataset_properties(H5D_alloc_time_t when, H5D_fill_time_t fill)
{
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    if (H5Pset_layout(properties, H5D_CONTIGUOUS) >= 0 && H5Pset_alloc_time(properties, when) >= 0 &&
        H5Pset_fill_time(properties, fill) >= 0 && H5Pset_obj_track_times(properties, false) >= 0 &&
        H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0)
        return properties;
    H5Pclose(properties);
    return -1;
}

bool dp_dimension_add(hid_t place, const char *name, int64_t length, bool allocated, hid_t *scale)
{
    char text[80];
    snprintf(text, sizeof text, "This is a netCDF dimension but not a netCDF variable. %10lld",
             (long long)length);
    const hsize_t size = (hsize_t)length;
    const hid_t space = H5Screate_simple(1, &size, NULL);
    const hid_t properties =
        dataset_properties(allocated ? H5D_ALLOC_TIME_EARLY : H5D_ALLOC_TIME_LATE, H5D_FILL_TIME_NEVER);
    *scale = H5Dcreate2(place, name, H5T_IEEE_F32BE, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Pclose(properties);
    H5Sclose(space);
    return *scale >= 0 && H5DSset_scale(*scale, text) >= 0;
}

static size_t put_fill(const struct dp_column *column, unsigned char fill[8])
{
    if (column->type == DP_COLUMN_F64)
        dp_put_real(NAN, fill);
    else
        dp_put_whole(column->type, dp_column_has_fill(column) ? -1 : 0, fill);
    return dp_column_size(column->type);
}

/* A column whose every value is written when the store is created. */
static bool is_whole(const struct dp_column *column)
{
    return dp_role_in(column->role, DP_ROLES_FIXED);
}

static hid_t create_dataset(struct builder *b, const struct dp_column *column)
{
    int64_t rows, inner;
    dp_layout_shape(b->layout, column, &rows, &inner);
    const char *names[2];
    const int rank = dp_column_dimensions(column->role, names);
    const hsize_t size[2] = {(hsize_t)rows, (hsize_t)inner};
    const hid_t type = dp_h5_type(column->type);
    const hid_t properties =
        dataset_properties(b->hollow ? H5D_ALLOC_TIME_LATE : H5D_ALLOC_TIME_EARLY, H5D_FILL_TIME_NEVER);
    const hid_t space = H5Screate_simple(rank, size, NULL);
    hid_t dataset = -1;
    unsigned char fill[8];
    put_fill(column, fill);
    if (is_whole(column) || H5Pset_fill_value(properties, type, fill) >= 0)
        dataset = H5Dcreate2(b->file, column->name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(properties);
    return dataset;
}

/* The names of the flags as CF wants them: blank-separated words. */
static bool put_meanings(hid_t dataset, const char *const *names, int64_t count)
{
    size_t length = 1;
    for (int64_t i = 0; i < count; i++)
        length += strlen(names[i]) + sizeof "none";
    char *text = calloc(length, 1), *end = text;
    if (!text)
        return false;
    for (int64_t i = 0; i < count; i++) {
        if (i)
            *end++ = ' ';
        for (const char *from = names[i][0] ? names[i] : "none"; *from; from++)
            *end++ = (unsigned char)*from <= ' ' ? '_' : *from;
    }
    const bool fine = dp_h5_put_text(dataset, "flag_meanings", text);
    free(text);
    return fine;
}

static bool put_flags(hid_t dataset, const struct dp_column *column, const struct dp_texts *texts)
{
    if (column->source == DP_FROM_TEXT)
        return dp_h5_put_count(dataset, "flag_values", column->type, texts->count) &&
               put_meanings(dataset, (const char *const *)texts->text, texts->count) &&
               dp_h5_put_texts(dataset, "texts", (const char *const *)texts->text, texts->count);
    if (!column->flags)
        return true;
    int64_t count = 0;
    while (column->flags[count])
        count++;
    return dp_h5_put_count(dataset, "flag_values", column->type, count) &&
           put_meanings(dataset, column->flags, count);
}

static bool put_attributes(const struct builder *b, int c)
{
    const struct dp_column *column = &b->layout->columns[c];
    const hid_t dataset = b->datasets[c];
    bool fine = dp_h5_put_text(dataset, "units", column->unit) &&
                dp_h5_put_text(dataset, "long_name", column->meaning) &&
                dp_h5_put_text(dataset, "comment", column->detail) &&
                put_flags(dataset, column, &b->layout->texts[c]);
    if (dp_column_has_fill(column))
        fine = fine && dp_h5_put_number(dataset, "_FillValue", column->type,
                                        column->type == DP_COLUMN_F64 ? NAN : -1);
    if (strcmp(column->name, "weights_row_size") == 0)
        return fine && dp_h5_put_text(dataset, "sample_dimension", "neuron");
    if (strcmp(column->name, "along_row_size") == 0)
        return fine && dp_h5_put_text(dataset, "sample_dimension", "neuron_point");
    // The neurons' own dimensions have no coordinates; those of the runs reach them through the row sizes.
    if (column->role == DP_ROLE_COORDINATE || dp_role_in(column->role, DP_ROLES_RAGGED))
        return fine;
    return fine && dp_h5_put_text(dataset, "coordinates", b->coordinates);
}

static bool attach_scales(struct builder *b, int c)
{
    const struct dp_column *column = &b->layout->columns[c];
    const hid_t dataset = b->datasets[c];
    if (c == 0) // `run` comes first and is the dimension of all others
        return H5DSset_scale(dataset, "run") >= 0;
    if (dp_role_in(column->role, DP_ROLES_RAGGED))
        return H5DSattach_scale(dataset, column->role == DP_ROLE_ALONG ? b->along : b->neuron, 0) >= 0 &&
               H5DSattach_scale(dataset, b->component, 1) >= 0;
    if (column->role == DP_ROLE_CURVE && H5DSattach_scale(dataset, b->point, 1) < 0)
        return false;
    return H5DSattach_scale(dataset, b->datasets[0], 0) >= 0;
}

/* Adds the dimensions of a column just before the first column that needs them. */
static bool add_dimensions_for(struct builder *b, const struct dp_column *column)
{
    if (column->role == DP_ROLE_CURVE && b->point < 0)
        return dp_dimension_add(b->file, "point", b->layout->points, !b->hollow, &b->point);
    if (column->role == DP_ROLE_SHAPE && b->component < 0)
        return dp_dimension_add(b->file, "component", b->layout->components, !b->hollow, &b->component);
    if (column->role == DP_ROLE_WEIGHTS && b->neuron < 0)
        return dp_dimension_add(b->file, "neuron", b->layout->neurons, !b->hollow, &b->neuron);
    if (column->role == DP_ROLE_ALONG)
        return dp_dimension_add(b->file, "neuron_point", b->layout->along, !b->hollow, &b->along);
    return true;
}

static bool add_columns(struct builder *b)
{
    for (int c = 1; c < b->layout->count; c++)
        if (b->layout->columns[c].role == DP_ROLE_COORDINATE) {
            if (b->coordinates[0])
                strcat(b->coordinates, " ");
            strcat(b->coordinates, b->layout->columns[c].name);
        }
    for (int c = 0; c < b->layout->count; c++) {
        const struct dp_column *column = &b->layout->columns[c];
        if (!add_dimensions_for(b, column))
            return false;
        b->datasets[c] = create_dataset(b, column);
        if (b->datasets[c] < 0 || !put_attributes(b, c) || !attach_scales(b, c))
            return false;
    }
    return true;
}

/* Adds the lines that record restarts. They are single characters, because netCDF cannot read strings of
 * fixed length, and they are in a group, because a dimension of the root would multiply the table of runs. */
bool dp_restarts_add(hid_t file)
{
    const hid_t properties = dataset_properties(H5D_ALLOC_TIME_EARLY, H5D_FILL_TIME_ALLOC);
    const hid_t ordered = H5Pcreate(H5P_GROUP_CREATE);
    H5Pset_link_creation_order(ordered, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
    const hid_t group = H5Gcreate2(file, DP_RESTART_GROUP, H5P_DEFAULT, ordered, H5P_DEFAULT);
    hid_t lines = -1, letters = -1, dataset = -1;
    bool fine = group >= 0 && dp_dimension_add(group, "restart", DP_RESTART_LINES, true, &lines) &&
                dp_dimension_add(group, "restart_text", DP_RESTART_TEXT, true, &letters);
    const hsize_t size[2] = {DP_RESTART_LINES, DP_RESTART_TEXT};
    const hid_t space = H5Screate_simple(2, size, NULL);
    if (fine)
        dataset = H5Dcreate2(group, "restarts", H5T_C_S1, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    fine = dataset >= 0 && dp_h5_put_text(dataset, "long_name", "jobs that took the sweep up again") &&
           H5DSattach_scale(dataset, lines, 0) >= 0 && H5DSattach_scale(dataset, letters, 1) >= 0;
    H5Sclose(space);
    H5Pclose(ordered);
    H5Pclose(properties);
    return fine; // what is open is closed with the file
}

/* Creates the file in HDF5's oldest format, the default: the newer one marks a file as being written, and
 * after a kill it could not be opened. It is a new file: after a truncation to nothing, ext4 would write all
 * of it to the disk when it is closed, also by a signal. */
static hid_t create_file(const char *path, bool measuring)
{
    const hid_t access = dp_h5_access();
    hid_t file = -1;
    if (access >= 0 && (!measuring || H5Pset_fapl_core(access, 64, false) >= 0))
        file = dp_h5_create(path, measuring ? H5F_ACC_TRUNC : H5F_ACC_EXCL, access);
    H5Pclose(access);
    return file;
}

/* Builds the columns without values. b->file stays open, also on failure, unless it could not be created. */
static enum dp_status build(struct builder *b, const char *path, const struct dp_layout *layout,
                            struct dp_error *error)
{
    dp_h5_begin();
    b->layout = layout;
    b->point = b->neuron = b->along = b->component = -1;
    b->file = create_file(path, b->measuring);
    if (b->file < 0)
        return dp_h5_fail(error, path, "create the store");
    if (!add_columns(b) || !dp_restarts_add(b->file))
        return dp_h5_fail_writing(error, path, "create the columns");
    return DP_OK;
}

static enum dp_status describe(struct builder *b, const char *path, const struct dp_sweep *sweep,
                               const struct dp_provenance *provenance, uint32_t coordinates,
                               struct dp_error *error)
{
    DP_TRY(dp_provenance_write(path, b->file, sweep, provenance, error));
    if (!dp_h5_put_number(b->file, "coordinates_checksum", DP_COLUMN_U32, coordinates) ||
        !dp_header_seal(b->file))
        return dp_h5_fail(error, path, "write the attributes");
    return DP_OK;
}

/* Where the values of the other columns lie in the file. */
static int find_parts(const struct builder *b, struct dp_filled_part *parts)
{
    int count = 0;
    for (int c = 0; c < b->layout->count; c++) {
        const struct dp_column *const column = &b->layout->columns[c];
        if (is_whole(column))
            continue;
        struct dp_filled_part *const part = &parts[count++];
        part->offset = (int64_t)H5Dget_offset(b->datasets[c]);
        part->bytes = (int64_t)H5Dget_storage_size(b->datasets[c]);
        part->size = put_fill(column, part->value);
    }
    return count;
}

/* Filling the disk completely would also affect others, so this is asked while the file is still hollow. */
static enum dp_status check_room(const struct builder *b, const struct dp_room *room, struct dp_error *error)
{
    hsize_t size = 0;
    if (H5Fget_filesize(b->file, &size) < 0 || (double)size <= room->bytes)
        return DP_OK;
    return dp_fail(error, DP_IO, "%s: the store needs %.4g MB, and %.4g MB are free on its file system",
                   room->store, 1e-6 * (double)size, 1e-6 * room->bytes);
}

enum dp_status dp_contents_write(const char *path, const struct dp_room *room, const struct dp_sweep *sweep,
                                 const struct dp_layout *layout, const struct dp_provenance *provenance,
                                 struct dp_error *error)
{
    struct builder *b = calloc(1, sizeof *b);
    if (!b)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to create the store", path);
    uint32_t coordinates;
    struct dp_filled_part parts[DP_STORE_COLUMNS];
    int part_count = 0;
    enum dp_status status = build(b, path, layout, error);
    if (status == DP_OK)
        status = check_room(b, room, error);
    if (status == DP_OK)
        status = dp_coordinates_write(path, sweep, layout, b->datasets, &coordinates, error);
    if (status == DP_OK)
        status = describe(b, path, sweep, provenance, coordinates, error);
    if (status == DP_OK)
        part_count = find_parts(b, parts);
    // Closes the datasets as well. A first error says more than those that follow from it.
    if (b->file >= 0 && H5Fclose(b->file) < 0 && status == DP_OK)
        status = dp_h5_fail(error, path, "close the new store");
    free(b);
    return status == DP_OK ? dp_fill_write(path, parts, part_count, error) : status;
}

int64_t dp_contents_size(const struct dp_sweep *sweep, const struct dp_layout *layout)
{
    enum { SMALL = 1 << 22 }; // for small stores the gaps that HDF5 leaves between columns matter as well
    const int64_t values =
        dp_layout_bytes(layout, DP_ROLES_ALL) +
        (layout->points + layout->components + layout->neurons + layout->along) * (int64_t)sizeof(float);
    hsize_t size = 0;
    struct builder *b = calloc(1, sizeof *b);
    if (!b)
        return -1;
    b->measuring = true;
    b->hollow = values > SMALL;
    // What the job will say of itself is not known yet; these are of a usual length.
    const struct dp_provenance usual = {.program = "dewpoint 0.0.0 (0123456789ab)",
                                        .build = "GNU 00.0.0 Release: -O3 -DNDEBUG -ffp-contract=off",
                                        .isa = "avx512",
                                        .hosts = "node001 node002 node003 node004"};
    bool fine = build(b, sweep->name, layout, NULL) == DP_OK &&
                describe(b, sweep->name, sweep, &usual, 0, NULL) == DP_OK;
    fine = fine && H5Fflush(b->file, H5F_SCOPE_LOCAL) >= 0 && H5Fget_filesize(b->file, &size) >= 0;
    if (b->file >= 0)
        H5Fclose(b->file);
    const int64_t bytes = (int64_t)size + (b->hollow ? values : 0);
    free(b);
    return fine ? bytes : -1;
}
