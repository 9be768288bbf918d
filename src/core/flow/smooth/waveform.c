// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/waveform.h"
#include "core/flow/relaxation/residual_path.h"
#include "core/math/elementary.h"
#include "core/math/reserve.h"
#include "core/math/vector.h"
#include "kernels/waveform.h"
#include "kernels/waves.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    MOST_ROUNDS = 4,
    LEAST_STEPS = 3,
    MOST_STEPS = 24,
    MOST_REFUSALS = 8,
    MOST_SAMPLES = 8,
    BISECTIONS = 20
};
static const double DIFFERENCE = 5; // tolerances by which the first and the last round of a step may differ
static const double SURE = 0.2;     // bound on the error of a step, over that difference: tests/flow
static const double AGREED = 0.03;  // rounds end when residuals agree with the assumed ones to this part
static const double AGREED_ENOUGH = 0.15; // enough if the neurons of two rounds agree
static const double AT_ONCE = 0.3;    // error, in tolerances, below which one round with constant K is enough
static const double RISE = 1e-3;      // by which the loss may rise in a step, relative
static const double FIRST = 0.4;      // motion in the first step, relative to |theta|
static const double LITTLE = 0.5;     // total motion over |theta| with constant K, at which it pays
static const double MOST_GROWTH = 16; // of (|G| t)^2 in an interval
static const double LANDING = 0.998;  // aim at this part of stop_loss
static const double TOO_FAR = 0.98;   // a step that ends below this part of stop_loss is repeated

struct waveform {
    const struct dp_waveform_kernels *kernels;
    const struct dp_wave_kernels *eigen;
    int n, stride;
    void *memory;
    double *next;     // blocks: the neurons at the end of a step
    double *gram;     // [2 stride][stride] K, then its eigenvectors
    double *values;   // [stride]
    double *e, *end;  // [n] residuals now and at the end of a step
    double *pull, *f; // [DP_WAVEFORM_INTERVALS][n]
    double *added;    // [n] what the change of K adds to the modes over a step
    double *passed;   // [n] integrals of the modes
    double *room;
    struct dp_residual_path path;
    double length; // of the next step; 0: not known yet
    double loss;
    int64_t steps;
    int refusals; // in a row
    bool known;   // e and path.first belong to the present neurons
    bool frozen;  // gram and values still hold
};

static bool serves(const struct dp_network *net)
{
    const struct dp_layer *layer = &net->layer;
    return layer->activation == DP_TANH && net->kernels->bits == 64 && layer->outputs == 1 &&
           !layer->stacked && layer->pace == 0 && layer->inputs < DP_WAVEFORM_INPUTS - 2 &&
           net->now.batch.count <= MOST_SAMPLES && net->now.batch.count > 0;
}

static size_t lay_out(struct waveform *w, const struct dp_network *net, char *memory)
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
    struct waveform *w = calloc(1, sizeof *w);
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
    struct waveform *w = memory;
    (void)lane;
    w->length = 0;
    w->steps = w->refusals = 0;
    w->known = w->frozen = false;
}

static void release(void *memory, struct dp_network *net)
{
    struct waveform *w = memory;
    (void)net;
    free(w->memory);
    free(w);
}

static double residuals(const struct waveform *w, const struct dp_network *net, const double *f, double *e)
{
    for (int i = 0; i < w->n; i++)
        e[i] = f[i] / net->alpha[0] - net->now.y[i];
    return net->scale[0] * dp_dot(e, e, w->n);
}

// K of the present neurons, and its eigenvectors.
static void take_kernel(struct waveform *w, const struct dp_network *net, struct dp_flow_state *state)
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

static void find_modes(struct waveform *w, const struct dp_network *net, struct dp_flow_state *state)
{
    w->loss = residuals(w, net, net->f, w->e);
    if (!w->frozen)
        take_kernel(w, net, state);
    dp_path_modes(&w->path, w->e, w->path.first);
    w->known = true;
}

static double largest_of(const struct waveform *w)
{
    double most = 0;
    for (int m = 0; m < w->n; m++)
        most = fmax(most, w->values[m]);
    return most;
}

// How far parameters move within a time if K is constant.
static double motion_of(const struct waveform *w, const struct dp_network *net, double time)
{
    return sqrt(2 * net->scale[0] * dp_path_motion(&w->path, time));
}

// The first time at which they have moved that far, nearly; at most `most`.
static double time_of_motion(const struct waveform *w, const struct dp_network *net, double motion,
                             double most)
{
    double low = 0, high = most;
    if (motion_of(w, net, most) <= motion)
        return most;
    for (double time = 1 / largest_of(w); time < most && high == most;) {
        if (motion_of(w, net, time) > motion)
            high = time;
        else
            low = time;
        time *= 4;
    }
    for (int k = 0; k < BISECTIONS; k++) {
        const double middle = low > 0 ? sqrt(low * high) : high / 16;
        if (motion_of(w, net, middle) > motion)
            high = middle;
        else
            low = middle;
    }
    return high;
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
static double longest(const struct waveform *w)
{
    return 1e12 / largest_of(w);
}

/* Whether the method pays for a run that begins: neurons of tanh grow exponentially; all others must not have
 * to move far. */
static bool is_for_it(const struct waveform *w, const struct dp_network *net,
                      const struct dp_flow_state *state)
{
    const double square = fmax(state->stop_loss, 0) / net->scale[0];
    const double time = dp_path_landing(&w->path, square, fmin(longest(w), state->stop_time));
    return net->layer.power == 1 || motion_of(w, net, time) < LITTLE * size_of(net);
}

static double step_time(struct waveform *w, const struct dp_network *net, const struct dp_flow_state *state)
{
    double time = fmin(w->length, state->stop_time - state->time);
    if (!(state->stop_loss > 0 && w->loss > state->stop_loss))
        return time;
    const double landing = dp_path_landing(&w->path, LANDING * state->stop_loss / net->scale[0], time);
    // a run takes at least LEAST_STEPS
    if (landing < time && w->steps + 1 < LEAST_STEPS)
        return time_of_motion(w, net, motion_of(w, net, landing) / (double)(LEAST_STEPS - w->steps), landing);
    return landing;
}

// Integrals of the modes over a part of the step; N grows like a parabola.
static void pass(const struct waveform *w, double time, double part, bool frozen, double *passed)
{
    const double t = time * part;
    for (int m = 0; m < w->n; m++) {
        const struct dp_path_decay d = dp_path_decay(w->values[m] * t);
        const double added = frozen ? 0 : part * part * w->added[m];
        passed[m] = t * (d.phi1 * w->path.first[m] + 2 * d.phi3 * added);
    }
}

// The path of the residuals, and the forces that it exerts.
static void follow(struct waveform *w, const struct dp_network *net, double time, double middle, bool frozen)
{
    const double factor = 2 * net->scale[0] / net->alpha[0];
    const int n = w->n;
    double *const modes = w->room, *const sides = w->room + n;
    for (int m = 0; m < n; m++) {
        const struct dp_path_decay d = dp_path_decay(w->values[m] * time);
        w->path.last[m] = d.left * w->path.first[m] + (frozen ? 0 : 2 * d.phi2 * w->added[m]);
    }
    pass(w, time, 1, frozen, w->passed);
    pass(w, time, middle / time, frozen, modes);
    for (int part = 0; part < (frozen ? 1 : DP_WAVEFORM_INTERVALS); part++) {
        for (int m = 0; m < n && part == 1; m++)
            modes[m] = w->passed[m] - modes[m];
        dp_path_residuals(&w->path, frozen ? w->passed : modes, sides);
        for (int i = 0; i < n; i++)
            w->pull[part * n + i] = factor * sides[i];
    }
}

// Computes what the change of K has added, from the neurons' end points.
static void learn(struct waveform *w)
{
    double *const change = w->room;
    for (int i = 0; i < w->n; i++)
        change[i] = w->end[i] - w->e[i];
    dp_path_modes(&w->path, change, w->added);
    for (int m = 0; m < w->n; m++)
        w->added[m] += w->values[m] * w->passed[m];
}

struct tried {
    double difference; // in tolerances
    double disagreement, loss, growth;
    struct dp_waveform_sums sums;
    int rounds;
    bool agreed;
};

static double ratio(double part, double whole)
{
    return part > 0 ? sqrt(part / whole) : 0;
}

// Squares of w and a, relative to how far they have moved, or to their size where they have grown from
// little.
static double relative(const struct dp_waveform_sums *sums, double w, double a)
{
    return fmax(ratio(w, fmin(sums->theta_w, sums->moved_w)), ratio(a, fmin(sums->theta_a, sums->moved_a)));
}

/* By how much the force turns while K is constant: the part of the first half's motion that is orthogonal to
 * the whole motion. */
static double turn_of(struct waveform *w, double time, double middle)
{
    double *const half = w->room, along = 0, square = 0, across = 0;
    pass(w, time, 1, true, w->passed);
    pass(w, time, middle / time, true, half);
    for (int m = 0; m < w->n; m++) {
        along += w->values[m] * half[m] * w->passed[m];
        square += w->values[m] * w->passed[m] * w->passed[m];
    }
    for (int m = 0; m < w->n && square > 0; m++) {
        const double off = half[m] - along / square * w->passed[m];
        across += w->values[m] * off * off;
    }
    return ratio(across, square);
}

/* The error of a single round with one interval, relative to how far neurons have moved: their forces change
 * on the way, and the force turns while the motion of a affects that of w and vice versa. */
static double bend(const struct dp_waveform_sums *sums, double turn)
{
    const double moved = fmax(ratio(sums->moved_w, sums->theta_w), ratio(sums->moved_a, sums->theta_a));
    return fmax(relative(sums, sums->bent_w, sums->bent_a), turn * moved);
}

// How far the neurons' residuals are from the end of the assumed path.
static double disagreement(struct waveform *w)
{
    double *const modes = w->room;
    dp_path_modes(&w->path, w->end, modes);
    for (int m = 0; m < w->n; m++)
        modes[m] -= w->path.last[m];
    return ratio(dp_dot(modes, modes, w->n), dp_dot(w->path.first, w->path.first, w->n));
}

/* Whether a step that was to end at stop_loss ends closely enough. */
static bool lands(const struct waveform *w, const struct dp_flow_state *state, double time, double loss)
{
    const bool is_last = state->stop_loss > 0 && w->loss > state->stop_loss && time < w->length;
    return !is_last || (loss <= state->stop_loss && loss >= TOO_FAR * state->stop_loss);
}

static struct tried relax(struct waveform *w, const struct dp_network *net, double time,
                          struct dp_flow_state *state)
{
    struct tried t = {.disagreement = 1e9};
    const double middle = time_of_motion(w, net, motion_of(w, net, time) / 2, time);
    const double turn = turn_of(w, time, middle);
    for (t.rounds = 1; t.rounds <= MOST_ROUNDS; t.rounds++) {
        const double before = t.disagreement;
        const int intervals = t.rounds == 1 ? 1 : DP_WAVEFORM_INTERVALS;
        struct dp_waveform_sums *const sums = &t.sums;
        follow(w, net, time, middle, t.rounds == 1);
        w->kernels->move(&net->layer, &net->now.batch, intervals, w->pull, w->next, w->f, w->room, sums);
        state->evaluations += 2 * intervals;
        t.growth = fmax(t.growth, sums->growth);
        t.loss = residuals(w, net, w->f + (intervals - 1) * w->n, w->end);
        if (!(t.loss < 1e300) || t.growth > MOST_GROWTH)
            return (struct tried){.difference = 1e9, .growth = t.growth, .loss = INFINITY};
        t.disagreement = disagreement(w);
        const double off =
            t.rounds == 1 ? fmax(t.disagreement, bend(sums, turn)) : relative(sums, sums->off_w, sums->off_a);
        if (t.rounds > 1)
            t.agreed = t.disagreement <= AGREED;
        else
            t.agreed = off <= AT_ONCE * state->tolerance && lands(w, state, time, t.loss);
        if (t.rounds > 1 || t.agreed)
            t.difference += off / (DIFFERENCE * state->tolerance);
        if (t.agreed || t.difference > 3 || t.rounds == MOST_ROUNDS ||
            (t.rounds >= 3 && t.disagreement > 0.7 * before))
            break;
        learn(w);
    }
    t.agreed = t.agreed || (t.rounds > 1 && t.difference < 1 && t.disagreement <= AGREED_ENOUGH);
    return t;
}

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

static double cube_root(double x)
{
    return dp_exp(dp_log(x) / 3);
}

static void accept(struct waveform *w, struct dp_network *net, const struct tried *t, double time,
                   struct dp_flow_state *state)
{
    const double most = t->rounds >= 4 ? 1 : t->rounds == 3 ? 2 : 5;
    memcpy(net->layer.moved, w->next, dp_network_block_bytes(net));
    memcpy(net->f, w->f + (t->rounds > 1 ? (DP_WAVEFORM_INTERVALS - 1) * w->n : 0),
           (size_t)w->n * sizeof *w->f);
    w->steps++;
    w->refusals = 0;
    w->known = false;
    w->frozen = t->rounds == 1;
    w->length = time * fmin(clamp(0.9 / cube_root(fmax(t->difference, 1e-6)), 0.3, 5), most);
    state->time += time;
    dp_flow_add_error(state, SURE * t->difference * DIFFERENCE * state->tolerance);
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    struct waveform *w = memory;
    if (!live[0])
        return;
    if (!w->known)
        find_modes(w, net, state);
    state->leaves = state->creeps || largest_of(w) == 0 || w->steps >= MOST_STEPS ||
                    w->refusals >= MOST_REFUSALS || (w->length == 0 && !is_for_it(w, net, state));
    state->refused = state->leaves;
    if (state->leaves)
        return;
    if (w->length == 0)
        w->length = time_of_motion(w, net, FIRST * size_of(net), longest(w));
    const double time = step_time(w, net, state);
    const struct tried t = relax(w, net, time, state);
    const bool far =
        state->stop_loss > 0 && w->loss > state->stop_loss && t.loss < TOO_FAR * state->stop_loss;
    state->refused = !(t.agreed && t.difference <= 1 && t.loss <= w->loss * (1 + RISE) && !far);
    if (!state->refused) {
        accept(w, net, &t, time, state);
        return;
    }
    double factor = clamp(0.9 / cube_root(t.difference > 1 ? fmin(t.difference, 1e6) : 8), 0.1, 0.7);
    if (t.growth > MOST_GROWTH)
        factor = fmin(fmax(0.8 * sqrt(MOST_GROWTH / t.growth), 1e-3), 0.7);
    else if (far && t.agreed && t.difference <= 1)
        factor = clamp(dp_log(w->loss / (LANDING * state->stop_loss)) / dp_log(w->loss / t.loss), 0.1, 0.97);
    w->length = time * factor;
    w->refusals++;
}

/* Includes the kernel and its modes, because they still hold after a refused step. */
static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    struct waveform *w = memory;
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
