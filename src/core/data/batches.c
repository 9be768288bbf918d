// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/batches.h"
#include "core/math/rng.h"
#include <stdlib.h>
#include <string.h>

bool dp_batches_wanted(const struct dp_run *run)
{
    return run->batch > 0 || run->streaming != DP_ONE_SET;
}

int64_t dp_batches_size(const struct dp_run *run, const struct dp_samples *file)
{
    const int64_t count = dp_data_count(run, file);
    return run->batch > 0 && (run->batch < count || run->streaming == DP_GROWING_SETS) ? run->batch : count;
}

static int64_t steps_of(int64_t count, int64_t size)
{
    return (count + size - 1) / size;
}

int64_t dp_batches_steps(const struct dp_run *run, const struct dp_samples *file, int64_t epoch)
{
    if (!dp_batches_wanted(run))
        return 1;
    return steps_of(dp_data_frame_count(run, file, epoch), dp_batches_size(run, file));
}

int64_t dp_batches_steps_of_all(const struct dp_run *run, const struct dp_samples *file, int64_t epochs,
                                int64_t most)
{
    const int64_t each = dp_batches_steps(run, file, 0);
    if (run->streaming != DP_GROWING_SETS)
        return epochs > most / each ? most : epochs * each;
    int64_t steps = 0;
    for (int64_t epoch = 0; epoch < epochs && steps < most; epoch++)
        steps += dp_batches_steps(run, file, epoch);
    return steps < most ? steps : most;
}

int64_t dp_run_most_steps(const struct dp_run *run, const struct dp_samples *file)
{
    const bool counts = run->max_evaluations > 0 && run->method != DP_FLOW; // a step is an evaluation
    const int64_t most =
        counts && run->max_evaluations < run->max_steps ? run->max_evaluations : run->max_steps;
    return run->max_epochs > 0 ? dp_batches_steps_of_all(run, file, run->max_epochs, most) : most;
}

// An upper bound on the samples of any frame that the run reaches: an epoch takes a step at least.
static int64_t most_samples(const struct dp_run *run, int64_t count)
{
    if (run->streaming != DP_GROWING_SETS)
        return count;
    const int64_t epochs =
        run->max_epochs > 0 && run->max_epochs < run->max_steps ? run->max_epochs : run->max_steps;
    return dp_data_frame_count(run, NULL, epochs);
}

static void begin_epoch(struct dp_batches *b)
{
    const struct dp_run *run = b->run;
    b->position = 0;
    if (run->streaming != DP_ONE_SET && b->epoch > 0)
        dp_data_frame(run, b->epoch, &b->labels, &b->set);
    for (int64_t i = 0; i < b->set.count; i++)
        b->order[i] = i;
    for (int64_t i = b->set.count - 1; run->streaming == DP_ONE_SET && i > 0; i--) {
        const double u = dp_uniform(run->seed, DP_STREAM_ORDER, (b->epoch << 32) + i, 0);
        const int64_t j = (int64_t)(u * (double)(i + 1));
        const int64_t index = b->order[i];
        b->order[i] = b->order[j];
        b->order[j] = index;
    }
}

enum dp_status dp_batches_begin(struct dp_batches *batches, const struct dp_run *run,
                                const struct dp_samples *train, struct dp_error *error)
{
    const int64_t most = most_samples(run, train->count);
    *batches = (struct dp_batches){.run = run, .size = dp_batches_size(run, train)};
    enum dp_status status =
        dp_labels_make(run, train, train->inputs, train->outputs, &batches->labels, error);
    if (status == DP_OK)
        status = dp_samples_alloc(&batches->set, most, train->inputs, train->outputs, error);
    batches->order = status == DP_OK ? malloc((size_t)most * sizeof *batches->order) : NULL;
    if (status == DP_OK && !batches->order)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for the order of %lld samples", (long long)most);
    if (status != DP_OK) {
        dp_batches_end(batches);
        return status;
    }
    batches->set.count = train->count;
    memcpy(batches->set.x, train->x, (size_t)(train->count * train->inputs) * sizeof *train->x);
    memcpy(batches->set.y, train->y, (size_t)(train->count * train->outputs) * sizeof *train->y);
    begin_epoch(batches);
    return DP_OK;
}

void dp_batches_end(struct dp_batches *batches)
{
    dp_labels_free(&batches->labels);
    dp_samples_free(&batches->set);
    free(batches->order);
    memset(batches, 0, sizeof *batches);
}

bool dp_batches_at_end(const struct dp_batches *batches)
{
    return batches->position >= batches->set.count;
}

int64_t dp_batches_next(struct dp_batches *batches, const int64_t **indices)
{
    if (dp_batches_at_end(batches)) {
        batches->epoch++;
        begin_epoch(batches);
    }
    const int64_t left = batches->set.count - batches->position;
    const int64_t count = left < batches->size ? left : batches->size;
    *indices = batches->order + batches->position;
    batches->position += count;
    return count;
}
