// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/samples.h"
#include <stdlib.h>
#include <string.h>

enum dp_status dp_samples_alloc(struct dp_samples *samples, int64_t count, int64_t inputs, int64_t outputs,
                                struct dp_error *error)
{
    *samples = (struct dp_samples){.count = count, .inputs = inputs, .outputs = outputs};
    samples->x = malloc((size_t)count * (size_t)inputs * sizeof *samples->x);
    samples->y = malloc((size_t)count * (size_t)outputs * sizeof *samples->y);
    if (samples->x && samples->y)
        return DP_OK;
    dp_samples_free(samples);
    return dp_fail(error, DP_NO_MEMORY, "no memory for %lld samples of %lld inputs", (long long)count,
                   (long long)inputs);
}

enum dp_status dp_samples_alloc_test(struct dp_samples *samples, int64_t count, struct dp_error *error)
{
    struct dp_samples *const test = malloc(sizeof *test);
    enum dp_status status = test ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for test samples");
    if (status == DP_OK)
        status = dp_samples_alloc(test, count, samples->inputs, samples->outputs, error);
    if (status == DP_OK)
        samples->test = test;
    else
        free(test);
    return status;
}

void dp_samples_free(struct dp_samples *samples)
{
    if (samples->test)
        dp_samples_free(samples->test);
    free(samples->test);
    free(samples->x);
    free(samples->y);
    memset(samples, 0, sizeof *samples);
}
