// SPDX-License-Identifier: BSD-3-Clause
#include "curves/curves.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { GRID_POINTS = 300, MOST_RUNS = 100000, MOST_GROUPS = 12, COORDINATES_MOST = 128 };

const struct dp_quantity dp_quantities[] = {
    {"loss", "curve_loss", "training loss", true},
    {"loss_test", "curve_loss_test", "test loss", true},
    {"rd", "curve_rd", "RD", true},
    {"rd_w", "curve_rd_w", "RD_w", true},
    {"rd_a", "curve_rd_a", "RD_a", true},
    {"growth", "curve_growth", "growth of Σ |{/:Italic a}| |{/:Italic w}|", true},
    {"directions", "curve_directions", "directions", false},
    {"lines", "curve_lines", "lines", false},
    {"active_neurons", "curve_active_neurons", "active neurons", true},
    {"alignment", "curve_alignment", "alignment {/:Italic C}", false},
    {"directions_effective", "curve_directions_effective", "effective directions", false},
    {"lines_effective", "curve_lines_effective", "effective lines", false},
    {"directions_uniform", "curve_directions_uniform", "effective directions (uniform)", false},
    {"lines_uniform", "curve_lines_uniform", "effective lines (uniform)", false},
    {"spectrum_1", "curve_spectrum_1", "largest singular value of {/:Italic J}", true},
    {"spectrum_2", "curve_spectrum_2", "2nd singular value", true},
    {"spectrum_3", "curve_spectrum_3", "3rd singular value", true},
    {"spectrum_4", "curve_spectrum_4", "4th singular value", true},
    {"spectrum_5", "curve_spectrum_5", "5th singular value", true},
    {"spectrum_6", "curve_spectrum_6", "6th singular value", true},
    {"spectrum_7", "curve_spectrum_7", "7th singular value", true},
    {"spectrum_8", "curve_spectrum_8", "8th singular value", true},
    {"risk", "curve_risk", "risk", true},
    {"risk_first", "curve_risk_first", "risk of the first output", true},
    {"risk_last", "curve_risk_last", "risk of the last output", true},
};
const int dp_quantity_count = sizeof dp_quantities / sizeof *dp_quantities;
_Static_assert(sizeof dp_quantities / sizeof *dp_quantities <= DP_QUANTITIES, "raise DP_QUANTITIES");

/* The curves of one group: of run r points first[r] .. first[r + 1] - 1. */
struct curve_group {
    double value; // of the key --by
    int64_t *rows, runs;
    int64_t *first;               // [runs + 1]
    double *x, *y[DP_QUANTITIES]; // all points
    double *grid;
    int64_t grid_count;
};

static void free_group(struct curve_group *g)
{
    free(g->rows);
    free(g->first);
    free(g->x);
    for (int q = 0; q < DP_QUANTITIES; q++)
        free(g->y[q]);
    free(g->grid);
}

static bool ended(const struct dp_store *store, int64_t row)
{
    double status = NAN;
    dp_store_read(store, "status", row, 1, &status, NULL);
    return status == DP_DONE || status == DP_STEP_LIMIT;
}

/* Whether the runs of a group may differ in a key. */
static bool is_averaged(const char *key)
{
    return strcmp(key, "seed") == 0 || strcmp(key, "data_seed") == 0;
}

/* The value of a coordinate in the group's first run, and in the first run that differs from it. */
static enum dp_status compare(const struct dp_curves *c, const struct curve_group *g, const char *name,
                              double *first, double *other, bool *differ, struct dp_error *error)
{
    *differ = false;
    DP_TRY(dp_store_read(c->store, name, g->rows[0], 1, first, error));
    for (int64_t r = 1; r < g->runs && !*differ; r++) {
        DP_TRY(dp_store_read(c->store, name, g->rows[r], 1, other, error));
        *differ = *other != *first && !(isnan(*other) && isnan(*first));
    }
    return DP_OK;
}

/* Reports when the runs of a group differ in other keys. */
static enum dp_status check_alike(const struct dp_curves *c, const struct curve_group *g,
                                  struct dp_error *error)
{
    const char *names[COORDINATES_MOST], *name = NULL;
    const int n = dp_coordinates(c->store, names, COORDINATES_MOST);
    double first = 0, other = 0;
    char a[64], b[64];
    // The multiplicity follows from the activation where that differs, which is then the one to choose.
    for (int k = 0; k < n && (!name || strcmp(name, "multiplicity") == 0); k++) {
        double one, two;
        bool differ;
        if (is_averaged(names[k]) || (name && strcmp(names[k], "activation") != 0))
            continue;
        DP_TRY(compare(c, g, names[k], &one, &two, &differ, error));
        if (differ) {
            name = names[k];
            first = one;
            other = two;
        }
    }
    if (!name)
        return DP_OK;
    dp_coordinate_text(c->store, name, first, false, a, sizeof a);
    return dp_fail(error, DP_BAD_INPUT,
                   "the runs differ in %s (%s, %s, ...), so their mean would mean nothing: choose with "
                   "--at %s=%s, or draw a line for each with --by %s",
                   name, a, dp_coordinate_text(c->store, name, other, false, b, sizeof b), name, a, name);
}

/* Reads the curves of a group's runs. */
static enum dp_status read_curves(const struct dp_curves *c, struct curve_group *g, struct dp_error *error)
{
    int64_t all, inner, n = 0;
    const char *const column = c->flow_time ? "curve_flow_time" : "curve_step";
    dp_store_shape(c->store, column, &all, &inner);
    const size_t room = (size_t)(g->runs * inner) * sizeof *g->x;
    g->first = calloc((size_t)g->runs + 1, sizeof *g->first);
    g->x = malloc(room + 1);
    for (int q = 0; q < c->quantities; q++)
        g->y[q] = malloc(room + 1);
    if (!g->first || !g->x || !g->y[c->quantities - 1])
        return dp_fail(error, DP_NO_MEMORY, "no memory for the curves of %lld runs", (long long)g->runs);
    for (int64_t r = 0; r < g->runs; r++) {
        int64_t points = 0;
        DP_TRY(dp_store_read(c->store, column, g->rows[r], 1, g->x + n, error));
        while (points < inner && !isnan(g->x[n + points]))
            points++;
        for (int q = 0; q < c->quantities; q++)
            DP_TRY(dp_store_read(c->store, dp_quantities[c->quantity[q]].column, g->rows[r], 1, g->y[q] + n,
                                 error));
        if (points == 0)
            return dp_fail(error, DP_BAD_INPUT, "run %lld has no %s%s", (long long)g->rows[r],
                           c->flow_time ? "flow time along its curve" : "curve",
                           c->flow_time ? ": adam has none; use --x step" : "");
        n += points;
        g->first[r + 1] = n;
    }
    return DP_OK;
}

static int ascending(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The distinct x of all runs if they mostly agree, else a grid between the ends. */
static enum dp_status make_grid(const struct dp_curves *c, struct curve_group *g, struct dp_error *error)
{
    const int64_t all = g->first[g->runs];
    int64_t longest = 0;
    g->grid = malloc((size_t)(all + GRID_POINTS) * sizeof *g->grid);
    if (!g->grid)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a grid of %lld values", (long long)all);
    memcpy(g->grid, g->x, (size_t)all * sizeof *g->grid);
    qsort(g->grid, (size_t)all, sizeof *g->grid, ascending);
    for (int64_t i = 0; i < all; i++)
        if (i == 0 || g->grid[i] != g->grid[g->grid_count - 1])
            g->grid[g->grid_count++] = g->grid[i];
    for (int64_t r = 0; r < g->runs; r++)
        longest = g->first[r + 1] - g->first[r] > longest ? g->first[r + 1] - g->first[r] : longest;
    if (g->grid_count <= 2 * longest)
        return DP_OK;
    double low = INFINITY;
    const double high = g->grid[g->grid_count - 1];
    for (int64_t i = 0; i < g->grid_count; i++)
        if (g->grid[i] > 0)
            low = fmin(low, g->grid[i]);
    for (int i = 0; i < GRID_POINTS; i++)
        g->grid[i + 1] =
            c->log_x ? low * pow(high / low, (double)i / (GRID_POINTS - 1)) : high * (i + 1) / GRID_POINTS;
    g->grid[GRID_POINTS] = high; // not what rounding makes of it
    g->grid[0] = 0;
    g->grid_count = GRID_POINTS + 1;
    return DP_OK;
}

/* The value of run r at x: between its points, and its last one after its end. */
static double value_at(const struct curve_group *g, const double *y, int64_t r, double x, bool log_x)
{
    int64_t low = g->first[r], high = g->first[r + 1] - 1;
    if (x >= g->x[high])
        return y[high];
    if (x <= g->x[low])
        return y[low];
    while (high - low > 1) {
        const int64_t middle = (low + high) / 2;
        if (g->x[middle] <= x)
            low = middle;
        else
            high = middle;
    }
    const bool logarithms = log_x && g->x[low] > 0;
    const double share = logarithms ? log(x / g->x[low]) / log(g->x[high] / g->x[low])
                                    : (x - g->x[low]) / (g->x[high] - g->x[low]);
    return share == 0 ? y[low] : y[low] + share * (y[high] - y[low]);
}

/* Mean and standard deviation over the runs at one x; y holds logarithms for a log axis. */
static void average(const struct dp_curves *c, const struct curve_group *g, const double *y, double x,
                    struct dp_curve_line *line, int64_t i)
{
    double sum = 0, square = 0;
    int64_t n = 0;
    for (int pass = 0; pass < 2; pass++) {
        const double mean = n ? sum / (double)n : 0;
        for (int64_t r = 0; r < g->runs; r++) {
            const double value = value_at(g, y, r, x, c->log_x);
            if (!isfinite(value))
                continue;
            if (pass == 0) {
                sum += value;
                n++;
            } else {
                square += (value - mean) * (value - mean);
            }
        }
    }
    const double mean = n ? sum / (double)n : NAN, spread = n > 1 ? sqrt(square / (double)(n - 1)) : 0;
    line->x[i] = x;
    line->middle[i] = c->log_y ? exp(mean) : mean;
    line->low[i] = c->log_y ? exp(mean - spread) : mean - spread;
    line->high[i] = c->log_y ? exp(mean + spread) : mean + spread;
}

static enum dp_status make_line(const struct dp_curves *c, const struct curve_group *g, int q,
                                struct dp_curve_line *line, struct dp_error *error)
{
    const size_t room = (size_t)g->grid_count * sizeof(double);
    char value[64];
    bool any = false;
    *line = (struct dp_curve_line){.quantity = c->quantity[q], .runs = g->runs, .count = g->grid_count};
    if (c->by)
        snprintf(line->label, sizeof line->label, "%.40s %.50s", c->by,
                 dp_coordinate_text(c->store, c->by, g->value, false, value, sizeof value));
    line->x = malloc(room);
    line->middle = malloc(room);
    line->low = malloc(room);
    line->high = malloc(room);
    if (!line->x || !line->middle || !line->low || !line->high)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a line");
    for (int64_t i = 0; i < g->first[g->runs] && c->log_y; i++)
        g->y[q][i] = g->y[q][i] > 0 ? log(g->y[q][i]) : NAN;
    for (int64_t i = 0; i < g->grid_count; i++) {
        average(c, g, g->y[q], g->grid[i], line, i);
        any = any || isfinite(line->middle[i]);
    }
    if (any)
        return DP_OK;
    const char *const name = dp_quantities[c->quantity[q]].name;
    const bool counted = !strcmp(name, "directions") || !strcmp(name, "lines");
    return dp_fail(error, DP_BAD_INPUT, "--y %s: the runs have none%s%s", name, c->log_y ? " above 0" : "",
                   !strcmp(name, "alignment") ? "; it is measured with one output and multiplicity 1 (tanh)"
                   : counted && !c->log_y     ? "; the key curve_counts asks for them"
                                              : "");
}

static enum dp_status add_lines(const struct dp_curves *c, struct curve_group *g,
                                struct dp_curve_lines *lines, struct dp_error *error)
{
    DP_TRY(check_alike(c, g, error));
    DP_TRY(read_curves(c, g, error));
    DP_TRY(make_grid(c, g, error));
    for (int q = 0; q < c->quantities; q++)
        DP_TRY(make_line(c, g, q, &lines->line[lines->count++], error));
    return DP_OK;
}

/* Sorts the rows into groups by the key --by; *count groups, in the order of their values. */
static enum dp_status split(const struct dp_curves *c, const int64_t *rows, int64_t n,
                            struct curve_group *groups, int *count, struct dp_error *error)
{
    for (int64_t i = 0; i < n; i++) {
        double value = 0;
        int k = 0;
        if (c->by)
            DP_TRY(dp_store_read(c->store, c->by, rows[i], 1, &value, error));
        while (k < *count && groups[k].value < value)
            k++;
        if (k == *count || groups[k].value != value) {
            if (*count == MOST_GROUPS)
                return dp_fail(error, DP_BAD_INPUT,
                               "--by %s: more than %d values; choose some with --at %s=VALUE (several are "
                               "alternatives)",
                               c->by, MOST_GROUPS, c->by);
            memmove(groups + k + 1, groups + k, (size_t)(*count - k) * sizeof *groups);
            groups[k] = (struct curve_group){.value = value, .rows = malloc((size_t)n * sizeof *rows)};
            (*count)++;
            if (!groups[k].rows)
                return dp_fail(error, DP_NO_MEMORY, "no memory for the rows of a group");
        }
        groups[k].rows[groups[k].runs++] = rows[i];
    }
    return DP_OK;
}

/* Finds the rows to draw. */
static enum dp_status find_rows(const struct dp_curves *c, int64_t *rows, int64_t *n, int64_t *left_out,
                                struct dp_error *error)
{
    int64_t found, kept = 0;
    DP_TRY(dp_scan_rows(c->store, c->filter, rows, MOST_RUNS, &found, error));
    if (found > MOST_RUNS)
        return dp_fail(error, DP_BAD_INPUT, "%lld runs are too many for one figure; choose some with --at",
                       (long long)found);
    for (int64_t i = 0; i < found; i++)
        if (ended(c->store, rows[i]))
            rows[kept++] = rows[i];
    *n = kept;
    *left_out = found - kept;
    if (kept > 0)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "%s",
                   found ? "none of these runs is done yet" : "no run of the store has all of these values");
}

enum dp_status dp_lines_read(const struct dp_curves *curves, struct dp_curve_lines *lines,
                             struct dp_error *error)
{
    struct curve_group groups[MOST_GROUPS] = {{0}};
    int count = 0;
    int64_t n = 0, *const rows = malloc(MOST_RUNS * sizeof *rows);
    lines->line = calloc(MOST_GROUPS * DP_QUANTITIES, sizeof *lines->line);
    enum dp_status status = DP_OK;
    if (!rows || !lines->line)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for the rows of the runs");
    if (status == DP_OK)
        status = find_rows(curves, rows, &n, &lines->left_out, error);
    if (status == DP_OK)
        status = split(curves, rows, n, groups, &count, error);
    for (int k = 0; k < count && status == DP_OK; k++)
        status = add_lines(curves, &groups[k], lines, error);
    for (int k = 0; k < count; k++)
        free_group(&groups[k]);
    free(rows);
    return status;
}

enum dp_status dp_lines_of_rows(const struct dp_curves *curves, const int64_t *rows, int64_t count,
                                struct dp_curve_lines *lines, struct dp_error *error)
{
    struct curve_group group = {.rows = malloc((size_t)count * sizeof *rows + 1)};
    lines->line = calloc(DP_QUANTITIES, sizeof *lines->line);
    enum dp_status status = DP_OK;
    if (!group.rows || !lines->line)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for the rows of the runs");
    for (int64_t i = 0; i < count && status == DP_OK; i++)
        if (ended(curves->store, rows[i]))
            group.rows[group.runs++] = rows[i];
    lines->left_out = count - group.runs;
    if (status == DP_OK && group.runs > 0)
        status = add_lines(curves, &group, lines, error);
    free_group(&group);
    return status;
}

void dp_lines_free(struct dp_curve_lines *lines)
{
    for (int64_t i = 0; i < lines->count; i++) {
        free(lines->line[i].x);
        free(lines->line[i].middle);
        free(lines->line[i].low);
        free(lines->line[i].high);
    }
    free(lines->line);
    *lines = (struct dp_curve_lines){0};
}
