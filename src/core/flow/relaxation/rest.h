// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/relaxation/relaxed.h"

/* Floors. If neurons have died or condensed, or points nearly coincide, K does not have full rank, and the
 * part of e in its null space remains. A run has converged when the rest of e can neither move the parameters
 * nor lower the loss noticeably, and no resting neuron grows under the force that remains.
 *
 * The null space is that of eigenvalues below 1e-13 of the largest one, not far above rounding: points far
 * from the origin have small eigenvalues, too, under which the loss falls by most. */

/* Whether the run has converged. */
bool dp_rest_is_reached(struct dp_relaxed *p, const struct dp_flow_state *state);

/* The time from now on, at most `most`, after which it will have converged if K is constant. `most` if its
 * loss is then to reach stop_loss, or if it has converged but for neurons that may grow. */
double dp_rest_time(const struct dp_relaxed *p, const struct dp_flow_state *state, double most);
