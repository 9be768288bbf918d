// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/evaluate.h"
#include "dewpoint/core/activations.h"

void dp_evaluate(const struct dp_stored_run *stored, const double *neurons, const double *x, double *f)
{
    const int64_t d = stored->inputs, o = stored->outputs;
    const double alpha = dp_run_scales(&stored->run).alpha;
    const struct dp_activation_row *const row = &dp_activations[stored->run.activation];
    const int64_t power = dp_run_multiplicity(&stored->run);
    for (int64_t c = 0; c < o; c++)
        f[c] = 0;
    for (int64_t k = 0; k < stored->run.width; k++) {
        const double *const w = neurons + k * stored->components, *const a = w + d + 1;
        double h = w[d];
        for (int64_t j = 0; j < d; j++)
            h += w[j] * x[j];
        const double value = row->sigma(h, power) / alpha;
        for (int64_t c = 0; c < o; c++)
            f[c] += a[c] * value;
    }
}
