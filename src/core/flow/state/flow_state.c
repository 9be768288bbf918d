// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/state/flow_state.h"
#include "core/math/elementary.h"
#include <math.h>

static const double CREEP = 0.1;  // growth of the logarithm of the amplitude in a step
static const double SHORT = 0.9;  // of what is left to the goal, so as to come close to it
static const double CLOSE = 0.02; // what is left, so that it is reached in one step,
static const double OVER = 1.005; // by going this much further
static const double LONGER = 2;   // a step, than the one before

/* The time in which something grows by `most`, by its rate and the change of that. A rate that falls may stop
 * falling. */
static double time_to_grow(double most, double rate, double change)
{
    const double faster = fmax(change, 0), root = rate + sqrt(fmax(rate * rate + 2 * faster * most, 0));
    return root > 0 ? 2 * most / root : INFINITY;
}

/* No amplitude grows faster than |G| (a^2 + |w|^2), and the sum of all no faster than 2 |G| / balance times
 * itself. That holds for the first step. From then on its own rate is known. */
void dp_flow_watch_growth(struct dp_flow_state *state, double amplitude, double balance, double goal)
{
    const double left = dp_log(goal / amplitude), time = state->time - state->looked;
    const double most = left < CLOSE ? OVER * left : fmin(CREEP, SHORT * left);
    if (state->amplitude == 0)
        state->most_growth = most * balance;
    else if (time > 0) {
        const double rate = dp_log(amplitude / state->amplitude) / time; // in the middle of the last step
        const double change =
            (rate - state->rate) / (state->looked > 0 ? (time + state->before) / 2 : time / 2);
        state->most_growth = INFINITY;
        state->most_time = fmin(LONGER * time, time_to_grow(most, rate + change * time / 2, change));
        state->rate = rate;
        state->before = time;
    }
    state->amplitude = amplitude;
    state->looked = state->time;
}

double dp_flow_growth_time(const struct dp_flow_state *state, double rate)
{
    return fmin(state->most_time, state->most_growth / rate);
}

void dp_flow_add_error(struct dp_flow_state *state, double error)
{
    state->error = sqrt(state->error * state->error + error * error);
}
