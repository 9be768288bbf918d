// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/numpy/numpy.h"
#include "inputs/table/bytes.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

zip_t *dp_npz_open(const char *path, struct dp_error *error)
{
    int code = 0;
    zip_t *const archive = zip_open(path, ZIP_RDONLY, &code);
    if (archive)
        return archive;
    zip_error_t reason;
    zip_error_init_with_code(&reason, code);
    dp_fail(error, DP_BAD_INPUT, "%s: cannot read it as an archive of NumPy arrays: %s", path,
            zip_error_strerror(&reason));
    zip_error_fini(&reason);
    return NULL;
}

/* The length of the ending .npy of a member's name, if it has one. */
static size_t ending_of(const char *member)
{
    const size_t length = strlen(member);
    return length > 4 && strcmp(member + length - 4, ".npy") == 0 ? 4 : 0;
}

/* The member that holds an array; -1 if there is none, -2 if several have its name: of these NumPy reads the
 * last and other programs the first. */
static zip_int64_t find_member(zip_t *archive, const char *name)
{
    zip_int64_t found = -1;
    const zip_int64_t count = zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < count; i++) {
        const char *const member = zip_get_name(archive, (zip_uint64_t)i, 0);
        const size_t length = member ? strlen(member) - ending_of(member) : 0;
        if (member && strlen(name) == length && memcmp(member, name, length) == 0)
            found = found == -1 ? i : -2;
    }
    return found;
}

static enum dp_status refuse_name(const struct dp_array_source *source, const char *name,
                                  struct dp_error *error)
{
    struct dp_names names = {0};
    enum dp_status status = DP_OK;
    const zip_int64_t count = zip_get_num_entries(source->handle, 0);
    for (zip_int64_t i = 0; i < count && status == DP_OK; i++) {
        const char *const member = zip_get_name(source->handle, (zip_uint64_t)i, 0);
        if (member)
            status = dp_names_add(&names, member, strlen(member) - ending_of(member), error);
    }
    char all[400];
    if (status == DP_OK)
        status = dp_fail(
            error, DP_BAD_INPUT, "%s: there is no array %.60s; it holds %s%s", source->path, name,
            names.count ? dp_names_list(&names, all, sizeof all) : "none",
            strcmp(name, "weights") == 0 ? "" : " (data: {x: NAME, y: NAME} chooses others than x and y)");
    dp_names_free(&names);
    return status;
}

/* All bytes of a member. The size that the archive claims is not trusted: memory grows as bytes arrive.
 * libzip compares their checksum at the end. */
static enum dp_status read_member(const struct dp_array_source *source, const char *name, zip_file_t *file,
                                  struct dp_bytes *bytes, struct dp_error *error)
{
    size_t room = 0;
    for (;;) {
        if (bytes->size == room) {
            room = room ? 2 * room : 1 << 16;
            char *const grown = dp_fits_memory(room / sizeof(double), 1) ? realloc(bytes->data, room) : NULL;
            if (!grown)
                return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the array %.60s", source->path, name);
            bytes->data = grown;
        }
        const zip_int64_t got = zip_fread(file, bytes->data + bytes->size, room - bytes->size);
        if (got < 0)
            return dp_fail(error, DP_BAD_INPUT, "%s: cannot read %.60s: %s", source->path, name,
                           zip_file_strerror(file));
        if (got == 0)
            return DP_OK;
        bytes->size += (size_t)got;
    }
}

enum dp_status dp_npz_read(const struct dp_array_source *source, const char *name, struct dp_array *array,
                           struct dp_error *error)
{
    char what[80];
    snprintf(what, sizeof what, "array %.60s", name);
    const zip_int64_t member = find_member(source->handle, name);
    if (member == -2)
        return dp_fail(error, DP_BAD_INPUT, "%s: it holds several arrays %.60s", source->path, name);
    if (member < 0)
        return refuse_name(source, name, error);
    zip_file_t *const file = zip_fopen_index(source->handle, (zip_uint64_t)member, 0);
    if (!file)
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read %s: %s", source->path, what,
                       zip_strerror(source->handle));
    struct dp_bytes bytes = {0};
    enum dp_status status = read_member(source, name, file, &bytes, error);
    zip_fclose(file);
    if (status == DP_OK)
        status = dp_npy_parse(source->path, what, bytes.data, bytes.size, array, error);
    free(bytes.data);
    return status;
}
