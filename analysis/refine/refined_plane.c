// SPDX-License-Identifier: BSD-3-Clause
#include "refine/refined_plane.h"
#include "refine/base_lines.h"
#include <math.h>
#include <stdlib.h>

/* A cell also represents values that differ from its own by rounding. */
static bool is_near(double a, double b)
{
    return fabs(a - b) <= 1e-9 * fmax(1, fabs(b));
}

static bool find_cell(const void *context, double x, double y, struct dp_known *known)
{
    const struct dp_refined_plane *const r = context;
    const struct dp_cells *const cells = r->cells;
    const struct dp_cell *const cell = dp_cells_find(cells, x, y);
    if (!cell || !is_near(cell->x, x) || !is_near(cell->y, y))
        return false;
    if (r->plane->kind == DP_PLANE_MEAN) {
        const double mean = dp_tally_mean(&cell->total) - r->level,
                     error = 1.96 * dp_cell_mean_error(cells, cell);
        *known = (struct dp_known){mean, mean - error, mean + error};
    } else {
        *known = (struct dp_known){cell->slope.slope - r->level, cell->slope.low - r->level,
                                   cell->slope.high - r->level};
    }
    return true;
}

enum dp_status dp_refined_plane_open(const struct dp_store *store, const struct dp_plane *plane,
                                     const struct dp_diagram *diagram, double level,
                                     struct dp_refined_plane *refined, struct dp_error *error)
{
    const char *const yaml = dp_store_text(store, "sweep_yaml");
    const struct dp_distinct *const x = &diagram->cells.x, *const y = &diagram->cells.y;
    struct dp_refined_plane *const r = refined;
    int64_t nx, ny;
    *r = (struct dp_refined_plane){.plane = plane, .cells = &diagram->cells, .level = level};
    DP_TRY(dp_base_lines_read(yaml, plane->x, &r->x_lines, &nx, error));
    DP_TRY(dp_base_lines_read(yaml, plane->y, &r->y_lines, &ny, error));
    const bool is_refined = dp_refined_plane_is_refined(r);
    r->squares = (struct dp_square_grid){.nx = is_refined ? nx : x->count,
                                         .ny = is_refined ? ny : y->count,
                                         .x = is_refined ? r->x_lines : x->value,
                                         .y = is_refined ? r->y_lines : y->value,
                                         .find = find_cell,
                                         .context = r};
    return DP_OK;
}

bool dp_refined_plane_is_refined(const struct dp_refined_plane *refined)
{
    return refined->x_lines && refined->y_lines;
}

static int by_position(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The median of count numbers, which it sorts; NAN of none. */
static double median(double *numbers, int64_t count)
{
    if (count == 0)
        return NAN;
    qsort(numbers, (size_t)count, sizeof *numbers, by_position);
    return numbers[count / 2];
}

void dp_refined_plane_print(const struct dp_refined_plane *refined, const struct dp_square *square,
                            int64_t count, FILE *out)
{
    const struct dp_plane *const plane = refined->plane;
    const char *const name = plane->order ? plane->order->slope : plane->column;
    double *const position = malloc((size_t)count * sizeof *position + 1);
    double edge = 0, first = 0;
    int64_t crossed = 0, known = 0;
    for (int64_t i = 0; i < count; i++) {
        if (!square[i].crosses)
            continue;
        crossed++;
        edge = fmax(edge, square[i].edge);
        first = fmax(first, ldexp(square[i].edge, square[i].level));
        if (position && isfinite(square[i].position))
            position[known++] = square[i].position;
    }
    const double by_seeds = median(position, known);
    free(position);
    if (crossed == 0) {
        fprintf(out, "%s = %g: no square of cells has it\n", name, refined->level);
        return;
    }
    fprintf(out, "%s = %g crosses %lld square%s, the longest edge is %.4g: known to %.4g", name,
            refined->level, (long long)crossed, crossed == 1 ? "" : "s", edge, edge / 2);
    if (first > edge)
        fprintf(out, " (%.4g before refining)", first / 2);
    if (isfinite(by_seeds))
        fprintf(out, ", and to %.2g by the seeds (median of the 95 %% intervals)", by_seeds);
    fprintf(out, "; %lld more square%s undecided corners\n", (long long)(count - crossed),
            count - crossed == 1 ? " has" : "s have");
}

void dp_refined_plane_close(struct dp_refined_plane *refined)
{
    free(refined->x_lines);
    free(refined->y_lines);
}
