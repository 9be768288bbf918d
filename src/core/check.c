// SPDX-License-Identifier: BSD-3-Clause
#include "core/data.h"
#include "core/scales.h"
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

enum dp_status dp_run_check(const struct dp_run *run, struct dp_error *error)
{
    DP_TRY(dp_scales_check(run, error));
    if (run->antisymmetric && run->width % 2 != 0)
        return dp_fail(error, DP_BAD_INPUT,
                       "antisymmetric pairs the neurons, so width must be even, not %lld",
                       (long long)run->width);
    if (run->multiplicity > 0 && run->activation != DP_TANH)
        return dp_fail(error, DP_BAD_INPUT,
                       "multiplicity p means x^(p-1) tanh x, so it goes with activation tanh, not %s",
                       dp_activation_names[run->activation]);
    DP_TRY(dp_data_check(run, error));
    if (run->curve_ratio != 0 && run->curve_ratio < 1.001)
        return dp_fail(error, DP_BAD_INPUT, "curve_ratio must be 0 (no curves) or at least 1.001, not %g",
                       run->curve_ratio);
    if (run->stop_loss == 0 && isinf(run->stop_time) && run->max_steps >= 100000000)
        return dp_fail(error, DP_BAD_INPUT, "nothing ends the run: set stop_loss, stop_time or max_steps");
    return DP_OK;
}
