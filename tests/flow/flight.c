// SPDX-License-Identifier: BSD-3-Clause
#include "flow/flight.h"
#include <math.h>
#include <stdlib.h>

struct flight flight_make(const struct system *s, double tolerance, double stop_loss, int64_t most)
{
    struct flight flight = {.tolerance = tolerance, .stop_loss = stop_loss, .most = most};
    flight.delta = calloc((size_t)s->width * (size_t)s->rows, sizeof *flight.delta);
    if (!flight.delta)
        abort();
    return flight;
}

void flight_free(struct flight *flight)
{
    free(flight->delta);
    free(flight->path.at);
}

void path_add(struct path *path, double time, double loss, double fall)
{
    if (path->count == path->room) {
        path->room = 2 * path->room + 64;
        path->at = realloc(path->at, (size_t)path->room * sizeof *path->at);
        if (!path->at)
            abort();
    }
    path->at[path->count++] = (struct moment){time, loss, fall};
}

double path_loss(const struct path *path, double time)
{
    int64_t low = 0, high = path->count - 1;
    if (time >= path->at[high].time)
        return path->at[high].loss;
    while (high - low > 1) {
        const int64_t middle = (low + high) / 2;
        *(path->at[middle].time > time ? &high : &low) = middle;
    }
    const struct moment *p = &path->at[low], *q = &path->at[high];
    const double h = q->time - p->time, t = (time - p->time) / h;
    const double u = log(p->loss), v = log(q->loss);
    const double du = h * p->fall / p->loss, dv = h * q->fall / q->loss;
    const double cubic = u + t * (du + t * (3 * (v - u) - 2 * du - dv + t * (2 * (u - v) + du + dv)));
    return exp(cubic);
}

void sizes(const double *v, int64_t width, int rows, double *w, double *a)
{
    *w = *a = 0;
    for (int64_t k = 0; k < width; k++) {
        const double *own = v + rows * k;
        for (int j = 0; j < rows - 1; j++)
            *w += own[j] * own[j];
        *a += own[rows - 1] * own[rows - 1];
    }
    *w = sqrt(*w / (double)((rows - 1) * width));
    *a = sqrt(*a / (double)width);
}
