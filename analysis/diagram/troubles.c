// SPDX-License-Identifier: BSD-3-Clause
#include "diagram/troubles.h"
#include "diagram/descent.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include <string.h>

enum { SHOWN_VALUES = 6 };

// The columns of the pass: the status, those of the descent, the coordinates.
enum { TROUBLE_STATUS, TROUBLE_DESCENT, TROUBLE_COORDINATES = TROUBLE_DESCENT + DP_DESCENT_COLUMNS };

/* The trouble of a row, DP_TROUBLES for none. */
static enum dp_trouble trouble_of(const struct dp_descent *descent, const struct dp_scan *scan, int64_t i)
{
    const double status = scan->column[TROUBLE_STATUS][i];
    if (status == DP_DIVERGED)
        return DP_TROUBLE_DIVERGED;
    if (status == DP_RUN_FAILED)
        return DP_TROUBLE_FAILED;
    return status == DP_DONE && dp_descent_rose(descent, scan, TROUBLE_DESCENT, i) ? DP_TROUBLE_ROSE
                                                                                   : DP_TROUBLES;
}

static enum dp_status add_row(const struct dp_descent *descent, const struct dp_scan *scan, int64_t i,
                              struct dp_troubles *troubles, struct dp_error *error)
{
    const enum dp_trouble trouble = trouble_of(descent, scan, i);
    bool room = true;
    for (int s = 0; s < troubles->settings; s++) {
        struct dp_trouble_setting *const setting = &troubles->setting[s];
        const double value = scan->column[TROUBLE_COORDINATES + s][i];
        room = dp_distinct_add(&setting->all, value) && room;
        if (trouble != DP_TROUBLES)
            room = dp_distinct_add(&setting->troubled[trouble], value) && room;
    }
    if (trouble != DP_TROUBLES)
        troubles->runs[trouble]++;
    return room ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for the values of the axes");
}

enum dp_status dp_troubles_read(const struct dp_store *store, const struct dp_filter *filter,
                                struct dp_troubles *troubles, struct dp_error *error)
{
    const char *names[TROUBLE_COORDINATES + DP_TROUBLE_SETTINGS] = {"status"};
    const int found = dp_coordinates(store, names + TROUBLE_COORDINATES, DP_TROUBLE_SETTINGS);
    struct dp_descent descent;
    struct dp_scan scan;
    DP_TRY(dp_descent_of(store, &descent, error));
    memcpy(names + TROUBLE_DESCENT, descent.column, sizeof descent.column);
    troubles->settings = found;
    for (int s = 0; s < found; s++)
        troubles->setting[s].name = names[TROUBLE_COORDINATES + s];
    enum dp_status status = dp_scan_open(store, names, TROUBLE_COORDINATES + found, filter, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++)
            if (dp_scan_passes(&scan, i))
                status = add_row(&descent, &scan, i, troubles, error);
    }
    dp_scan_close(&scan);
    for (int s = 0; s < found; s++) {
        dp_distinct_sort(&troubles->setting[s].all);
        for (int t = 0; t < DP_TROUBLES; t++)
            dp_distinct_sort(&troubles->setting[s].troubled[t]);
    }
    return status;
}

/* Prints ", learning_rate 0.5 5" if a setting distinguishes runs in trouble from the others. */
static void print_setting(const struct dp_store *store, const struct dp_trouble_setting *setting,
                          enum dp_trouble trouble, const char **before, FILE *out)
{
    const struct dp_distinct *const values = &setting->troubled[trouble];
    char text[DP_TEXT];
    if (values->count == setting->all.count || !strcmp(setting->name, "seed"))
        return;
    fprintf(out, "%s%s", *before, setting->name);
    for (int64_t v = 0; v < values->count && v < SHOWN_VALUES; v++)
        fprintf(out, " %s",
                dp_coordinate_text(store, setting->name, values->value[v], false, text, sizeof text));
    fprintf(out, values->count > SHOWN_VALUES ? " ..." : "");
    *before = ", ";
}

void dp_troubles_print(const struct dp_store *store, const struct dp_troubles *troubles, FILE *out)
{
    static const char *const sentence[] = {
        [DP_TROUBLE_DIVERGED] = "%lld %s diverged: the loss grew without bound or was no longer a number",
        [DP_TROUBLE_ROSE] = "the loss of %lld %s of gd rose by 1 %% or more: the rate is too large",
        [DP_TROUBLE_FAILED] = "%lld %s failed: the training could not be carried out"};
    for (enum dp_trouble t = DP_TROUBLE_DIVERGED; t < DP_TROUBLES; t++) {
        const char *before = " (only with ";
        if (!troubles->runs[t])
            continue;
        fprintf(out, sentence[t], (long long)troubles->runs[t], troubles->runs[t] == 1 ? "run" : "runs");
        for (int s = 0; s < troubles->settings; s++)
            print_setting(store, &troubles->setting[s], t, &before, out);
        fprintf(out, *before == ',' ? ")\n" : "\n");
    }
}

void dp_troubles_free(struct dp_troubles *troubles)
{
    for (int s = 0; s < troubles->settings; s++) {
        dp_distinct_free(&troubles->setting[s].all);
        for (int t = 0; t < DP_TROUBLES; t++)
            dp_distinct_free(&troubles->setting[s].troubled[t]);
    }
    *troubles = (struct dp_troubles){0};
}
