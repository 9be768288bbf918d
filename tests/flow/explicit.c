// SPDX-License-Identifier: BSD-3-Clause
#include "flow/flight.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STAGES = 7, STEPS_KNOWN = 20 };
static const double FIRST = 0.25;    // of the first step, in units of 1 / lambda
static const double LANDING = 0.998; // aim at this part of stop_loss
static const double TOO_FAR = 0.96;  // below this part of it a step is taken again

/* An embedded pair: stage j at delta + h sum_k a_jk slope_k, the last stage's weights are the step, `other`
 * those of the formula whose difference is the error. The last stage is the first of the next step. */
struct pair {
    int stages, order; // order of the step's formula
    double a[STAGES][STAGES], other[STAGES];
};

static const struct pair heun_euler = {3, 2, {{0}, {1}, {0.5, 0.5}}, {1}};

static const struct pair bogacki_shampine = {
    4, 3, {{0}, {1.0 / 2}, {0, 3.0 / 4}, {2.0 / 9, 1.0 / 3, 4.0 / 9}}, {7.0 / 24, 1.0 / 4, 1.0 / 3, 1.0 / 8}};

static const struct pair dormand_prince = {
    7,
    5,
    {{0},
     {1.0 / 5},
     {3.0 / 40, 9.0 / 40},
     {44.0 / 45, -56.0 / 15, 32.0 / 9},
     {19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729},
     {9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656},
     {35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84}},
    {5179.0 / 57600, 0, 7571.0 / 16695, 393.0 / 640, -92097.0 / 339200, 187.0 / 2100, 1.0 / 40}};

/* Where a flight stands: k[0] is the slope there. */
struct state {
    int64_t count;
    double loss, length;
    double *k[STAGES], *next; // [count]
};

static double square(const double *v, int64_t count)
{
    double sum = 0;
    for (int64_t j = 0; j < count; j++)
        sum += v[j] * v[j];
    return sum;
}

static struct state begin(struct system *s, struct flight *flight)
{
    struct state state = {.count = s->rows * s->width};
    double *room = calloc((size_t)(state.count * (STAGES + 1)), sizeof *room);
    if (!room)
        abort();
    for (int j = 0; j < STAGES; j++)
        state.k[j] = room + j * state.count;
    state.next = room + STAGES * state.count;
    s->evaluations = 0;
    state.loss = system_slope(s, flight->delta, state.k[0]);
    path_add(&flight->path, 0, state.loss, -square(state.k[0], state.count));
    state.length = FIRST / system_curvature(s, flight->delta);
    return state;
}

// The longest step that does not go beyond stop_loss, if the loss falls exponentially.
static double to_landing(const struct state *state, const struct flight *flight)
{
    return state->loss / square(state->k[0], state->count) * log(state->loss / (LANDING * flight->stop_loss));
}

// Whether a step to this loss goes on; `factor` is then that of the next step, else of its repetition.
static bool lands(const struct state *state, const struct flight *flight, double loss, double *factor)
{
    if (!(loss < TOO_FAR * flight->stop_loss))
        return true;
    const double ratio = log(state->loss / (LANDING * flight->stop_loss)) / log(state->loss / loss);
    *factor = fmin(*factor, fmin(0.95, ratio));
    return false;
}

static void take(struct state *state, struct flight *flight, double time, double loss, double *slope)
{
    memcpy(flight->delta, state->next, (size_t)state->count * sizeof *state->next);
    double *old = state->k[0];
    for (int j = 0; j < STAGES; j++)
        if (state->k[j] == slope) {
            state->k[0] = slope;
            state->k[j] = old;
            break;
        }
    state->loss = loss;
    flight->time += time;
    path_add(&flight->path, flight->time, loss, -square(slope, state->count));
    flight->arrived = loss <= flight->stop_loss;
}

static void end(struct system *s, struct flight *flight, struct state *state)
{
    double *room = state->next;
    for (int j = 0; j < STAGES; j++)
        room = state->k[j] < room ? state->k[j] : room;
    free(room);
    flight->loss = state->loss;
    flight->evaluations = s->evaluations;
}

// The error of a step relative to the displacements of the w and of the a.
static double error_of(const struct pair *pair, const struct state *state, const struct system *s,
                       double time, double *error)
{
    double w, a, moved_w, moved_a;
    memset(error, 0, (size_t)state->count * sizeof *error);
    for (int j = 0; j < pair->stages; j++)
        for (int64_t i = 0; i < state->count; i++)
            error[i] += time * (pair->a[pair->stages - 1][j] - pair->other[j]) * state->k[j][i];
    sizes(error, s->width, s->rows, &w, &a);
    sizes(state->next, s->width, s->rows, &moved_w, &moved_a);
    return fmax(w > 0 ? w / moved_w : 0, a > 0 ? a / moved_a : 0);
}

static void fly_pair(struct system *s, struct flight *flight, const struct pair *pair)
{
    struct state state = begin(s, flight);
    double *error = malloc((size_t)state.count * sizeof *error);
    if (!error)
        abort();
    while (!flight->arrived && s->evaluations < flight->most) {
        const double time = fmin(state.length, to_landing(&state, flight));
        double loss = 0;
        for (int j = 1; j < pair->stages; j++) {
            memcpy(state.next, flight->delta, (size_t)state.count * sizeof *state.next);
            for (int k = 0; k < j; k++)
                for (int64_t i = 0; i < state.count; i++)
                    state.next[i] += time * pair->a[j][k] * state.k[k][i];
            loss = system_slope(s, state.next, state.k[j]);
        }
        const double part = error_of(pair, &state, s, time, error) / flight->tolerance;
        const bool finite = isfinite(part) && isfinite(loss);
        double factor = finite ? fmin(fmax(0.9 * pow(part + 1e-9, -1.0 / pair->order), 0.2), 5) : 0.2;
        const bool good = finite && part <= 1 && lands(&state, flight, loss, &factor);
        state.length = time * factor;
        if (good)
            take(&state, flight, time, loss, state.k[pair->stages - 1]);
    }
    free(error);
    end(s, flight, &state);
}

void fly_rk21(struct system *s, struct flight *flight)
{
    fly_pair(s, flight, &heun_euler);
}

void fly_rk32(struct system *s, struct flight *flight)
{
    fly_pair(s, flight, &bogacki_shampine);
}

void fly_rk54(struct system *s, struct flight *flight)
{
    fly_pair(s, flight, &dormand_prince);
}

void fly_euler(struct system *s, struct flight *flight)
{
    struct state state = begin(s, flight);
    double limit = flight->tolerance * state.length / FIRST, length = limit;
    for (int64_t step = 0; !flight->arrived && s->evaluations < flight->most;) {
        const double time = fmin(length, to_landing(&state, flight));
        double factor = 1;
        for (int64_t i = 0; i < state.count; i++)
            state.next[i] = flight->delta[i] + time * state.k[0][i];
        const double loss = system_slope(s, state.next, state.k[1]);
        if (!isfinite(loss))
            break;
        if (!lands(&state, flight, loss, &factor)) {
            length = time * factor;
            continue;
        }
        take(&state, flight, time, loss, state.k[1]);
        if (++step % STEPS_KNOWN == 0)
            limit = flight->tolerance / system_curvature(s, flight->delta);
        length = limit;
    }
    end(s, flight, &state);
}
