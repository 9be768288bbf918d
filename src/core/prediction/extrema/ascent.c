// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/extrema/ascent.h"
#include "core/math/vector.h"
#include "core/prediction/extrema/binary_form.h"
#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { MOST_ROUNDS = 300 };
static const double SETTLED = 1e-10;  // gradient along the sphere, of p |F|
static const double ROUNDING = 1e-14; // of the scale of F

// h_i = w . x_i
static void project(const struct dp_objective *s, const double *w, double *h)
{
    for (int64_t i = 0; i < s->count; i++)
        h[i] = dp_dot(w, s->x + i * s->rows, s->rows);
}

/* Computes the gradient of side F along the sphere. Returns side F, which is w . grad F / p. */
static double gradient(const struct dp_objective *s, double side, const double *w, const double *h, double *g)
{
    memset(g, 0, (size_t)s->rows * sizeof *g);
    for (int64_t i = 0; i < s->count; i++) {
        double factor = s->y[i];
        for (int k = 1; k < s->power; k++)
            factor *= h[i];
        for (int j = 0; j < s->rows; j++)
            g[j] += factor * s->x[i * s->rows + j];
    }
    const double factor = side * s->power / (double)s->count;
    for (int j = 0; j < s->rows; j++)
        g[j] *= factor;
    const double outward = dp_dot(g, w, s->rows);
    for (int j = 0; j < s->rows; j++)
        g[j] -= outward * w[j];
    return outward / s->power;
}

// F on the great circle through w and v, from the projections h and q on them.
static struct dp_binary_form circle_form(const struct dp_objective *s, double side, const double *h,
                                         const double *q)
{
    struct dp_binary_form form = {.degree = s->power};
    for (int64_t i = 0; i < s->count; i++) {
        double left[DP_BINARY_FORM_MOST + 1]; // y q^j
        double right = 1;                     // h^(p - j)
        left[0] = s->y[i];
        for (int j = 1; j <= s->power; j++)
            left[j] = left[j - 1] * q[i];
        for (int j = s->power; j >= 0; j--) {
            form.coefficient[j] += left[j] * right;
            right *= h[i];
        }
    }
    double choose = side / (double)s->count;
    for (int j = 0; j <= s->power; j++) {
        form.coefficient[j] *= choose;
        choose = choose * (s->power - j) / (j + 1);
    }
    return form;
}

// The first stationary point ahead, as (c, s); whether there is one.
static bool next_stationary(const struct dp_binary_form *form, double ahead[2])
{
    double root[DP_BINARY_FORM_MOST][2];
    const struct dp_binary_form slope = dp_binary_form_slope(form);
    const int roots = dp_binary_form_roots(&slope, root);
    ahead[0] = -1; // half round
    ahead[1] = 0;
    for (int i = 0; i < roots; i++) {
        const double turn = root[i][1] < 0 ? -1 : 1, c = turn * root[i][0], sine = turn * root[i][1];
        if (sine > 0 && c > ahead[0]) {
            ahead[0] = c;
            ahead[1] = sine;
        }
    }
    return ahead[1] > 0;
}

// The maximum that w has come close to without being above it, or -1.
static int maximum_near(const struct dp_objective *s, const struct dp_maxima *known, const double *w,
                        double value)
{
    for (int i = 0; i < known->count; i++) {
        const double cosine = dp_dot(known->unit + i * s->rows, w, s->rows);
        const double close = s->power % 2 ? cosine : fabs(cosine);
        if (close >= known->near && value <= known->value[i] * (1 + 1e-9))
            return i;
    }
    return -1;
}

// Leaves the part of v across w, of unit length, and returns the length that it had.
static double across(const double *w, double *v, int rows)
{
    const double along = dp_dot(v, w, rows);
    for (int j = 0; j < rows; j++)
        v[j] -= along * w[j];
    const double size = sqrt(dp_dot(v, v, rows));
    for (int j = 0; j < rows; j++)
        v[j] /= size;
    return size;
}

/* The next search direction v: conjugate to the last one, whose unit vector is v and whose size was `length`,
 * or the gradient if that direction does not climb. Returns its size. */
static double turn_to(const struct dp_objective *s, const double *w, const double *g, double *last,
                      double length, double *v)
{
    const int rows = s->rows;
    const double square = dp_dot(last, last, rows), overlap = dp_dot(g, last, rows);
    const double beta = square > 0 ? fmax(0, (dp_dot(g, g, rows) - overlap) / square) : 0;
    for (int j = 0; j < rows; j++)
        v[j] = g[j] + beta * length * v[j];
    if (!(dp_dot(v, g, rows) > 0))
        memcpy(v, g, (size_t)rows * sizeof *v);
    memcpy(last, g, (size_t)rows * sizeof *last);
    const double size = across(w, v, rows);
    across(w, v, rows); // a short gradient is not orthogonal to w after one pass
    return size;
}

// To the point at (c, s) of the circle, and v along with it; both stay unit and orthogonal.
static void advance(const struct dp_objective *s, const double ahead[2], double *w, double *v, double *h,
                    const double *q)
{
    const double c = ahead[0], sine = ahead[1];
    double square = 0;
    for (int j = 0; j < s->rows; j++) {
        const double from = w[j];
        w[j] = c * from + sine * v[j];
        v[j] = c * v[j] - sine * from;
        square += w[j] * w[j];
    }
    const double inverse = 1 / sqrt(square);
    for (int j = 0; j < s->rows; j++)
        w[j] *= inverse;
    for (int64_t i = 0; i < s->count; i++)
        h[i] = (c * h[i] + sine * q[i]) * inverse;
}

double dp_ascend(const struct dp_objective *objective, double side, const struct dp_maxima *known, double *w,
                 double *room, int *met)
{
    const int rows = objective->rows;
    double *g = room, *last = g + rows, *v = last + rows, *h = v + rows, *q = h + objective->count;
    double value = 0, length = 0;
    memset(last, 0, 2 * (size_t)rows * sizeof *last);
    project(objective, w, h);
    *met = -1;
    for (int round = 0; round < MOST_ROUNDS; round++) {
        value = gradient(objective, side, w, h, g);
        const double least = SETTLED * objective->power * fabs(value) + ROUNDING * objective->scale;
        *met = maximum_near(objective, known, w, value);
        if (*met >= 0 || dp_dot(g, g, rows) <= least * least)
            break;
        double ahead[2];
        length = turn_to(objective, w, g, last, length, v);
        project(objective, v, q);
        const struct dp_binary_form form = circle_form(objective, side, h, q);
        if (!next_stationary(&form, ahead))
            break;
        advance(objective, ahead, w, v, h, q);
    }
    return value;
}
