// SPDX-License-Identifier: BSD-3-Clause
#include "refine/squares.h"
#include <math.h>
#include <stdlib.h>

enum { DEEPEST = 40 };

static double middle(double a, double b)
{
    return a + (b - a) / 2;
}

/* A list that grows. */
struct found {
    struct dp_square *square;
    int64_t count, room;
    bool out_of_memory;
};

static void add(struct found *found, const struct dp_square *square)
{
    if (found->count == found->room) {
        const int64_t room = found->room ? 2 * found->room : 64;
        struct dp_square *const grown = realloc(found->square, (size_t)room * sizeof *grown);
        found->out_of_memory = !grown;
        if (!grown)
            return;
        found->square = grown;
        found->room = room;
    }
    found->square[found->count++] = *square;
}

/* Judges a square by its corners; false when the contour is not near, or when a corner is not known. */
static bool judge(const struct dp_square_grid *squares, struct dp_square *s)
{
    const double x[] = {s->x0, s->x1}, y[] = {s->y0, s->y1};
    double least = INFINITY, most = -INFINITY, width = 0;
    int above = 0, undecided = 0, measured = 0;
    for (int i = 0; i < 4; i++) {
        struct dp_known known;
        if (!squares->find(squares->context, x[i % 2], y[i / 2], &known) || isnan(known.value))
            return false;
        above += known.value >= 0;
        undecided += known.low < 0 && known.high > 0;
        least = fmin(least, known.value);
        most = fmax(most, known.value);
        if (isfinite(known.high - known.low)) {
            width += (known.high - known.low) / 2;
            measured++;
        }
    }
    s->crosses = above > 0 && above < 4;
    s->edge = fmax(s->x1 - s->x0, s->y1 - s->y0);
    s->position = measured && most > least ? width / measured * s->edge / (most - least) : (double)NAN;
    return s->crosses || undecided > 0;
}

static void visit(const struct dp_square_grid *squares, const struct dp_square *s, struct found *found)
{
    const double x = middle(s->x0, s->x1), y = middle(s->y0, s->y1);
    struct dp_known known;
    if (s->level < DEEPEST && squares->find(squares->context, x, y, &known)) {
        const int level = s->level + 1;
        const struct dp_square children[] = {{s->x0, x, s->y0, y, .level = level},
                                             {x, s->x1, s->y0, y, .level = level},
                                             {s->x0, x, y, s->y1, .level = level},
                                             {x, s->x1, y, s->y1, .level = level}};
        for (int i = 0; i < 4; i++)
            visit(squares, &children[i], found);
        return;
    }
    struct dp_square leaf = *s;
    if (judge(squares, &leaf))
        add(found, &leaf);
}

static int by_need(const void *left, const void *right)
{
    const struct dp_square *const a = left, *const b = right;
    if (a->level != b->level)
        return a->level < b->level ? -1 : 1;
    if (a->crosses != b->crosses)
        return a->crosses ? -1 : 1;
    if (a->y0 < b->y0 || a->y0 > b->y0)
        return a->y0 < b->y0 ? -1 : 1;
    return (a->x0 > b->x0) - (a->x0 < b->x0);
}

enum dp_status dp_squares_find(const struct dp_square_grid *squares, struct dp_square **square,
                               int64_t *count, struct dp_error *error)
{
    struct found found = {0};
    for (int64_t j = 0; j + 1 < squares->ny; j++)
        for (int64_t i = 0; i + 1 < squares->nx; i++)
            visit(squares,
                  &(struct dp_square){.x0 = squares->x[i],
                                      .x1 = squares->x[i + 1],
                                      .y0 = squares->y[j],
                                      .y1 = squares->y[j + 1]},
                  &found);
    *square = found.square;
    *count = found.count;
    if (found.out_of_memory) {
        free(found.square);
        *square = NULL;
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the squares of a plane");
    }
    if (found.count)
        qsort(found.square, (size_t)found.count, sizeof *found.square, by_need);
    return DP_OK;
}

static int by_place(const void *left, const void *right)
{
    const struct dp_point *const a = left, *const b = right;
    if (a->y < b->y || a->y > b->y)
        return a->y < b->y ? -1 : 1;
    return (a->x > b->x) - (a->x < b->x);
}

/* Adds a point unless it is a cell or already one of the points. */
static void add_point(const struct dp_square_grid *squares, double x, double y, struct dp_point *points,
                      int64_t *count)
{
    struct dp_known known;
    if (squares->find(squares->context, x, y, &known))
        return;
    for (int64_t i = *count - 1; i >= 0; i--) // squares of one level are neighbours, so it is among the last
        if (points[i].x == x && points[i].y == y)
            return;
    points[(*count)++] = (struct dp_point){x, y};
}

enum dp_status dp_squares_halve(const struct dp_square_grid *squares, const struct dp_square *square,
                                int64_t count, int64_t most, struct dp_point **points, int64_t *point_count,
                                int64_t *halved, struct dp_error *error)
{
    *points = malloc(((size_t)count * 5 + 1) * sizeof **points);
    *point_count = *halved = 0;
    if (!*points)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the cells of a plane");
    for (int64_t i = 0; i < count; i++) {
        const struct dp_square *const s = &square[i];
        const double x = middle(s->x0, s->x1), y = middle(s->y0, s->y1);
        const int64_t before = *point_count;
        add_point(squares, x, y, *points, point_count);
        add_point(squares, s->x0, y, *points, point_count);
        add_point(squares, s->x1, y, *points, point_count);
        add_point(squares, x, s->y0, *points, point_count);
        add_point(squares, x, s->y1, *points, point_count);
        if (*point_count > most) {
            *point_count = before;
            break;
        }
        (*halved)++;
    }
    qsort(*points, (size_t)*point_count, sizeof **points, by_place);
    return DP_OK;
}
