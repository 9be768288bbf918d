// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/initial_stage.h"
#include "core/math/elementary.h"
#include "core/network/network.h"
#include "dewpoint/core/activations.h"
#include <math.h>
#include <stdlib.h>

enum dp_status dp_pull_acquire(const struct dp_run *run, const struct dp_samples *train,
                               struct dp_pull_of_data *pull, struct dp_error *error)
{
    const int64_t d = train->inputs;
    const double c = dp_loss_scale(run, train->count, train->outputs);
    *pull = (struct dp_pull_of_data){.rows = (int)d + (run->bias ? 1 : 0),
                                     .unit = calloc((size_t)d + 1, sizeof *pull->unit)};
    if (!pull->unit)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the pull of %lld inputs", (long long)d);
    for (int64_t i = 0; i < train->count; i++) {
        const double y = train->y[i * train->outputs];
        for (int64_t j = 0; j < pull->rows; j++)
            pull->unit[j] += 2 * c * y * (j < d ? train->x[i * d + j] : 1);
        pull->loss += c * y * y;
    }
    for (int64_t j = 0; j < pull->rows; j++)
        pull->size += pull->unit[j] * pull->unit[j];
    pull->size = sqrt(pull->size);
    for (int64_t j = 0; j < pull->rows && pull->size > 0; j++)
        pull->unit[j] /= pull->size;
    for (int64_t i = 0; i < train->count; i++) {
        double along = 0;
        for (int64_t j = 0; j < pull->rows; j++)
            along += pull->unit[j] * (j < d ? train->x[i * d + j] : 1);
        pull->spread += c * along * along;
    }
    return DP_OK;
}

void dp_pull_release(struct dp_pull_of_data *pull)
{
    free(pull->unit);
    *pull = (struct dp_pull_of_data){0};
}

static bool is_predicted(const struct dp_run *run)
{
    const bool linear_at_0 = run->activation == DP_LINEAR || run->activation == DP_TANH;
    const bool follows = run->method == DP_FLOW || run->method == DP_GD;
    const bool plain = run->momentum == 0 && run->weight_decay == 0 && isnan(run->learning_rate_a);
    return linear_at_0 && dp_run_multiplicity(run) == 1 && follows && plain && run->draw == DP_DRAW_NORMAL &&
           run->scheme != DP_SCHEME_FILE;
}

struct dp_initial_stage dp_initial_stage(const struct dp_run *run, const struct dp_pull_of_data *pull,
                                         double share)
{
    const struct dp_initial_stage none = {NAN, NAN, NAN};
    const double left = pull->size * pull->size - 4 * share * pull->loss * pull->spread;
    if (!is_predicted(run) || !(share > 0) || !(pull->size > 0) || !(left >= 0))
        return none;
    const struct dp_scales scales = dp_run_scales(run);
    const double squares = scales.beta1 * scales.beta1 + scales.beta2 * scales.beta2;
    // (|z| - sqrt(left)) / (2 M) without the difference
    const double size = 2 * share * pull->loss / (pull->size + sqrt(left));
    const double h = 2 * size * scales.alpha / ((double)run->width * squares); // sinh(2 s)
    const double root = sqrt(1 + h * h), s = dp_log(h + root) / 2;
    // cosh^2 s = (1 + cosh 2 s) / 2, and sinh^2 s = (cosh 2 s - 1) / 2 without the difference
    const double cosh2 = (1 + root) / 2, sinh2 = h * h / (2 * (1 + root));
    const double r2 = scales.beta1 * scales.beta1 / (scales.beta2 * scales.beta2);
    const double grown = cosh2 + r2 * sinh2, excess = sinh2 / (sqrt(cosh2) + 1); // cosh s - 1
    return (struct dp_initial_stage){
        .time = s * scales.alpha / pull->size,
        .alignment = sqrt(grown / (grown + pull->rows - 1)),
        .rd_w = sqrt((excess * excess + r2 * sinh2) / pull->rows),
    };
}
