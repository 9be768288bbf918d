// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/waveform/waveform.h"
#include "core/flow/waveform/rounds.h"
#include "core/math/elementary.h"
#include "core/math/reserve.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_STEPS = 3, MOST_STEPS = 24, MOST_REFUSALS = 8, MOST_SAMPLES = 8 };
static const double RISE = 1e-3;     // by which the loss may rise in a step, relative
static const double FIRST = 0.4;     // motion in the first step, relative to |theta|
static const double LITTLE = 0.5;    // total motion over |theta| with constant K, at which it pays
static const double LANDING = 0.998; // aim at this part of stop_loss

static bool serves(const struct dp_network *net)
{
    const struct dp_layer *layer = &net->layer;
    return layer->activation == DP_TANH && net->kernels->bits == 64 && layer->outputs == 1 &&
           !layer->stacked && layer->pace == 0 && layer->inputs < DP_WAVEFORM_INPUTS - 2 &&
           net->now.batch.count <= MOST_SAMPLES && net->now.batch.count > 0;
}

static size_t lay_out(struct dp_waveform *w, const struct dp_network *net, char *memory)
{
    const int n = w->n = (int)net->now.batch.count, stride = w->stride = (n + 7) / 8 * 8;
    const int64_t own = dp_waveform_room(n), eigen = 2 * n + 2 * stride;
    size_t bytes = 0;
    const struct {
        double **to;
        int64_t count;
    } arrays[] = {{&w->gram, 2 * stride * stride},
                  {&w->values, stride},
                  {&w->e, n},
                  {&w->end, n},
                  {&w->pull, DP_WAVEFORM_INTERVALS * n},
                  {&w->f, DP_WAVEFORM_INTERVALS * n},
                  {&w->added, n},
                  {&w->passed, n},
                  {&w->path.first, n},
                  {&w->path.last, n},
                  {&w->room, own > eigen ? own : eigen},
                  {&w->next, (int64_t)(dp_network_block_bytes(net) / sizeof(double))}};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        *arrays[k].to = dp_reserve(memory, &bytes, arrays[k].count);
    w->path.n = n;
    w->path.stride = stride;
    w->path.vectors = w->gram;
    w->path.values = w->values;
    return bytes;
}

static enum dp_status acquire(const struct dp_network *net, void **result, struct dp_error *error)
{
    struct dp_waveform *w = calloc(1, sizeof *w);
    const size_t bytes = w ? lay_out(w, net, NULL) : 0;
    void *memory = w ? aligned_alloc(64, bytes) : NULL;
    if (!memory) {
        free(w);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the steps of method flow (%zu bytes)", bytes);
    }
    w->memory = memory;
    w->kernels = dp_waveform_select(net->kernels->isa);
    w->eigen = dp_wave_kernels_select(net->kernels->isa);
    lay_out(w, net, memory);
    memset(w->gram, 0,
           (size_t)(2 * w->stride * w->stride) * sizeof *w->gram); // entries beyond the samples stay zero
    *result = w;
    return DP_OK;
}

static void place(void *memory, int lane)
{
    struct dp_waveform *w = memory;
    (void)lane;
    w->length = 0;
    w->steps = w->refusals = 0;
    w->known = w->frozen = false;
}

static void release(void *memory, struct dp_network *net)
{
    struct dp_waveform *w = memory;
    (void)net;
    free(w->memory);
    free(w);
}

// K of the present neurons, and its eigenvectors.
static void take_kernel(struct dp_waveform *w, const struct dp_network *net, struct dp_flow_state *state)
{
    const double factor = 2 * net->scale[0] / (net->alpha[0] * net->alpha[0]);
    const int rows = 2 * net->layer.inputs + 4;
    w->kernels->gram(&net->layer, &net->now.batch, w->stride, w->gram, w->room);
    for (int i = 0; i < w->n * w->stride; i++)
        w->gram[i] *= factor;
    w->eigen->eigen(w->n, w->stride, w->gram, w->values, w->room);
    for (int m = 0; m < w->n; m++)
        w->values[m] = fmax(w->values[m], 0);
    state->evaluations += (w->n + rows - 1) / rows;
    w->frozen = true;
}

static void find_modes(struct dp_waveform *w, const struct dp_network *net, struct dp_flow_state *state)
{
    w->loss = dp_waveform_residuals(w, net, net->f, w->e);
    if (!w->frozen)
        take_kernel(w, net, state);
    dp_path_modes(&w->path, w->e, w->path.first);
    w->known = true;
}

// The larger of |w| and |a|.
static double size_of(const struct dp_network *net)
{
    const int rows = net->layer.inputs + 2;
    const double *const start = net->layer.start, *const moved = net->layer.moved;
    double lanes[2][DP_LANES] = {{0}}, w = 0, a = 0;
    for (int64_t row = 0; row < dp_block_count(&net->layer) * rows; row++) {
        double *const sums = lanes[row % rows == rows - 1];
        for (int l = 0; l < DP_LANES; l++) {
            const double theta = start[row * DP_LANES + l] + moved[row * DP_LANES + l];
            sums[l] += theta * theta;
        }
    }
    for (int l = 0; l < DP_LANES; l++) {
        w += lanes[0][l];
        a += lanes[1][l];
    }
    return sqrt(fmax(w, a));
}

// A time after which nothing more happens under this K.
static double longest(const struct dp_waveform *w)
{
    return 1e12 / dp_waveform_fastest(w);
}

/* Whether the method pays for a run that begins: neurons of tanh grow exponentially; all others must not have
 * to move far. */
static bool is_for_it(const struct dp_waveform *w, const struct dp_network *net,
                      const struct dp_flow_state *state)
{
    const double square = fmax(state->stop_loss, 0) / net->scale[0];
    const double time = dp_path_landing(&w->path, square, fmin(longest(w), state->stop_time));
    return net->layer.power == 1 || dp_waveform_motion(w, net, time) < LITTLE * size_of(net);
}

static double step_time(struct dp_waveform *w, const struct dp_network *net,
                        const struct dp_flow_state *state)
{
    const double left = state->stop_time - state->time, time = fmin(w->length, left);
    const bool lands = state->stop_loss > 0 && w->loss > state->stop_loss;
    const double square = LANDING * state->stop_loss / net->scale[0];
    const double end = lands ? dp_path_landing(&w->path, square, time) : time;
    // a run takes at least LEAST_STEPS
    if ((end < time || time == left) && w->steps + 1 < LEAST_STEPS)
        return dp_waveform_time(w, net, dp_waveform_motion(w, net, end) / (double)(LEAST_STEPS - w->steps),
                                end);
    return end;
}

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

static double cube_root(double x)
{
    return dp_exp(dp_log(x) / 3);
}

static void accept(struct dp_waveform *w, struct dp_network *net, const struct dp_rounds *t, double time,
                   struct dp_flow_state *state)
{
    const double most = t->count >= 4 ? 1 : t->count == 3 ? 2 : 5;
    memcpy(net->layer.moved, w->next, dp_network_block_bytes(net));
    memcpy(net->f, w->f + (t->count > 1 ? (DP_WAVEFORM_INTERVALS - 1) * w->n : 0),
           (size_t)w->n * sizeof *w->f);
    w->steps++;
    w->refusals = 0;
    w->known = false;
    w->frozen = t->count == 1;
    w->length = time * fmin(clamp(0.9 / cube_root(fmax(t->difference, 1e-6)), 0.3, 5), most);
    state->time += time;
    dp_flow_add_error(state, t->error);
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    struct dp_waveform *w = memory;
    if (!live[0])
        return;
    if (!w->known)
        find_modes(w, net, state);
    state->leaves = state->creeps || dp_waveform_fastest(w) == 0 || w->steps >= MOST_STEPS ||
                    w->refusals >= MOST_REFUSALS || (w->length == 0 && !is_for_it(w, net, state));
    state->refused = state->leaves;
    if (state->leaves)
        return;
    if (w->length == 0)
        w->length = dp_waveform_time(w, net, FIRST * size_of(net), longest(w));
    const double time = step_time(w, net, state);
    const struct dp_rounds t = dp_waveform_relax(w, net, time, state);
    const bool far = dp_waveform_overshoots(w, state, t.loss);
    state->refused = !(t.agreed && t.difference <= 1 && t.loss <= w->loss * (1 + RISE) && !far);
    if (!state->refused) {
        accept(w, net, &t, time, state);
        return;
    }
    double factor = clamp(0.9 / cube_root(t.difference > 1 ? fmin(t.difference, 1e6) : 8), 0.1, 0.7);
    if (t.growth > DP_WAVEFORM_GROWTH)
        factor = fmin(fmax(0.8 * sqrt(DP_WAVEFORM_GROWTH / t.growth), 1e-3), 0.7);
    else if (far && t.agreed && t.difference <= 1)
        factor = clamp(dp_log(w->loss / (LANDING * state->stop_loss)) / dp_log(w->loss / t.loss), 0.1, 0.97);
    w->length = time * factor;
    w->refusals++;
}

/* Includes the kernel and its modes, because they still hold after a refused step. */
static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    struct dp_waveform *w = memory;
    (void)net;
    (void)lane;
    dp_archive_bytes(to, w->gram, (size_t)(2 * w->stride * w->stride) * sizeof *w->gram);
    double *const arrays[] = {w->values, w->e, w->path.first};
    for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
        dp_archive_bytes(to, arrays[k], (size_t)w->n * sizeof(double));
    DP_ARCHIVE(to, w->length);
    DP_ARCHIVE(to, w->loss);
    DP_ARCHIVE(to, w->steps);
    DP_ARCHIVE(to, w->refusals);
    DP_ARCHIVE(to, w->known);
    DP_ARCHIVE(to, w->frozen);
}

const struct dp_integrator dp_by_waveform = {serves, acquire, place, step, archive, release};
