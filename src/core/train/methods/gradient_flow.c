// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/flow.h"
#include "core/observe/observe.h"
#include "core/train/methods/methods.h"
#include <math.h>

/* Gradient flow as a method: core/flow does the work and holds the state. */

static enum dp_status begin(struct dp_training *t, struct dp_error *error)
{
    struct dp_flow *flow;
    DP_TRY(dp_flow_acquire(t->net, &flow, error));
    t->state = flow;
    return DP_OK;
}

static void place(struct dp_training *t, int lane)
{
    dp_flow_place(t->state, lane, t->run[lane]);
}

static void step(struct dp_training *t)
{
    for (int l = 0; l < t->net->lanes; l++)
        if (t->live[l] && isfinite(t->amplitude[l])) {
            const struct dp_amplitude amplitude = dp_observe_amplitude(t->net, l);
            dp_flow_watch(t->state, l, &amplitude, t->amplitude[l]);
        }
    dp_flow_step(t->state, t->net, t->live, t->aim);
}

static void judge(struct dp_training *t)
{
    dp_flow_judge(t->state, t->net, t->live, t->loss);
    for (int l = 0; l < t->net->lanes; l++)
        if (t->live[l]) {
            const struct dp_flow_state *state = dp_flow_state(t->state, l);
            t->time[l] = state->time;
            t->flat[l] = state->flat;
            t->refused[l] = state->refused;
            const int64_t most = t->run[l]->max_evaluations;
            t->spent[l] = most > 0 && state->evaluations >= most;
        }
}

// The error of a run that ends a little below the loss where it was to end, if it has moved in step with the
// loss.
static double error_of_landing(const struct dp_training *t, int lane)
{
    const double goal = t->goal[lane], loss = t->loss[lane], first = t->loss_first[lane];
    return loss < goal && goal < first ? (goal - loss) / (first - loss) : 0;
}

static void report(const struct dp_training *t, int lane, struct dp_outcome *outcome)
{
    const struct dp_flow_state *state = dp_flow_state(t->state, lane);
    const double landing = error_of_landing(t, lane);
    outcome->evaluations = state->evaluations;
    outcome->jacobians = state->jacobians;
    outcome->flow_error = sqrt(state->error * state->error + landing * landing);
}

static bool doubts(const struct dp_training *t, int lane)
{
    return dp_flow_doubts(t->state, lane, (int64_t)t->steps[lane]);
}

static void archive(struct dp_training *t, int lane, struct dp_archive *to)
{
    dp_flow_archive(t->state, t->net, lane, to);
}

static void end(struct dp_training *t)
{
    dp_flow_release(t->state, t->net);
}

const struct dp_method dp_gradient_flow = {.begin = begin,
                                           .place = place,
                                           .step = step,
                                           .judge = judge,
                                           .report = report,
                                           .doubts = doubts,
                                           .archive = archive,
                                           .end = end};
