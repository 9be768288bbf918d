// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/extrema/basin.h"
#include "core/math/vector.h"
#include "core/prediction/extrema/objective.h"
#include <math.h>
#include <stdlib.h>

enum { MOST_ROUNDS = 300, MOST_FOLLOWED = 1024 };
static const double STRIDE = 0.05;       // rad
static const double NEAR_COSINE = 0.995; // cosine of two strides: no step can jump over an extremum unseen

struct search {
    const struct dp_objective *objective;
    const struct dp_extrema *extrema;
    struct dp_binary_form form, slope; // of the circle
    double *gradient;                  // [rows]
};

// The side of the line on which w stands.
static int64_t by_side(const struct search *s, const double *w)
{
    return !s->extrema->one_sided && dp_dot(w, s->extrema->unit, s->objective->rows) < 0;
}

// The first extremum on the circle in the sense in which |F| rises.
static int64_t uphill(const struct search *s, const double *w)
{
    const double value = dp_binary_form_value(&s->form, w[0], w[1]),
                 slope = dp_binary_form_value(&s->slope, w[0], w[1]);
    const double turn = (value < 0) == (slope < 0) ? 1 : -1;
    double least = INFINITY;
    int64_t first = -1;
    for (int64_t i = 0; i < 2 * s->extrema->lines; i++) {
        const double *unit = s->extrema->unit + i / 2 * 2, side = i % 2 ? -1 : 1;
        const double c = side * (w[0] * unit[0] + w[1] * unit[1]);
        const double sine = turn * side * (w[0] * unit[1] - w[1] * unit[0]);
        const double ahead = sine >= 0 ? 1 - c : 3 + c; // grows with the angle, as far as once around
        if (ahead < least) {
            least = ahead;
            first = i;
        }
    }
    return first;
}

// The extremum of the sign of F that w is near, or -1.
static int64_t extremum_near(const struct search *s, const double *w, double value)
{
    const bool odd = s->objective->power % 2;
    for (int64_t k = 0; k < s->extrema->lines; k++) {
        const double cosine = dp_dot(w, s->extrema->unit + k * s->objective->rows, s->objective->rows);
        const double there = odd && cosine < 0 ? -s->extrema->line[k].value : s->extrema->line[k].value;
        if (fabs(cosine) >= NEAR_COSINE && (there < 0) == (value < 0))
            return 2 * k + (cosine < 0);
    }
    return -1;
}

// d |F| / dw, not yet along the sphere; returns F.
static double gradient_at(const struct search *s, const double *w, double *g)
{
    const struct dp_objective *f = s->objective;
    double value = 0;
    for (int j = 0; j < f->rows; j++)
        g[j] = 0;
    for (int64_t i = 0; i < f->count; i++) {
        const double *x = f->x + i * f->rows, h = dp_dot(w, x, f->rows);
        double factor = f->y[i];
        for (int k = 1; k < f->power; k++)
            factor *= h;
        value += factor * h;
        for (int j = 0; j < f->rows; j++)
            g[j] += factor * x[j];
    }
    for (int j = 0; value < 0 && j < f->rows; j++)
        g[j] = -g[j];
    return value;
}

// Climbs |F| over the sphere. Moves w.
static int64_t climb(const struct search *s, double *w)
{
    const int rows = s->objective->rows;
    double *g = s->gradient;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        const double value = gradient_at(s, w, g), along = dp_dot(g, w, rows);
        const int64_t near = extremum_near(s, w, value);
        if (near >= 0)
            return near;
        for (int j = 0; j < rows; j++)
            g[j] -= along * w[j];
        const double size = sqrt(dp_dot(g, g, rows));
        if (!(size > 0))
            return -1;
        for (int j = 0; j < rows; j++)
            w[j] += STRIDE / size * g[j];
        const double length = sqrt(dp_dot(w, w, rows));
        for (int j = 0; j < rows; j++)
            w[j] /= length;
    }
    return -1;
}

// Of neuron k: w / |w| into w, and |a| |w|.
static double neuron(const struct dp_neurons *start, int64_t k, int rows, double *w)
{
    double square[2] = {0};
    for (int j = 0; j <= start->inputs + start->outputs; j++) {
        const double value = start->columns[j * start->count + k];
        square[j > start->inputs] += value * value;
        if (j < rows)
            w[j] = value;
    }
    for (int j = 0; j < rows; j++)
        w[j] /= sqrt(square[0]);
    return sqrt(square[0]) * sqrt(square[1]);
}

static void add_up(const struct search *s, const struct dp_neurons *start, double *w, double *share)
{
    const int rows = s->objective->rows;
    const bool sided = s->objective->power == 1 || rows == 1, circle = rows == 2 && !sided;
    const int64_t directions = (s->extrema->one_sided ? 1 : 2) * s->extrema->lines;
    const int64_t stride = sided || circle ? 1 : (start->count + MOST_FOLLOWED - 1) / MOST_FOLLOWED;
    double total = 0;
    for (int64_t i = 0; i < directions; i++)
        share[i] = 0;
    for (int64_t k = 0; k < start->count; k += stride) {
        const double amplitude = neuron(start, k, rows, w);
        if (!(amplitude > 0))
            continue;
        const int64_t to = sided ? by_side(s, w) : circle ? uphill(s, w) : climb(s, w);
        total += amplitude;
        if (to >= 0)
            share[to] += amplitude;
    }
    for (int64_t i = 0; i < directions && total > 0; i++)
        share[i] /= total;
}

enum dp_status dp_basin_shares(const struct dp_samples *samples, const struct dp_extrema_options *options,
                               const struct dp_extrema *extrema, const struct dp_neurons *start,
                               double *share, struct dp_error *error)
{
    struct dp_objective objective;
    DP_TRY(dp_objective_acquire(samples, options->power, options->bias, &objective, error));
    struct search search = {.objective = &objective, .extrema = extrema};
    double *room = malloc(2 * (size_t)objective.rows * sizeof *room);
    enum dp_status status = DP_OK;
    if (room) {
        if (objective.rows == 2)
            search.form = dp_objective_form(&objective);
        search.slope = dp_binary_form_slope(&search.form);
        search.gradient = room + objective.rows;
        add_up(&search, start, room, share);
    } else {
        status = dp_fail(error, DP_NO_MEMORY, "no memory to follow neurons");
    }
    free(room);
    dp_objective_release(&objective);
    return status;
}
