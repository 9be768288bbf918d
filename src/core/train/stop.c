// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/stop.h"
#include "core/observe/observe.h"
#include <math.h>

static bool has_grown(const struct dp_training *t, int lane)
{
    return isfinite(t->amplitude[lane]) && dp_observe_amplitude(t->net, lane).sum >= t->amplitude[lane];
}

// Which limit a run of so many steps has reached.
static enum dp_stop limit_of(const struct dp_training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    if (t->spent[lane])
        return DP_STOP_EVALUATIONS;
    if (!(t->steps[lane] >= t->most_steps[lane]))
        return DP_STOP_NONE;
    if (run->method != DP_FLOW && run->max_evaluations > 0 && t->steps[lane] >= (double)run->max_evaluations)
        return DP_STOP_EVALUATIONS;
    return run->max_epochs > 0 && t->steps[lane] < (double)run->max_steps ? DP_STOP_EPOCHS : DP_STOP_STEPS;
}

enum dp_stop dp_training_stop(const struct dp_training *t, int lane, double loss)
{
    const struct dp_run *run = t->run[lane];
    const bool asks = !t->batched || t->epoch_over[lane]; // observing a run must not end it
    if (!isfinite(loss))
        return DP_STOP_DIVERGED;
    if (asks && loss <= t->goal[lane])
        return run->stop_loss > 0 && loss <= run->stop_loss ? DP_STOP_LOSS : DP_STOP_DROP;
    if (t->time[lane] >= run->stop_time)
        return DP_STOP_TIME;
    // the neurons of normalized flow stop at their own growth
    const bool stopped = t->flat[lane] && run->method == DP_NORMALIZED_FLOW && isfinite(run->stop_growth);
    if (has_grown(t, lane) || stopped)
        return DP_STOP_GROWTH;
    return t->flat[lane] ? DP_STOP_FLOOR : limit_of(t, lane);
}

// A limit is no way to end for a run that was to reach something.
enum dp_run_status dp_training_status(const struct dp_training *t, int lane, enum dp_stop stop)
{
    const bool limit = stop == DP_STOP_STEPS || stop == DP_STOP_EPOCHS || stop == DP_STOP_EVALUATIONS;
    const bool asked =
        t->goal[lane] >= 0 || isfinite(t->run[lane]->stop_time) || isfinite(t->run[lane]->stop_growth);
    return stop == DP_STOP_DIVERGED ? DP_DIVERGED : limit && asked ? DP_STEP_LIMIT : DP_DONE;
}
