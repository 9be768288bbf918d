// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "store/format/contents.h"
#include "store/format/header.h"
#include "store/opened.h"
#include <hdf5_hl.h>
#include <stdlib.h>
#include <string.h>

/* A store is contiguous, because ranks that may die could not write compressed chunks; a finished store can
 * be copied into chunks. Everything is created anew, by name and in order: datasets, then attributes, then
 * the scales of dimensions, whose references would otherwise point into the other file. */

enum { SMALL_BYTES = 1 << 14, CHUNK_BYTES = 1 << 18, COPY_BYTES = 1 << 23 };

/* A copy that is being made. */
struct copy {
    struct dp_store *from;
    hid_t file;
};

static bool move_attribute(hid_t from, hid_t to)
{
    const hid_t type = H5Aget_type(from), space = H5Aget_space(from);
    const size_t size = H5Tget_size(type) * (size_t)H5Sget_simple_extent_npoints(space);
    void *values = malloc(size + 1);
    const bool fine = values && H5Aread(from, type, values) >= 0 && H5Awrite(to, type, values) >= 0;
    free(values);
    H5Sclose(space);
    H5Tclose(type);
    return fine;
}

static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info, void *context)
{
    (void)info;
    if (dp_header_is_private(name))
        return 0;
    const hid_t attribute = H5Aopen(from, name, H5P_DEFAULT);
    const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    const hid_t made = H5Acreate2(*(hid_t *)context, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    const bool fine = made >= 0 && move_attribute(attribute, made);
    if (made >= 0)
        H5Aclose(made);
    H5Sclose(space);
    H5Tclose(type);
    H5Aclose(attribute);
    return fine ? 0 : -1;
}

static bool copy_attributes(hid_t from, hid_t to)
{
    return H5Aiterate2(from, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, copy_attribute, &to) >= 0;
}

/* Sets chunks of whole rows. Small datasets stay contiguous, because the index of their chunks would take
 * more space than they save. */
static bool set_chunks(hid_t properties, int rank, const hsize_t *size, size_t bytes)
{
    hsize_t chunk[2] = {1, rank == 2 ? size[1] : 1};
    const hsize_t row = chunk[1] * bytes, rows = row < CHUNK_BYTES ? CHUNK_BYTES / row : 1;
    chunk[0] = size[0] < rows ? size[0] : rows;
    if (size[0] * row < SMALL_BYTES)
        return true;
    return H5Pset_layout(properties, H5D_CHUNKED) >= 0 && H5Pset_chunk(properties, rank, chunk) >= 0 &&
           H5Pset_shuffle(properties) >= 0 && H5Pset_deflate(properties, 4) >= 0;
}

static hid_t create_like(const struct copy *c, const char *name, hid_t from)
{
    hsize_t size[2] = {0, 0};
    const hid_t space = H5Dget_space(from), type = H5Dget_type(from), old = H5Dget_create_plist(from);
    const hid_t properties = H5Pcopy(old);
    const int rank = H5Sget_simple_extent_ndims(space);
    hid_t made = -1;
    if ((rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, size, NULL) >= 0 &&
        H5Pset_alloc_time(properties, H5D_ALLOC_TIME_INCR) >= 0 &&
        set_chunks(properties, rank, size, H5Tget_size(type)))
        made = H5Dcreate2(c->file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Pclose(properties);
    H5Pclose(old);
    H5Tclose(type);
    H5Sclose(space);
    return made;
}

static bool move_values(hid_t from, hid_t to)
{
    hsize_t size[2] = {0, 1};
    const hid_t space = H5Dget_space(from), type = H5Dget_type(from);
    H5Sget_simple_extent_dims(space, size, NULL);
    const hsize_t row = size[1] * H5Tget_size(type), most = row < COPY_BYTES ? COPY_BYTES / row : 1;
    const int64_t block = (int64_t)(size[0] < most ? size[0] : most);
    void *values = malloc((size_t)block * row + 1);
    bool fine = values != NULL;
    for (int64_t first = 0; first < (int64_t)size[0] && fine; first += block) {
        const int64_t left = (int64_t)size[0] - first, count = left < block ? left : block;
        fine = dp_h5_read(from, type, first, count, (int64_t)size[1], values) &&
               dp_h5_write(to, type, first, count, (int64_t)size[1], values);
    }
    free(values);
    H5Tclose(type);
    H5Sclose(space);
    return fine;
}

static bool copy_dataset(const struct copy *c, const char *name, hid_t from)
{
    const hid_t to = create_like(c, name, from);
    const bool fine = to >= 0 && copy_attributes(from, to) && move_values(from, to);
    if (to >= 0)
        H5Dclose(to);
    return fine;
}

/* Attaches scales after all datasets exist, since any dataset may be a scale. The file's own list of them has
 * variable length and cannot be trusted (hdf5/h5.c). */
static bool attach_scales(const struct copy *c, const struct dp_store_column *column)
{
    const char *names[2];
    const int rank = dp_column_dimensions(column->role, names);
    const hid_t to = H5Dopen2(c->file, column->name, H5P_DEFAULT);
    bool fine = to >= 0;
    if (strcmp(column->name, names[0]) == 0)
        fine = H5DSset_scale(to, names[0]) >= 0;
    else
        for (int axis = 0; axis < rank && fine; axis++) {
            const hid_t scale = H5Dopen2(c->file, names[axis], H5P_DEFAULT);
            fine = scale >= 0 && H5DSattach_scale(to, scale, (unsigned)axis) >= 0;
            if (scale >= 0)
                H5Dclose(scale);
        }
    if (to >= 0)
        H5Dclose(to);
    return fine;
}

static bool copy_restarts(const struct copy *c)
{
    static const char name[] = DP_RESTART_GROUP "/restarts";
    static const size_t size = (size_t)DP_RESTART_LINES * DP_RESTART_TEXT;
    char *const lines = malloc(size);
    bool fine = lines && dp_restarts_add(c->file);
    const hid_t from = H5Dopen2(c->from->file, name, H5P_DEFAULT), to = H5Dopen2(c->file, name, H5P_DEFAULT);
    fine = fine && from >= 0 && H5Dget_storage_size(from) == size &&
           H5Dread(from, H5T_C_S1, H5S_ALL, H5S_ALL, H5P_DEFAULT, lines) >= 0 &&
           H5Dwrite(to, H5T_C_S1, H5S_ALL, H5S_ALL, H5P_DEFAULT, lines) >= 0;
    free(lines);
    return fine;
}

/* A dimension without values becomes one again. */
static bool copy_object(const struct copy *c, const char *name)
{
    const hid_t from = H5Oopen(c->from->file, name, H5P_DEFAULT);
    hsize_t size[2] = {0, 0};
    bool fine = from >= 0;
    if (fine && H5Iget_type(from) == H5I_DATASET && dp_opened_find(c->from, name))
        fine = copy_dataset(c, name, from);
    else if (fine && H5Iget_type(from) == H5I_DATASET) {
        const hid_t space = H5Dget_space(from);
        hid_t scale;
        fine = H5Sget_simple_extent_ndims(space) == 1 && H5Sget_simple_extent_dims(space, size, NULL) == 1 &&
               dp_dimension_add(c->file, name, (int64_t)size[0], false, &scale);
        H5Sclose(space);
    }
    if (from >= 0)
        H5Oclose(from);
    return fine;
}

static bool copy_all(const struct copy *c)
{
    H5G_info_t group;
    if (H5Gget_info(c->from->file, &group) < 0)
        return false;
    for (hsize_t i = 0; i < group.nlinks; i++) {
        char name[DP_STORE_NAME];
        if (H5Lget_name_by_idx(c->from->file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name,
                               H5P_DEFAULT) < 0 ||
            !copy_object(c, name))
            return false;
    }
    for (int i = 0; i < c->from->count; i++)
        if (!attach_scales(c, &c->from->columns[i]))
            return false;
    return copy_restarts(c) && copy_attributes(c->from->file, c->file) &&
           dp_h5_put_text(c->file, "compressed_from", c->from->path) && dp_header_seal(c->file);
}

static enum dp_status copy_file(struct copy *c, const struct dp_output *output, struct dp_error *error)
{
    dp_h5_begin();
    const hid_t access = dp_h5_access();
    enum dp_status status = DP_OK;
    c->file = dp_h5_create(output->temporary, H5F_ACC_TRUNC, access);
    H5Pclose(access);
    if (c->file < 0)
        return dp_h5_fail_writing(error, output->path, "create the copy");
    if (!copy_all(c))
        status = dp_h5_fail_writing(error, output->path, "write the copy");
    if (H5Fclose(c->file) < 0 && status == DP_OK)
        status = dp_h5_fail_writing(error, output->path, "close the copy");
    return status;
}

enum dp_status dp_store_compress(const char *path, const char *to, struct dp_error *error)
{
    struct copy c = {.file = -1};
    int64_t wrong, first_wrong;
    char text[DP_DAMAGE_TEXT];
    DP_TRY(dp_store_check_name(to, error));
    DP_TRY(dp_store_open(path, &c.from, error));
    enum dp_status status = dp_store_verify(c.from, &wrong, &first_wrong, error);
    if (status == DP_OK && wrong > 0)
        status = dp_fail(error, DP_IO, "%s: damaged: %s, first row %lld", path, dp_damage_text(wrong, text),
                         (long long)first_wrong);
    struct dp_output output;
    if (status == DP_OK)
        status = dp_output_begin(to, &output, error);
    if (status == DP_OK)
        status = dp_output_end(&output, copy_file(&c, &output, error), error);
    dp_store_close(c.from, NULL);
    return status;
}
