// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "diagram/diagram.h"
#include "reading/command.h"
#include "refine/finer_sweep.h"
#include "refine/squares.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* dewpoint refine: writes a sweep with the cells that tell most about a contour. */

static const char help[] =
    "usage: dewpoint refine STORE -o FINER.yaml [--x KEY] [--y KEY] [--value VALUE] [--level L]\n"
    "                       [--at KEY=VALUE]... [--cells N | --within E]\n"
    "\n"
    "Writes a sweep whose plane has more cells along the contour VALUE = L. A square of neighbouring\n"
    "cells is halved if the value crosses L in it or is undecided at a corner. All other axes stay. Train\n"
    "the sweep with `dewpoint run FINER.yaml -o FINER.h5 --reuse STORE`, which copies the cells that\n"
    "STORE has, and refine again; jobs/refine repeats both steps until the contour is known.\n"
    "\n"
    "  -o, --output FILE  the new sweep file\n"
    "  --x KEY, --y KEY   the two keys that span the plane (default: gamma and gamma_prime)\n"
    "  --value VALUE      as in `dewpoint phase`: s_w (default), s_a, s, or the mean of a column of the\n"
    "                     store\n"
    "  --level L          value of the contour (default: 0)\n"
    "  --at KEY=VALUE     use only runs with this value of a swept key; may be repeated\n"
    "  --cells N          add at most N cells, in the largest squares first\n"
    "  --within E         halve only squares longer than 2 E, so that no point of the contour is farther\n"
    "                     than E from a line between cells; no file is written when no such square is\n"
    "                     left\n"
    "  --undecided        also halve squares with undecided corners in which the value does not cross L;\n"
    "                     more seeds may decide these at less cost\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading or writing failed.\n";

struct refine_options {
    struct dp_common common;
    const char *output, *x, *y, *value, *level, *cells, *within;
    struct dp_list at;
    bool undecided;
};

static const struct dp_option option_table[] = {
    {"-o", DP_OPTION_TEXT, offsetof(struct refine_options, output)},
    {"--output", DP_OPTION_TEXT, offsetof(struct refine_options, output)},
    {"--x", DP_OPTION_TEXT, offsetof(struct refine_options, x)},
    {"--y", DP_OPTION_TEXT, offsetof(struct refine_options, y)},
    {"--value", DP_OPTION_TEXT, offsetof(struct refine_options, value)},
    {"--level", DP_OPTION_TEXT, offsetof(struct refine_options, level)},
    {"--at", DP_OPTION_MANY, offsetof(struct refine_options, at)},
    {"--cells", DP_OPTION_TEXT, offsetof(struct refine_options, cells)},
    {"--within", DP_OPTION_TEXT, offsetof(struct refine_options, within)},
    {"--undecided", DP_OPTION_FLAG, offsetof(struct refine_options, undecided)},
};

struct refinement {
    const struct dp_store *store;
    const struct refine_options *options;
    double level, within; // within 0: none
    int64_t most;         // cells to add
    struct dp_sweep sweep;
    const struct dp_key *x, *y;
    struct dp_plane plane;
    struct dp_diagram diagram;
    double *x_lines, *y_lines; // of a sweep that was refined before; NULL: those of the cells
    struct dp_square_grid squares;
    struct dp_square *square; // to be halved: count of them
    int64_t count;
};

static enum dp_status read_number(const char *option, const char *text, double least, double *value,
                                  struct dp_error *error)
{
    char *end;
    if (!text)
        return DP_OK;
    *value = strtod(text, &end);
    if (end != text && !*end && isfinite(*value) && *value > least)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "%s %s: it must be a number%s", option, text,
                   isfinite(least) ? " above 0" : "");
}

static enum dp_status read_options(struct refinement *r, struct dp_error *error)
{
    const struct refine_options *const o = r->options;
    double cells = INFINITY;
    if (!o->output)
        return dp_fail(error, DP_BAD_INPUT, "where to? Give -o FINER.yaml; see --help");
    if (o->cells && o->within)
        return dp_fail(error, DP_BAD_INPUT, "--cells and --within each say when to stop; keep one of them");
    DP_TRY(dp_output_check("-o", o->output, o->common.store, error));
    DP_TRY(read_number("--level", o->level, -INFINITY, &r->level, error));
    DP_TRY(read_number("--within", o->within, 0, &r->within, error));
    DP_TRY(read_number("--cells", o->cells, 0, &cells, error));
    r->most = cells < 1e15 ? (int64_t)cells : INT64_MAX;
    return DP_OK;
}

/* A key of the plane must be swept, and its values must be numbers that allow values in between. */
static enum dp_status find_key(const struct refinement *r, const char *option, const char *name,
                               const struct dp_key **key, struct dp_error *error)
{
    *key = dp_key_find(name);
    for (int a = 0; a < r->sweep.axis_count; a++)
        if (r->sweep.axes[a].key == *key && *key && (*key)->type == DP_REAL)
            return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "%s %s: the sweep does not vary it, or its values cannot be halved",
                   option, name);
}

static enum dp_status read_diagram(struct refinement *r, struct dp_error *error)
{
    const struct refine_options *const o = r->options;
    const char *const x = o->x ? o->x : "gamma", *const y = o->y ? o->y : "gamma_prime";
    DP_TRY(dp_plane_value(r->store, o->value ? o->value : "s_w", &r->plane, error));
    DP_TRY(dp_plane_axes(r->store, x, y, &r->plane, error));
    if (r->plane.kind == DP_PLANE_DRIFT)
        return dp_fail(error, DP_BAD_INPUT, "--value %s: a drift has no contour to refine", o->value);
    for (int i = 0; i < o->at.count; i++)
        DP_TRY(dp_filter_add(r->store, o->at.text[i], &r->plane.filter, error));
    DP_TRY(dp_store_whole_sweep(r->store, &r->sweep, error));
    DP_TRY(find_key(r, "--x", x, &r->x, error));
    DP_TRY(find_key(r, "--y", y, &r->y, error));
    return dp_diagram_read(r->store, &r->plane, 0, &r->diagram, error);
}

/* A cell also represents values that differ from its own by rounding. */
static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static bool find_cell(const void *context, double x, double y, struct dp_known *known)
{
    const struct refinement *const r = context;
    const struct dp_cells *const cells = &r->diagram.cells;
    const struct dp_cell *const cell = dp_cells_find(cells, x, y);
    if (!cell || !is_near(cell->x, x) || !is_near(cell->y, y))
        return false;
    if (r->plane.kind == DP_PLANE_MEAN) {
        const double mean = dp_tally_mean(&cell->total) - r->level,
                     error = 1.96 * dp_cell_mean_error(cells, cell);
        *known = (struct dp_known){mean, mean - error, mean + error};
    } else {
        *known = (struct dp_known){cell->slope.slope - r->level, cell->slope.low - r->level,
                                   cell->slope.high - r->level};
    }
    return true;
}

static enum dp_status find_lines(struct refinement *r, struct dp_error *error)
{
    const char *const yaml = dp_store_text(r->store, "sweep_yaml");
    const struct dp_distinct *const x = &r->diagram.cells.x, *const y = &r->diagram.cells.y;
    int64_t nx, ny;
    DP_TRY(dp_base_lines_read(yaml, r->x->name, &r->x_lines, &nx, error));
    DP_TRY(dp_base_lines_read(yaml, r->y->name, &r->y_lines, &ny, error));
    const bool refined = r->x_lines && r->y_lines;
    r->squares = (struct dp_square_grid){.nx = refined ? nx : x->count,
                                         .ny = refined ? ny : y->count,
                                         .x = refined ? r->x_lines : x->value,
                                         .y = refined ? r->y_lines : y->value,
                                         .find = find_cell,
                                         .context = r};
    if (r->squares.nx < 2 || r->squares.ny < 2)
        return dp_fail(error, DP_BAD_INPUT,
                       "the plane of %s and %s has no squares: it needs two values of each", r->x->name,
                       r->y->name);
    return DP_OK;
}

static int by_position(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* Prints how well the contour is known: by the squares that it crosses, and by the intervals at their
 * corners. */
static void print_contour(const struct refinement *r, const struct dp_square *square, int64_t count)
{
    double *const position = malloc((size_t)count * sizeof *position + 1);
    double edge = 0;
    int64_t crossed = 0, known = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!square[i].crosses)
            continue;
        crossed++;
        edge = fmax(edge, square[i].edge);
        if (position && isfinite(square[i].position))
            position[known++] = square[i].position;
    }
    if (known)
        qsort(position, (size_t)known, sizeof *position, by_position);
    const char *const name = r->plane.order ? r->plane.order->slope : r->plane.column;
    if (crossed == 0)
        printf("%s = %g: no square of cells has it\n", name, r->level);
    else
        printf("%s = %g crosses %lld squares, the longest edge is %.4g: known to %.4g", name, r->level,
               (long long)crossed, edge, edge / 2);
    if (crossed > 0 && known)
        printf(", and to %.2g by the seeds (median of the 95 %% intervals)", position[known / 2]);
    if (crossed > 0)
        printf("; %lld more squares have undecided corners\n", (long long)(count - crossed));
    free(position);
}

/* Keeps only the squares that must be halved. */
static enum dp_status choose(struct refinement *r, struct dp_error *error)
{
    DP_TRY(dp_squares_find(&r->squares, &r->square, &r->count, error));
    print_contour(r, r->square, r->count);
    int64_t kept = 0;
    for (int64_t i = 0; i < r->count; i++)
        if ((r->square[i].crosses || r->options->undecided) && r->square[i].edge > 2 * r->within)
            r->square[kept++] = r->square[i];
    r->count = kept;
    return DP_OK;
}

static enum dp_status write_sweep(const struct refinement *r, const struct dp_point *fresh, int64_t count,
                                  struct dp_error *error)
{
    const struct dp_cells *const cells = &r->diagram.cells;
    struct dp_point *const points = malloc((size_t)(cells->count + count) * sizeof *points);
    struct dp_output output;
    if (!points)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the cells of a plane");
    for (int64_t i = 0; i < cells->count; i++)
        points[i] = (struct dp_point){cells->cell[i].x, cells->cell[i].y};
    memcpy(points + cells->count, fresh, (size_t)count * sizeof *points);
    const struct dp_finer_sweep finer = {.sweep = &r->sweep,
                                         .x = r->x,
                                         .y = r->y,
                                         .x_lines = r->squares.x,
                                         .y_lines = r->squares.y,
                                         .nx = r->squares.nx,
                                         .ny = r->squares.ny,
                                         .points = points,
                                         .count = cells->count + count};
    enum dp_status status = dp_output_open(r->options->output, &output, error);
    if (status == DP_OK)
        status = dp_output_end(&output, dp_finer_sweep_write(&finer, output.file, error), error);
    free(points);
    return status;
}

static enum dp_status refine(struct refinement *r, struct dp_error *error)
{
    struct dp_point *points;
    int64_t count, halved;
    DP_TRY(read_diagram(r, error));
    DP_TRY(find_lines(r, error));
    DP_TRY(choose(r, error));
    DP_TRY(dp_squares_halve(&r->squares, r->square, r->count, r->most, &points, &count, &halved, error));
    enum dp_status status = DP_OK;
    if (count > 0) {
        status = write_sweep(r, points, count, error);
        printf("%s: %lld cells, %lld of them new; train it with\n  dewpoint run %s -o FINER.h5 --reuse %s\n",
               r->options->output, (long long)(r->diagram.cells.count + count), (long long)count,
               r->options->output, r->options->common.store);
    } else {
        printf("nothing to refine; %s was not written\n", r->options->output);
    }
    free(points);
    return status;
}

static enum dp_status run(int count, char **arguments, struct dp_error *error)
{
    struct refine_options options = {0};
    struct dp_store *store = NULL;
    DP_TRY(dp_command_parse("refine", option_table, (int)(sizeof option_table / sizeof *option_table), count,
                            arguments, &options.common, error));
    if (options.common.help)
        return fputs(help, stdout) < 0 ? DP_IO : DP_OK;
    struct refinement *const r = calloc(1, sizeof *r);
    if (!r)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to refine");
    r->options = &options;
    enum dp_status status = read_options(r, error);
    if (status == DP_OK)
        status = dp_store_open(options.common.store, &store, error);
    r->store = store;
    if (status == DP_OK)
        status = refine(r, error);
    dp_diagram_free(&r->diagram);
    if (r->sweep.expansion)
        dp_sweep_free(&r->sweep);
    free(r->x_lines);
    free(r->y_lines);
    free(r->square);
    free(r);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

int main(int count, char **arguments)
{
    struct dp_error error = {0};
    const enum dp_status status = run(count, arguments, &error);
    return dp_command_report("refine", status, &error);
}
