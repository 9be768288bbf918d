// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/state/begin.h"
#include "core/observe/observe.h"
#include <math.h>

void dp_training_clear(struct dp_training *t, int lane)
{
    t->time[lane] = t->steps[lane] = t->rate[lane] = t->loss[lane] = t->decay[lane] = 0;
    t->rises[lane] = t->rise[lane] = 0;
    t->flat[lane] = t->spent[lane] = t->epoch_over[lane] = t->chosen[lane] = false;
    t->loss_first[lane] = NAN; // not measured yet
    t->kept_steps[lane] = -1;
    t->stop_loss[lane] = t->goal[lane] = t->stage[lane] = t->aim[lane] = -1;
    t->amplitude[lane] = t->stop_time[lane] = t->stop_steps[lane] = INFINITY;
}

// Steps after which a run is over whatever its loss.
static double most_steps(const struct dp_training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    const struct dp_samples *set = t->batched ? &t->placed[lane].batches->set : NULL;
    return (double)dp_run_most_steps(run, set);
}

bool dp_training_keeps_points(const struct dp_training *t, int lane)
{
    return t->placed[lane].curve && !t->repetition[lane];
}

void dp_training_set_stop_steps(struct dp_training *t, int lane)
{
    const struct dp_run *run = t->run[lane];
    t->stop_steps[lane] = t->most_steps[lane];
    if (!dp_training_keeps_points(t, lane))
        return;
    const double kept = t->kept_steps[lane];
    t->stop_steps[lane] =
        kept < 0 ? 0 : fmin(t->stop_steps[lane], (double)dp_observe_next(run, (int64_t)kept));
}

static void place_rate(struct dp_training *t, const struct dp_method *method, int lane)
{
    const struct dp_run *run = t->run[lane];
    const bool given = run->learning_rate > 0 && run->method != DP_FLOW;
    t->chosen[lane] = method->choose && !given;
    t->rate_first[lane] = given ? run->learning_rate : NAN;
    t->base[lane] = given ? run->learning_rate : INFINITY;
    t->rate[lane] = given ? run->learning_rate : 0;
    t->decay[lane] = run->rate_decay;
    t->changes = t->changes || t->chosen[lane] || run->rate_decay != 0;
    dp_rates_place(&t->rates, lane);
}

void dp_training_begin(struct dp_training *t, const struct dp_method *method, int lane)
{
    t->stop_time[lane] = t->run[lane]->stop_time;
    t->most_steps[lane] = most_steps(t, lane);
    place_rate(t, method, lane);
    dp_training_set_stop_steps(t, lane);
    if (method->place)
        method->place(t, lane);
}
