// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/evaluate.h"
#include <math.h>

static double sigma(const struct dp_run *run, double h)
{
    switch (run->activation) {
    case DP_RELU:
        return h > 0 ? h : 0;
    case DP_SIGMOID:
        return 1 / (1 + exp(-h));
    case DP_SOFTPLUS:
        return h > 0 ? h + log1p(exp(-h)) : log1p(exp(h));
    case DP_LINEAR:
        return h;
    default: // the family x^(p-1) tanh x
        return pow(h, (double)dp_run_multiplicity(run) - 1) * tanh(h);
    }
}

void dp_evaluate(const struct dp_stored_run *stored, const double *neurons, const double *x, double *f)
{
    const int64_t d = stored->inputs, o = stored->outputs;
    const double alpha = dp_run_scales(&stored->run).alpha;
    for (int64_t c = 0; c < o; c++)
        f[c] = 0;
    for (int64_t k = 0; k < stored->run.width; k++) {
        const double *const w = neurons + k * stored->components, *const a = w + d + 1;
        double h = w[d];
        for (int64_t j = 0; j < d; j++)
            h += w[j] * x[j];
        const double value = sigma(&stored->run, h) / alpha;
        for (int64_t c = 0; c < o; c++)
            f[c] += a[c] * value;
    }
}
