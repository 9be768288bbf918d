// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/extrema/objective.h"
#include "core/math/vector.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_objective_acquire(const struct dp_samples *samples, int power, bool bias,
                                    struct dp_objective *objective, struct dp_error *error)
{
    const int rows = (int)samples->inputs + bias;
    const size_t n = (size_t)samples->count;
    *objective = (struct dp_objective){.rows = rows, .power = power, .count = samples->count};
    objective->x = malloc(n * (size_t)(rows + 1) * sizeof *objective->x);
    if (!objective->x)
        return dp_fail(error, DP_NO_MEMORY, "no memory to predict directions from %lld samples",
                       (long long)samples->count);
    objective->y = objective->x + n * (size_t)rows;
    memcpy(objective->y, samples->y, n * sizeof *objective->y);
    for (int64_t i = 0; i < samples->count; i++) {
        double *x = objective->x + i * rows, square = 0, term = fabs(samples->y[i]);
        for (int j = 0; j < rows; j++) {
            x[j] = j < samples->inputs ? samples->x[i * samples->inputs + j] : 1;
            square += x[j] * x[j];
        }
        for (int k = 0; k < power; k++)
            term *= sqrt(square);
        objective->scale += term / (double)samples->count;
    }
    return DP_OK;
}

void dp_objective_release(struct dp_objective *objective)
{
    free(objective->x);
    *objective = (struct dp_objective){0};
}

double dp_objective_value(const struct dp_objective *s, const double *w)
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

struct dp_binary_form dp_objective_form(const struct dp_objective *s)
{
    struct dp_binary_form form = {.degree = s->power};
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
