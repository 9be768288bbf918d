// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/run.h"
#include <math.h>

int64_t dp_run_multiplicity(const struct dp_run *run)
{
    static const int64_t own[] = {
        [DP_RELU] = 0,   [DP_TANH] = 1,  [DP_SIGMOID] = 1, [DP_SOFTPLUS] = 1,
        [DP_LINEAR] = 1, [DP_XTANH] = 2, [DP_X2TANH] = 3,
    };
    return run->multiplicity > 0 ? run->multiplicity : own[run->activation];
}

/* Every scheme takes its own scales; a scale that a scheme does not read would be silently ignored, so it is an
 * error. */
static enum dp_status check_scales(const struct dp_run *run, struct dp_error *error)
{
    const bool alpha = !isnan(run->alpha), beta1 = !isnan(run->beta1), beta2 = !isnan(run->beta2);
    const bool exponent = !isnan(run->alpha_exponent), t = !isnan(run->t);
    switch (run->scheme) {
    case DP_SCHEME_PHASE:
        if (beta1 || t)
            return dp_fail(
                error, DP_BAD_INPUT,
                "scheme phase takes its scales from gamma, gamma_prime and width and does not read %s; "
                "use scheme %s",
                beta1 ? "beta1" : "t", beta1 ? "direct" : "power");
        if (alpha + beta2 + exponent > 1)
            return dp_fail(
                error, DP_BAD_INPUT,
                "scheme phase has one freedom left: give at most one of alpha, beta2 and alpha_exponent");
        return DP_OK;
    case DP_SCHEME_DIRECT:
        if (!alpha || !beta1 || !beta2)
            return dp_fail(error, DP_BAD_INPUT, "scheme direct needs alpha, beta1 and beta2; %s is not given",
                           !alpha   ? "alpha"
                           : !beta1 ? "beta1"
                                    : "beta2");
        if (exponent || t)
            return dp_fail(error, DP_BAD_INPUT, "scheme direct does not read %s",
                           exponent ? "alpha_exponent" : "t");
        return DP_OK;
    default:
        if (!t)
            return dp_fail(error, DP_BAD_INPUT, "scheme power needs t (every scale is width^-t)");
        if (alpha || beta1 || beta2 || exponent)
            return dp_fail(error, DP_BAD_INPUT, "scheme power does not read %s",
                           alpha   ? "alpha"
                           : beta1 ? "beta1"
                           : beta2 ? "beta2"
                                   : "alpha_exponent");
        return DP_OK;
    }
}

enum dp_status dp_run_check(const struct dp_run *run, struct dp_error *error)
{
    DP_TRY(check_scales(run, error));
    if (run->antisymmetric && run->width % 2 != 0)
        return dp_fail(error, DP_BAD_INPUT,
                       "antisymmetric pairs the neurons, so width must be even, not %lld",
                       (long long)run->width);
    if (run->multiplicity > 0 && run->activation != DP_TANH)
        return dp_fail(error, DP_BAD_INPUT,
                       "multiplicity p means x^(p-1) tanh x, so it goes with activation tanh, not %s",
                       dp_activation_names[run->activation]);
    if (run->target == DP_FILE && !run->file[0])
        return dp_fail(error, DP_BAD_INPUT, "target file needs the key file (a CSV or HDF5 path)");
    if (run->target != DP_FILE && run->file[0])
        return dp_fail(error, DP_BAD_INPUT, "the key file needs target file, not %s",
                       dp_target_names[run->target]);
    if (run->low >= run->high)
        return dp_fail(error, DP_BAD_INPUT, "low (%g) must be below high (%g)", run->low, run->high);
    if (run->curve_ratio != 0 && run->curve_ratio < 1.001)
        return dp_fail(error, DP_BAD_INPUT, "curve_ratio must be 0 (no curves) or at least 1.001, not %g",
                       run->curve_ratio);
    if (run->stop_loss == 0 && isinf(run->stop_time) && run->max_steps >= 100000000)
        return dp_fail(error, DP_BAD_INPUT, "nothing ends the run: set stop_loss, stop_time or max_steps");
    return DP_OK;
}
