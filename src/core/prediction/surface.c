// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/surface.h"
#include "core/math/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_surface_acquire(const struct dp_samples *samples, int power, bool bias,
                                  struct dp_surface *surface, struct dp_error *error)
{
    const int rows = (int)samples->inputs + bias;
    const size_t n = (size_t)samples->count;
    *surface = (struct dp_surface){.rows = rows, .power = power, .count = samples->count};
    surface->x = malloc(n * (size_t)(rows + 1) * sizeof *surface->x);
    if (!surface->x)
        return dp_fail(error, DP_NO_MEMORY, "no memory to predict directions from %lld samples",
                       (long long)samples->count);
    surface->y = surface->x + n * (size_t)rows;
    memcpy(surface->y, samples->y, n * sizeof *surface->y);
    for (int64_t i = 0; i < samples->count; i++) {
        double *x = surface->x + i * rows, square = 0, term = fabs(samples->y[i]);
        for (int j = 0; j < rows; j++) {
            x[j] = j < samples->inputs ? samples->x[i * samples->inputs + j] : 1;
            square += x[j] * x[j];
        }
        for (int k = 0; k < power; k++)
            term *= sqrt(square);
        surface->scale += term / (double)samples->count;
    }
    return DP_OK;
}

void dp_surface_release(struct dp_surface *surface)
{
    free(surface->x);
    *surface = (struct dp_surface){0};
}

double dp_surface_value(const struct dp_surface *s, const double *w)
{
    double sum = 0;
    for (int64_t i = 0; i < s->count; i++) {
        const double h = dp_dot(w, s->x + i * s->rows, s->rows);
        double term = s->y[i];
        for (int k = 0; k < s->power; k++)
            term *= h;
        sum += term;
    }
    return sum / (double)s->count;
}

struct dp_form dp_surface_form(const struct dp_surface *s)
{
    struct dp_form form = {.degree = s->power};
    for (int64_t i = 0; i < s->count; i++) {
        double choose = s->y[i] / (double)s->count;
        for (int j = 0; j <= s->power; j++) {
            double term = choose;
            for (int k = 0; k < s->power; k++)
                term *= s->x[2 * i + (k >= s->power - j)];
            form.coefficient[j] += term;
            choose = choose * (s->power - j) / (j + 1);
        }
    }
    return form;
}
