// SPDX-License-Identifier: BSD-3-Clause
#include "store/opened.h"
#include "store/format/contents.h"
#include "store/format/header.h"
#include <stdlib.h>
#include <string.h>

enum dp_status dp_opened_new(const char *path, struct dp_store **store, struct dp_error *error)
{
    *store = calloc(1, sizeof **store);
    char *copy = malloc(strlen(path) + 1);
    if (!*store || !copy) {
        free(*store);
        free(copy);
        *store = NULL;
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to open the store", path);
    }
    (*store)->path = strcpy(copy, path);
    (*store)->file = -1;
    (*store)->sync = -1;
    return DP_OK;
}

/* The column type of a dataset, -1 if it is not one of ours. */
static int type_of(hid_t dataset)
{
    static const enum dp_column_type types[] = {DP_COLUMN_I32, DP_COLUMN_U32, DP_COLUMN_I64, DP_COLUMN_F64};
    const hid_t type = H5Dget_type(dataset);
    int found = -1;
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
        if (H5Tequal(type, dp_h5_type(types[i])) > 0)
            found = (int)types[i];
    H5Tclose(type);
    return found;
}

/* Tells columns from other objects: dimensions without values, and the group of the restarts. */
static bool is_column(const char *name)
{
    static const char *const others[] = {"point", "neuron", "neuron_point", "component", DP_RESTART_GROUP};
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (strcmp(name, others[i]) == 0)
            return false;
    return true;
}

static bool open_column(struct dp_store *store, const char *name)
{
    if (store->count == DP_STORE_COLUMNS || strlen(name) >= DP_STORE_NAME)
        return false;
    struct dp_store_column *column = &store->columns[store->count];
    strcpy(column->name, name);
    column->dataset = H5Dopen2(store->file, name, H5P_DEFAULT);
    if (column->dataset < 0)
        return false;
    store->count++;
    hsize_t size[2] = {0, 1};
    const hid_t space = H5Dget_space(column->dataset);
    const int rank = H5Sget_simple_extent_ndims(space);
    if (rank == 1 || rank == 2)
        H5Sget_simple_extent_dims(space, size, NULL);
    H5Sclose(space);
    const int type = type_of(column->dataset);
    column->rows = (int64_t)size[0];
    column->inner = (int64_t)size[1];
    column->entry = dp_column_find(name);
    column->type = (enum dp_column_type)type;
    column->role = column->entry ? column->entry->role : DP_ROLE_COORDINATE;
    return type >= 0 && (rank == 1 || rank == 2) && (!column->entry || column->entry->type == column->type);
}

/* Checks that all columns except those of neurons have one row per run. */
static enum dp_status check_rows(const struct dp_store *store, struct dp_error *error)
{
    for (int c = 0; c < store->count; c++)
        if (!dp_role_in(store->columns[c].role, DP_ROLES_RAGGED) && store->columns[c].rows != store->runs)
            return dp_fail(error, DP_IO, "%s: not a store of dewpoint's: column %s has not one row a run",
                           store->path, store->columns[c].name);
    return DP_OK;
}

enum dp_status dp_opened_columns(struct dp_store *store, struct dp_error *error)
{
    H5G_info_t group;
    DP_TRY(dp_header_check(store->path, store->file, error));
    if (H5Gget_info(store->file, &group) < 0)
        return dp_h5_fail(error, store->path, "read the list of columns");
    for (hsize_t i = 0; i < group.nlinks; i++) {
        char name[DP_STORE_NAME] = "";
        if (H5Lget_name_by_idx(store->file, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name, sizeof name,
                               H5P_DEFAULT) < 0)
            return dp_fail(error, DP_IO, "%s: not a store of dewpoint's: no order of columns", store->path);
        if (is_column(name) && !open_column(store, name))
            return dp_fail(error, DP_IO, "%s: not a store of dewpoint's: cannot use its dataset \"%s\"",
                           store->path, name);
    }
    static const char *const needed[] = {"run", "width", "seed", "status", "checksum"};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!dp_opened_find(store, needed[i]))
            return dp_fail(error, DP_IO, "%s: not a store of dewpoint's: it has no column %s", store->path,
                           needed[i]);
    store->runs = dp_opened_find(store, "run")->rows;
    return check_rows(store, error);
}

const struct dp_store_column *dp_opened_find(const struct dp_store *store, const char *name)
{
    for (int c = 0; c < store->count; c++)
        if (strcmp(store->columns[c].name, name) == 0)
            return &store->columns[c];
    return NULL;
}

/* The names of the values 0, 1, ...: the exact texts if the column has them, else CF's words, split in
 * place. */
static void read_flags(struct dp_store_column *column)
{
    column->flags = dp_h5_texts(column->dataset, "texts", &column->flag_count);
    if (column->flags)
        return;
    column->flags = dp_h5_texts(column->dataset, "flag_meanings", &column->flag_count);
    for (char *blank = column->flags; blank && (blank = strchr(blank, ' ')) != NULL; column->flag_count++)
        *blank++ = '\0';
}

static herr_t add_text(hid_t file, const char *name, const H5A_info_t *info, void *context)
{
    (void)info;
    struct dp_store *store = context;
    char *text = dp_h5_texts(file, name, NULL), *copy = malloc(strlen(name) + 1);
    struct dp_store_text *grown =
        realloc(store->texts, (size_t)(store->text_count + 1) * sizeof *store->texts);
    if (grown)
        store->texts = grown;
    if (!text || !copy || !grown) {
        free(copy);
        free(text);
        return 0;
    }
    store->texts[store->text_count++] = (struct dp_store_text){strcpy(copy, name), text};
    return 0;
}

enum dp_status dp_opened_attributes(struct dp_store *store, struct dp_error *error)
{
    if (H5Aiterate2(store->file, H5_INDEX_CRT_ORDER, H5_ITER_INC, NULL, add_text, store) < 0)
        return dp_h5_fail(error, store->path, "read the attributes");
    for (int c = 0; c < store->count; c++) {
        struct dp_store_column *column = &store->columns[c];
        column->unit = dp_h5_texts(column->dataset, "units", NULL);
        column->meaning = dp_h5_texts(column->dataset, "long_name", NULL);
        read_flags(column);
    }
    return DP_OK;
}

void dp_opened_free(struct dp_store *store)
{
    if (!store)
        return;
    for (int c = 0; c < store->count; c++) {
        free(store->columns[c].unit);
        free(store->columns[c].meaning);
        free(store->columns[c].flags);
    }
    for (int i = 0; i < store->text_count; i++) {
        free(store->texts[i].name);
        free(store->texts[i].text);
    }
    free(store->texts);
    free(store->checked);
    free(store->path);
    free(store);
}

bool dp_store_has(const struct dp_store *store, const char *column)
{
    return dp_opened_find(store, column) != NULL;
}
