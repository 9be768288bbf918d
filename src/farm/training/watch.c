// SPDX-License-Identifier: BSD-3-Clause
#include "farm/training/watch.h"
#include "dewpoint/core/shape.h"
#include "farm/job/signals.h"
#include "farm/job/stop.h"
#include "farm/training/checkpoint.h"
#include "farm/training/writer.h"
#include <math.h>

static const double pause = 5e-3; // s between two looks at the clock
static const double most_stride = 65536;
static const double worth_saving = 1;     // s of training
static const double most_unwatched = 2e5; // operations, some ten microseconds

static enum dp_wish look(void *context, int64_t index, double steps, double loss)
{
    struct dp_watcher *w = context;
    struct dp_job *job = w->job;
    const bool asked = dp_signals_caught() || atomic_load_explicit(&job->stop, memory_order_relaxed);
    if (++w->looks < w->stride && !asked)
        return DP_GO_ON;
    const double now = dp_job_clock();
    w->stride = (int64_t)fmax(1, fmin(most_stride, (double)w->looks * pause / fmax(now - w->looked, 1e-9)));
    w->looks = 0;
    w->looked = now;
    dp_writer_step(job->writer);
    if (job->attend)
        job->attend(
            job, now,
            &(struct dp_in_training){
                .row = w->row + index, .seconds = w->seconds + now - w->began, .steps = steps, .loss = loss});
    if (now >= dp_stop_time(job, now))
        return DP_STOP_NOW;
    if (job->options->checkpoint <= 0 || now - w->saved < job->options->checkpoint)
        return DP_GO_ON;
    w->saved = now;
    return DP_SAVE;
}

static void save(void *context, int64_t index, const void *state, size_t size)
{
    struct dp_watcher *w = context;
    const double seconds = dp_job_clock() - w->began;
    if (w->job->options->checkpoint > 0 && seconds >= fmin(worth_saving, w->job->options->checkpoint))
        dp_checkpoint_save(w->job, w->row + index, w->seconds + seconds, state, size);
}

/* Steps of flow and of normalized flow may take long even of small networks. */
int64_t dp_watch_apart(const struct dp_run *run, const struct dp_samples *file)
{
    if (run->method == DP_FLOW || run->method == DP_NORMALIZED_FLOW)
        return 0;
    const struct dp_shape shape = dp_run_shape(run, file);
    const double step = (double)run->width * (double)(shape.points * (shape.inputs + 1 + shape.outputs));
    return (int64_t)(most_unwatched / step);
}

struct dp_watch dp_watch_begin(struct dp_watcher *watcher, struct dp_job *job, int64_t row,
                               const struct dp_run *run)
{
    const double now = dp_job_clock();
    *watcher =
        (struct dp_watcher){.job = job, .row = row, .began = now, .saved = now, .looked = now, .stride = 1};
    return (struct dp_watch){.context = watcher,
                             .apart = dp_watch_apart(run, dp_inputs_data(&job->inputs, run)),
                             .look = look,
                             .save = save};
}
