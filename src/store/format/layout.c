// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/layout.h"
#include <stdlib.h>
#include <string.h>

/* Numbers that fit have 32 bits. */
static enum dp_column_type type_of(const struct dp_key *key)
{
    if (key->type == DP_REAL)
        return DP_COLUMN_F64;
    return key->type == DP_INT && key->max > INT32_MAX ? DP_COLUMN_I64 : DP_COLUMN_I32;
}

/* Adds the column of a swept key. Its name gets a suffix if a column of the table already has it. */
static void add_key(struct dp_layout *layout, const struct dp_key *key)
{
    static const char *const yes_no[] = {"false", "true", NULL};
    char *name = layout->names[layout->count];
    strncpy(name, key->name, DP_STORE_NAME - 8);
    strcpy(layout->words[layout->count], name);
    for (char *at = layout->words[layout->count]; (at = strchr(at, '_')) != NULL;)
        *at = ' ';
    if (dp_column_find(name))
        strcat(name, "_key");
    layout->columns[layout->count] = (struct dp_column){
        .name = name,
        .type = type_of(key),
        .role = DP_ROLE_COORDINATE,
        .source = key->type == DP_STRING ? DP_FROM_TEXT : DP_FROM_RUN,
        .offset = key->offset,
        .unit = key->unit && key->unit[0] ? key->unit : "1",
        .meaning = layout->words[layout->count],
        .detail = key->meaning,
        .flags = key->type == DP_CHOICE ? key->choices
                 : key->type == DP_BOOL ? yes_no
                                        : NULL,
    };
    layout->count++;
}

/* Whether the key's value is already in a coordinate that every store has. */
static bool has_own_column(const char *key)
{
    const struct dp_column *column = dp_column_find(key);
    return column && column->role == DP_ROLE_COORDINATE;
}

bool dp_layout_wants(const struct dp_sweep *sweep, const struct dp_column *column)
{
    int64_t value;
    memcpy(&value, (const char *)&sweep->base + column->key, sizeof value);
    bool wanted = value >= column->least && value <= column->most;
    for (int a = 0; a < sweep->axis_count; a++)
        wanted = wanted || sweep->axes[a].key->offset == column->key;
    return wanted;
}

static void choose_columns(const struct dp_sweep *sweep, struct dp_layout *layout)
{
    unsigned left_out = 0;
    if (!layout->points)
        left_out |= 1U << DP_ROLE_CURVE | 1U << DP_ROLE_CURVE_CHECKSUM;
    if (!layout->neurons)
        left_out |= 1U << DP_ROLE_WEIGHTS | 1U << DP_ROLE_WEIGHTS_INDEX;
    if (!layout->along)
        left_out |= 1U << DP_ROLE_ALONG | 1U << DP_ROLE_ALONG_INDEX;
    if (!layout->components)
        left_out |= 1U << DP_ROLE_SHAPE | 1U << DP_ROLE_WEIGHTS_CHECKSUM;
    const struct dp_column *column;
    for (int i = 0; (column = dp_column_row(i)) != NULL; i++) {
        if (column->role == DP_ROLE_STATUS)
            for (int a = 0; a < sweep->axis_count; a++)
                if (!has_own_column(sweep->axes[a].key->name))
                    add_key(layout, sweep->axes[a].key);
        if (!dp_role_in(column->role, left_out) && dp_layout_wants(sweep, column))
            layout->columns[layout->count++] = *column;
    }
}

/* The index of text among the texts, -1 if it is not one of them. Neighbours in a sweep share their texts, so
 * the search begins at a guess. */
static int64_t text_index(const struct dp_texts *texts, const char *text, int64_t guess)
{
    for (int64_t i = 0; i < texts->count; i++) {
        const int64_t k = (guess + i) % texts->count;
        if (strcmp(texts->text[k], text) == 0)
            return k;
    }
    return -1;
}

static bool add_text(struct dp_texts *texts, const char *text, int64_t *last)
{
    const int64_t found = text_index(texts, text, *last);
    if (found >= 0) {
        *last = found;
        return true;
    }
    if (texts->count == texts->room) {
        const int64_t room = texts->room ? 2 * texts->room : 16;
        char **grown = realloc(texts->text, (size_t)room * sizeof *grown);
        if (!grown)
            return false;
        texts->text = grown;
        texts->room = room;
    }
    char *copy = malloc(strlen(text) + 1);
    if (!copy)
        return false;
    *last = texts->count;
    texts->text[texts->count++] = strcpy(copy, text);
    return true;
}

static const struct dp_samples *file_of(const struct dp_layout *layout, const struct dp_run *run)
{
    return run->target == DP_FILE && layout->file.inputs > 0 ? &layout->file : NULL;
}

static int64_t larger(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* One pass over the runs for what depends on them: longest curve, all neurons, most components of a
 * neuron. */
static void measure(const struct dp_sweep *sweep, struct dp_layout *layout)
{
    const bool curves = dp_run_keeps_curve(&sweep->base);
    const bool neurons = dp_sweep_may_keep(sweep, DP_KEEP_WEIGHTS);
    const bool along = dp_sweep_may_keep(sweep, DP_KEEP_TRAJECTORIES);
    struct dp_row_place place = {0};
    for (int64_t row = 0; row < sweep->runs && (curves || neurons || along); row++) {
        struct dp_run run;
        dp_sweep_run(sweep, row, &run);
        if (curves)
            layout->points = larger(layout->points, dp_run_curve_capacity(&run));
        dp_place_next(layout, sweep, &run, row, &place);
        if (place.neurons > 0 || place.along > 0)
            layout->components = larger(layout->components, place.inputs + 1 + place.outputs);
    }
    layout->neurons = place.neurons_before + place.neurons;
    layout->along = place.along_before + place.along;
}

/* One pass over the runs for the distinct texts of swept texts. */
static bool gather_texts(const struct dp_sweep *sweep, struct dp_layout *layout)
{
    int64_t last[DP_STORE_COLUMNS] = {0};
    bool any = false;
    for (int c = 0; c < layout->count; c++)
        any = any || layout->columns[c].source == DP_FROM_TEXT;
    for (int64_t row = 0; row < sweep->runs && any; row++) {
        struct dp_run run;
        dp_sweep_run(sweep, row, &run);
        for (int c = 0; c < layout->count; c++)
            if (layout->columns[c].source == DP_FROM_TEXT &&
                !add_text(&layout->texts[c], (const char *)&run + layout->columns[c].offset, &last[c]))
                return false;
    }
    return true;
}

enum dp_status dp_layout_make(const struct dp_sweep *sweep, const struct dp_samples *file,
                              struct dp_layout *layout, struct dp_error *error)
{
    memset(layout, 0, sizeof *layout);
    layout->runs = sweep->runs;
    if (file)
        layout->file = (struct dp_samples){.inputs = file->inputs, .outputs = file->outputs};
    measure(sweep, layout);
    choose_columns(sweep, layout);
    if (gather_texts(sweep, layout))
        return DP_OK;
    dp_layout_free(layout);
    return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the names of the sweep's files", sweep->name);
}

void dp_layout_free(struct dp_layout *layout)
{
    for (int c = 0; c < DP_STORE_COLUMNS; c++) {
        for (int64_t i = 0; i < layout->texts[c].count; i++)
            free(layout->texts[c].text[i]);
        free(layout->texts[c].text);
    }
    memset(layout, 0, sizeof *layout);
}

void dp_place_next(const struct dp_layout *layout, const struct dp_sweep *sweep, const struct dp_run *run,
                   int64_t row, struct dp_row_place *place)
{
    const bool along = dp_sweep_keeps(sweep, row, DP_KEEP_TRAJECTORIES);
    *place = (struct dp_row_place){
        .row = row,
        .width = run->width,
        .multiplicity = dp_run_multiplicity(run),
        .seed = run->seed,
        .neurons = dp_sweep_keeps(sweep, row, DP_KEEP_WEIGHTS) ? run->width : 0,
        .neurons_before = place->neurons_before + place->neurons,
        .along = along ? run->width * dp_run_curve_capacity(run) : 0,
        .along_before = place->along_before + place->along,
        .inputs = dp_run_inputs(run, file_of(layout, run)),
        .outputs = dp_run_outputs(run, file_of(layout, run)),
    };
    dp_run_exponents(run, &place->gamma, &place->gamma_prime);
}

void dp_layout_put(const struct dp_layout *layout, int column, const struct dp_run *run,
                   const struct dp_row_place *place, unsigned char *bytes)
{
    const struct dp_column *c = &layout->columns[column];
    if (c->source == DP_FROM_TEXT)
        dp_put_whole(c->type, text_index(&layout->texts[column], (const char *)run + c->offset, 0), bytes);
    else
        dp_column_put(c, c->source == DP_FROM_PLACE ? (const void *)place : run, bytes);
}

void dp_layout_shape(const struct dp_layout *layout, const struct dp_column *column, int64_t *rows,
                     int64_t *inner)
{
    *rows = column->role == DP_ROLE_WEIGHTS ? layout->neurons
            : column->role == DP_ROLE_ALONG ? layout->along
                                            : layout->runs;
    *inner = dp_role_in(column->role, DP_ROLES_RAGGED) ? layout->components
             : column->role == DP_ROLE_CURVE           ? layout->points
                                                       : 1;
}

int64_t dp_layout_bytes(const struct dp_layout *layout, unsigned roles)
{
    int64_t bytes = 0;
    for (int c = 0; c < layout->count; c++) {
        const struct dp_column *const column = &layout->columns[c];
        int64_t rows, inner;
        dp_layout_shape(layout, column, &rows, &inner);
        if (dp_role_in(column->role, roles))
            bytes += rows * inner * (int64_t)dp_column_size(column->type);
    }
    return bytes;
}
