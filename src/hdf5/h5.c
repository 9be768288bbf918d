// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5/h5.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

void dp_h5_begin(void)
{
    H5dont_atexit();
    H5open();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
    errno = 0; // for dp_h5_fail_writing
}

struct reason {
    char text[256];
};

/* Keeps the innermost description, and only the system's own words if it quotes them. */
static herr_t keep_innermost(unsigned n, const H5E_error2_t *entry, void *context)
{
    struct reason *reason = context;
    if (n > 0 || !entry->desc)
        return 0;
    const char *words = strstr(entry->desc, "error message = '");
    if (words)
        words += strlen("error message = '");
    const size_t length = words ? strcspn(words, "'") : strcspn(entry->desc, "\n");
    const size_t room = sizeof reason->text - 1;
    memcpy(reason->text, words ? words : entry->desc, length < room ? length : room);
    return 0;
}

enum dp_status dp_h5_fail_as(struct dp_error *error, enum dp_status status, const char *path,
                             const char *operation)
{
    struct reason reason = {{0}};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_innermost, &reason);
    H5Eclear2(H5E_DEFAULT);
    return dp_fail(error, status, "%s: cannot %s: %s", path, operation,
                   reason.text[0] ? reason.text : "HDF5 gives no reason");
}

enum dp_status dp_h5_fail(struct dp_error *error, const char *path, const char *operation)
{
    return dp_h5_fail_as(error, DP_IO, path, operation);
}

enum dp_status dp_h5_fail_writing(struct dp_error *error, const char *path, const char *operation)
{
    static const int of_the_system[] = {ENOSPC, EDQUOT, EFBIG, EIO};
    for (size_t i = 0; i < sizeof of_the_system / sizeof *of_the_system; i++)
        if (errno == of_the_system[i])
            return dp_fail(error, DP_IO, "%s: cannot %s: %s", path, operation, strerror(errno));
    return dp_h5_fail(error, path, operation);
}

hid_t dp_h5_type(enum dp_column_type type)
{
    switch (type) {
    case DP_COLUMN_I32:
        return H5T_STD_I32LE;
    case DP_COLUMN_U32:
        return H5T_STD_U32LE;
    case DP_COLUMN_I64:
        return H5T_STD_I64LE;
    default:
        return H5T_IEEE_F64LE;
    }
}

hid_t dp_h5_access(void)
{
    const hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0)
        return access;
    bool fine = H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0;
#if H5_VERSION_GE(1, 10, 7)
    fine = fine && H5Pset_file_locking(access, false, true) >= 0;
#endif
    if (fine)
        return access;
    H5Pclose(access);
    return -1;
}

hid_t dp_h5_open(const char *path, const char *operation, struct dp_error *error)
{
    dp_h5_begin();
    const hid_t access = dp_h5_access();
    const hid_t file = H5Fopen(path, H5F_ACC_RDONLY, access);
    if (file < 0) // before any other call clears HDF5's reason
        dp_h5_fail_as(error, DP_BAD_INPUT, path, operation);
    H5Pclose(access);
    return file;
}

hid_t dp_h5_create(const char *path, unsigned existing, hid_t access)
{
    const hid_t creation = H5Pcreate(H5P_FILE_CREATE);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t file = -1;
    if (access >= 0 && H5Pset_link_creation_order(creation, order) >= 0 &&
        H5Pset_attr_creation_order(creation, order) >= 0 && H5Pset_obj_track_times(creation, false) >= 0)
        file = H5Fcreate(path, existing, creation, access);
    H5Pclose(creation);
    return file;
}

/* Texts of one fixed size. Variable-length texts are in HDF5's global heap, which has no checksum, so that
 * one changed byte there crashes the library. */
static hid_t text_type(size_t size, H5T_str_t padding)
{
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, size ? size : 1);
    H5Tset_cset(type, H5T_CSET_UTF8);
    H5Tset_strpad(type, padding);
    return type;
}

/* Writes a one-dimensional attribute, or a scalar when count is 0. */
static bool put(hid_t object, const char *name, hid_t type, int64_t count, const void *values)
{
    const hsize_t size = (hsize_t)count;
    const hid_t space = count ? H5Screate_simple(1, &size, NULL) : H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    bool fine = attribute >= 0 && H5Awrite(attribute, type, values) >= 0;
    if (attribute >= 0)
        fine = H5Aclose(attribute) >= 0 && fine;
    H5Sclose(space);
    return fine;
}

bool dp_h5_put_text(hid_t object, const char *name, const char *text)
{
    if (!text || !text[0])
        return true;
    const hid_t type = text_type(strlen(text), H5T_STR_NULLTERM); // as netCDF writes it
    const bool fine = put(object, name, type, 0, text);
    H5Tclose(type);
    return fine;
}

bool dp_h5_put_texts(hid_t object, const char *name, const char *const *texts, int64_t count)
{
    if (count < 1)
        return true;
    size_t size = 1;
    for (int64_t i = 0; i < count; i++)
        size = strlen(texts[i]) > size ? strlen(texts[i]) : size;
    char *const block = calloc((size_t)count, size);
    if (!block)
        return false;
    for (int64_t i = 0; i < count; i++)
        memcpy(block + (size_t)i * size, texts[i], strlen(texts[i]));
    const hid_t type = text_type(size, H5T_STR_NULLPAD);
    const bool fine = put(object, name, type, count, block);
    H5Tclose(type);
    free(block);
    return fine;
}

bool dp_h5_put_number(hid_t object, const char *name, enum dp_column_type type, double value)
{
    unsigned char bytes[8];
    if (type == DP_COLUMN_F64)
        dp_put_real(value, bytes);
    else
        dp_put_whole(type, (int64_t)value, bytes);
    return put(object, name, dp_h5_type(type), 1, bytes);
}

bool dp_h5_put_count(hid_t object, const char *name, enum dp_column_type type, int64_t count)
{
    const size_t size = dp_column_size(type);
    unsigned char *bytes = malloc((size_t)count * size);
    if (!bytes)
        return false;
    for (int64_t i = 0; i < count; i++)
        dp_put_whole(type, i, bytes + (size_t)i * size);
    const bool fine = put(object, name, dp_h5_type(type), count, bytes);
    free(bytes);
    return fine;
}

/* Turns count consecutive texts of size bytes each into zero-terminated ones. */
static char *terminate(const char *texts, int64_t count, size_t size)
{
    char *const block = calloc((size_t)count, size + 1), *next = block;
    for (int64_t i = 0; block && i < count; i++, texts += size) {
        const char *const end = memchr(texts, 0, size);
        const size_t length = end ? (size_t)(end - texts) : size;
        memcpy(next, texts, length);
        next += length + 1;
    }
    return block;
}

static char *read_texts(hid_t attribute, hid_t type, int64_t *count)
{
    const hid_t space = H5Aget_space(attribute);
    const hssize_t texts = H5Sget_simple_extent_npoints(space);
    const size_t size = H5Tget_size(type);
    char *const raw = texts > 0 ? calloc((size_t)texts, size) : NULL;
    char *block = raw && H5Aread(attribute, type, raw) >= 0 ? terminate(raw, texts, size) : NULL;
    free(raw);
    H5Sclose(space);
    if (count)
        *count = block ? texts : 0;
    return block;
}

char *dp_h5_texts(hid_t object, const char *name, int64_t *count)
{
    if (count)
        *count = 0;
    if (H5Aexists(object, name) <= 0)
        return NULL;
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return NULL;
    const hid_t type = H5Aget_type(attribute);
    const bool fixed = H5Tget_class(type) == H5T_STRING && H5Tis_variable_str(type) == 0;
    char *const block = fixed ? read_texts(attribute, type, count) : NULL;
    H5Tclose(type);
    H5Aclose(attribute);
    return block;
}

bool dp_h5_number(hid_t object, const char *name, int64_t *value)
{
    const hid_t attribute = H5Aexists(object, name) > 0 ? H5Aopen(object, name, H5P_DEFAULT) : -1;
    if (attribute < 0)
        return false;
    const hid_t space = H5Aget_space(attribute), type = H5Aget_type(attribute);
    const bool fine = H5Tget_class(type) == H5T_INTEGER && H5Sget_simple_extent_npoints(space) == 1 &&
                      H5Aread(attribute, H5T_NATIVE_INT64, value) >= 0;
    H5Tclose(type);
    H5Sclose(space);
    H5Aclose(attribute);
    return fine;
}

/* Opens the part of a dataset that holds the rows, and the memory that matches it. */
static bool select_rows(hid_t dataset, int64_t first, int64_t count, int64_t inner, hid_t *file,
                        hid_t *memory)
{
    const hsize_t start[2] = {(hsize_t)first, 0}, size[2] = {(hsize_t)count, (hsize_t)inner};
    *file = H5Dget_space(dataset);
    const int rank = H5Sget_simple_extent_ndims(*file);
    *memory = rank == 1 || rank == 2 ? H5Screate_simple(rank, size, NULL) : -1;
    return *memory >= 0 && H5Sselect_hyperslab(*file, H5S_SELECT_SET, start, NULL, size, NULL) >= 0;
}

static void close_rows(hid_t file, hid_t memory)
{
    if (file >= 0)
        H5Sclose(file);
    if (memory >= 0)
        H5Sclose(memory);
}

bool dp_h5_read(hid_t dataset, hid_t type, int64_t first, int64_t count, int64_t inner, void *values)
{
    hid_t file, memory;
    const bool fine = select_rows(dataset, first, count, inner, &file, &memory) &&
                      H5Dread(dataset, type, memory, file, H5P_DEFAULT, values) >= 0;
    close_rows(file, memory);
    return fine;
}

bool dp_h5_write(hid_t dataset, hid_t type, int64_t first, int64_t count, int64_t inner, const void *values)
{
    hid_t file, memory;
    const bool fine = select_rows(dataset, first, count, inner, &file, &memory) &&
                      H5Dwrite(dataset, type, memory, file, H5P_DEFAULT, values) >= 0;
    close_rows(file, memory);
    return fine;
}
