// SPDX-License-Identifier: BSD-3-Clause
#include "report/groups.h"
#include "curves/curves.h"
#include "figures/style.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Groups of runs that differ only in seeds, with the curves and neurons that the store keeps of them. */

enum { GROUPS_MOST = 4000, NUMBERS_MOST = 120000, POINTS_LEAST = 10, POINTS_MOST = 100, NEURON_GROUPS = 120 };

struct group_pass {
    const char *name[DP_TROUBLE_SETTINGS]; // of the coordinates that tell groups apart
    int keys;
    double *value;              // [groups][keys]
    int64_t *rows[GROUPS_MOST]; // of each group
    int64_t runs[GROUPS_MOST];  // how many
    int64_t groups;
    bool too_many;
};

static void free_pass(struct group_pass *pass)
{
    for (int64_t g = 0; g < pass->groups; g++)
        free(pass->rows[g]);
    free(pass->value);
    free(pass);
}

static bool same(const double *a, const double *b, int n)
{
    for (int k = 0; k < n; k++)
        if (dp_value_bits(a[k]) != dp_value_bits(b[k]))
            return false;
    return true;
}

/* Adds a row to its group. Neighbouring rows mostly belong to the same group, so the latest groups are
 * searched first. */
static enum dp_status add_row(struct group_pass *pass, const double *value, int64_t row,
                              struct dp_error *error)
{
    int64_t g = pass->groups - 1;
    while (g >= 0 && !same(pass->value + g * pass->keys, value, pass->keys))
        g--;
    if (g < 0 && pass->groups == GROUPS_MOST) {
        pass->too_many = true;
        return DP_OK;
    }
    if (g < 0) {
        g = pass->groups++;
        memcpy(pass->value + g * pass->keys, value, (size_t)pass->keys * sizeof *value);
    }
    const int64_t n = pass->runs[g];
    if ((n & (n - 1)) == 0) { // 0, 1, 2, 4, ...: full
        int64_t *const more = realloc(pass->rows[g], (size_t)(n ? 2 * n : 1) * sizeof *more);
        if (!more)
            return dp_fail(error, DP_NO_MEMORY, "no memory for the rows of a group");
        pass->rows[g] = more;
    }
    pass->rows[g][pass->runs[g]++] = row;
    return DP_OK;
}

static enum dp_status sort_rows(const struct dp_page *page, struct group_pass *pass, struct dp_error *error)
{
    const struct dp_filter all = {0};
    double value[DP_TROUBLE_SETTINGS];
    struct dp_scan scan;
    enum dp_status status = dp_scan_open(page->store, pass->name, pass->keys, &all, &scan, error);
    while (status == DP_OK && scan.first < scan.runs && !pass->too_many) {
        const int64_t first = scan.first;
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK && !pass->too_many; i++) {
            for (int k = 0; k < pass->keys; k++)
                value[k] = scan.column[k][i];
            status = add_row(pass, value, first + i, error);
        }
    }
    dp_scan_close(&scan);
    return status;
}

/* One quantity of a group, thinned to this many points; nothing if the runs do not have it. */
static void put_line(struct dp_page *page, const struct dp_curve_line *line, int64_t most)
{
    struct dp_json *const json = &page->json;
    const int64_t points = line->count < most ? line->count : most;
    const struct {
        const char *name;
        const double *values;
    } parts[] = {{"x", line->x}, {"middle", line->middle}, {"low", line->low}, {"high", line->high}};
    dp_json_name(json, dp_quantities[line->quantity].name);
    dp_json_open(json, '{');
    dp_json_member_truth(json, "geometric", dp_quantities[line->quantity].spans_decades);
    for (size_t p = 0; p < 4; p++) {
        dp_json_name(json, parts[p].name);
        dp_json_open(json, '[');
        for (int64_t i = 0; i < points; i++)
            dp_json_rounded(json, parts[p].values[points > 1 ? i * (line->count - 1) / (points - 1) : 0], 4);
        dp_json_close(json, ']');
    }
    dp_json_close(json, '}');
}

static enum dp_status put_curves(struct dp_page *page, const int64_t *rows, int64_t runs, int64_t most,
                                 struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    struct dp_run run;
    dp_sweep_run(&page->sweep, rows[0], &run);
    const bool flow = run.method == DP_FLOW || run.method == DP_NORMALIZED_FLOW;
    dp_json_name(json, "curves");
    dp_json_open(json, '{');
    dp_json_member_text(json, "x", flow ? "flow time" : "step");
    enum dp_status status = DP_OK;
    for (int q = 0; q < dp_quantity_count && status == DP_OK; q++) {
        struct dp_curves curves = {.store = page->store,
                                   .flow_time = flow,
                                   .log_y = dp_quantities[q].spans_decades,
                                   .quantity = {q},
                                   .quantities = 1};
        struct dp_curve_lines lines = {0};
        struct dp_error absent = {0};
        status = dp_lines_of_rows(&curves, rows, runs, &lines, &absent);
        if (status == DP_OK && lines.count == 1)
            put_line(page, &lines.line[0], most);
        else if (status == DP_BAD_INPUT) // none of the runs has that quantity
            status = DP_OK;
        else if (status != DP_OK)
            dp_fail(error, status, "%.*s", (int)strcspn(absent.text, "\n"), absent.text);
        dp_lines_free(&lines);
    }
    dp_json_close(json, '}');
    return status;
}

static enum dp_status put_group(struct dp_page *page, const struct group_pass *pass, int64_t g, bool neurons,
                                struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    char text[DP_TEXT];
    dp_json_open(json, '{');
    dp_json_name(json, "values");
    dp_json_open(json, '[');
    for (int k = 0; k < pass->keys; k++)
        dp_json_number(json, pass->value[g * pass->keys + k]);
    dp_json_close(json, ']');
    dp_json_name(json, "texts");
    dp_json_open(json, '[');
    for (int k = 0; k < pass->keys; k++)
        dp_json_text(json, dp_coordinate_text(page->store, pass->name[k], pass->value[g * pass->keys + k],
                                              false, text, sizeof text));
    dp_json_close(json, ']');
    dp_json_member_whole(json, "row", pass->rows[g][0]);
    dp_json_member_whole(json, "runs", pass->runs[g]);
    int64_t most = NUMBERS_MOST / (4 * 3 * pass->groups);
    most = most < POINTS_LEAST ? POINTS_LEAST : most > POINTS_MOST ? POINTS_MOST : most;
    if (dp_store_has(page->store, "curve_step"))
        DP_TRY(put_curves(page, pass->rows[g], pass->runs[g], most, error));
    if (neurons)
        DP_TRY(dp_page_neurons(page, pass->rows[g], pass->runs[g], error));
    dp_json_close(json, '}');
    return DP_OK;
}

static enum dp_status put_groups(struct dp_page *page, struct group_pass *pass, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    char text[DP_TEXT];
    pass->value = malloc(GROUPS_MOST * (size_t)(pass->keys + 1) * sizeof *pass->value);
    if (!pass->value)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the groups of runs");
    DP_TRY(sort_rows(page, pass, error));
    const int64_t stride = 1 + (pass->groups - 1) / NEURON_GROUPS; // not all of many groups show neurons
    dp_json_name(json, "group_keys");
    dp_json_open(json, '[');
    for (int k = 0; k < pass->keys; k++) {
        dp_json_open(json, '{');
        dp_json_member_text(json, "key", pass->name[k]);
        dp_json_member_text(json, "label", dp_symbol_plain(pass->name[k], text, sizeof text));
        dp_json_member_truth(json, "named", dp_coordinate_is_named(page->store, pass->name[k]));
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
    dp_json_member_truth(json, "groups_too_many", pass->too_many);
    dp_json_name(json, "groups");
    dp_json_open(json, '[');
    enum dp_status status = DP_OK;
    for (int64_t g = 0; g < pass->groups && !pass->too_many && status == DP_OK; g++)
        status = put_group(page, pass, g, g % stride == 0, error);
    dp_json_close(json, ']');
    return status;
}

enum dp_status dp_page_groups(struct dp_page *page, struct dp_error *error)
{
    if (!dp_store_has(page->store, "curve_step") && !dp_store_has(page->store, "weights_inputs"))
        return DP_OK;
    struct group_pass *const pass = calloc(1, sizeof *pass);
    if (!pass)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the groups of runs");
    for (int s = 0; s < page->coordinates.settings; s++)
        if (dp_page_is_axis(&page->coordinates.setting[s]))
            pass->name[pass->keys++] = page->coordinates.setting[s].name;
    const enum dp_status status = put_groups(page, pass, error);
    free_pass(pass);
    return status;
}
