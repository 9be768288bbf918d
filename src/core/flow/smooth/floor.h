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
 * beyond all bounds, ever more slowly. There the floor is where the loss has converged. */
struct dp_floor {
    int since;         // steps since the last look
    double looked;     // its time
    double time, loss; // when the time had last doubled
    double apart;      // loss above that of the integrator
    int still;         // doublings in which the loss hardly fell
};

/* An implicit integration begins, at this loss above one that no network can avoid. */
void dp_floor_begin(struct dp_floor *floor, double time, double loss, double apart);

/* Asked after every step of ms. */
bool dp_floor_is_reached(struct dp_floor *floor, struct dp_multistep *ms, const struct dp_flow_state *state);
