// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow.h"
#include "core/elementary.h"
#include "core/rng.h"
#include <math.h>

enum { FIRST_ROUNDS = 40, LATER_ROUNDS = 8, MOST_STEPS = 32 };
static const double CONVERGED =
    0.02; // |J J^T v| and its part along v agree to this: v is close to an eigenvector
static const double GROWTH = 0.25; // let lambda grow by this part at most between estimates

static int64_t numbers_of(const struct dp_network *net)
{
    return net->now.batch.count * net->layer.outputs * net->lanes;
}

static double product(const struct dp_network *net, int lane, const double *u, const double *v)
{
    double sum = 0;
    for (int64_t i = lane; i < numbers_of(net); i += net->lanes)
        sum += u[i] * v[i];
    return sum;
}

// A start without the symmetries that data and eigenvectors often have.
static void first_probe(struct dp_network *net, int lane)
{
    for (int64_t i = 0; i < numbers_of(net) / net->lanes; i++)
        net->probe[i * net->lanes + lane] = 0.5 + dp_uniform(0, DP_STREAM_WEIGHTS, i, 0);
    const double size = sqrt(product(net, lane, net->probe, net->probe));
    for (int64_t i = lane; i < numbers_of(net); i += net->lanes)
        net->probe[i] /= size;
}

// One power step of one run: probe <- J J^T probe / |...|; whether probe was an eigenvector.
static bool power_step(struct dp_flow *flow, struct dp_network *net, int lane, double bound)
{
    const double size = sqrt(product(net, lane, net->image, net->image));
    const double along = product(net, lane, net->probe, net->image);
    for (int64_t i = lane; size > 0 && i < numbers_of(net); i += net->lanes)
        net->probe[i] = net->image[i] / size;
    flow->gauss_newton = 2 * net->scale[lane] * size / (net->alpha[lane] * net->alpha[lane]);
    flow->residual = bound;
    return !(size - along > CONVERGED * size);
}

/* Estimates anew for every run that is due. A pass serves all lanes at once; one that is not due takes nothing from
 * it, so its numbers do not depend on its neighbours. */
static void estimate(struct dp_flow *flow, struct dp_network *net, const bool *live)
{
    int settling = 0;
    for (int lane = 0; lane < net->lanes; lane++) {
        flow[lane].settling = live[lane] && flow[lane].steps_left == 0;
        settling += flow[lane].settling;
        if (flow[lane].settling && !flow[lane].started)
            first_probe(net, lane);
    }
    for (int round = 0; settling > 0; round++) {
        double bound[DP_LANES];
        net->kernels->curvature(&net->layer, &net->now.batch, net->probe, net->residual, net->image, bound);
        for (int lane = 0; lane < net->lanes; lane++) {
            if (!flow[lane].settling)
                continue;
            const int rounds = flow[lane].started ? LATER_ROUNDS : FIRST_ROUNDS;
            if (power_step(&flow[lane], net, lane, bound[lane]) || round + 1 == rounds) {
                flow[lane].settling = false;
                flow[lane].started = true;
                settling--;
            }
        }
    }
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

void dp_flow_rates(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *flow_step,
                   double *rate)
{
    bool due = false;
    for (int lane = 0; lane < net->lanes; lane++)
        due = due || (live[lane] && flow[lane].steps_left == 0);
    if (due)
        estimate(flow, net, live);
    for (int lane = 0; lane < net->lanes; lane++) {
        rate[lane] = 0;
        if (!live[lane])
            continue;
        const double lambda = flow[lane].gauss_newton + flow[lane].residual;
        const double step = flow_step[lane] / lambda;
        if (flow[lane].steps_left == 0)
            flow[lane].steps_left = steps_good(&flow[lane], step, net->layer.power);
        flow[lane].steps_left--;
        rate[lane] = lambda > 0 ? step : INFINITY;
    }
}
