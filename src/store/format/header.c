// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/header.h"
#include "hdf5/h5.h"
#include "store/format/checksum.h"
#include <stdlib.h>
#include <string.h>

static const char seal[] = "attributes_checksum";

bool dp_header_is_private(const char *attribute)
{
    static const char *const names[] = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(attribute, names[i]) == 0)
            return true;
    return strcmp(attribute, seal) == 0;
}

/* Values of variable length are never ours. */
static bool add_value(hid_t attribute, uint32_t *checksum)
{
    const hid_t type = H5Aget_type(attribute), space = H5Aget_space(attribute);
    const size_t size = H5Tget_size(type) * (size_t)H5Sget_simple_extent_npoints(space);
    const H5T_class_t class = H5Tget_class(type);
    const bool plain =
        class == H5T_INTEGER || class == H5T_FLOAT || (class == H5T_STRING && H5Tis_variable_str(type) == 0);
    void *const values = plain ? malloc(size + 1) : NULL;
    const bool fine = values && H5Aread(attribute, type, values) >= 0;
    if (fine)
        *checksum = dp_checksum_continue(*checksum, values, size);
    free(values);
    H5Sclose(space);
    H5Tclose(type);
    return fine;
}

static herr_t add_attribute(hid_t object, const char *name, const H5A_info_t *info, void *context)
{
    (void)info;
    uint32_t *const checksum = context;
    if (dp_header_is_private(name))
        return 0;
    const hid_t attribute = H5Aopen(object, name, H5P_DEFAULT);
    if (attribute < 0)
        return -1;
    *checksum = dp_checksum_continue(*checksum, name, strlen(name) + 1);
    const bool fine = add_value(attribute, checksum);
    H5Aclose(attribute);
    return fine ? 0 : -1;
}

static bool add_attributes(hid_t object, uint32_t *checksum)
{
    return H5Aiterate2(object, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, add_attribute, checksum) >= 0;
}

static bool add_dataset(hid_t file, hsize_t i, uint32_t *checksum)
{
    const hid_t object = H5Oopen_by_idx(file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, H5P_DEFAULT);
    bool fine = object >= 0;
    if (fine && H5Iget_type(object) == H5I_DATASET)
        fine = add_attributes(object, checksum);
    if (object >= 0)
        H5Oclose(object);
    return fine;
}

static bool measure(hid_t file, uint32_t *checksum)
{
    H5G_info_t group;
    *checksum = 0;
    if (!add_attributes(file, checksum) || H5Gget_info(file, &group) < 0)
        return false;
    for (hsize_t i = 0; i < group.nlinks; i++)
        if (!add_dataset(file, i, checksum))
            return false;
    return true;
}

bool dp_header_seal(int64_t file)
{
    uint32_t checksum;
    return measure(file, &checksum) && dp_h5_put_number(file, seal, DP_COLUMN_U32, checksum);
}

enum dp_status dp_header_check(const char *path, int64_t file, struct dp_error *error)
{
    int64_t format, sealed;
    uint32_t checksum;
    if (!dp_h5_number(file, "store_format", &format)) {
        if (H5Aexists(file, "sweep_digest") > 0)
            return dp_fail(
                error, DP_BAD_INPUT,
                "%s: made by an older dewpoint, in store format 1; this one reads format %d: read it with "
                "the dewpoint that made it, or train the sweep again",
                path, DP_STORE_FORMAT);
        return dp_fail(error, DP_BAD_INPUT, "%s: not a store of dewpoint's: it does not say its format",
                       path);
    }
    if (format != DP_STORE_FORMAT)
        return dp_fail(error, DP_BAD_INPUT, "%s: in store format %lld; this dewpoint reads format %d", path,
                       (long long)format, DP_STORE_FORMAT);
    if (!dp_h5_number(file, seal, &sealed) || !measure(file, &checksum))
        return dp_h5_fail(error, path, "read the attributes of the store, which is damaged");
    if ((uint32_t)sealed != checksum)
        return dp_fail(error, DP_IO, "%s: damaged: its attributes differ from their checksum", path);
    return DP_OK;
}
