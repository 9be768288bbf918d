// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/relaxation/relaxation.h"
#include "core/flow/relaxation/residual_path.h"
#include "core/math/elementary.h"
#include "dewpoint/activation.h"
#include "kernels/waves.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { J = DP_PATH_INTERVALS, MOST_ROUNDS = 4, MOST_SAMPLES = 400, LEAST_STEPS = 3, MOST_REFUSALS = 30 };
static const double DIFFERENCE = 2; // of the last way from the first in a step, in tolerances
static const double SURE = 0.4;     // part of it that the error of a step is at most: tests/flow
static const double AGREED =
    0.03; // residuals of neurons and of the way, relative: another round adds nothing
static const double AGREED_ENOUGH = 0.15; // where the neurons of two rounds agree
static const double RISE = 1e-3;     // of the loss, which lines that are met and left may cause near a floor
static const double FIRST = 0.1;     // of |theta| in the first step
static const double CREEP = 0.1;     // growth of amplitudes in a step where it is looked at
static const double LANDING = 0.998; // aim at this part of stop_loss
static const double TOO_FAR = 0.98;  // below this part of it the step is taken again
static const double NO_RANK = 1e-11; // eigenvalues below this part of the largest are none
static const double TRIFLE = 3e-3; // of the loss, and of the tolerance's part of the motion, left at a floor
static const double ROUNDING = 1e-26; // of the squares of y and of the first e: a loss that is none
static const double GROWING = 1e-2;   // |G| of a neuron that will grow, relative to the largest possible

struct place {
    struct dp_wave_points points;
    double *x, *square, *y; // [D][stride], [stride], [n]
    double *start;          // [m][D + 1]
    struct dp_wave_neurons now, next;
    double *guess;       // [m][D + 1] moved by the first round of a step
    double *gram;        // [2 stride][stride], its eigenvectors then
    double *values;      // [stride]
    double *e, *e_nodes; // [stride], [J][stride]
    double *pull, *f;    // [J][stride]
    double *room;
    struct dp_residual_path path;
    double alpha, scale;
    double length;         // of the next step; 0: none known yet
    double loss, rounding; // as it is, and what of it is no more than that
    int64_t steps;
    int refusals; // in a row
    bool fresh;   // its run has just been placed
    bool known;   // gram, values and path are those of the neurons as they stand
};

struct relaxation {
    const struct dp_wave_kernels *kernels;
    int lanes;
    struct place place[DP_LANES];
    void *memory;
};

static bool serves(const struct dp_network *net)
{
    const struct dp_layer *layer = &net->layer;
    return layer->activation == DP_RELU && layer->outputs == 1 && layer->pace == 0 &&
           net->now.batch.count <= MOST_SAMPLES && net->now.batch.count > 0;
}

// The next doubles of an allocation, or how many it takes.
static double *reserve(double *memory, int64_t *at, int64_t count)
{
    double *const taken = memory ? memory + *at : NULL;
    *at += (count + 7) / 8 * 8;
    return taken;
}

static void lay_out(struct place *p, const struct dp_network *net, double *memory, int64_t *at)
{
    const int n = (int)net->now.batch.count, stride = (n + 7) / 8 * 8;
    const int d = net->layer.inputs + !net->layer.biasless;
    const int64_t m = net->layer.width, rows = m * (d + 1), sides = (m * stride + 7) / 8;
    p->points = (struct dp_wave_points){.n = n, .stride = stride, .inputs = d};
    p->points.x = p->x = reserve(memory, at, d * stride);
    p->points.square = p->square = reserve(memory, at, stride);
    p->y = reserve(memory, at, n);
    p->start = reserve(memory, at, rows);
    p->now = (struct dp_wave_neurons){m, p->start, reserve(memory, at, rows), NULL};
    p->next = (struct dp_wave_neurons){m, p->start, reserve(memory, at, rows), NULL};
    p->now.side = (signed char *)(void *)reserve(memory, at, sides);
    p->next.side = (signed char *)(void *)reserve(memory, at, sides);
    p->guess = reserve(memory, at, rows);
    p->gram = reserve(memory, at, 2 * stride * stride);
    p->values = reserve(memory, at, stride);
    p->e = reserve(memory, at, stride);
    p->e_nodes = reserve(memory, at, J * stride);
    p->pull = reserve(memory, at, J * stride);
    p->f = reserve(memory, at, J * stride);
    p->room = reserve(memory, at, dp_wave_room(&p->points) + 4 * stride);
    p->path = (struct dp_residual_path){.n = n, .stride = stride, .vectors = p->gram, .values = p->values};
    p->path.first = reserve(memory, at, n);
    p->path.last = reserve(memory, at, n);
    p->path.change = reserve(memory, at, (J + 1) * n);
    p->path.passed = reserve(memory, at, J * n);
}

static enum dp_status acquire(const struct dp_network *net, void **result, struct dp_error *error)
{
    struct relaxation *all = calloc(1, sizeof *all);
    int64_t count = 0;
    for (int l = 0; all && l < net->lanes; l++)
        lay_out(&all->place[l], net, NULL, &count);
    const size_t bytes = (size_t)count * sizeof(double);
    void *memory = all ? aligned_alloc(64, bytes) : NULL;
    if (!memory) {
        free(all);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the steps of method flow (%zu bytes)", bytes);
    }
    all->memory = memory;
    all->lanes = net->lanes;
    all->kernels = dp_wave_kernels_select(net->kernels->isa);
    count = 0;
    for (int l = 0; l < net->lanes; l++) {
        struct place *const p = &all->place[l];
        lay_out(p, net, memory, &count);
        // what lies beyond the samples stays zero; all else is written before it is read
        memset(p->x, 0, (size_t)(p->points.inputs * p->points.stride) * sizeof *p->x);
        double *const vectors[] = {p->square, p->values, p->e};
        for (int k = 0; k < 3; k++)
            memset(vectors[k], 0, (size_t)p->points.stride * sizeof *vectors[k]);
        memset(p->e_nodes, 0, (size_t)(J * p->points.stride) * sizeof *p->e_nodes);
        memset(p->pull, 0, (size_t)(J * p->points.stride) * sizeof *p->pull);
    }
    *result = all;
    return DP_OK;
}

static void place(void *memory, int lane)
{
    struct relaxation *all = memory;
    all->place[lane].fresh = true;
}

static double square_of(int count, const double *a)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += a[i] * a[i];
    return sum;
}

static double residuals_of(const struct place *p, const double *f, double *e)
{
    for (int i = 0; i < p->points.n; i++)
        e[i] = f[i] / p->alpha - p->y[i];
    return p->scale * square_of(p->points.n, e);
}

static void begin(const struct relaxation *all, struct place *p, const struct dp_network *net, int lane,
                  struct dp_flow_state *state)
{
    const int n = p->points.n, stride = p->points.stride, d = p->points.inputs, inputs = net->layer.inputs;
    p->alpha = net->alpha[lane];
    p->scale = net->scale[lane];
    for (int i = 0; i < n; i++) {
        p->square[i] = 0;
        for (int j = 0; j < d; j++) {
            const double x = j < inputs ? dp_network_input(net, lane, i, j) : 1;
            p->x[j * stride + i] = x;
            p->square[i] += x * x;
        }
        p->y[i] = net->now.y[i * net->lanes + lane];
    }
    for (int64_t k = 0; k < net->layer.width; k++)
        for (int j = 0; j <= d; j++) {
            p->start[k * (d + 1) + j] = dp_network_get(net, lane, k, j < d ? j : inputs + 1, false);
            p->now.moved[k * (d + 1) + j] = dp_network_moved(net, lane, k, j < d ? j : inputs + 1);
        }
    all->kernels->start(&p->points, &p->now, p->f, p->room);
    p->loss = residuals_of(p, p->f, p->e);
    p->rounding = ROUNDING * (p->loss + p->scale * square_of(n, p->y));
    p->length = 0;
    p->steps = p->refusals = 0;
    p->fresh = p->known = false;
    state->evaluations++;
}

// |w|, |a| or, of what has moved, of a and of w apart.
struct sizes {
    double w, a;
};

static struct sizes sizes_of(const struct place *p, const double *start, double sign, const double *moved)
{
    const int d = p->points.inputs;
    struct sizes sum = {0, 0};
    for (int64_t k = 0; k < p->now.width; k++) {
        const double *const s = start + k * (d + 1), *const q = moved + k * (d + 1);
        for (int j = 0; j < d; j++)
            sum.w += (s[j] + sign * q[j]) * (s[j] + sign * q[j]);
        sum.a += (s[d] + sign * q[d]) * (s[d] + sign * q[d]);
    }
    return (struct sizes){sqrt(sum.w), sqrt(sum.a)};
}

static struct sizes displacement(const struct place *p, const struct dp_wave_neurons *neurons)
{
    return sizes_of(p, neurons->moved, 0, neurons->moved);
}

// What errors of w and a are relative to: how far they have moved, or their size where they have grown from
// little.
static struct sizes measure(const struct place *p, const struct dp_wave_neurons *neurons)
{
    const struct sizes theta = sizes_of(p, p->start, 1, neurons->moved), moved = displacement(p, neurons);
    return (struct sizes){fmin(theta.w, moved.w), fmin(theta.a, moved.a)};
}

// K of the neurons as they stand, its eigenvectors, and e in them.
static void find_modes(const struct relaxation *all, struct place *p, struct dp_flow_state *state)
{
    const int n = p->points.n, stride = p->points.stride;
    const double factor = 2 * p->scale / (p->alpha * p->alpha);
    all->kernels->gram(&p->points, &p->now, p->gram, p->room);
    for (int i = 0; i < n * stride; i++)
        p->gram[i] *= factor;
    all->kernels->eigen(n, stride, p->gram, p->values, p->room);
    for (int m = 0; m < n; m++)
        p->values[m] = fmax(p->values[m], 0);
    dp_path_modes(&p->path, p->e, p->path.first);
    state->evaluations += (n + 2 * p->points.inputs + 1) / (2 * p->points.inputs + 2);
    p->known = true;
}

static double largest_of(const struct place *p)
{
    double most = 0;
    for (int m = 0; m < p->points.n; m++)
        most = fmax(most, p->values[m]);
    return most;
}

// Whether a neuron grows under what of e lies in the null space of K.
static bool grows(const struct relaxation *all, struct place *p, double none)
{
    const int n = p->points.n;
    double *const modes = p->path.last, *const rho = p->pull, largest = 0;
    (void)largest;
    for (int m = 0; m < n; m++)
        modes[m] = p->values[m] < none ? p->path.first[m] : 0;
    dp_path_residuals(&p->path, modes, rho);
    double most = 0;
    for (int i = 0; i < n; i++)
        most += fabs(rho[i]) * sqrt(p->square[i]);
    return all->kernels->growth(&p->points, &p->now, rho, p->room) > GROWING * most;
}

static bool is_at_floor(const struct relaxation *all, struct place *p, const struct dp_flow_state *state)
{
    const double largest = largest_of(p), none = NO_RANK * largest;
    if (largest == 0 || p->loss <= p->rounding)
        return true;
    double stays = 0, motion = 0;
    for (int m = 0; m < p->points.n; m++) {
        const double square = p->path.first[m] * p->path.first[m];
        if (p->values[m] < none)
            stays += p->scale * square;
        else
            motion += 2 * p->scale * square / p->values[m];
    }
    const struct sizes theta = sizes_of(p, p->start, 1, p->now.moved), moved = displacement(p, &p->now);
    const double size = fmin(fmax(theta.w, theta.a), fmax(moved.w, moved.a));
    return stays > state->stop_loss && p->loss - stays <= TRIFLE * p->loss &&
           sqrt(motion) <= state->tolerance * 0.1 * size && !grows(all, p, none);
}

// How far parameters move in a time, with K frozen.
static double motion_of(const struct place *p, double time)
{
    return sqrt(2 * p->scale * dp_path_motion(&p->path, time));
}

static double time_of_motion(const struct place *p, double motion, double most)
{
    double time = 1 / largest_of(p);
    while (motion_of(p, time) > motion)
        time /= 2;
    while (time < most && motion_of(p, time) < motion)
        time *= 2;
    return fmin(time, most);
}

// The largest |G| of any neuron, at most.
static double rate_of(const struct place *p)
{
    double sum = 0;
    for (int i = 0; i < p->points.n; i++)
        sum += fabs(p->e[i]) * sqrt(p->square[i]);
    return 2 * p->scale / p->alpha * sum;
}

static double step_time(struct place *p, const struct dp_flow_state *state)
{
    if (p->length == 0) {
        const struct sizes theta = sizes_of(p, p->start, 1, p->now.moved);
        p->length = time_of_motion(p, FIRST * fmax(theta.w, theta.a), 1e12 / largest_of(p));
    }
    double time = fmin(p->length, state->stop_time - state->time);
    if (state->creeps)
        time = fmin(time, CREEP / 2 / rate_of(p));
    if (!(state->stop_loss > 0 && p->loss > state->stop_loss))
        return time;
    const double landing = dp_path_landing(&p->path, LANDING * state->stop_loss / p->scale, time);
    // a single step has nothing to tell its error by
    if (landing < time && p->steps + 1 < LEAST_STEPS)
        return time_of_motion(p, motion_of(p, landing) / (double)(LEAST_STEPS - p->steps), landing);
    return landing;
}

// Moves all neurons along the way; e at the nodes. False when it leads nowhere.
static bool move_along(const struct relaxation *all, struct place *p, struct dp_flow_state *state)
{
    const int n = p->points.n, stride = p->points.stride;
    const double factor = 2 * p->scale / p->alpha;
    bool finite = true;
    for (int j = 0; j < J; j++) {
        dp_path_residuals(&p->path, p->path.passed + j * n, p->pull + j * stride);
        for (int i = 0; i < n; i++)
            p->pull[j * stride + i] *= factor;
    }
    all->kernels->move(&p->points, &p->now, &p->next, J, p->pull, p->f, p->room);
    for (int j = 0; j < J; j++)
        finite = residuals_of(p, p->f + j * stride, p->e_nodes + j * stride) < 1e300 && finite;
    state->evaluations += J;
    return finite;
}

// How far the residuals of neurons are from the way's end.
static double disagreement(struct place *p)
{
    const int n = p->points.n;
    double *const modes = p->room;
    dp_path_modes(&p->path, p->e_nodes + (J - 1) * p->points.stride, modes);
    for (int m = 0; m < n; m++)
        modes[m] -= p->path.last[m];
    return sqrt(square_of(n, modes) / square_of(n, p->path.first));
}

// Of the neurons as moved from those of the first round, in tolerances.
static double difference(const struct place *p, double tolerance)
{
    const struct sizes off = sizes_of(p, p->guess, -1, p->next.moved), by = measure(p, &p->next);
    const double w = off.w > 0 ? off.w / by.w : 0, a = off.a > 0 ? off.a / by.a : 0;
    return fmax(w, a) / (DIFFERENCE * tolerance);
}

struct tried {
    double difference, disagreement;
    int rounds;
    bool agreed;
};

static struct tried relax(const struct relaxation *all, struct place *p, double time,
                          struct dp_flow_state *state)
{
    struct tried t = {.difference = 1e9, .disagreement = 1e9};
    const size_t bytes = (size_t)(p->now.width * (p->points.inputs + 1)) * sizeof(double);
    dp_path_nodes(&p->path, time);
    for (t.rounds = 1; t.rounds <= MOST_ROUNDS; t.rounds++) {
        const double before = t.disagreement;
        dp_path_follow(&p->path, t.rounds == 1);
        if (!move_along(all, p, state)) {
            t.difference = t.disagreement = 1e9;
            break;
        }
        t.disagreement = disagreement(p);
        if (t.rounds == 1)
            memcpy(p->guess, p->next.moved, bytes);
        else
            t.difference = difference(p, state->tolerance);
        t.agreed = t.rounds >= 2 && t.disagreement <= AGREED;
        if (t.agreed || (t.rounds >= 2 && t.difference > 3) || t.rounds == MOST_ROUNDS ||
            (t.rounds >= 3 && t.disagreement > 0.7 * before))
            break;
        dp_path_learn(&p->path, p->e, p->e_nodes, p->room);
    }
    t.agreed = t.agreed || (t.difference < 1 && t.disagreement <= AGREED_ENOUGH);
    return t;
}

static double cube_root(double x)
{
    return dp_exp(dp_log(x) / 3);
}

static double clamp(double x, double low, double high)
{
    return fmin(fmax(x, low), high);
}

static void accept(struct place *p, double loss, double time, struct dp_flow_state *state)
{
    const struct dp_wave_neurons now = p->now;
    p->now = p->next;
    p->next = now;
    memcpy(p->e, p->e_nodes + (J - 1) * p->points.stride, (size_t)p->points.n * sizeof *p->e);
    p->loss = loss;
    p->steps++;
    p->refusals = 0;
    p->known = false;
    state->time += time;
}

static void show(const struct place *p, struct dp_network *net, int lane)
{
    const int d = p->points.inputs, inputs = net->layer.inputs;
    for (int64_t k = 0; k < p->now.width; k++)
        for (int j = 0; j <= d; j++)
            dp_network_set_moved(net, lane, k, j < d ? j : inputs + 1, p->now.moved[k * (d + 1) + j]);
    for (int i = 0; i < p->points.n; i++)
        net->f[i * net->lanes + lane] = p->f[(J - 1) * p->points.stride + i];
}

static void step_one(const struct relaxation *all, struct place *p, struct dp_network *net, int lane,
                     struct dp_flow_state *state)
{
    if (p->fresh)
        begin(all, p, net, lane, state);
    if (!p->known)
        find_modes(all, p, state);
    state->flat = is_at_floor(all, p, state) || !(state->time < 1e300);
    if (state->flat)
        return;
    const double time = step_time(p, state);
    const struct tried t = relax(all, p, time, state);
    const double loss = t.difference < 1e9
                            ? p->scale * square_of(p->points.n, p->e_nodes + (J - 1) * p->points.stride)
                            : INFINITY;
    const bool far = state->stop_loss > 0 && p->loss > state->stop_loss && loss < TOO_FAR * state->stop_loss;
    const bool good = t.agreed && t.difference <= 1 && loss <= p->loss * (1 + RISE) && !far;
    state->refused = !good && (p->refusals < MOST_REFUSALS || !isfinite(loss));
    if (state->refused) {
        p->refusals++;
        const double off = t.difference > 1 ? fmin(t.difference, 1e6) : 8;
        double factor = clamp(0.9 / cube_root(off), 0.1, 0.7);
        if (far && t.agreed && t.difference <= 1)
            factor =
                clamp(dp_log(p->loss / (LANDING * state->stop_loss)) / dp_log(p->loss / loss), 0.1, 0.97);
        p->length = time * factor;
        return;
    }
    const double most = t.rounds >= 4 ? 1 : t.rounds == 3 ? 2 : 5;
    p->length = time * fmin(clamp(0.9 / cube_root(fmax(t.difference, 1e-6)), 0.3, 5), most);
    dp_flow_add_error(state, SURE * t.difference * DIFFERENCE * state->tolerance);
    accept(p, loss, time, state);
    show(p, net, lane);
}

static void step(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state)
{
    struct relaxation *all = memory;
    for (int l = 0; l < net->lanes; l++)
        if (live[l])
            step_one(all, &all->place[l], net, l, &state[l]);
}

static void archive(void *memory, const struct dp_network *net, int lane, struct dp_archive *to)
{
    struct relaxation *all = memory;
    struct place *p = &all->place[lane];
    const size_t n = (size_t)p->points.n, stride = (size_t)p->points.stride, d = (size_t)p->points.inputs;
    const size_t m = (size_t)net->layer.width, rows = m * (d + 1);
    const struct {
        double *at;
        size_t count;
    } arrays[] = {{p->x, d * stride},
                  {p->square, stride},
                  {p->y, n},
                  {p->start, rows},
                  {p->now.moved, rows},
                  {p->next.moved, rows},
                  {p->guess, rows},
                  {p->gram, 2 * stride * stride},
                  {p->values, stride},
                  {p->e, stride},
                  {p->e_nodes, J * stride},
                  {p->pull, J * stride},
                  {p->f, J * stride},
                  {p->path.first, n},
                  {p->path.last, n},
                  {p->path.change, (J + 1) * n},
                  {p->path.passed, J * n},
                  {p->path.node, J + 1},
                  {&p->alpha, 1},
                  {&p->scale, 1},
                  {&p->length, 1},
                  {&p->loss, 1},
                  {&p->rounding, 1}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        dp_archive_bytes(to, arrays[i].at, arrays[i].count * sizeof(double));
    dp_archive_bytes(to, p->now.side, m * stride);
    dp_archive_bytes(to, p->next.side, m * stride);
    DP_ARCHIVE(to, p->steps);
    DP_ARCHIVE(to, p->refusals);
    DP_ARCHIVE(to, p->fresh);
    DP_ARCHIVE(to, p->known);
}

static void release(void *memory, struct dp_network *net)
{
    struct relaxation *all = memory;
    (void)net;
    free(all->memory);
    free(all);
}

const struct dp_integrator dp_by_relaxation = {serves, acquire, place, step, archive, release};
