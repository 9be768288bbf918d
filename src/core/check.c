// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/batches.h"
#include "core/network/scales.h"
#include "core/network/start.h"
#include "dewpoint/run.h"
#include <math.h>
#include <string.h>

int64_t dp_run_multiplicity(const struct dp_run *run)
{
    static const int64_t own[] = {
        [DP_RELU] = 0,   [DP_TANH] = 1,  [DP_SIGMOID] = 1, [DP_SOFTPLUS] = 1,
        [DP_LINEAR] = 1, [DP_XTANH] = 2, [DP_X2TANH] = 3,
    };
    return run->multiplicity > 0 ? run->multiplicity : own[run->activation];
}

// Which methods read which keys of the steps.
static enum dp_status check_steps(const struct dp_run *run, struct dp_error *error)
{
    const char *method = dp_method_names[run->method];
    if (dp_batches_wanted(run) && run->method != DP_SGD && run->method != DP_ADAM)
        return dp_fail(error, DP_BAD_INPUT,
                       "method %s takes all samples at every step: %s needs method sgd%s", method,
                       run->batch > 0 ? "batch" : "streaming", " or adam");
    if (run->streaming == DP_GROWING_SETS && run->batch == 0)
        return dp_fail(error, DP_BAD_INPUT, "streaming growing needs batch, the samples of a step");
    if (run->max_epochs > 0 && !dp_batches_wanted(run))
        return dp_fail(error, DP_BAD_INPUT,
                       "max_epochs counts passes of batch or streaming; without them a pass is a step: set "
                       "max_steps");
    if (run->method == DP_NORMALIZED_FLOW && run->precision == DP_FLOAT32)
        return dp_fail(error, DP_BAD_INPUT,
                       "method normalized_flow starts from gradients too small for float32: set precision "
                       "float64");
    if (run->learning_rate == 0 && run->method == DP_NORMALIZED_FLOW)
        return dp_fail(error, DP_BAD_INPUT,
                       "method normalized_flow steps relative to each neuron, whatever the curvature: its "
                       "learning_rate must be a number, not auto");
    if (run->learning_rate == 0 && !isnan(run->learning_rate_a))
        return dp_fail(
            error, DP_BAD_INPUT,
            "learning_rate auto is one rate for all parameters and does not go with learning_rate_a");
    if (run->method == DP_NORMALIZED_FLOW && (!isnan(run->learning_rate_a) || run->rate_decay != 0))
        return dp_fail(error, DP_BAD_INPUT,
                       "method normalized_flow moves neurons as a whole and does not read %s",
                       run->rate_decay != 0 ? "rate_decay" : "learning_rate_a");
    if (run->method == DP_FLOW && (!isnan(run->learning_rate_a) || run->rate_decay != 0))
        return dp_fail(error, DP_BAD_INPUT, "method flow has no learning rate and does not read %s",
                       run->rate_decay != 0 ? "rate_decay" : "learning_rate_a");
    return DP_OK;
}

enum dp_status dp_run_check(const struct dp_run *run, struct dp_error *error)
{
    DP_TRY(dp_scales_check(run, error));
    DP_TRY(dp_start_check(run, error));
    if (run->multiplicity > 0 && run->activation != DP_TANH)
        return dp_fail(error, DP_BAD_INPUT,
                       "multiplicity p means x^(p-1) tanh x, so it goes with activation tanh, not %s",
                       dp_activation_names[run->activation]);
    DP_TRY(dp_data_check(run, error));
    DP_TRY(check_steps(run, error));
    if (run->curve_ratio != 0 && run->curve_ratio < 1.001)
        return dp_fail(error, DP_BAD_INPUT, "curve_ratio must be 0 (no curves) or at least 1.001, not %g",
                       run->curve_ratio);
    if (run->curve_ratio == 0 && run->curve_every == 0 && run->trajectories[0] &&
        strcmp(run->trajectories, "none") != 0)
        return dp_fail(
            error, DP_BAD_INPUT,
            "trajectories are kept at the points of the curve, so they need curve_ratio or curve_every");
    if (run->stop_loss == 0 && run->stop_drop == 0 && isinf(run->stop_time) && isinf(run->stop_growth) &&
        run->max_steps >= 100000000 && run->max_epochs == 0)
        return dp_fail(error, DP_BAD_INPUT,
                       "nothing ends the run: set stop_loss, stop_drop, stop_time, stop_growth, max_steps or "
                       "max_epochs");
    return DP_OK;
}
