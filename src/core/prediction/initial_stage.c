// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/initial_stage.h"
#include "core/math/elementary.h"
#include "core/network/network.h"
#include "dewpoint/core/activations.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_pull_acquire(const struct dp_run *run, const struct dp_samples *train,
                               struct dp_pull_of_data *pull, struct dp_error *error)
{
    const int64_t d = train->inputs;
    const double c = dp_loss_scale(run, train->count, train->outputs);
    *pull = (struct dp_pull_of_data){.rows = (int)d + (run->bias ? 1 : 0),
                                     .force = 1,
                                     .gradient = 1,
                                     .product = 1,
                                     .gain_w = 1,
                                     .gain_a = 1,
                                     .unit = calloc((size_t)d + 1, sizeof *pull->unit)};
    if (!pull->unit)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the pull of %lld inputs", (long long)d);
    for (int64_t i = 0; i < train->count; i++) {
        const double y = train->y[i * train->outputs];
        for (int64_t j = 0; j < pull->rows; j++)
            pull->unit[j] += 2 * c * y * (j < d ? train->x[i * d + j] : 1);
        pull->loss += c * y * y;
    }
    for (int64_t j = 0; j < pull->rows; j++)
        pull->size += pull->unit[j] * pull->unit[j];
    pull->size = sqrt(pull->size);
    for (int64_t j = 0; j < pull->rows && pull->size > 0; j++)
        pull->unit[j] /= pull->size;
    for (int64_t i = 0; i < train->count; i++) {
        double along = 0;
        for (int64_t j = 0; j < pull->rows; j++)
            along += pull->unit[j] * (j < d ? train->x[i * d + j] : 1);
        pull->spread += c * along * along;
    }
    return DP_OK;
}

void dp_pull_release(struct dp_pull_of_data *pull)
{
    free(pull->unit);
    *pull = (struct dp_pull_of_data){0};
}

static bool is_predicted(const struct dp_run *run)
{
    const bool linear_at_0 = run->activation == DP_LINEAR || run->activation == DP_TANH;
    const bool follows = run->method == DP_FLOW || run->method == DP_GD;
    const bool plain = run->momentum == 0 && run->weight_decay == 0 && isnan(run->learning_rate_a);
    return linear_at_0 && dp_run_multiplicity(run) == 1 && follows && plain && run->draw == DP_DRAW_NORMAL &&
           run->scheme != DP_SCHEME_FILE;
}

/* tanh h. */
static double hyperbolic_tangent(double h)
{
    const double size = fabs(h);
    if (size < 1e-3) // the quotient would lose digits; the next term is below 1e-19 of h
        return h * (1 - h * h / 3 * (1 - 0.4 * h * h));
    const double e = dp_exp(-2 * size);
    return copysign((1 - e) / (1 + e), h);
}

/* Sums over neurons: of phi^2, |grad phi|^2, G_z^2, phi^2 |grad phi|^2, v^2, |w|^2, phi v G_z, phi w . grad
 * phi. */
struct sums {
    double force, gradient, along, product, v, w, force_along, force_all;
};

/* Adds neuron k; gradient: room for its grad phi. */
static void add_neuron(const struct dp_run *run, const struct dp_pull_of_data *pull,
                       const struct dp_samples *train, const struct dp_neurons *start, int64_t k,
                       double *gradient, struct sums *sums)
{
    const double c = dp_loss_scale(run, train->count, 1);
    const int64_t d = train->inputs;
    double force = 0, square = 0, along = 0, v = 0, all = 0;
    memset(gradient, 0, sizeof *gradient * (size_t)pull->rows);
    for (int64_t i = 0; i < train->count; i++) {
        const double *const x = train->x + i * d;
        double h = 0;
        for (int j = 0; j < pull->rows; j++)
            h += start->columns[j * start->count + k] * (j < d ? x[j] : 1);
        const double sigma = run->activation == DP_TANH ? hyperbolic_tangent(h) : h;
        const double slope = run->activation == DP_TANH ? 1 - sigma * sigma : 1;
        force += 2 * c * train->y[i] * sigma;
        for (int j = 0; j < pull->rows; j++)
            gradient[j] += 2 * c * train->y[i] * slope * (j < d ? x[j] : 1);
    }
    for (int j = 0; j < pull->rows; j++) {
        const double w = start->columns[j * start->count + k];
        square += gradient[j] * gradient[j];
        along += gradient[j] * pull->unit[j];
        v += w * pull->unit[j];
        all += w * gradient[j];
        sums->w += w * w;
    }
    sums->force += force * force;
    sums->gradient += square;
    sums->along += along * along;
    sums->product += force * force * square;
    sums->v += v * v;
    sums->force_along += force * v * along;
    sums->force_all += force * all;
}

enum dp_status dp_linearity_measure(const struct dp_run *run, const struct dp_samples *train,
                                    const struct dp_neurons *start, struct dp_pull_of_data *pull,
                                    struct dp_error *error)
{
    if (!is_predicted(run) || !(pull->size > 0))
        return DP_OK;
    double *const gradient = malloc(sizeof *gradient * (size_t)pull->rows);
    if (!gradient)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the force on %d weights", pull->rows);
    struct sums sums = {0};
    for (int64_t k = 0; k < start->count; k++)
        add_neuron(run, pull, train, start, k, gradient, &sums);
    free(gradient);
    const double z2 = pull->size * pull->size, across = sums.gradient - sums.along;
    pull->force = sums.force / (sums.v * z2);
    pull->gradient = sums.gradient / ((double)start->count * z2);
    pull->product = sums.product / (sums.v * z2 * z2);
    pull->gain_w = (sums.force_along / sums.v - (sums.force_all - sums.force_along) / (sums.w - sums.v)) / z2;
    pull->gain_a = (sums.along - across / (pull->rows - 1)) / ((double)start->count * z2);
    return DP_OK;
}

struct dp_initial_stage dp_initial_stage(const struct dp_run *run, const struct dp_pull_of_data *pull,
                                         double share)
{
    const struct dp_initial_stage none = {NAN, NAN, NAN, NAN};
    const double left = pull->size * pull->size - 4 * share * pull->loss * pull->spread;
    if (!is_predicted(run) || !(share > 0) || !(pull->size > 0) || !(left >= 0))
        return none;
    const struct dp_scales scales = dp_run_scales(run);
    const double b1 = scales.beta1 * scales.beta1, b2 = scales.beta2 * scales.beta2, r2 = b1 / b2;
    // (|z| - sqrt(left)) / (2 M) without the difference
    const double size = 2 * share * pull->loss / (pull->size + sqrt(left));
    const double squares = b1 * pull->gradient + b2 * pull->force;
    const double h = 2 * size * scales.alpha / ((double)run->width * squares); // sinh(2 s)
    const double root = sqrt(1 + h * h), s = dp_log(h + root) / 2;
    // cosh^2 s = (1 + cosh 2 s) / 2, and sinh^2 s = (cosh 2 s - 1) / 2 without the difference
    const double cosh2 = (1 + root) / 2, sinh2 = h * h / (2 * (1 + root));
    const double grown = cosh2 + r2 * sinh2, excess = sinh2 / (sqrt(cosh2) + 1); // cosh s - 1
    const double moved2 = excess * excess * pull->product + r2 * pull->gradient * sinh2;
    return (struct dp_initial_stage){
        .time = s * scales.alpha / pull->size,
        .alignment = sqrt(grown / (grown + pull->rows - 1)),
        .gain = (pull->gain_w + r2 * pull->gain_a) * sinh2,
        .rd_w = sqrt(moved2 / pull->rows),
    };
}
