// SPDX-License-Identifier: BSD-3-Clause
#include "flow/system.h"
#include "dewpoint/core/model.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct system system_make(const struct dp_run *run, const struct dp_samples *file, const double *start)
{
    struct system s = {.activation = (enum dp_activation)run->activation,
                       .width = run->width,
                       .alpha = dp_run_scales(run).alpha};
    struct dp_samples test = {0};
    if (dp_run_data(run, file, &s.data, &test, NULL) != DP_OK)
        abort();
    dp_samples_free(&test);
    s.n = (int)s.data.count;
    s.d = (int)s.data.inputs;
    s.rows = s.d + 2;
    const size_t numbers = (size_t)s.width * (size_t)s.rows, n = (size_t)s.n;
    s.start = malloc(numbers * sizeof *s.start);
    s.f = calloc(2 * n, sizeof *s.f);
    if (!s.start || !s.f)
        abort();
    s.r = s.f + n;
    memcpy(s.start, start, numbers * sizeof *s.start);
    return s;
}

void system_free(struct system *s)
{
    dp_samples_free(&s->data);
    free(s->start);
    free(s->f);
}

static double sigma(enum dp_activation activation, double h, double *slope)
{
    const double t = tanh(h), d = 1 - t * t;
    switch (activation) {
    case DP_RELU:
        *slope = h > 0;
        return fmax(h, 0);
    case DP_TANH:
        *slope = d;
        return t;
    case DP_XTANH:
        *slope = t + h * d;
        return h * t;
    case DP_X2TANH:
        *slope = 2 * h * t + h * h * d;
        return h * h * t;
    default:
        abort();
    }
}

// sigma(h_ki) and sigma'(h_ki), h_ki = w_k . x_i + b_k
static double act(const struct system *s, const double *delta, int64_t k, int i, double *slope)
{
    const double *start = s->start + s->rows * k, *moved = delta + s->rows * k;
    double h = start[s->d] + moved[s->d];
    for (int j = 0; j < s->d; j++)
        h += (start[j] + moved[j]) * s->data.x[i * s->d + j];
    return sigma(s->activation, h, slope);
}

static double amplitude(const struct system *s, const double *delta, int64_t k)
{
    return s->start[s->rows * k + s->d + 1] + delta[s->rows * k + s->d + 1];
}

// x_i . x_j + 1
static double product(const struct system *s, int i, int j)
{
    double sum = 1;
    for (int k = 0; k < s->d; k++)
        sum += s->data.x[i * s->d + k] * s->data.x[j * s->d + k];
    return sum;
}

static void pull_neuron(const struct system *s, const double *delta, int64_t k, double *rate)
{
    const double a = amplitude(s, delta, k);
    for (int j = 0; j < s->rows; j++)
        rate[j] = 0;
    for (int i = 0; i < s->n; i++) {
        double slope;
        const double value = act(s, delta, k, i, &slope);
        for (int j = 0; j < s->d; j++)
            rate[j] -= s->r[i] * a * slope * s->data.x[i * s->d + j];
        rate[s->d] -= s->r[i] * a * slope;
        rate[s->d + 1] -= s->r[i] * value;
    }
}

double system_slope(struct system *s, const double *delta, double *slope)
{
    double loss = 0, unused;
    s->evaluations++;
    memset(s->f, 0, (size_t)s->n * sizeof *s->f);
    for (int64_t k = 0; k < s->width; k++)
        for (int i = 0; i < s->n; i++)
            s->f[i] += amplitude(s, delta, k) * act(s, delta, k, i, &unused);
    for (int i = 0; i < s->n; i++) {
        const double e = s->f[i] / s->alpha - s->data.y[i];
        loss += e * e / s->n;
        s->r[i] = 2 * e / (s->n * s->alpha);
    }
    for (int64_t k = 0; k < s->width; k++)
        pull_neuron(s, delta, k, slope + s->rows * k);
    return loss;
}

// g [n][n]: sum over neurons of sigma_i sigma_j + a^2 sigma'_i sigma'_j (x_i x_j + 1)
static void gram(const struct system *s, const double *delta, double *g)
{
    for (int i = 0; i < s->n; i++)
        for (int j = 0; j < s->n; j++) {
            const double reach = product(s, i, j);
            double sum = 0, p, q;
            for (int64_t k = 0; k < s->width; k++) {
                const double u = act(s, delta, k, i, &p), v = act(s, delta, k, j, &q);
                const double a = amplitude(s, delta, k);
                sum += u * v + a * a * p * q * reach;
            }
            g[i * s->n + j] = sum;
        }
}

double system_curvature(struct system *s, const double *delta)
{
    const int n = s->n;
    double *g = calloc((size_t)(n * (n + 2)), sizeof *g), bound = 0, size = 0;
    if (!g)
        abort();
    double *v = g + n * n, *image = v + n;
    gram(s, delta, g);
    for (int i = 0; i < n; i++) {
        bound += fabs(s->r[i]) * product(s, i, i);
        v[i] = 1 + 0.1 * i;
    }
    for (int round = 0; round < 50; round++) {
        double square = 0;
        for (int i = 0; i < n; i++) {
            image[i] = 0;
            for (int j = 0; j < n; j++)
                image[i] += g[i * n + j] * v[j];
            square += image[i] * image[i];
        }
        size = sqrt(square);
        for (int i = 0; i < n; i++)
            v[i] = image[i] / size;
    }
    s->evaluations++;
    free(g);
    return 2 * size / (n * s->alpha * s->alpha) + bound;
}
