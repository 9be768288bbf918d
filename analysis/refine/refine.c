// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "diagram/diagram.h"
#include "reading/command.h"
#include "refine/finer_sweep.h"
#include "refine/refined_plane.h"
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
    // from the texts
    double contour, nearest; // nearest 0: none
    int64_t most;            // cells to add
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
    struct dp_sweep sweep;
    const struct dp_key *x, *y;
    struct dp_plane plane;
    struct dp_diagram diagram;
    struct dp_refined_plane refined;
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

static enum dp_status check_options(void *options, struct dp_error *error)
{
    struct refine_options *const o = options;
    double cells = INFINITY;
    if (!o->output)
        return dp_fail(error, DP_BAD_INPUT, "where to? Give -o FINER.yaml; see --help");
    if (o->cells && o->within)
        return dp_fail(error, DP_BAD_INPUT, "--cells and --within each say when to stop; keep one of them");
    DP_TRY(dp_output_check("-o", o->output, o->common.store, error));
    if (dp_finer_sweep_would_replace(o->output))
        return dp_fail(error, DP_BAD_INPUT,
                       "-o %s: a file is there that refine has not written; choose another name", o->output);
    DP_TRY(read_number("--level", o->level, -INFINITY, &o->contour, error));
    DP_TRY(read_number("--within", o->within, 0, &o->nearest, error));
    DP_TRY(read_number("--cells", o->cells, 0, &cells, error));
    o->most = cells < 1e15 ? (int64_t)cells : INT64_MAX;
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

/* Keeps only the squares that must be halved. */
static enum dp_status choose(struct refinement *r, struct dp_error *error)
{
    DP_TRY(dp_squares_find(&r->refined.squares, &r->square, &r->count, error));
    dp_refined_plane_print(&r->refined, r->square, r->count, stdout);
    int64_t kept = 0;
    for (int64_t i = 0; i < r->count; i++)
        if ((r->square[i].crosses || r->options->undecided) && r->square[i].edge > 2 * r->options->nearest)
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
                                         .x_lines = r->refined.squares.x,
                                         .y_lines = r->refined.squares.y,
                                         .nx = r->refined.squares.nx,
                                         .ny = r->refined.squares.ny,
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
    DP_TRY(dp_refined_plane_open(r->store, &r->plane, &r->diagram, r->options->contour, &r->refined, error));
    if (r->refined.squares.nx < 2 || r->refined.squares.ny < 2)
        return dp_fail(error, DP_BAD_INPUT,
                       "the plane of %s and %s has no squares: it needs two values of each", r->x->name,
                       r->y->name);
    DP_TRY(choose(r, error));
    DP_TRY(dp_squares_halve(&r->refined.squares, r->square, r->count, r->options->most, &points, &count,
                            &halved, error));
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

static enum dp_status work(const struct dp_store *store, void *options, struct dp_error *error)
{
    struct refinement *const r = calloc(1, sizeof *r);
    if (!r)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to refine");
    r->store = store;
    r->options = options;
    const enum dp_status status = refine(r, error);
    dp_diagram_free(&r->diagram);
    if (r->sweep.expansion)
        dp_sweep_free(&r->sweep);
    dp_refined_plane_close(&r->refined);
    free(r->square);
    free(r);
    return status;
}

static const struct dp_command command = {
    .name = "refine",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check_options,
    .work = work,
};

int main(int count, char **arguments)
{
    struct refine_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
