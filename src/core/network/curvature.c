// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/curvature.h"
#include "core/math/rng.h"
#include <math.h>

enum { FIRST_ROUNDS = 40, LATER_ROUNDS = 8 };
static const double CONVERGED =
    0.02; // |J J^T v| and its part along v agree to this: v is close to an eigenvector

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
static bool power_step(struct dp_curvature *curvature, struct dp_network *net, int lane, double bound)
{
    const double size = sqrt(product(net, lane, net->image, net->image));
    const double along = product(net, lane, net->probe, net->image);
    for (int64_t i = lane; size > 0 && i < numbers_of(net); i += net->lanes)
        net->probe[i] = net->image[i] / size;
    curvature->gauss_newton = 2 * net->scale[lane] * size / (net->alpha[lane] * net->alpha[lane]);
    curvature->residual = bound;
    return !(size - along > CONVERGED * size);
}

void dp_curvature_estimate(struct dp_curvature *curvature, struct dp_network *net, const bool *due)
{
    int settling = 0;
    for (int lane = 0; lane < net->lanes; lane++) {
        curvature[lane].settling = due[lane];
        settling += curvature[lane].settling;
        if (curvature[lane].settling && !curvature[lane].started)
            first_probe(net, lane);
    }
    for (int round = 0; settling > 0; round++) {
        double bound[DP_LANES];
        net->kernels->curvature(&net->layer, &net->now.batch, net->probe, net->residual, net->image, bound);
        for (int lane = 0; lane < net->lanes; lane++) {
            if (!curvature[lane].settling)
                continue;
            curvature[lane].passes++;
            const int rounds = curvature[lane].started ? LATER_ROUNDS : FIRST_ROUNDS;
            if (power_step(&curvature[lane], net, lane, bound[lane]) || round + 1 == rounds) {
                curvature[lane].settling = false;
                curvature[lane].started = true;
                settling--;
            }
        }
    }
}
