// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/samples.h"
#include <math.h>

/* Mean and standard deviation of column k of values [count][stride]. The deviation of a constant column is
 * exactly 0. */
static void measure(const double *values, int64_t count, int64_t stride, int64_t k, double *mean,
                    double *deviation)
{
    double sum = 0, largest = 0, squares = 0;
    bool constant = true;
    for (int64_t i = 0; i < count; i++) {
        sum += values[i * stride + k];
        constant &= values[i * stride + k] == values[k];
    }
    *mean = constant ? values[k] : sum / (double)count;
    *deviation = 0;
    if (constant)
        return;
    for (int64_t i = 0; i < count; i++)
        largest = fmax(largest, fabs(values[i * stride + k] - *mean));
    for (int64_t i = 0; i < count; i++) { // relative to the largest, so that no square overflows or vanishes
        const double part = (values[i * stride + k] - *mean) / largest;
        squares += part * part;
    }
    *deviation = largest * sqrt(squares / (double)count);
}

static void apply(double *values, int64_t count, int64_t stride, int64_t k, double mean, double deviation)
{
    for (int64_t i = 0; i < count; i++)
        values[i * stride + k] = deviation > 0 ? (values[i * stride + k] - mean) / deviation : 0;
}

static enum dp_status standardize(struct dp_samples *samples, bool outputs, double *mean, double *deviation,
                                  struct dp_error *error)
{
    struct dp_samples *const test = samples->test;
    const int64_t columns = outputs ? samples->outputs : samples->inputs;
    double *const values = outputs ? samples->y : samples->x;
    for (int64_t k = 0; k < columns; k++) {
        measure(values, samples->count, columns, k, &mean[k], &deviation[k]);
        if (!isfinite(mean[k]) || !isfinite(deviation[k]))
            return dp_fail(error, DP_BAD_INPUT, "the numbers of %s %lld are too large to be standardized",
                           outputs ? "output" : "input", (long long)k + 1);
        apply(values, samples->count, columns, k, mean[k], deviation[k]);
        if (test)
            apply(outputs ? test->y : test->x, test->count, columns, k, mean[k], deviation[k]);
    }
    return DP_OK;
}

enum dp_status dp_samples_standardize(struct dp_samples *samples, bool outputs, double *mean,
                                      double *deviation, struct dp_error *error)
{
    const int64_t d = samples->inputs;
    for (int64_t k = d; k < d + samples->outputs; k++) {
        mean[k] = 0;
        deviation[k] = 1;
    }
    DP_TRY(standardize(samples, false, mean, deviation, error));
    return outputs ? standardize(samples, true, mean + d, deviation + d, error) : DP_OK;
}
