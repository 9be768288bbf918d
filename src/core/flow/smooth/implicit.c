// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/implicit.h"
#include "core/flow/smooth/floor.h"
#include "core/flow/smooth/multistep.h"
#include "core/flow/smooth/smooth.h"
#include "core/flow/smooth/stabilised.h"
#include "core/flow/state/merged.h"
#include "core/math/elementary.h"
#include "core/math/reserve.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_OUTPUTS = 400, LANDINGS = 8 };
enum { HISTORY = 3 };
static const double SHARE = 0.1;     // of `tolerance` that a step may be wrong by
static const double GROWS = 10;      // what goes wrong in a step, on the way to the end: tests/flow
static const double LANDING = 0.998; // aim at this part of stop_loss
static const double TOO_FAR = 0.99;  // below this part of it, aim again

/* From how many stages of an explicit step on implicit ones go on, and the share of `tolerance` that a step
 * before may be wrong by. On few outputs gradients cost little, and implicit steps the passes over their
 * vectors; on many, each Hessian costs as much as many gradients. In between implicit steps are cheaper from
 * the very beginning, and with their higher order more exact: an error made there grows on the way. */
static const struct regime {
    int64_t outputs; // at most
    double stages, share;
} regimes[] = {{4, 36, 1}, {8, 12, 1}, {40, 2, 0.02}, {MOST_OUTPUTS, 10, 0.2}};

struct place {
    struct dp_multistep ms;
    struct dp_merged merged;
    double *start;      // of its own, where the network is stacked
    char *memory;       // of all its arrays, the history first
    size_t bytes, used; // of them; those in use: most runs never need any
    int points;         // of history, at most HISTORY
    bool on;
    int64_t evaluations; // before it was on
    struct dp_floor floor;
};

struct implicit {
    const struct regime *regime;
    void *stages; // of the stabilised method
    void *memory;
    struct place place[DP_LANES];
};

static int rows_of(const struct dp_network *net)
{
    return net->layer.inputs + 1 + net->layer.outputs;
}

static int64_t numbers_of(const struct dp_network *net)
{
    return net->now.batch.count * net->layer.outputs;
}

static bool serves(const struct dp_network *net)
{
    return net->layer.activation != DP_RELU && net->kernels->bits == 64 && rows_of(net) <= DP_HESSIAN_ROWS &&
           numbers_of(net) <= MOST_OUTPUTS;
}

static size_t lay_out(const struct dp_network *net, struct place *place, char *memory)
{
    struct dp_layer layer = net->layer;
    const int64_t samples = net->now.batch.count;
    layer.stacked = 0;
    size_t bytes = dp_multistep_lay_out(&place->ms, &layer, samples, memory);
    dp_merged_lay_out(&place->merged, net, memory, &bytes);
    if (net->layer.stacked) {
        place->start = layer.start =
            dp_reserve(memory, &bytes, dp_block_count(&layer) * rows_of(net) * DP_LANES);
        place->ms.batch.kept =
            dp_reserve(memory, &bytes, dp_block_count(&layer) * dp_kept_rows(&layer, samples) * DP_LANES);
    } else {
        place->ms.batch.kept = net->now.batch.kept;
    }
    place->ms.kernels = net->kernels;
    place->ms.layer = layer;
    place->ms.newton.kernels = dp_hessian_select(net->kernels->isa);
    place->memory = memory;
    place->bytes = bytes;
    return bytes;
}

static enum dp_status acquire(const struct dp_network *net, void **result, struct dp_error *error)
{
    struct implicit *flow = calloc(1, sizeof *flow);
    const size_t each = flow ? lay_out(net, &flow->place[0], NULL) : 0, total = each * (size_t)net->lanes;
    char *memory = flow ? aligned_alloc(64, total) : NULL;
    enum dp_status status = DP_OK;
    if (!memory)
        status =
            dp_fail(error, DP_NO_MEMORY, "no memory for implicit steps of method flow (%zu bytes)", total);
    if (status == DP_OK)
        status = dp_by_stages.acquire(net, &flow->stages, error);
    if (status != DP_OK) {
        free(memory);
        free(flow);
        return status;
    }
    flow->regime = regimes;
    while (flow->regime->outputs < numbers_of(net))
        flow->regime++;
    ((struct dp_stabilised *)flow->stages)->share = flow->regime->share;
    flow->memory = memory;
    for (int l = 0; l < net->lanes; l++)
        lay_out(net, &flow->place[l], memory + (size_t)l * each);
    *result = flow;
    return DP_OK;
}

static void release(void *memory, struct dp_network *net)
{
    struct implicit *flow = memory;
    dp_by_stages.release(flow->stages, net);
    free(flow->memory);
    free(flow);
}

static void place_run(void *memory, int lane)
{
    struct implicit *flow = memory;
    dp_by_stages.place(flow->stages, lane);
    flow->place[lane].on = false;
    flow->place[lane].points = 0;
}

// A lane of a stacked network's blocks as blocks of its own, or back.
static void copy_blocks(const struct dp_network *net, int lane, double *stacked, double *spread, bool back)
{
    const int rows = rows_of(net);
    for (int64_t k = 0; k < net->layer.width; k++)
        for (int j = 0; j < rows; j++) {
            double *in = stacked + (k * rows + j) * DP_LANES + lane;
            double *out = spread + (k / DP_LANES * rows + j) * DP_LANES + k % DP_LANES;
            if (back)
                *in = *out;
            else
                *out = *in;
        }
}

// Takes more of the place's memory into use.
static void use(struct place *place, size_t bytes)
{
    if (bytes > place->used) {
        memset(place->memory + place->used, 0, bytes - place->used);
        place->used = bytes;
    }
}

static void read_moved(const struct dp_network *net, int lane, double *to)
{
    if (net->layer.stacked)
        copy_blocks(net, lane, net->layer.moved, to, false);
    else
        memcpy(to, net->layer.moved, dp_network_block_bytes(net));
}

static void write_moved(const struct dp_network *net, int lane, double *from)
{
    if (net->layer.stacked)
        copy_blocks(net, lane, net->layer.moved, from, true);
    else
        memcpy(net->layer.moved, from, dp_network_block_bytes(net));
}

// What it takes from the network where it stands.
static void take_points(struct place *place, const struct dp_network *net, int lane)
{
    struct dp_multistep *ms = &place->ms;
    const struct dp_merged *points = &place->merged;
    ms->batch = (struct dp_batch){.count = points->count, .x = points->x, .kept = ms->batch.kept};
    ms->targets = points->targets;
    ms->newton.weight = points->weight;
    ms->newton.numbers = points->count * net->layer.outputs;
    ms->newton.hessian.samples = points->count;
    ms->alpha = net->alpha[lane];
    ms->scale = net->scale[lane];
    ms->newton.scale = 2 * ms->scale / (ms->alpha * ms->alpha);
}

static void begin(struct place *place, const struct dp_network *net, int lane, double length,
                  const struct dp_flow_state *state)
{
    struct dp_multistep *ms = &place->ms;
    use(place, place->bytes);
    if (net->layer.stacked)
        copy_blocks(net, lane, net->layer.start, place->start, false);
    dp_merged_take(&place->merged, net, lane, net->scale[lane]);
    take_points(place, net, lane);
    ms->tolerance = SHARE * state->tolerance;
    ms->evaluations = ms->outputs = ms->hessians = 0;
    ms->steps[0] = length;
    place->evaluations = state->evaluations;
    place->on = true;
    dp_multistep_begin(ms);
    dp_floor_begin(&place->floor, state->time, ms->loss + place->merged.apart);
}

// Notes where a place stands after a step of the stabilised method that has become nearly stiff, and goes on
// by implicit ones if it was stiff.
static void note(struct place *place, const struct regime *regime, const struct dp_network *net, int lane,
                 const struct dp_stabilised_place *last, const struct dp_flow_state *state)
{
    struct dp_multistep *ms = &place->ms;
    if (last->stages < regime->stages / 2) {
        place->points = 0;
        return;
    }
    use(place, HISTORY * dp_multistep_vector(&ms->layer));
    double *const oldest = ms->z[2];
    ms->z[2] = ms->z[1];
    ms->z[1] = ms->z[0];
    ms->z[0] = oldest;
    ms->steps[2] = ms->steps[1];
    ms->steps[1] = last->time;
    read_moved(net, lane, ms->z[0]);
    place->points += place->points < HISTORY;
    if (place->points == HISTORY && last->stages >= regime->stages)
        begin(place, net, lane, last->length, state);
}

/* The part of the last step at which the loss is LANDING of stop_loss, or a little less than stop_loss: by
 * secants of its logarithm, kept inside by bisection. The state between is there then. */
static double land(struct dp_multistep *ms, double before, double end, double stop_loss)
{
    double low = 0, high = end, at_low = dp_log(before / (LANDING * stop_loss));
    double at_high = dp_log(ms->loss / (LANDING * stop_loss)), part = end;
    for (int k = 0; k < LANDINGS; k++) {
        part = low + (high - low) * fmin(fmax(at_low / (at_low - at_high), 0.02), 0.98);
        const double loss = dp_multistep_between(ms, part);
        ms->loss = loss;
        if (loss <= stop_loss && loss >= TOO_FAR * stop_loss)
            return part;
        const double value = dp_log(loss / (LANDING * stop_loss));
        if (value > 0) {
            low = part;
            at_low = value;
        } else {
            high = part;
            at_high = value;
        }
    }
    ms->loss = dp_multistep_between(ms, high);
    return high;
}

// The network stands where the formulas do.
static void put_back(const struct place *place, struct dp_network *net, int lane, double *at)
{
    write_moved(net, lane, at);
    dp_merged_put(&place->merged, net, lane, place->ms.f);
}

static void step_place(struct place *place, struct dp_network *net, int lane, struct dp_flow_state *state)
{
    struct dp_multistep *ms = &place->ms;
    const double before = ms->loss;
    state->refused = !dp_multistep_step(ms);
    state->evaluations = place->evaluations + ms->evaluations + ms->hessians + (ms->outputs + 1) / 2;
    if (state->refused) {
        place->on = false; // back to the stabilised method, which can take any step
        place->points = 0;
        put_back(place, net, lane, ms->z[0]);
        return;
    }
    double part = 1, *at = ms->z[0];
    const double left = state->stop_time - state->time;
    if (ms->steps[1] > left) {
        part = left / ms->steps[1];
        ms->loss = dp_multistep_between(ms, part);
        at = ms->state;
    }
    const double goal = state->stop_loss - place->merged.apart;
    if (ms->loss <= goal && before > goal && goal > 0) {
        part = land(ms, before, part, goal);
        at = ms->state;
    }
    state->time = part * ms->steps[1] < left ? state->time + part * ms->steps[1] : state->stop_time;
    dp_flow_add_error(state, GROWS * ms->error);
    put_back(place, net, lane, at);
    if (at == ms->z[0])
        state->flat = dp_floor_is_reached(&place->floor, ms, place->merged.apart, state);
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    struct implicit *flow = memory;
    const struct dp_stabilised *stages = flow->stages;
    bool explicitly[DP_LANES] = {false}, any = false;
    for (int l = 0; l < net->lanes; l++) {
        explicitly[l] = live[l] && !flow->place[l].on;
        any = any || explicitly[l];
    }
    if (any)
        dp_by_stages.step(flow->stages, net, explicitly, state);
    for (int l = 0; l < net->lanes; l++) {
        if (live[l] && flow->place[l].on) {
            const int64_t before = flow->place[l].ms.hessians;
            step_place(&flow->place[l], net, l, &state[l]);
            state[l].jacobians += flow->place[l].ms.hessians - before;
        } else if (live[l] && !state[l].refused && !state[l].flat && !state[l].creeps)
            note(&flow->place[l], flow->regime, net, l, &stages->place[l], &state[l]);
    }
}

/* All arrays of the place that are in use as they lie, and where those of them are that change their roles.
 */
static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    struct implicit *flow = memory;
    struct place *place = &flow->place[lane];
    struct dp_multistep *ms = &place->ms;
    struct dp_newton *newton = &ms->newton;
    char *const base = place->memory;
    double **const roles[] = {&ms->z[0], &ms->z[1], &ms->z[2], &ms->state};
    dp_by_stages.archive(flow->stages, net, lane, to);
    DP_ARCHIVE(to, place->used);
    dp_archive_bytes(to, base, place->used);
    for (size_t i = 0; i < sizeof roles / sizeof *roles; i++) {
        int64_t at = (int64_t)((char *)*roles[i] - base);
        DP_ARCHIVE(to, at);
        *roles[i] = (double *)(void *)(base + at);
    }
    double *const numbers[] = {&ms->tolerance,   &ms->saved_history, &ms->convergence,
                               &ms->loss,        &ms->error,         &ms->slope,
                               &newton->largest, &newton->inverted,  &newton->step};
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        dp_archive_bytes(to, numbers[i], sizeof *numbers[i]);
    int64_t *const counts[] = {&ms->evaluations, &ms->outputs, &ms->hessians, &newton->negative,
                               &place->evaluations};
    for (size_t i = 0; i < sizeof counts / sizeof *counts; i++)
        dp_archive_bytes(to, counts[i], sizeof *counts[i]);
    int *const small[] = {&ms->order, &ms->wait, &ms->known, &ms->careful, &place->points};
    for (size_t i = 0; i < sizeof small / sizeof *small; i++)
        dp_archive_bytes(to, small[i], sizeof *small[i]);
    DP_ARCHIVE(to, ms->steps);
    DP_ARCHIVE(to, ms->moved);
    DP_ARCHIVE(to, place->on);
    DP_ARCHIVE(to, place->floor);
    DP_ARCHIVE(to, place->merged.count);
    DP_ARCHIVE(to, place->merged.apart);
    if (to->loading) {
        take_points(place, net, lane);
        newton->hessian.x = ms->batch.x;
    }
}

const struct dp_integrator dp_by_implicit = {serves, acquire, place_run, step, archive, release};
