// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/grid.h"
#include "dewpoint/files/output.h"
#include "hdf5/h5.h"
#include <hdf5_hl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { AXES = 16 };

/* The common part of axes and variables. */
struct field {
    const char *name, *unit, *meaning;
    bool whole, axis;
    const char *const *flags;
    int64_t count;
    const double *values;
};

static enum dp_column_type type_of(const struct field *field)
{
    return field->whole || field->flags ? DP_COLUMN_I64 : DP_COLUMN_F64;
}

/* The names of the flags as CF wants them: blank-separated words. */
static bool put_flags(hid_t dataset, const char *const *flags)
{
    int64_t count = 0;
    size_t length = 1;
    for (; flags[count]; count++)
        length += strlen(flags[count]) + 1;
    char *const text = calloc(length, 1), *end = text;
    if (!text)
        return false;
    for (int64_t i = 0; i < count; i++) {
        if (i)
            *end++ = ' ';
        for (const char *from = flags[i]; *from; from++)
            *end++ = (unsigned char)*from <= ' ' ? '_' : *from;
    }
    const bool fine = dp_h5_put_count(dataset, "flag_values", DP_COLUMN_I64, count) &&
                      dp_h5_put_text(dataset, "flag_meanings", text);
    free(text);
    return fine;
}

/* Missing values are NAN among reals, -1 among whole numbers. An axis has none. */
static bool put_values(hid_t dataset, const struct field *field)
{
    if (type_of(field) == DP_COLUMN_F64)
        return H5Dwrite(dataset, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, field->values) >= 0;
    int64_t *const whole = malloc(sizeof *whole * (size_t)field->count);
    if (!whole)
        return false;
    for (int64_t i = 0; i < field->count; i++)
        whole[i] = isnan(field->values[i]) ? -1 : (int64_t)field->values[i];
    const bool fine = H5Dwrite(dataset, H5T_NATIVE_INT64, H5S_ALL, H5S_ALL, H5P_DEFAULT, whole) >= 0;
    free(whole);
    return fine;
}

/* A dataset with its attributes and values; -1 on failure. rank 0: a scalar. */
static hid_t add_field(hid_t file, const struct field *field, int rank, const hsize_t *size)
{
    const enum dp_column_type type = type_of(field);
    const hid_t properties = H5Pcreate(H5P_DATASET_CREATE);
    const hid_t space = rank ? H5Screate_simple(rank, size, NULL) : H5Screate(H5S_SCALAR);
    hid_t dataset = -1;
    if (H5Pset_obj_track_times(properties, false) >= 0 &&
        H5Pset_attr_creation_order(properties, H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED) >= 0)
        dataset =
            H5Dcreate2(file, field->name, dp_h5_type(type), space, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Sclose(space);
    H5Pclose(properties);
    if (dataset < 0)
        return -1;
    bool fine = dp_h5_put_text(dataset, "units", field->unit) &&
                dp_h5_put_text(dataset, "long_name", field->meaning) &&
                (!field->flags || put_flags(dataset, field->flags));
    if (!field->axis)
        fine =
            fine && dp_h5_put_number(dataset, "_FillValue", type, type == DP_COLUMN_F64 ? (double)NAN : -1);
    if (fine && put_values(dataset, field))
        return dataset;
    H5Dclose(dataset);
    return -1;
}

static bool add_axes(hid_t file, const struct dp_grid *grid, hid_t *scale)
{
    for (int a = 0; a < grid->axis_count; a++) {
        const struct dp_grid_axis *const axis = &grid->axes[a];
        const struct field field = {axis->name, axis->unit,  axis->meaning, axis->whole,
                                    true,       axis->flags, axis->count,   axis->values};
        scale[a] = add_field(file, &field, 1, &(hsize_t){(hsize_t)axis->count});
        if (scale[a] < 0 || H5DSset_scale(scale[a], axis->name) < 0)
            return false;
    }
    return true;
}

static bool add_variable(hid_t file, const struct dp_grid *grid, const struct dp_grid_variable *variable,
                         const hid_t *scale)
{
    struct field field = {
        variable->name,  variable->unit, variable->meaning, variable->whole, false, variable->flags, 1,
        variable->values};
    hsize_t size[DP_GRID_RANK];
    for (int d = 0; d < variable->rank; d++) {
        size[d] = (hsize_t)grid->axes[variable->axis[d]].count;
        field.count *= (int64_t)size[d];
    }
    const hid_t dataset = add_field(file, &field, variable->rank, size);
    bool fine = dataset >= 0;
    for (int d = 0; fine && d < variable->rank; d++)
        fine = H5DSattach_scale(dataset, scale[variable->axis[d]], (unsigned)d) >= 0;
    if (dataset >= 0)
        fine = H5Dclose(dataset) >= 0 && fine;
    return fine;
}

static const struct dp_grid_variable *find_variable(const struct dp_grid *grid, const char *name)
{
    for (int v = 0; v < grid->variable_count; v++)
        if (!strcmp(grid->variables[v].name, name))
            return &grid->variables[v];
    return NULL;
}

static hid_t add_group(hid_t parent, const char *name, const char *class)
{
    const hid_t properties = H5Pcreate(H5P_GROUP_CREATE);
    const unsigned order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    hid_t group = -1;
    if (H5Pset_link_creation_order(properties, order) >= 0 &&
        H5Pset_attr_creation_order(properties, order) >= 0)
        group = H5Gcreate2(parent, name, H5P_DEFAULT, properties, H5P_DEFAULT);
    H5Pclose(properties);
    if (group >= 0 && dp_h5_put_text(group, "NX_class", class))
        return group;
    if (group >= 0)
        H5Gclose(group);
    return -1;
}

static bool add_link(hid_t group, const char *name)
{
    char target[256];
    return snprintf(target, sizeof target, "/%s", name) < (int)sizeof target &&
           H5Lcreate_soft(target, group, name, H5P_DEFAULT, H5P_DEFAULT) >= 0;
}

/* NXdata: the signal, its standard error and its axes, by links. */
static bool add_plot(hid_t entry, const struct dp_grid *grid)
{
    const struct dp_grid_variable *const signal = find_variable(grid, grid->signal);
    const char *axes[DP_GRID_RANK];
    char errors[256];
    const hid_t group = add_group(entry, "data", "NXdata");
    if (group < 0)
        return false;
    bool fine = add_link(group, signal->name);
    for (int d = 0; d < signal->rank; d++) {
        axes[d] = grid->axes[signal->axis[d]].name;
        fine = fine && add_link(group, axes[d]);
    }
    snprintf(errors, sizeof errors, "%s_errors", signal->name);
    if (find_variable(grid, errors))
        fine = fine && add_link(group, errors);
    fine = fine && dp_h5_put_text(group, "signal", signal->name) &&
           dp_h5_put_texts(group, "axes", axes, signal->rank);
    return H5Gclose(group) >= 0 && fine;
}

static bool add_all(hid_t file, const struct dp_grid *grid)
{
    hid_t scale[AXES];
    bool fine = dp_h5_put_text(file, "Conventions", "CF-1.10") &&
                dp_h5_put_text(file, "NX_class", "NXroot") && dp_h5_put_text(file, "default", "entry");
    for (int t = 0; fine && t < grid->text_count; t++)
        fine = dp_h5_put_text(file, grid->texts[t].name, grid->texts[t].text);
    fine = fine && add_axes(file, grid, scale);
    for (int v = 0; fine && v < grid->variable_count; v++)
        fine = add_variable(file, grid, &grid->variables[v], scale);
    const hid_t entry = fine ? add_group(file, "entry", "NXentry") : -1;
    fine = entry >= 0 && dp_h5_put_text(entry, "default", "data") && add_plot(entry, grid);
    if (entry >= 0)
        fine = H5Gclose(entry) >= 0 && fine;
    return fine;
}

static enum dp_status check(const char *path, const struct dp_grid *grid, struct dp_error *error)
{
    const struct dp_grid_variable *const signal = find_variable(grid, grid->signal);
    if (!signal || !signal->rank || grid->axis_count > AXES)
        return dp_fail(error, DP_INTERNAL, "%s: a grid without a signal, or with more than %d axes", path,
                       AXES);
    for (int v = 0; v < grid->variable_count; v++) {
        const struct dp_grid_variable *const variable = &grid->variables[v];
        for (int d = 0; d < variable->rank; d++)
            if (variable->rank > DP_GRID_RANK || variable->axis[d] < 0 ||
                variable->axis[d] >= grid->axis_count)
                return dp_fail(error, DP_INTERNAL, "%s: %s has no axis %d", path, variable->name, d);
    }
    return DP_OK;
}

enum dp_status dp_grid_write(const char *path, const struct dp_grid *grid, struct dp_error *error)
{
    DP_TRY(check(path, grid, error));
    struct dp_output output;
    DP_TRY(dp_output_begin(path, &output, error));
    dp_h5_begin();
    enum dp_status status = DP_OK;
    const hid_t access = dp_h5_access(), file = dp_h5_create(output.temporary, H5F_ACC_TRUNC, access);
    H5Pclose(access);
    if (file < 0 || !add_all(file, grid))
        status = dp_h5_fail_writing(error, path, "write the grid");
    if (file >= 0 && H5Fclose(file) < 0 && status == DP_OK) // closes what a failure left open as well
        status = dp_h5_fail_writing(error, path, "close the grid");
    return dp_output_end(&output, status, error);
}

const char **dp_grid_flags(const struct dp_store *store, const char *column)
{
    int64_t count = 0;
    while (dp_store_flag(store, column, count))
        count++;
    const char **const flags = count ? malloc(sizeof *flags * (size_t)(count + 1)) : NULL;
    for (int64_t i = 0; flags && i <= count; i++)
        flags[i] = dp_store_flag(store, column, i);
    return flags;
}
