// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/orientations.h"
#include "neurons/neuron_plot.h"
#include <math.h>
#include <stdlib.h>

enum dp_status dp_orientations(const struct dp_stored_run *s, int64_t point, double *angle, double *size,
                               struct dp_error *error)
{
    double *neurons;
    DP_TRY(dp_stored_run_neurons(s, point, &neurons, error));
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const w = neurons + k * s->components;
        angle[k] = atan2(w[1], w[0]);
        size[k] = dp_length(w + s->inputs + 1, s->outputs) * dp_length(w, s->inputs + 1);
    }
    free(neurons);
    return DP_OK;
}
