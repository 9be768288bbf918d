// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/risk.h"
#include <math.h>
#include <stdlib.h>

enum { STRETCH = 512 }; // samples at a time

/* Adds the errors on a stretch of samples to sums [o]; f: room for its outputs. */
static enum dp_status add_stretch(const struct dp_network *net, int lane, bool squared,
                                  const struct dp_samples *stretch, double *f, double *sums,
                                  struct dp_error *error)
{
    const int64_t o = stretch->outputs;
    struct dp_single single;
    DP_TRY(dp_network_single(net, lane, stretch, &single, error));
    net->kernels->output(&single.layer, &single.batch, f);
    free(single.memory);
    for (int64_t i = 0; i < stretch->count * o; i++) {
        const double e = f[i] / net->alpha[lane] - stretch->y[i];
        sums[i % o] += squared ? e * e : fabs(e);
    }
    return DP_OK;
}

enum dp_status dp_risk(const struct dp_network *net, int lane, const struct dp_run *run,
                       const struct dp_samples *test, struct dp_risk *risk, struct dp_error *error)
{
    *risk = (struct dp_risk){NAN, NAN, NAN};
    if (run->risk == DP_RISK_NONE || test->count == 0)
        return DP_OK;
    const int64_t o = test->outputs, d = test->inputs;
    double *const sums = calloc((size_t)((STRETCH + 1) * o), sizeof *sums);
    if (!sums)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the risk of %lld outputs", (long long)o);
    enum dp_status status = DP_OK;
    for (int64_t first = 0; first < test->count && status == DP_OK; first += STRETCH) {
        const int64_t left = test->count - first;
        const struct dp_samples stretch = {.count = left < STRETCH ? left : STRETCH,
                                           .inputs = d,
                                           .outputs = o,
                                           .x = test->x + first * d,
                                           .y = test->y + first * o};
        status = add_stretch(net, lane, run->risk == DP_RISK_L2, &stretch, sums + o, sums, error);
    }
    double all = 0;
    for (int64_t c = 0; c < o; c++)
        all += sums[c] / (double)test->count;
    if (status == DP_OK)
        *risk = (struct dp_risk){all, sums[0] / (double)test->count, sums[o - 1] / (double)test->count};
    free(sums);
    return status;
}

void dp_risk_least(const struct dp_curve_point *curve, int64_t points, struct dp_record *record)
{
    record->risk_least = record->risk_least_time = NAN;
    record->risk_least_step = -1;
    for (int64_t p = 0; p < points; p++) {
        if (!(curve[p].risk < record->risk_least) && !(isnan(record->risk_least) && isfinite(curve[p].risk)))
            continue;
        record->risk_least = curve[p].risk;
        record->risk_least_time = curve[p].flow_time;
        record->risk_least_step = (int64_t)curve[p].step;
    }
}
