// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/kinks.h"
#include <stdlib.h>

struct place {
    double at;
    int64_t index;
};

// By place, and where that is the same by index: one order on every machine.
static int compare(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->at != q->at)
        return p->at < q->at ? -1 : 1;
    return (p->index > q->index) - (p->index < q->index);
}

static void sort(struct place *places, int64_t count)
{
    int64_t i = 1;
    while (i < count && places[i - 1].at <= places[i].at)
        i++;
    if (i < count)
        qsort(places, (size_t)count, sizeof *places, compare);
}

struct line {
    double slope, height; // f = slope x + height
};

// Neuron k comes in where it is passed, or with a negative weight goes out.
static void pass(const double *columns, int64_t width, int64_t k, struct line *line)
{
    const double w = columns[k], b = columns[width + k], a = columns[2 * width + k];
    const double side = w > 0 ? 1 : -1;
    line->slope += side * a * w;
    line->height += side * a * b;
}

// The line left of all kinks, and the kinks; returns how many there are.
static int64_t find_kinks(const double *columns, int64_t width, struct place *kinks, struct line *line)
{
    int64_t count = 0;
    *line = (struct line){0, 0};
    for (int64_t k = 0; k < width; k++) {
        const double w = columns[k], b = columns[width + k], a = columns[2 * width + k];
        if (w == 0) {
            line->height += b > 0 ? a * b : 0;
            continue;
        }
        if (w < 0) {
            line->slope += a * w;
            line->height += a * b;
        }
        kinks[count++] = (struct place){-b / w, k};
    }
    return count;
}

enum dp_status dp_kinks_output(const double *columns, int64_t width, const double *x, int64_t count,
                               double *f, struct dp_error *error)
{
    struct place *places = malloc((size_t)(width + count) * sizeof *places);
    if (!places)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the kinks of %lld neurons", (long long)width);
    struct place *points = places + width;
    struct line line;
    const int64_t kinks = find_kinks(columns, width, places, &line);
    for (int64_t i = 0; i < count; i++)
        points[i] = (struct place){x[i], i};
    sort(places, kinks);
    sort(points, count);
    int64_t passed = 0;
    for (int64_t i = 0; i < count; i++) {
        for (; passed < kinks && places[passed].at < points[i].at; passed++)
            pass(columns, width, places[passed].index, &line);
        f[points[i].index] = line.slope * points[i].at + line.height;
    }
    free(places);
    return DP_OK;
}
