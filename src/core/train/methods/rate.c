// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods/rate.h"
#include <math.h>

enum { STEPS_TO_NEXT_ESTIMATE = 100 };
static const double RATE_TIMES_LAMBDA = 0.5; // of 1 / lambda
static const double LARGEST_GROWTH_EXPONENT =
    0.25; // how far lambda may have grown, as an exponent, before it is estimated again
static const double ESTIMATE_MARGIN = 1.05; // power iteration ends a little below
static const double LARGEST_RATE = 1e300;

void dp_rates_place(struct dp_rates *rates, int lane)
{
    rates->curvature[lane] = (struct dp_curvature){0};
    rates->known[lane] = rates->steps[lane] = 0;
}

static double lambda_of(const struct dp_curvature *curvature)
{
    return ESTIMATE_MARGIN * curvature->gauss_newton + curvature->residual;
}

void dp_rates_descend(struct dp_rates *rates, struct dp_network *net, const bool *wanted, double *rate)
{
    bool due[DP_LANES], any = false;
    for (int l = 0; l < net->lanes; l++) {
        const struct dp_curvature *c = &rates->curvature[l];
        due[l] = wanted[l] &&
                 (!c->started || rates->steps[l] >= STEPS_TO_NEXT_ESTIMATE || !isfinite(rate[l]) ||
                  2 * net->layer.power * c->residual * (rates->known[l] + rate[l]) > LARGEST_GROWTH_EXPONENT);
        any = any || due[l];
    }
    if (any)
        dp_curvature_estimate(rates->curvature, net, due);
    for (int l = 0; l < net->lanes; l++) {
        const double lambda = lambda_of(&rates->curvature[l]);
        if (due[l] && lambda > 0)
            rate[l] = fmin(rate[l], fmin(RATE_TIMES_LAMBDA / lambda, LARGEST_RATE));
        rates->known[l] = due[l] ? 0 : rates->known[l] + rate[l];
        rates->steps[l] = due[l] ? 0 : rates->steps[l] + 1;
    }
}

void dp_rates_adam(struct dp_rates *rates, struct dp_network *net, const bool *wanted, const double *beta1,
                   void *room, double *rate)
{
    dp_curvature_estimate(rates->curvature, net, wanted);
    net->kernels->gradient(&net->layer, &net->now.batch, net->residual, room);
    for (int l = 0; l < net->lanes; l++) {
        double sum = 0;
        const int64_t count = wanted[l] ? dp_network_sum(net, l, room, &sum) : 0;
        const double lambda = lambda_of(&rates->curvature[l]);
        if (count > 0 && lambda > 0)
            rate[l] = fmin((1 - beta1[l]) * sum / (lambda * (double)count), LARGEST_RATE);
    }
}
