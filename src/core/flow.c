// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow.h"
#include "core/rng.h"
#include <math.h>

enum { FIRST_ROUNDS = 40, LATER_ROUNDS = 8, MOST_STEPS = 32 };
static const double CONVERGED =
    0.02; // |J J^T v| and its part along v agree to this: v is close to an eigenvector
static const double GROWTH = 0.22; // let lambda grow by e^.22 = 1.25 at most between estimates

static double length(const double *v, int64_t n)
{
    double sum = 0;
    for (int64_t i = 0; i < n; i++)
        sum += v[i] * v[i];
    return sqrt(sum);
}

// One power step: probe <- J J^T probe / |...|. Returns the length and how well probe was an eigenvector.
static double power_step(struct dp_network *net, double *bound, bool *converged)
{
    const int64_t n = net->batch.count;
    net->kernels->curvature(&net->layer, &net->batch, net->probe, net->residual, net->image, bound);
    double along = 0;
    for (int64_t i = 0; i < n; i++)
        along += net->probe[i] * net->image[i];
    const double size = length(net->image, n);
    *converged = !(size - along > CONVERGED * size);
    for (int64_t i = 0; size > 0 && i < n; i++)
        net->probe[i] = net->image[i] / size;
    return size;
}

// A start without the symmetries that data and eigenvectors often have.
static void first_probe(struct dp_network *net)
{
    const int64_t n = net->batch.count;
    for (int64_t i = 0; i < n; i++)
        net->probe[i] = 0.5 + dp_uniform(0, DP_STREAM_WEIGHTS, i, 0);
    const double size = length(net->probe, n);
    for (int64_t i = 0; i < n; i++)
        net->probe[i] /= size;
}

static void estimate(struct dp_flow *flow, struct dp_network *net)
{
    if (!flow->started)
        first_probe(net);
    const int rounds = flow->started ? LATER_ROUNDS : FIRST_ROUNDS;
    bool converged = false;
    double size = 0;
    for (int round = 0; round < rounds && !converged; round++)
        size = power_step(net, &flow->residual, &converged);
    flow->gauss_newton = 2 * size / ((double)net->batch.count * net->alpha * net->alpha);
    flow->started = true;
}

/* Neurons grow at most at the rate `residual`, so the first part grows at most like e^(2 p residual t), p the
 * activation's power, and the second like e^((p - 1) residual t). */
static int64_t steps_good(const struct dp_flow *flow, double step, int power)
{
    const double lambda = flow->gauss_newton + flow->residual;
    const double growth = step * flow->residual;
    if (!(growth > 0))
        return MOST_STEPS;
    const double first = log1p((exp(GROWTH) - 1) * lambda / flow->gauss_newton) / (2 * power * growth);
    const double second = power > 1 ? GROWTH / ((power - 1) * growth) : INFINITY;
    const double steps = fmin(fmin(first, second), MOST_STEPS);
    return steps > 1 ? (int64_t)steps : 1;
}

double dp_flow_rate(struct dp_flow *flow, struct dp_network *net, double flow_step)
{
    if (flow->steps_left == 0)
        estimate(flow, net);
    const double lambda = flow->gauss_newton + flow->residual;
    const double step = flow_step / lambda;
    if (flow->steps_left == 0)
        flow->steps_left = steps_good(flow, step, net->layer.power);
    flow->steps_left--;
    return lambda > 0 ? step : INFINITY;
}
