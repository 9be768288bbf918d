// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/product/expansion.h"
#include <stdlib.h>
#include <string.h>

/* The files that the runs of a sweep name, and where they are. */

bool dp_sweep_same_data(const struct dp_run *a, const struct dp_run *b)
{
    return strcmp(a->file, b->file) == 0 && strcmp(a->x, b->x) == 0 && strcmp(a->y, b->y) == 0 &&
           strcmp(a->test_file, b->test_file) == 0 && a->samples_in == b->samples_in &&
           a->standardize == b->standardize && a->standardize_y == b->standardize_y &&
           a->test_share == b->test_share && a->test_seed == b->test_seed;
}

static bool is_of_data(const struct dp_key *key, const void *context)
{
    static const char *const names[] = {
        "target",      "file",          "x",         "y",          "samples_in",
        "standardize", "standardize_y", "test_file", "test_share", "test_seed"};
    (void)context;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], key->name) == 0)
            return true;
    return false;
}

enum { MOST_DATA = 1000 }; // sets of data; each is held in memory

/* Adds the data of a run unless they are there or none. */
static enum dp_status add_data(const struct dp_run *run, struct dp_run **runs, int *count)
{
    if (run->target != DP_FILE)
        return DP_OK;
    for (int i = 0; i < *count; i++)
        if (dp_sweep_same_data(&(*runs)[i], run))
            return DP_OK;
    if (*count == MOST_DATA)
        return DP_BAD_INPUT;
    void *const grown = dp_grow(*runs, *count, sizeof **runs);
    if (!grown)
        return DP_NO_MEMORY;
    *runs = grown;
    (*runs)[(*count)++] = *run;
    return DP_OK;
}

static enum dp_status list_block(const struct dp_block *block, struct dp_run **runs, int *count)
{
    const struct dp_projection projection = dp_projection_make(block, is_of_data, NULL);
    uint64_t *const kept = block->kept ? dp_projection_kept(block, &projection) : NULL;
    if (block->kept && !kept)
        return DP_NO_MEMORY;
    struct dp_run run = block->base;
    enum dp_status status = DP_OK;
    for (int64_t i = 0; i < projection.size && status == DP_OK; i++) {
        dp_projection_put(&projection, block, i, &run);
        if (!kept || dp_bit(kept, i))
            status = add_data(&run, runs, count);
    }
    free(kept);
    return status;
}

enum dp_status dp_sweep_data(const struct dp_sweep *sweep, struct dp_run **runs, int *count,
                             struct dp_error *error)
{
    *runs = NULL;
    *count = 0;
    enum dp_status status = DP_OK;
    for (int b = 0; b < sweep->expansion->block_count && status == DP_OK; b++)
        status = list_block(&sweep->expansion->blocks[b], runs, count);
    if (status == DP_OK)
        return DP_OK;
    free(*runs);
    *runs = NULL;
    return status == DP_BAD_INPUT
               ? dp_fail(error, status,
                         "the runs have more than %d sets of data, counting each test_seed and "
                         "test_share as one",
                         MOST_DATA)
               : dp_fail(error, status, "no memory for the names of the data files");
}

/* Adds a name to the list unless it is there. */
static int add_name(const char **names, int count, int max, const char *name)
{
    for (int i = 0; i < count && i < max; i++)
        if (strcmp(names[i], name) == 0)
            return count;
    if (name[0] && count < max)
        names[count] = name;
    return count + (name[0] != '\0');
}

static int list_texts(const struct dp_sweep *sweep, const char *name, const char **names, int max)
{
    const struct dp_key *const key = dp_key_find(name);
    int count = 0;
    for (int b = 0; b < sweep->expansion->block_count; b++) {
        struct dp_block *const block = &sweep->expansion->blocks[b];
        const struct dp_values *const axis = dp_block_axis(block, key);
        if (!axis)
            count = add_name(names, count, max, dp_key_text(key, &block->base));
        for (int64_t i = 0; axis && i < axis->count; i++)
            count = add_name(names, count, max, axis->texts[(int64_t)axis->values[i]]);
    }
    return count;
}

int dp_sweep_starts(const struct dp_sweep *sweep, const char **names, int max)
{
    return list_texts(sweep, "path", names, max);
}

int dp_sweep_formulas(const struct dp_sweep *sweep, const char **names, int max)
{
    return list_texts(sweep, "formula", names, max);
}

static bool scope_sets(const struct dp_scope *scope, const struct dp_key *key)
{
    return scope->set[dp_key_index(key)].name || dp_scope_axis(scope, key);
}

bool dp_sweep_sets(const struct dp_sweep *sweep, const char *name)
{
    const struct dp_parsed *const parsed = &sweep->expansion->parsed;
    const struct dp_key *const key = dp_key_find(name);
    bool set = scope_sets(&parsed->top, key);
    for (int b = 0; b < parsed->block_count; b++)
        set = set || scope_sets(&parsed->blocks[b], key);
    return set;
}

/* Whether a key has its values from --set. */
static bool is_overridden(const struct dp_sweep *sweep, const char *key)
{
    const size_t length = strlen(key);
    for (const char *line = sweep->overrides; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        line += strspn(line, " ");
        if (strncmp(line, key, length) == 0 && line[length + strspn(line + length, " ")] == '=')
            return true;
    }
    return false;
}

char *dp_sweep_path(const struct dp_sweep *sweep, const char *key, const char *name)
{
    const char *const folder = name[0] == '/'              ? ""
                               : is_overridden(sweep, key) ? sweep->command_folder
                                                           : sweep->folder;
    const size_t length = strlen(folder), size = length + strlen(name) + 1;
    char *const path = malloc(size);
    if (!path)
        return NULL;
    memcpy(path, folder, length);
    memcpy(path + length, name, size - length);
    return path;
}
