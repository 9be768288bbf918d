// SPDX-License-Identifier: BSD-3-Clause
#include "reading/read_point.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* THE table of quantities for a read point. */
static const struct quantity {
    const char *name, *column;
    bool drop;
} quantities[] = {
    {"step", "curve_step", false},
    {"flow_time", "curve_flow_time", false},
    {"growth", "curve_growth", false},
    {"loss_drop", "curve_loss", true},
};
enum { QUANTITIES = sizeof quantities / sizeof *quantities };

static enum dp_status no_counts(const char *text, const char *path, struct dp_error *error)
{
    return dp_fail(
        error, DP_BAD_INPUT,
        "--read %s: %s has no counts along its curves; run the sweep with observe: {curve_ratio: 1.1, "
        "curve_counts: true}",
        text, path);
}

static enum dp_status parse(const char *text, struct dp_read_point *read_point, struct dp_error *error)
{
    const size_t name = strcspn(text, " =>");
    const char *at = text + name + strspn(text + name, " ");
    at += strspn(at, ">");
    const bool equals = *at == '=';
    char *end = NULL;
    for (int i = 0; i < QUANTITIES; i++)
        if (strlen(quantities[i].name) == name && !strncmp(text, quantities[i].name, name)) {
            read_point->column = quantities[i].column;
            read_point->drop = quantities[i].drop;
        }
    read_point->value = equals ? strtod(at + 1, &end) : NAN;
    if (read_point->column && equals && end != at + 1 && *end == '\0' && isfinite(read_point->value))
        return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "--read must be end, or step, flow_time, growth or loss_drop with a number, as growth=100, "
        "not \"%s\"",
        text);
}

enum dp_status dp_read_point_parse(const char *text, const struct dp_store *store, const char *path,
                                   bool lines, struct dp_read_point *read_point, struct dp_error *error)
{
    int64_t runs;
    *read_point = (struct dp_read_point){.text = text, .counts = lines ? "curve_lines" : "curve_directions"};
    if (!strcmp(text, "end"))
        return DP_OK;
    DP_TRY(parse(text, read_point, error));
    if (!dp_store_has(store, read_point->counts) || !dp_store_has(store, read_point->column))
        return no_counts(text, path, error);
    dp_store_shape(store, read_point->counts, &runs, &read_point->points);
    read_point->curve = malloc(2 * (size_t)read_point->points * sizeof *read_point->curve);
    return read_point->curve ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for a curve");
}

void dp_read_point_free(struct dp_read_point *read_point)
{
    free(read_point->curve);
    read_point->curve = NULL;
}

enum dp_status dp_read_point_count(const struct dp_read_point *read_point, const struct dp_store *store,
                                   int64_t row, double *count, struct dp_error *error)
{
    const double *value = read_point->curve;
    double *counts = read_point->curve + read_point->points;
    DP_TRY(dp_store_read(store, read_point->column, row, 1, read_point->curve, error));
    DP_TRY(dp_store_read(store, read_point->counts, row, 1, counts, error));
    *count = -1;
    for (int64_t i = 0; i < read_point->points && *count < 0; i++) {
        const double reached = read_point->drop ? 1 - value[i] / value[0] : value[i];
        if (!(reached >= read_point->value))
            continue;
        if (isnan(counts[i]))
            return no_counts(read_point->text, "the store", error);
        *count = counts[i];
    }
    return DP_OK;
}
