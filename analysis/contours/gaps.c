// SPDX-License-Identifier: BSD-3-Clause
#include "contours/gaps.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { HALVINGS = 24 };

/* A row or a column of the grid: its points, and where its values lie. */
struct line {
    int64_t count, first, stride;
    const double *at;
};

static int by_size(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

/* The largest distance between neighbouring cells of a line; 0 unless it has cells at both ends. */
static double step_of(const struct line *line, const bool *there)
{
    double largest = 0;
    int64_t last = 0;
    if (!there[line->first] || !there[line->first + (line->count - 1) * line->stride])
        return 0;
    for (int64_t i = 1; i < line->count; i++)
        if (there[line->first + i * line->stride]) {
            largest = fmax(largest, line->at[i] - line->at[last]);
            last = i;
        }
    return largest;
}

/* The distance between the lines of the plane before it was refined: the median of that over the lines, most
 * of which are of that plane or were refined in places. room: a number for each line. */
static double base_step(const struct line *lines, int64_t count, const bool *there, double *room)
{
    int64_t found = 0;
    for (int64_t l = 0; l < count; l++) {
        room[found] = step_of(&lines[l], there);
        found += room[found] > 0;
    }
    if (found == 0)
        return 0;
    qsort(room, (size_t)found, sizeof *room, by_size);
    return room[found / 2];
}

/* What to put into the gaps, and over which distance, relative to the step of the plane, it was
 * interpolated. */
struct filling {
    double *value, *distance;
};

/* Interpolates the gaps of a line that are narrower than `limit` steps and than what is there already. A cell
 * without a value is no end of a gap. */
static void interpolate(const struct line *line, const bool *there, const double *value, double step,
                        double limit, struct filling *filling)
{
    int64_t last = -1;
    for (int64_t i = 0; i < line->count; i++) {
        const int64_t k = line->first + i * line->stride;
        if (isnan(value[k])) {
            last = there[k] ? -1 : last;
            continue;
        }
        for (int64_t j = last + 1; last >= 0 && j < i; j++) {
            const int64_t a = line->first + last * line->stride, gap = line->first + j * line->stride;
            const double width = line->at[i] - line->at[last], distance = width / step;
            if (distance > limit * (1 + 1e-9) || !(distance < filling->distance[gap]))
                continue;
            filling->distance[gap] = distance;
            filling->value[gap] = value[a] + (line->at[j] - line->at[last]) / width * (value[k] - value[a]);
        }
        last = i;
    }
}

/* Puts in what was found; false when there was nothing. */
static bool settle(int64_t count, struct filling *filling, double *value)
{
    bool any = false;
    for (int64_t k = 0; k < count; k++) {
        if (isnan(value[k]) && filling->distance[k] < INFINITY) {
            value[k] = filling->value[k];
            any = true;
        }
        filling->distance[k] = INFINITY;
    }
    return any;
}

static void fill(struct line *const lines[2], const int64_t counts[2], const bool *there,
                 struct filling *filling, double *value)
{
    const int64_t all = counts[0] * counts[1];
    const double step[] = {base_step(lines[0], counts[0], there, filling->value),
                           base_step(lines[1], counts[1], there, filling->value)};
    settle(all, filling, value);
    for (int halving = HALVINGS; halving >= 0; halving--) {
        const double limit = ldexp(1, -halving);
        do {
            for (int way = 0; way < 2; way++)
                for (int64_t l = 0; l < counts[way] && step[way] > 0; l++)
                    interpolate(&lines[way][l], there, value, step[way], limit, filling);
        } while (settle(all, filling, value));
    }
}

enum dp_status dp_gaps_fill(int64_t nx, int64_t ny, const double *x, const double *y, const bool *there,
                            double *value, struct dp_error *error)
{
    const int64_t counts[] = {ny, nx}; // rows, columns
    struct line *const lines[] = {malloc((size_t)ny * sizeof **lines), malloc((size_t)nx * sizeof **lines)};
    const size_t size = (size_t)(nx * ny) * sizeof *value;
    struct filling filling = {malloc(size + 1), calloc(1, size + 1)};
    const bool room = lines[0] && lines[1] && filling.value && filling.distance;
    if (room) {
        for (int64_t k = 0; k < nx * ny; k++)
            filling.distance[k] = INFINITY;
        for (int64_t j = 0; j < ny; j++)
            lines[0][j] = (struct line){nx, j * nx, 1, x};
        for (int64_t i = 0; i < nx; i++)
            lines[1][i] = (struct line){ny, i, nx, y};
        fill(lines, counts, there, &filling, value);
    }
    free(lines[0]);
    free(lines[1]);
    free(filling.value);
    free(filling.distance);
    return room ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory to fill the gaps of a grid");
}
