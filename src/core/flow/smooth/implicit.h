// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* Gradient flow by implicit steps, for smooth activations where explicit ones have become stiff.
 *
 * A run begins by the stabilised method (stabilised.h), which needs no history and is cheapest while its
 * steps take few stages. From the step on that takes too many of them, backward differentiation formulas go
 * on (multistep.h) from its last three points: on ten to forty outputs at once. Which steps those are hangs
 * on the run alone, as everything does: a place of a stacked network is taken out of its lane and integrated
 * by itself.
 *
 * A step of it costs some two gradients; a Hessian, every few steps, costs about a gradient for each 2 d + 2
 * of the N = n o outputs, and N^3 / 3 operations. That pays up to some hundred outputs; with more, the
 * stabilised method goes on. */

extern const struct dp_integrator dp_by_implicit;
