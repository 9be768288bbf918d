// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/newton.h"
#include "core/math/ldl.h"
#include "core/math/reserve.h"
#include <math.h>
#include <string.h>

static const double STALE = 0.1;        // part of itself by which a B_k may be wrong
static const double RESOLVED = 1e13;    // step times the largest eigenvalue, at most
static const double LEAST_PIVOT = 1e-4; // of the B_k: among thousands of neurons there are always some near 0

size_t dp_newton_lay_out(struct dp_newton *newton, const struct dp_layer *layer, int64_t samples,
                         char *memory)
{
    const int64_t blocks = dp_block_count(layer), o = layer->outputs, numbers = samples * o;
    const int rows = layer->inputs + 1 + layer->outputs, triangle = rows * (rows + 1) / 2;
    size_t bytes = 0;
    struct dp_hessian *h = &newton->hessian;
    *h = (struct dp_hessian){.blocks = blocks,
                             .width = layer->width,
                             .samples = samples,
                             .inputs = layer->inputs,
                             .outputs = layer->outputs,
                             .biasless = layer->biasless};
    newton->numbers = numbers;
    h->sigma = dp_reserve(memory, &bytes, blocks * samples * DP_LANES);
    h->slope = dp_reserve(memory, &bytes, blocks * samples * DP_LANES);
    h->amplitude = dp_reserve(memory, &bytes, blocks * o * DP_LANES);
    h->own = dp_reserve(memory, &bytes, blocks * triangle * DP_LANES);
    h->inverse = dp_reserve(memory, &bytes, blocks * triangle * DP_LANES);
    h->room = dp_reserve(memory, &bytes, dp_hessian_room(numbers, rows));
    newton->gram = dp_reserve(memory, &bytes, numbers * numbers);
    newton->upper = dp_reserve(memory, &bytes, numbers * numbers);
    newton->outputs = dp_reserve(memory, &bytes, numbers);
    return bytes + dp_small_system_lay_out(&newton->small, h, memory ? memory + bytes : NULL);
}

void dp_newton_linearise(struct dp_newton *newton, const struct dp_layer *layer, const struct dp_batch *batch,
                         const double *r)
{
    newton->largest = newton->kernels->linearise(layer, batch, r, &newton->hessian);
    newton->inverted = newton->step = 0;
    if (newton->small.parameters > 0)
        dp_small_system_linearise(&newton->small, &newton->hessian, newton->scale, newton->weight);
}

bool dp_newton_prepare(struct dp_newton *newton, double step)
{
    const int64_t n = newton->numbers;
    if (newton->small.parameters > 0) {
        if (step != newton->step)
            newton->step = dp_small_system_prepare(&newton->small, step) ? step : 0;
        return newton->step > 0;
    }
    if (newton->inverted == 0 || fabs(step - newton->inverted) * newton->largest > STALE) {
        double least;
        newton->negative = newton->kernels->invert(&newton->hessian, step, &least);
        newton->inverted = newton->step = 0;
        if (!(least > LEAST_PIVOT))
            return false;
        newton->kernels->gram(&newton->hessian, newton->gram);
        newton->inverted = step;
    }
    if (step == newton->step)
        return true;
    memcpy(newton->upper, newton->gram, (size_t)(n * n) * sizeof *newton->upper);
    for (int64_t i = 0; i < n; i++)
        newton->upper[i * n + i] += 1 / (step * newton->scale * newton->weight[i]);
    newton->step = dp_ldl(n, newton->upper) == newton->negative ? step : 0;
    return newton->step > 0;
}

// What one neuron, in one lane of a block, adds to the trace of J J^T.
static double trace_of(const struct dp_hessian *h, const double *weight, int64_t block, int lane)
{
    double sum = 0, amplitudes = 0;
    for (int c = 0; c < h->outputs; c++) {
        const double a = h->amplitude[(block * h->outputs + c) * DP_LANES + lane];
        amplitudes += a * a;
    }
    for (int64_t i = 0; i < h->samples; i++) {
        const int64_t at = (block * h->samples + i) * DP_LANES + lane;
        double square = h->biasless ? 0 : 1;
        for (int j = 0; j < h->inputs; j++)
            square += h->x[i * h->inputs + j] * h->x[i * h->inputs + j];
        sum += weight[i * h->outputs] *
               (h->outputs * h->sigma[at] * h->sigma[at] + amplitudes * h->slope[at] * h->slope[at] * square);
    }
    return sum;
}

double dp_newton_longest(const struct dp_newton *newton)
{
    double trace = 0;
    for (int64_t block = 0; block < newton->hessian.blocks; block++)
        for (int lane = 0; lane < DP_LANES; lane++)
            trace += trace_of(&newton->hessian, newton->weight, block, lane);
    return RESOLVED / (newton->scale * trace);
}

double dp_newton_iterate(struct dp_newton *newton, const struct dp_newton_vectors *at, double rl1,
                         struct dp_squares *x, struct dp_squares *change)
{
    double sum = 0;
    if (newton->small.parameters > 0)
        return dp_small_system_iterate(&newton->small, &newton->hessian, newton->weight, at, rl1,
                                       newton->step, x, change);
    newton->kernels->project(&newton->hessian, at, rl1, newton->step, newton->outputs);
    dp_ldl_solve(newton->numbers, newton->upper, newton->outputs);
    newton->kernels->correct(&newton->hessian, at, newton->outputs, x, change);
    for (int64_t i = 0; i < newton->numbers; i++) { // J^T x = z / (step s weight): the equation that z solves
        const double add = newton->outputs[i] / (newton->step * newton->scale * newton->weight[i]);
        sum += newton->weight[i] * add * add;
    }
    return sum;
}
