// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/rng.h"
#include "dewpoint/core/samples.h"
#include <stdlib.h>
#include <string.h>

/* Each sample draws a number, and the samples with the smallest numbers are the test samples. A larger share
 * therefore includes the test samples of a smaller one, and the draw of a sample does not depend on the
 * number of samples. */
struct ticket {
    double number;
    int64_t sample;
};

static int compare(const void *a, const void *b)
{
    const struct ticket *const x = a, *const y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    return x->sample < y->sample ? -1 : 1;
}

static void copy_sample(const struct dp_samples *from, int64_t i, struct dp_samples *to, int64_t k)
{
    memcpy(to->x + k * to->inputs, from->x + i * from->inputs, (size_t)to->inputs * sizeof *to->x);
    memcpy(to->y + k * to->outputs, from->y + i * from->outputs, (size_t)to->outputs * sizeof *to->y);
}

/* Marks the test samples. */
static enum dp_status draw(int64_t count, int64_t tests, int64_t seed, bool *is_test, struct dp_error *error)
{
    struct ticket *const tickets = malloc((size_t)count * sizeof *tickets);
    if (!tickets)
        return dp_fail(error, DP_NO_MEMORY, "no memory to draw test samples");
    for (int64_t i = 0; i < count; i++)
        tickets[i] = (struct ticket){dp_uniform(seed, DP_STREAM_SPLIT, i, 0), i};
    qsort(tickets, (size_t)count, sizeof *tickets, compare);
    for (int64_t i = 0; i < tests; i++)
        is_test[tickets[i].sample] = true;
    free(tickets);
    return DP_OK;
}

static enum dp_status move(struct dp_samples *samples, int64_t tests, const bool *is_test,
                           struct dp_error *error)
{
    struct dp_samples train;
    DP_TRY(dp_samples_alloc(&train, samples->count - tests, samples->inputs, samples->outputs, error));
    enum dp_status status = dp_samples_alloc_test(&train, tests, error);
    if (status != DP_OK) {
        dp_samples_free(&train);
        return status;
    }
    int64_t trains = 0;
    tests = 0;
    for (int64_t i = 0; i < samples->count; i++)
        copy_sample(samples, i, is_test[i] ? train.test : &train, is_test[i] ? tests++ : trains++);
    dp_samples_free(samples);
    *samples = train;
    return DP_OK;
}

enum dp_status dp_samples_split(struct dp_samples *samples, double share, int64_t seed,
                                struct dp_error *error)
{
    int64_t tests = (int64_t)(share * (double)samples->count + 0.5);
    tests = tests < 1 ? 1 : tests;
    if (tests >= samples->count)
        return dp_fail(error, DP_BAD_INPUT, "a test_share of %g of %lld samples leaves none to train on",
                       share, (long long)samples->count);
    bool *const is_test = calloc((size_t)samples->count, sizeof *is_test);
    if (!is_test)
        return dp_fail(error, DP_NO_MEMORY, "no memory to draw test samples");
    enum dp_status status = draw(samples->count, tests, seed, is_test, error);
    if (status == DP_OK)
        status = move(samples, tests, is_test, error);
    free(is_test);
    return status;
}
