// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5/h5.h"
#include "store/format/columns.h"
#include <hdf5_hl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A store is contiguous, because compressed chunks could not be written by many ranks that may die; a
 * finished one can be copied into chunks. Everything is made anew but by name and in order: datasets, then
 * attributes, then the scales of dimensions, whose references would point into the other file. */

enum { SMALL_BYTES = 1 << 14, CHUNK_BYTES = 1 << 18, COPY_BYTES = 1 << 23, NAMES = 256 };

/* A copy in the making. */
struct copy {
    const char *path, *to;
    hid_t from, file;
    int count;
    char names[NAMES][DP_STORE_NAME];
};

/* What H5DS keeps for itself. */
static bool is_private(const char *attribute)
{
    static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(attribute, names[i]) == 0)
            return true;
    return false;
}

static bool move_attribute(hid_t from, hid_t to)
{
    const hid_t type = H5Aget_type(from), space = H5Aget_space(from);
    const size_t size = H5Tget_size(type) * (size_t)H5Sget_simple_extent_npoints(space);
    void *values = malloc(size + 1);
    bool fine = values && H5Aread(from, type, values) >= 0 && H5Awrite(to, type, values) >= 0;
    if (fine && H5Tis_variable_str(type) > 0)
        fine = H5Dvlen_reclaim(type, space, H5P_DEFAULT, values) >= 0;
    free(values);
    H5Sclose(space);
    H5Tclose(type);
    return fine;
}

static herr_t copy_attribute(hid_t from, const char *name, const H5A_info_t *info, void *context)
{
    (void)info;
    if (is_private(name))
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

/* Chunks of whole rows. What is small stays as it is: the index of its chunks would take more than they save.
 */
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

static hid_t create_like(const struct copy *c, const char *name, hid_t from, bool values)
{
    hsize_t size[2] = {0, 0};
    const hid_t space = H5Dget_space(from), type = H5Dget_type(from), old = H5Dget_create_plist(from);
    const hid_t properties = H5Pcopy(old);
    const int rank = H5Sget_simple_extent_ndims(space);
    hid_t made = -1;
    if ((rank == 1 || rank == 2) && H5Sget_simple_extent_dims(space, size, NULL) >= 0 &&
        H5Pset_alloc_time(properties, values ? H5D_ALLOC_TIME_INCR : H5D_ALLOC_TIME_LATE) >= 0 &&
        (!values || set_chunks(properties, rank, size, H5Tget_size(type))))
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

static bool copy_dataset(const struct copy *c, const char *name)
{
    const hid_t from = H5Dopen2(c->from, name, H5P_DEFAULT);
    // A dimension without a column of its own never has values.
    const bool values = H5Dget_storage_size(from) > 0;
    const hid_t to = create_like(c, name, from, values);
    const bool fine = to >= 0 && copy_attributes(from, to) && (!values || move_values(from, to));
    if (to >= 0)
        H5Dclose(to);
    H5Dclose(from);
    return fine;
}

/* Scales come after all datasets are there, since any of them may be one. */
static bool make_scale(const struct copy *c, const char *name)
{
    char label[128] = "";
    const hid_t from = H5Dopen2(c->from, name, H5P_DEFAULT), to = H5Dopen2(c->file, name, H5P_DEFAULT);
    bool fine = from >= 0 && to >= 0;
    if (fine && H5DSis_scale(from) > 0)
        fine = H5DSget_scale_name(from, label, sizeof label) >= 0 && H5DSset_scale(to, label) >= 0;
    H5Dclose(to);
    H5Dclose(from);
    return fine;
}

struct attachment {
    const struct copy *copy;
    hid_t to;
};

static herr_t attach_one(hid_t from, unsigned axis, hid_t scale, void *context)
{
    (void)from;
    const struct attachment *a = context;
    char name[DP_STORE_NAME + 1] = "";
    if (H5Iget_name(scale, name, sizeof name) <= 0)
        return -1;
    const hid_t made = H5Dopen2(a->copy->file, name, H5P_DEFAULT);
    const herr_t result = made >= 0 ? H5DSattach_scale(a->to, made, axis) : -1;
    if (made >= 0)
        H5Dclose(made);
    return result < 0 ? -1 : 0;
}

static bool attach_scales(const struct copy *c, const char *name)
{
    const hid_t from = H5Dopen2(c->from, name, H5P_DEFAULT), to = H5Dopen2(c->file, name, H5P_DEFAULT);
    const hid_t space = H5Dget_space(from);
    const int rank = H5Sget_simple_extent_ndims(space);
    struct attachment a = {c, to};
    bool fine = to >= 0;
    for (int axis = 0; axis < rank && fine && H5DSis_scale(from) <= 0; axis++)
        fine = H5DSiterate_scales(from, (unsigned)axis, NULL, attach_one, &a) >= 0;
    H5Sclose(space);
    H5Dclose(to);
    H5Dclose(from);
    return fine;
}

static bool list_names(struct copy *c)
{
    H5G_info_t group;
    if (H5Gget_info(c->from, &group) < 0 || group.nlinks > NAMES)
        return false;
    for (hsize_t i = 0; i < group.nlinks; i++)
        if (H5Lget_name_by_idx(c->from, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, c->names[c->count++],
                               DP_STORE_NAME, H5P_DEFAULT) < 0)
            return false;
    return true;
}

static hid_t create_file(const char *to)
{
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE), access = dp_h5_access();
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t file = -1;
    if (H5Pset_link_creation_order(creation, order) >= 0 &&
        H5Pset_attr_creation_order(creation, order) >= 0 && H5Pset_obj_track_times(creation, false) >= 0)
        file = H5Fcreate(to, H5F_ACC_TRUNC, creation, access);
    H5Pclose(access);
    H5Pclose(creation);
    return file;
}

static bool copy_all(struct copy *c)
{
    if (!list_names(c) || !copy_attributes(c->from, c->file) ||
        !dp_h5_put_text(c->file, "compressed_from", c->path))
        return false;
    for (int i = 0; i < c->count; i++)
        if (!copy_dataset(c, c->names[i]))
            return false;
    for (int i = 0; i < c->count; i++)
        if (!make_scale(c, c->names[i]))
            return false;
    for (int i = 0; i < c->count; i++)
        if (!attach_scales(c, c->names[i]))
            return false;
    return true;
}

enum dp_status dp_store_compress(const char *path, const char *to, struct dp_error *error)
{
    struct copy *c = calloc(1, sizeof *c);
    if (!c)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to copy it", path);
    c->path = path;
    c->to = to;
    c->file = -1;
    c->from = dp_h5_open(path, "read it", error);
    enum dp_status status = c->from < 0 ? DP_IO : DP_OK;
    if (status == DP_OK && (c->file = create_file(to)) < 0)
        status = dp_h5_fail(error, to, "create the copy");
    if (status == DP_OK && !copy_all(c))
        status = dp_h5_fail(error, to, "write the copy");
    if (c->file >= 0 && H5Fclose(c->file) < 0 && status == DP_OK)
        status = dp_h5_fail(error, to, "close the copy");
    if (c->file >= 0 && status != DP_OK)
        unlink(to);
    if (c->from >= 0)
        H5Fclose(c->from);
    free(c);
    return status;
}
