// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

// Each list has a name for every value, up to the last one, and ends with 0.
#define NAMES_UP_TO(names, last)                                                                             \
    _Static_assert(sizeof(names) / sizeof *(names) == (last) + 2, "a name is missing")

const char *const dp_scheme_names[] = {"phase", "direct", "power", "file", 0};
const char *const dp_draw_names[] = {"normal", "balanced", "sphere", "diagonal", 0};
const char *const dp_target_names[] = {"two-kinks",   "sine-mix", "two-points",   "three-points",
                                       "five-points", "sine-sum", "linear-modes", "teacher",
                                       "random",      "file",     "formula",      0};
const char *const dp_points_names[] = {"auto", "equispaced", "uniform", "normal", "decorrelated", 0};
const char *const dp_samples_in_names[] = {"auto", "rows", "columns", 0};
const char *const dp_basis_names[] = {"original", "synaptic", 0};
const char *const dp_streaming_names[] = {"none", "fresh", "growing", 0};
const char *const dp_risk_names[] = {"none", "L1", "L2", 0};
const char *const dp_method_names[] = {"gd", "sgd", "adam", "flow", "normalized_flow", 0};
const char *const dp_reduction_names[] = {"mean", "half-mean", "sum", "half-sum", 0};
const char *const dp_stop_names[] = {
    "none",       "stop_loss",       "stop_time", "stop_drop", "stop_growth", "floor", "max_steps",
    "max_epochs", "max_evaluations", "diverged",  "no_memory", "crash",       "error", 0};
const char *const dp_precision_names[] = {"float32", "float64", "auto", 0};

NAMES_UP_TO(dp_scheme_names, DP_SCHEME_FILE);
NAMES_UP_TO(dp_draw_names, DP_DRAW_DIAGONAL);
NAMES_UP_TO(dp_target_names, DP_FORMULA);
NAMES_UP_TO(dp_points_names, DP_DECORRELATED);
NAMES_UP_TO(dp_basis_names, DP_BASIS_SYNAPTIC);
NAMES_UP_TO(dp_streaming_names, DP_GROWING_SETS);
NAMES_UP_TO(dp_risk_names, DP_RISK_L2);
NAMES_UP_TO(dp_method_names, DP_NORMALIZED_FLOW);
NAMES_UP_TO(dp_reduction_names, DP_HALF_SUM);
NAMES_UP_TO(dp_precision_names, DP_PRECISION_AUTO);
NAMES_UP_TO(dp_stop_names, DP_STOPS - 1);

const char *dp_stops_text(const int64_t stops[DP_STOPS], char *text, size_t size)
{
    text[0] = '\0';
    for (int i = DP_STOP_NONE + 1; i < DP_STOPS; i++) {
        const size_t used = strlen(text);
        if (stops[i] > 0)
            snprintf(text + used, size - used, "%s%lld %s", used ? ", " : "", (long long)stops[i],
                     dp_stop_names[i]);
    }
    return text;
}

const char *dp_unsure_text(int64_t runs, char text[DP_UNSURE_TEXT])
{
    snprintf(text, DP_UNSURE_TEXT,
             runs == 1 ? "%lld run is not sure: its flow_error, a bound on the relative "
                         "error of RD, is above %g"
                       : "%lld runs are not sure: their flow_error, a bound on the relative "
                         "error of RD, is above %g",
             (long long)runs, DP_UNSURE);
    return text;
}

double dp_percent_done(int64_t done, int64_t all, double step)
{
    return fmin(step * round(100 * (double)done / (double)all / step), done < all ? 100 - step : 100);
}
