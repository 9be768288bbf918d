// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/readout.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* THE table of what a readout can wait for. */
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

static enum dp_status parse(const char *text, struct dp_readout *readout, struct dp_error *error)
{
    const size_t name = strcspn(text, " =>");
    const char *at = text + name + strspn(text + name, " ");
    at += strspn(at, ">");
    const bool equals = *at == '=';
    char *end = NULL;
    for (int i = 0; i < QUANTITIES; i++)
        if (strlen(quantities[i].name) == name && !strncmp(text, quantities[i].name, name)) {
            readout->column = quantities[i].column;
            readout->drop = quantities[i].drop;
        }
    readout->value = equals ? strtod(at + 1, &end) : NAN;
    if (readout->column && equals && end != at + 1 && *end == '\0' && isfinite(readout->value))
        return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "--read must be end, or step, flow_time, growth or loss_drop with a number, as growth=100, "
        "not \"%s\"",
        text);
}

enum dp_status dp_readout_parse(const char *text, const struct dp_store *store, const char *path, bool lines,
                                struct dp_readout *readout, struct dp_error *error)
{
    int64_t runs;
    *readout = (struct dp_readout){.text = text, .counts = lines ? "curve_lines" : "curve_directions"};
    if (!strcmp(text, "end"))
        return DP_OK;
    DP_TRY(parse(text, readout, error));
    if (!dp_store_has(store, readout->counts) || !dp_store_has(store, readout->column))
        return no_counts(text, path, error);
    dp_store_shape(store, readout->counts, &runs, &readout->points);
    readout->curve = malloc(2 * (size_t)readout->points * sizeof *readout->curve);
    return readout->curve ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for a curve");
}

void dp_readout_free(struct dp_readout *readout)
{
    free(readout->curve);
    readout->curve = NULL;
}

enum dp_status dp_readout_row(const struct dp_readout *readout, const struct dp_store *store, int64_t row,
                              double *count, struct dp_error *error)
{
    const double *value = readout->curve;
    double *counts = readout->curve + readout->points;
    DP_TRY(dp_store_read(store, readout->column, row, 1, readout->curve, error));
    DP_TRY(dp_store_read(store, readout->counts, row, 1, counts, error));
    *count = -1;
    for (int64_t i = 0; i < readout->points && *count < 0; i++) {
        const double reached = readout->drop ? 1 - value[i] / value[0] : value[i];
        if (!(reached >= readout->value))
            continue;
        if (isnan(counts[i]))
            return no_counts(readout->text, "the store", error);
        *count = counts[i];
    }
    return DP_OK;
}
