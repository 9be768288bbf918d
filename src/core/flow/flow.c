// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/flow.h"
#include "core/flow/relaxation/relaxation.h"
#include "core/flow/sectors/sector_flow.h"
#include "core/flow/smooth/implicit.h"
#include "core/flow/smooth/smooth.h"
#include "core/flow/waveform/waveform.h"
#include "core/math/elementary.h"
#include <math.h>
#include <stdlib.h>

static const double LEAST = 1e-4; // relative error, however small the steps

/* Flow lowers the loss in every step, so if the loss has not fallen in many steps, the run has converged to
 * within the rounding of f. Near a saddle, the decrease of a large loss is lost in rounding, too; but there
 * motions grow by a tenth or more in every step and become visible within a hundred steps. A loss that is
 * small against the first loss and that of f = 0 is not at such a saddle. */
enum { STEPS_TO_FALL = 2000, STEPS_IF_LITTLE = 50 };
static const double LITTLE_64 = 1e-10, LITTLE_32 = 1e-6;

/* The first integrator that serves a network takes its runs; the last one serves all networks. Some hand runs
 * over to `later`, which serves every network that they serve.
 *
 * A run by sectors takes two to about thirty passes over the neurons if few neurons cross the line of a
 * sample. If many do, its steps become very short and their errors add up to several per cent. Such a run
 * continues by relaxation after `most` evaluations.
 *
 * Runs of more than `many` steps at the default tolerance are repeated (train/state/repetition.h). */
struct choice {
    const struct dp_integrator *by, *later; // later: NULL if it keeps its runs
    int64_t most;                           // evaluations before it hands a run over; 0: it decides itself
    double many;                            // steps
};
static const struct choice choices[] = {{&dp_by_sectors, &dp_by_relaxation, 60, 60},
                                        {&dp_by_relaxation, NULL, 0, 60},
                                        {&dp_by_waveform, &dp_by_implicit, 0, 150},
                                        {&dp_by_implicit, NULL, 0, 150},
                                        {&dp_by_stages, NULL, 0, 150}};

static const double DEFAULT_TOLERANCE = 0.01;

struct dp_flow {
    struct dp_flow_state state[DP_LANES];
    struct choice choice;
    void *memory, *later_memory;
    bool over[DP_LANES]; // the run has been handed over
};

enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **result, struct dp_error *error)
{
    struct dp_flow *flow = calloc(1, sizeof *flow);
    if (!flow)
        return dp_fail(error, DP_NO_MEMORY, "no memory for method flow (%zu bytes)", sizeof *flow);
    const struct choice *choice = choices;
    while (!choice->by->serves(net))
        choice++;
    flow->choice = *choice;
    enum dp_status status = choice->later ? choice->later->acquire(net, &flow->later_memory, error) : DP_OK;
    if (status == DP_OK) {
        status = choice->by->acquire(net, &flow->memory, error);
        if (status != DP_OK && choice->later)
            choice->later->release(flow->later_memory, NULL);
    }
    if (status != DP_OK)
        free(flow);
    else
        *result = flow;
    return status;
}

void dp_flow_place(struct dp_flow *flow, int lane, const struct dp_run *run)
{
    flow->state[lane] = (struct dp_flow_state){.tolerance = run->tolerance,
                                               .stop_time = run->stop_time,
                                               .creeps = isfinite(run->stop_growth),
                                               .most_growth = INFINITY,
                                               .most_time = INFINITY,
                                               .error = LEAST,
                                               .lowest = INFINITY};
    flow->over[lane] = false;
    flow->choice.by->place(flow->memory, lane);
    if (flow->choice.later)
        flow->choice.later->place(flow->later_memory, lane);
}

void dp_flow_watch(struct dp_flow *flow, int lane, const struct dp_amplitude *amplitude, double goal)
{
    dp_flow_watch_growth(&flow->state[lane], amplitude->sum, amplitude->balance, goal);
}

static double little(const struct dp_network *net, int lane, double loss)
{
    double sum = 0;
    for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++)
        sum += net->now.y[i * net->lanes + lane] * net->now.y[i * net->lanes + lane];
    return (net->kernels->bits == 32 ? LITTLE_32 : LITTLE_64) * (loss + net->scale[lane] * sum);
}

void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal)
{
    struct dp_flow_state *state = flow->state;
    for (int l = 0; l < net->lanes; l++)
        state[l].stop_loss = goal[l];
    if (flow->over[0]) // integrators that hand over have a single place
        flow->choice.later->step(flow->later_memory, net, live, state);
    else
        flow->choice.by->step(flow->memory, net, live, state);
    if (flow->choice.most > 0)
        state[0].leaves = state[0].leaves || state[0].evaluations >= flow->choice.most;
    flow->over[0] = flow->over[0] || (flow->choice.later && state[0].leaves);
}

void dp_flow_judge(struct dp_flow *flow, const struct dp_network *net, const bool *live, const double *loss)
{
    for (int l = 0; l < net->lanes; l++) {
        struct dp_flow_state *const state = &flow->state[l];
        if (live[l] && !state->refused) {
            if (state->little == 0)
                state->little = little(net, l, loss[l]);
            state->since_lowest = loss[l] < state->lowest ? 0 : state->since_lowest + 1;
            state->lowest = fmin(state->lowest, loss[l]);
            const int most = loss[l] <= state->little ? STEPS_IF_LITTLE : STEPS_TO_FALL;
            state->flat = state->flat || state->since_lowest >= most;
        }
        if (state->flat && isfinite(state->stop_time)) { // L stays flat until then
            state->flat = false;
            state->time = state->stop_time;
        }
    }
}

const struct dp_flow_state *dp_flow_state(const struct dp_flow *flow, int lane)
{
    return &flow->state[lane];
}

bool dp_flow_doubts(const struct dp_flow *flow, int lane, int64_t steps)
{
    // the number of steps of the same run grows with the cube root of one over the tolerance
    const double more = dp_exp(dp_log(DEFAULT_TOLERANCE / flow->state[lane].tolerance) / 3);
    return (double)steps > more * flow->choice.many;
}

void dp_flow_archive(struct dp_flow *flow, const struct dp_network *net, int lane, struct dp_archive *archive)
{
    DP_ARCHIVE(archive, flow->state[lane]);
    DP_ARCHIVE(archive, flow->over[lane]);
    flow->choice.by->archive(flow->memory, net, lane, archive);
    if (flow->choice.later)
        flow->choice.later->archive(flow->later_memory, net, lane, archive);
}

void dp_flow_release(struct dp_flow *flow, struct dp_network *net)
{
    flow->choice.by->release(flow->memory, net);
    if (flow->choice.later)
        flow->choice.later->release(flow->later_memory, net);
    free(flow);
}
