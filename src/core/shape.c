// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/shape.h"
#include "core/data/batches.h"
#include "core/train/methods/rules.h"
#include <math.h>
#include <string.h>

static double pace_of(const struct dp_run *run)
{
    const bool other = !isnan(run->learning_rate_a) && run->learning_rate_a != run->learning_rate;
    return other ? run->learning_rate_a / run->learning_rate : 0;
}

struct dp_shape dp_run_shape(const struct dp_run *run, const struct dp_samples *file)
{
    const bool batched = dp_batches_wanted(run);
    const int64_t samples = dp_data_count(run, file);
    return (struct dp_shape){
        .activation = run->activation,
        .multiplicity = dp_run_multiplicity(run),
        .width = run->width,
        .bias = run->bias,
        .inputs = dp_run_inputs(run, file),
        .outputs = dp_run_outputs(run, file),
        .samples = samples,
        .batched = batched,
        .points = batched ? dp_batches_size(run, file) : samples,
        .method = run->method,
        .rule = dp_run_rule(run),
        .decays = run->weight_decay != 0,
        .bits = dp_run_bits(run),
        .pace = pace_of(run),
    };
}

bool dp_shapes_agree(const struct dp_shape *a, const struct dp_shape *b)
{
    _Static_assert(sizeof *a == 14 * sizeof(int64_t), "bytes are compared: no padding");
    return memcmp(a, b, sizeof *a) == 0;
}
