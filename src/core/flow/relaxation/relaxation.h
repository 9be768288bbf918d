// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* Gradient flow of relu networks with one output on some hundred samples of any number of inputs: waveform
 * relaxation.
 *
 * Neurons are coupled by the residuals e_i(t) alone. Given their way over a step, every neuron goes its own
 * exactly (kernels/waves): between the lines of the samples by hyperbolic functions, along them by Filippov's
 * rule. Given how neurons went, the residuals' way follows from the kernel K at the step's beginning, exactly
 * where K stands still and with what its change adds (residual_path.h): first as K goes on to change as it
 * did in the last step, then as neurons have shown. Most steps move the neurons once; where that is too far
 * from what their residuals show, a step goes back and forth between the two until they agree. It so covers
 * decades of stiff decay, or hundreds of lines passed: tens of steps to the end, where explicit methods take
 * thousands.
 *
 * A step's error is what the way of its residuals was wrong by, or the difference that another round makes,
 * relative to how far w and a have moved; the step is as long as keeps it below the tolerance. Pulls stand
 * still over a part of a step: that error falls with the number of steps, of which there are the more the
 * smaller the tolerance is.
 *
 * Floors. Neurons that have died or condensed leave K without full rank, and what of e lies in its null space
 * stays. A run has converged when the rest of e can neither move the parameters nor lower the loss by more
 * than a trifle, and no neuron left behind is growing under what stays. */
extern const struct dp_integrator dp_by_relaxation;
