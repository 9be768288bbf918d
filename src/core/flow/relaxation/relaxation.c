// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/relaxation/relaxation.h"
#include "core/flow/relaxation/rest.h"
#include "core/math/elementary.h"
#include "dewpoint/core/activation.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { J = DP_PATH_INTERVALS, MOST_ROUNDS = 4, CAREFUL_ROUNDS = 6, MOST_SAMPLES = 400, MOST_REFUSALS = 30 };
static const double DIFFERENCE = 2; // tolerances by which the first and the last round of a step may differ
static const double HOPELESS = 1.5; // such differences, above which no further round is made
static const double SURE = 0.4;     // bound on the error of a step, over that difference: tests/flow
static const double ONCE = 1.5;     // tolerances that a step may be wrong by whose neurons are moved once
static const double AGREED = 0.03;  // rounds end when residuals agree with the assumed ones to this part
static const double AGREED_ENOUGH = 0.06; // enough if the neurons of two rounds agree
static const double CROWD = 0.15;       // of K on a sample: neurons that cross its line together are a crowd
static const double SAME = 0.02;        // of K on a sample: neurons about whose sides two rounds may differ
static const double RETREAT = 0.45;     // longest step, of one that was refused since sides differed
static const double CAREFUL = 6;        // steps with such care, times the root of the tolerance
static const double LEAST_WEIGHT = 0.1; // of what a round has found, for the next one
static const double FORK = 0.03; // error that every crowd may cause, times the fourth root of the tolerance
static const double RISE = 1e-3; // relative rise of the loss that crossed lines may cause near a floor
static const double STEPS = 0.6; // least steps for the whole motion, times the root of the tolerance
static const double FOREVER = 1e12;  // times 1 / lambda
static const double FIRST = 0.1;     // motion in the first step, relative to |theta|
static const double LANDING = 0.998; // aim at this part of stop_loss
static const double TOO_FAR = 0.995; // a step that ends below this part of stop_loss is repeated

struct relaxation {
    int lanes;
    struct dp_relaxed place[DP_LANES];
    void *memory;
};

static bool serves(const struct dp_network *net)
{
    const struct dp_layer *layer = &net->layer;
    return layer->activation == DP_RELU && layer->outputs == 1 && layer->pace == 0 &&
           net->now.batch.count <= MOST_SAMPLES && net->now.batch.count > 0;
}

static enum dp_status acquire(const struct dp_network *net, void **result, struct dp_error *error)
{
    struct relaxation *all = calloc(1, sizeof *all);
    size_t bytes = 0;
    for (int l = 0; all && l < net->lanes; l++)
        dp_relaxed_lay_out(&all->place[l], net, NULL, &bytes);
    void *memory = all ? aligned_alloc(64, bytes) : NULL;
    if (!memory) {
        free(all);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the steps of method flow (%zu bytes)", bytes);
    }
    all->memory = memory;
    all->lanes = net->lanes;
    bytes = 0;
    for (int l = 0; l < net->lanes; l++) {
        struct dp_relaxed *const p = &all->place[l];
        dp_relaxed_lay_out(p, net, memory, &bytes);
        p->kernels = dp_wave_kernels_select(net->kernels->isa);
    }
    *result = all;
    return DP_OK;
}

static void place(void *memory, int lane)
{
    struct relaxation *all = memory;
    all->place[lane].fresh = true;
}

static double time_of_motion(const struct dp_relaxed *p, double motion, double most)
{
    double time = 1 / dp_relaxed_largest(p);
    while (dp_relaxed_motion(p, time) > motion)
        time /= 2;
    while (time < most && dp_relaxed_motion(p, time) < motion)
        time *= 1.25;
    return fmin(time, most);
}

// A bound on |G| of every neuron.
static double rate_of(const struct dp_relaxed *p)
{
    double sum = 0;
    for (int i = 0; i < p->points.n; i++)
        sum += fabs(p->e[i]) * sqrt(p->points.square[i]);
    return 2 * p->scale / p->alpha * sum;
}

/* How far the parameters will have moved at the end of the run, or when they come to rest, if K is constant
 * from here on; *end: the time until then. */
static double whole_motion(const struct dp_relaxed *p, const struct dp_flow_state *state, double *end)
{
    *end = dp_rest_time(p, state, fmin(state->stop_time - state->time, FOREVER / dp_relaxed_largest(p)));
    if (state->stop_loss > 0 && p->loss > state->stop_loss)
        *end = dp_path_landing(&p->path, (LANDING * state->stop_loss - p->seen.apart) / p->scale, *end);
    const struct dp_relaxed_sizes moved = dp_relaxed_sizes_of(p, p->now.moved, 0, p->now.moved);
    return sqrt(moved.w * moved.w + moved.a * moved.a) + dp_relaxed_motion(p, *end);
}

static double step_time(struct dp_relaxed *p, const struct dp_flow_state *state)
{
    if (p->length == 0) {
        const struct dp_relaxed_sizes theta = dp_relaxed_sizes_of(p, p->start, 1, p->now.moved);
        p->length = time_of_motion(p, FIRST * fmax(theta.w, theta.a), FOREVER / dp_relaxed_largest(p));
    }
    double end, time = p->length;
    if (state->creeps)
        time = fmin(time, dp_flow_growth_time(state, 2 * rate_of(p)));
    const double most = whole_motion(p, state, &end) * sqrt(state->tolerance) / STEPS;
    return time_of_motion(p, most, fmin(time, end));
}

// Moves all neurons along the path and fills e at the nodes. False if the result is not finite.
static bool move_along(struct dp_relaxed *p, struct dp_flow_state *state)
{
    const int n = p->points.n, stride = p->points.stride;
    const double factor = 2 * p->scale / p->alpha;
    bool finite = true;
    for (int j = 0; j < J; j++) {
        dp_path_residuals(&p->path, p->path.passed + j * n, p->pull + j * stride);
        for (int i = 0; i < n; i++)
            p->pull[j * stride + i] *= factor;
    }
    p->kernels->move(&p->points, &p->now, &p->next, J, p->pull, p->f, &p->sizes, p->room);
    for (int j = 0; j < J; j++)
        finite = dp_relaxed_residuals(p, p->f + j * stride, p->e_nodes + j * stride) < 1e300 && finite;
    state->evaluations += J;
    return finite;
}

// How far the neurons' residuals are from the end of the assumed path: by modes, off [n], and in all.
static double disagreement(const struct dp_relaxed *p, double *off)
{
    const int n = p->points.n;
    dp_path_modes(&p->path, p->e_nodes + (J - 1) * p->points.stride, off);
    for (int m = 0; m < n; m++)
        off[m] -= p->path.last[m];
    return sqrt(dp_relaxed_square(n, off) / dp_relaxed_square(n, p->path.first));
}

// How far the neurons differ from those of the first round, in tolerances.
static double difference(const struct dp_relaxed *p, double tolerance)
{
    const struct dp_relaxed_sizes off = dp_relaxed_sizes_of(p, p->guess, -1, p->next.moved),
                                  by = dp_relaxed_measure(&p->sizes);
    const double w = off.w > 0 ? off.w / by.w : 0, a = off.a > 0 ? off.a / by.a : 0;
    return fmax(w, a) / (DIFFERENCE * tolerance);
}

// The first round's neurons become the guess.
static void keep_guess(struct dp_relaxed *p)
{
    double *const guess = p->next.moved;
    p->next.moved = p->guess;
    p->guess = guess;
}

static void keep_sides(struct dp_relaxed *p)
{
    signed char *const sides = p->next.side;
    p->next.side = p->sides;
    p->sides = sides;
}

struct tried {
    double guess; // error of the first round, in ONCE tolerances
    double difference, disagreement;
    double crowd;   // neurons that changed sides in the first round, on the sample where they are most
    double crossed; // neurons whose sides differ between the last two rounds, likewise
    int rounds;
    bool agreed;
};

/* The error of neurons that were moved once, in tolerances, from how wrong their residuals show the assumed
 * path to have been. Learns the corrected path. */
static double error_of_guess(struct dp_relaxed *p, double tolerance)
{
    const int n = p->points.n, stride = p->points.stride;
    double *const off = p->room, *const e = off + n;
    for (int m = 0; m < n; m++) {
        off[m] = 0;
        for (int j = 0; j < J; j++)
            off[m] -= p->path.passed[j * n + m];
    }
    dp_path_learn(&p->path, p->e, p->e_nodes, 1, e);
    dp_path_follow(&p->path);
    for (int m = 0; m < n; m++)
        for (int j = 0; j < J; j++)
            off[m] += p->path.passed[j * n + m];
    dp_path_residuals(&p->path, off, e);
    double all = 0, of_a = 0;
    for (int m = 0; m < n; m++)
        all += p->values[m] * off[m] * off[m];
    for (int i = 0; i < n; i++)
        for (int j = 0; j < n; j++)
            of_a += e[i] * p->gram[(stride + i) * stride + j] * e[j];
    const struct dp_relaxed_sizes by = dp_relaxed_measure(&p->sizes);
    const double square = fmax(fmax(all - of_a, 0) / (by.w * by.w), fmax(of_a, 0) / (by.a * by.a));
    return sqrt(2 * p->scale * square) / (ONCE * tolerance);
}

// Whether the sides of a crowd are to agree in two rounds.
static bool is_careful(const struct dp_relaxed *p, double tolerance)
{
    return (double)p->steps * sqrt(tolerance) < CAREFUL;
}

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

/* The part of what a round has found that the next one assumes, after Aitken: a crowd that crosses a line
 * answers more strongly than it was asked, so that rounds would swing. Chosen from how far off this round and
 * the one before it were, it is right after two rounds if the answer is linear. */
static double next_weight(const struct dp_relaxed *p, double weight)
{
    const int n = p->points.n;
    const double *const off = p->off, *const before = p->off + n;
    double along = 0, square = 0;
    for (int m = 0; m < n; m++) {
        along += before[m] * (before[m] - off[m]);
        square += (before[m] - off[m]) * (before[m] - off[m]);
    }
    return square > 0 ? clamp(weight * along / square, LEAST_WEIGHT, 1) : 1;
}

static struct tried relax(struct dp_relaxed *p, double time, struct dp_flow_state *state)
{
    const bool careful = is_careful(p, state->tolerance);
    const double most_crowd = careful ? CROWD : INFINITY, most_crossed = careful ? SAME : INFINITY;
    const int most_rounds = careful ? CAREFUL_ROUNDS : MOST_ROUNDS;
    double weight = 1;
    struct tried t = {.difference = 1e9, .disagreement = 1e9};
    dp_path_nodes(&p->path, time);
    dp_path_foretell(&p->path, p->slope, p->room);
    for (t.rounds = 1; t.rounds <= most_rounds; t.rounds++) {
        const double before = t.disagreement;
        dp_path_follow(&p->path);
        if (!move_along(p, state)) {
            t.difference = t.disagreement = 1e9;
            break;
        }
        memcpy(p->off + p->points.n, p->off, (size_t)p->points.n * sizeof *p->off);
        t.disagreement = disagreement(p, p->off);
        if (t.rounds == 1) {
            t.difference = t.guess = error_of_guess(p, state->tolerance);
            t.crowd = dp_relaxed_crossed(p, time, p->now.side, p->next.side);
            t.agreed =
                t.difference <= 1 && disagreement(p, p->room) <= AGREED_ENOUGH && t.crowd <= most_crowd;
            if (t.agreed)
                break;
            keep_guess(p);
            keep_sides(p);
            continue;
        }
        t.difference = difference(p, state->tolerance);
        t.crossed = dp_relaxed_crossed(p, time, p->sides, p->next.side);
        t.agreed = t.disagreement <= AGREED && t.crossed <= most_crossed;
        if (t.agreed || t.difference > HOPELESS || t.rounds == most_rounds ||
            (t.rounds >= 3 && t.disagreement > 0.7 * before))
            break;
        keep_sides(p);
        weight = careful ? next_weight(p, weight) : 1;
        dp_path_learn(&p->path, p->e, p->e_nodes, weight, p->room);
    }
    t.agreed = t.agreed || (t.difference < 1 && t.disagreement <= AGREED_ENOUGH && t.crossed <= most_crossed);
    return t;
}

static double cube_root(double x)
{
    return dp_exp(dp_log(x) / 3);
}

static void accept(struct dp_relaxed *p, double loss, double time, struct dp_flow_state *state)
{
    const struct dp_wave_neurons now = p->now;
    p->now = p->next;
    p->next = now;
    memcpy(p->e, p->e_nodes + (J - 1) * p->points.stride, (size_t)p->points.n * sizeof *p->e);
    p->loss = loss;
    p->steps++;
    p->refusals = 0;
    p->known = false;
    p->gone = time;
    state->time += time;
}

static void show(const struct dp_relaxed *p, struct dp_network *net, int lane)
{
    dp_flow_points_put(&p->seen, net, lane, p->points.inputs, p->now.moved,
                       p->f + (J - 1) * p->points.stride);
}

static void step_one(struct dp_relaxed *p, struct dp_network *net, int lane, struct dp_flow_state *state)
{
    if (p->fresh)
        dp_relaxed_begin(p, net, lane, state);
    if (!p->known)
        dp_relaxed_find_modes(p, state);
    state->flat = dp_rest_is_reached(p, state) || !(state->time < 1e300);
    if (state->flat)
        return;
    const double time = step_time(p, state);
    const struct tried t = relax(p, time, state);
    const double loss =
        t.difference < 1e9
            ? p->scale * dp_relaxed_square(p->points.n, p->e_nodes + (J - 1) * p->points.stride) +
                  p->seen.apart
            : INFINITY;
    const bool far = state->stop_loss > 0 && p->loss > state->stop_loss && loss < TOO_FAR * state->stop_loss;
    const bool good = t.agreed && t.difference <= 1 && loss <= p->loss * (1 + RISE) && !far;
    state->refused = !good && (p->refusals < MOST_REFUSALS || !isfinite(loss));
    if (state->refused) {
        p->refusals++;
        const double off = t.difference > 1 ? fmin(t.difference, 1e6) : 8;
        double factor = clamp(0.9 / cube_root(off), 0.1, t.crossed > SAME ? RETREAT : 0.7);
        if (far && t.agreed && t.difference <= 1)
            factor =
                clamp(dp_log(p->loss / (LANDING * state->stop_loss)) / dp_log(p->loss / loss), 0.1, 0.97);
        p->length = time * factor;
        return;
    }
    p->length = time * clamp(0.8 / cube_root(fmax(t.guess, 1e-6)), 0.3, 5);
    dp_flow_add_error(state, t.difference * state->tolerance * (t.rounds == 1 ? ONCE : SURE * DIFFERENCE));
    if (t.crowd > CROWD)
        dp_flow_add_error(state, FORK * sqrt(sqrt(state->tolerance)));
    accept(p, loss, time, state);
    show(p, net, lane);
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    struct relaxation *all = memory;
    for (int l = 0; l < net->lanes; l++)
        if (live[l])
            step_one(&all->place[l], net, l, &state[l]);
}

static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    struct relaxation *all = memory;
    dp_relaxed_archive(&all->place[lane], net, to);
}

static void release(void *memory, struct dp_network *net)
{
    struct relaxation *all = memory;
    (void)net;
    free(all->memory);
    free(all);
}

const struct dp_integrator dp_by_relaxation = {serves, acquire, place, step, archive, release};
