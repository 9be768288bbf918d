// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/floor.h"
#include <math.h>

enum { LOOK_EVERY = 8, DOUBLINGS = 6 };
static const double AGE = 100;        // at least, in units of the shortest time in which neurons grow
static const double LATER = 3;        // times the time of the last look: look
static const double RATE = 1e-3;      // part of the loss that falls in as long as it took so far: look
static const double HORIZON = 1e3;    // in units of that time
static const double PART = 0.3;       // of `tolerance` by which what is left to move may change things
static const double UNSEEN = 1e-3;    // of what residuals may change: then w may go on to grow
static const double ROUNDING = 1e-16; // of the loss
static const double STILL = 2e-4;     // part of the loss that falls while the time doubles

void dp_floor_begin(struct dp_floor *floor, double time, double loss)
{
    *floor = (struct dp_floor){.time = time, .loss = loss};
}

/* A bound on the rate at which any neuron grows: sum_i |r_i| |(x_i, 1)|, r = dL / d(alpha f). Sigma is no
 * steeper than 1 where neurons are small. */
static double growth_of(const struct dp_multistep *ms)
{
    const int outputs = ms->layer.outputs, inputs = ms->layer.inputs;
    double sum = 0;
    for (int64_t i = 0; i < ms->batch.count; i++) {
        const double *const x = (const double *)ms->batch.x + i * inputs;
        double residual = 0, square = ms->layer.biasless ? 0 : 1;
        for (int c = 0; c < outputs; c++)
            residual += fabs(ms->settled[i * outputs + c]);
        for (int j = 0; j < inputs; j++)
            square += x[j] * x[j];
        sum += residual * sqrt(square);
    }
    return sum;
}

// Whether the loss has hardly fallen while the time of flow doubled, and doubled again.
static bool stands_still(struct dp_floor *floor, double time, double loss)
{
    if (time < 2 * floor->time)
        return false;
    floor->still = floor->loss - loss < STILL * loss ? floor->still + 1 : 0;
    floor->time = time;
    floor->loss = loss;
    return floor->still >= DOUBLINGS;
}

bool dp_floor_is_reached(struct dp_floor *floor, struct dp_multistep *ms, double apart,
                         const struct dp_flow_state *state)
{
    const double part = PART * state->tolerance, loss = ms->loss + apart;
    const bool fits = ms->loss < part * part * loss;
    if (ms->loss <= ROUNDING * apart)
        return true;
    if (!fits && !(state->time * growth_of(ms) > AGE)) {
        dp_floor_begin(floor, state->time, loss);
        return false;
    }
    const bool still = stands_still(floor, state->time, loss);
    const bool late = apart > 0 && state->time > LATER * floor->looked;
    const bool due = ++floor->since >= LOOK_EVERY || late;
    if (!(due && ms->slope * state->time < RATE * loss) && !still)
        return false;
    floor->since = 0;
    floor->looked = state->time;
    const struct dp_multistep_rest rest = dp_multistep_rest(ms, HORIZON * state->time, fits);
    const double residual = rest.residual * sqrt(ms->loss / loss);
    const bool at_rest = residual < part && (rest.motion < part || residual < UNSEEN * part);
    return rest.stable && (at_rest || (still && !fits));
}
