// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* Gradient flow by implicit steps, for smooth activations, once explicit steps have become stiff.
 *
 * A run begins with the stabilised method (stabilised.h), which needs no history and is the cheapest as long
 * as its steps take few stages. When a step would take too many stages, backward differentiation formulas
 * take over (multistep.h) from the last three points: with ten to forty outputs almost at once. When that
 * happens depends on the run alone: a network that is stacked with others is taken out of its lane and
 * integrated by itself.
 *
 * An implicit step costs about two gradients. A Hessian, needed every few steps, costs about a gradient for
 * each 2 d + 2 of the N = n o outputs, plus N^3 / 3 operations. This pays up to some hundred outputs; with
 * more, the stabilised method continues. */

extern const struct dp_integrator dp_by_implicit;
