// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/elementary.h"
#include "dewpoint/core/run.h"
#include <math.h>

/* From exponents to scales and back (dp_run_scales in run.h).
 *
 * kappa = beta1 beta2 / alpha = m^-gamma and kappa' = beta1 / beta2 = m^-gamma_prime are two equations for
 * three scales; the third is alpha (1 unless given), beta2, or alpha = m^alpha_exponent. For a homogeneous
 * activation the choice only rescales time; for tanh and the rest it decides whether w starts in the linear
 * part of sigma. */

// width^exponent, with our own exp and log: scales are part of a record.
static double width_power(const struct dp_run *run, double exponent)
{
    return dp_exp(exponent * dp_log((double)run->width));
}

static struct dp_scales phase_scales(const struct dp_run *run)
{
    const double g = run->gamma, gp = run->gamma_prime;
    // Those given, not what two logarithms would make of the scales: they name the cells of a phase diagram.
    struct dp_scales s = {.gamma = g, .gamma_prime = gp};
    if (!isnan(run->beta2)) {
        s.beta2 = run->beta2;
        s.beta1 = s.beta2 * width_power(run, -gp);
        s.alpha = s.beta2 * s.beta2 * width_power(run, g - gp);
        return s;
    }
    const double exponent = isnan(run->alpha_exponent) ? 0 : run->alpha_exponent;
    const double alpha = isnan(run->alpha) ? 1 : run->alpha;
    s.alpha = alpha * width_power(run, exponent);
    s.beta1 = sqrt(alpha) * width_power(run, (exponent - g - gp) / 2);
    s.beta2 = sqrt(alpha) * width_power(run, (exponent - g + gp) / 2);
    return s;
}

// The exponents that scales amount to.
static void set_exponents(const struct dp_run *run, struct dp_scales *s)
{
    const double log_width = dp_log((double)run->width);
    s->gamma = run->width > 1 ? -dp_log(s->beta1 * s->beta2 / s->alpha) / log_width : NAN;
    s->gamma_prime = run->width > 1 ? -dp_log(s->beta1 / s->beta2) / log_width : NAN;
}

static struct dp_scales direct_scales(const struct dp_run *run)
{
    struct dp_scales s = {.alpha = isnan(run->alpha) ? width_power(run, run->alpha_exponent) : run->alpha,
                          .beta1 = run->beta1 * run->init_scale,
                          .beta2 = run->beta2 * run->init_scale};
    if (run->draw == DP_DRAW_BALANCED)
        s.beta1 = s.beta2;
    set_exponents(run, &s);
    return s;
}

static struct dp_scales power_scales(const struct dp_run *run)
{
    const double beta = run->init_scale * width_power(run, -run->t);
    struct dp_scales s = {.alpha = 1, .beta1 = beta, .beta2 = beta, .gamma = 2 * run->t};
    if (run->init_scale != 1)
        set_exponents(run, &s);
    return s;
}

struct dp_scales dp_run_scales(const struct dp_run *run)
{
    struct dp_scales s;
    switch (run->scheme) {
    case DP_SCHEME_PHASE:
        s = phase_scales(run);
        s.beta1 *= run->init_scale;
        s.beta2 *= run->init_scale;
        return s;
    case DP_SCHEME_DIRECT:
        return direct_scales(run);
    case DP_SCHEME_POWER:
        return power_scales(run);
    default: // whatever the file holds
        return (struct dp_scales){isnan(run->alpha) ? 1 : run->alpha, NAN, NAN, NAN, NAN};
    }
}

void dp_run_exponents(const struct dp_run *run, double *gamma, double *gamma_prime)
{
    struct dp_scales s = {.gamma = run->gamma, .gamma_prime = run->gamma_prime};
    if (run->scheme != DP_SCHEME_PHASE)
        s = dp_run_scales(run);
    *gamma = s.gamma;
    *gamma_prime = s.gamma_prime;
}
