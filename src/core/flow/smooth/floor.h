// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/smooth/multistep.h"
#include "core/flow/state/flow_state.h"

/* Floors of smooth networks: whether a flow has come to its end above stop_loss.
 *
 * It has if nothing that could happen in a thousand times as long would change the loss or the displacements
 * by more than a part of what they may be wrong by. At a saddle the Hessian says no, if that is long enough
 * to see it: a wide network fits the mean of its data long before its neurons can grow, and the loss then
 * rests on a plateau. So nothing is a floor before neurons have had the time to grow.
 *
 * A narrow network that cannot fit the data may never come to rest: the loss converges while amplitudes grow
 * beyond all bounds, ever more slowly. There the floor is where the loss has converged.
 *
 * Samples with the same inputs and different labels (state/merged.h) leave a loss that is known. Once the
 * rest is small beside it, the run fits its data, and what is left to move is what the kernel says: the
 * curvature of a network that nearly fits is no saddle. */
struct dp_floor {
    int since;         // steps since the last look
    double looked;     // its time
    double time, loss; // when the time had last doubled
    int still;         // doublings in which the loss hardly fell
};

/* An implicit integration begins. */
void dp_floor_begin(struct dp_floor *floor, double time, double loss);

/* Asked after every step of ms, whose loss is that above `apart`, which no network can avoid. */
bool dp_floor_is_reached(struct dp_floor *floor, struct dp_multistep *ms, double apart,
                         const struct dp_flow_state *state);
