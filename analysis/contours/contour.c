// SPDX-License-Identifier: BSD-3-Clause
#include "contours/contour.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

/* Crossings live on the edges of the grid, which are numbered: first the horizontal ones, (i, j) to (i + 1,
 * j) as j (nx - 1) + i, then the vertical ones, (i, j) to (i, j + 1). A segment joins two edges of one
 * square, so an edge has at most two neighbours, one in each square beside it, and the lines are the paths of
 * that graph. */
struct grid {
    int64_t nx, ny, horizontal; // horizontal edges
    const double *x, *y, *value;
    int64_t (*neighbour)[2]; // [edges] -1: none
    bool *visited;           // [edges]
};

static int64_t horizontal_edge(const struct grid *grid, int64_t i, int64_t j)
{
    return j * (grid->nx - 1) + i;
}

static int64_t vertical_edge(const struct grid *grid, int64_t i, int64_t j)
{
    return grid->horizontal + j * grid->nx + i;
}

static void join(struct grid *grid, int64_t a, int64_t b)
{
    grid->neighbour[a][grid->neighbour[a][0] >= 0] = b;
    grid->neighbour[b][grid->neighbour[b][0] >= 0] = a;
}

/* Lays the segments of the square whose lower left corner is (i, j). */
static void march(struct grid *grid, int64_t i, int64_t j)
{
    const double *const low = grid->value + j * grid->nx + i, *const high = low + grid->nx;
    if (isnan(low[0]) || isnan(low[1]) || isnan(high[0]) || isnan(high[1]))
        return;
    const int64_t edge[4] = {horizontal_edge(grid, i, j), vertical_edge(grid, i + 1, j),
                             horizontal_edge(grid, i, j + 1), vertical_edge(grid, i, j)};
    const bool positive[4] = {low[0] >= 0, low[1] >= 0, high[1] >= 0, high[0] >= 0}; // counter-clockwise
    int64_t crossed[4];
    int crossings = 0;
    for (int k = 0; k < 4; k++)
        if (positive[k] != positive[(k + 1) % 4])
            crossed[crossings++] = edge[k];
    if (crossings == 2)
        join(grid, crossed[0], crossed[1]);
    if (crossings == 4) {
        // The mean has the sign of corners 0 and 2, or of 1 and 3; the others are cut off, each by its own
        // line.
        const bool centre = low[0] + low[1] + high[0] + high[1] >= 0;
        const int shift = centre == positive[0] ? 0 : 1;
        join(grid, edge[0], edge[shift ? 3 : 1]);
        join(grid, edge[2], edge[shift ? 1 : 3]);
    }
}

/* Where the crossing on an edge lies. */
static void locate(const struct grid *grid, int64_t edge, double *x, double *y)
{
    const bool flat = edge < grid->horizontal;
    const int64_t row = flat ? grid->nx - 1 : grid->nx, k = flat ? edge : edge - grid->horizontal;
    const int64_t i = k % row, j = k / row, at = j * grid->nx + i;
    const double a = grid->value[at], b = grid->value[flat ? at + 1 : at + grid->nx];
    const double t = a / (a - b); // the signs differ, so a - b is not 0
    *x = flat ? grid->x[i] + t * (grid->x[i + 1] - grid->x[i]) : grid->x[i];
    *y = flat ? grid->y[j] : grid->y[j] + t * (grid->y[j + 1] - grid->y[j]);
}

static void put_point(const struct grid *grid, int64_t edge, struct dp_contour *contour)
{
    locate(grid, edge, &contour->x[contour->points], &contour->y[contour->points]);
    contour->points++;
}

/* Follows the line that starts on an edge, to its other end or round to the start. */
static void follow(struct grid *grid, int64_t start, struct dp_contour *contour)
{
    int64_t at = start, next = start;
    while (next >= 0) {
        at = next;
        grid->visited[at] = true;
        put_point(grid, at, contour);
        next = -1;
        for (int k = 0; k < 2; k++)
            if (grid->neighbour[at][k] >= 0 && !grid->visited[grid->neighbour[at][k]])
                next = grid->neighbour[at][k];
    }
    if (grid->neighbour[start][1] >= 0) // both ends have two neighbours: the line is closed
        put_point(grid, start, contour);
    contour->first[++contour->lines] = contour->points;
}

/* All lines: first those with ends, from their ends, then the closed ones. */
static void follow_all(struct grid *grid, int64_t edges, struct dp_contour *contour)
{
    contour->first[0] = 0;
    for (int closed = 0; closed < 2; closed++)
        for (int64_t e = 0; e < edges; e++)
            if (!grid->visited[e] && grid->neighbour[e][0] >= 0 && (closed || grid->neighbour[e][1] < 0))
                follow(grid, e, contour);
}

enum dp_status dp_contour_zero(int64_t nx, int64_t ny, const double *x, const double *y, const double *value,
                               struct dp_contour *contour, struct dp_error *error)
{
    *contour = (struct dp_contour){0};
    if (nx < 2 || ny < 2)
        return DP_OK;
    struct grid grid = {.nx = nx, .ny = ny, .horizontal = (nx - 1) * ny, .x = x, .y = y, .value = value};
    const int64_t edges = grid.horizontal + nx * (ny - 1);
    grid.neighbour = malloc(sizeof *grid.neighbour * (size_t)edges);
    grid.visited = calloc((size_t)edges, sizeof *grid.visited);
    contour->first = malloc(sizeof *contour->first * (size_t)(edges + 1));
    contour->x = malloc(sizeof *contour->x * (size_t)(2 * edges)); // a closed line repeats one point
    contour->y = malloc(sizeof *contour->y * (size_t)(2 * edges));
    const bool room = grid.neighbour && grid.visited && contour->first && contour->x && contour->y;
    if (room) {
        for (int64_t e = 0; e < edges; e++)
            grid.neighbour[e][0] = grid.neighbour[e][1] = -1;
        for (int64_t j = 0; j < ny - 1; j++)
            for (int64_t i = 0; i < nx - 1; i++)
                march(&grid, i, j);
        follow_all(&grid, edges, contour);
    } else {
        dp_contour_free(contour);
    }
    free(grid.neighbour);
    free(grid.visited);
    return room ? DP_OK : dp_fail(error, DP_NO_MEMORY, "not enough memory for a contour");
}

void dp_contour_free(struct dp_contour *contour)
{
    free(contour->first);
    free(contour->x);
    free(contour->y);
    *contour = (struct dp_contour){0};
}
