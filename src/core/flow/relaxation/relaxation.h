// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* Gradient flow of ReLU networks with one output, on up to some hundred samples of any number of inputs, by
 * waveform relaxation.
 *
 * Neurons are coupled only through the residuals e_i(t). If the path of the residuals over a step is given,
 * every neuron can be moved on its own and exactly (kernels/waves): by hyperbolic functions between the lines
 * of the samples, and by Filippov's rule along a line. If the motion of the neurons is given, the path of the
 * residuals follows from the kernel K at the beginning of the step (residual_path.h): exactly where K is
 * constant, plus the effect of K's change. That change is first extrapolated from the last step, then taken
 * from the moved neurons. Most steps move the neurons once. If the result disagrees too much with the assumed
 * residuals, a step alternates between the two until they agree. Early in a run, rounds take over only a part
 * of what the round before has found (Aitken's), or crowds of neurons would swing across a line and back. One
 * step can thus cover decades of stiff decay, or hundreds of crossed lines, and a run takes tens of steps
 * where explicit methods take thousands.
 *
 * The error of a step is the error in the assumed path of the residuals, or the difference between two
 * rounds, relative to how far w and a have moved; the step length keeps it below the tolerance. The forces on
 * neurons are constant over a part of a step, which neither shows. The error from this is largest where a
 * grows by itself and w hardly moves, and goes with the square of how much of the whole motion, so far and
 * foretold by K, a step covers: no step may cover more than its part, and the bound contains what is left.
 *
 * Forks. Neurons condense into crowds that are close to each other. When a crowd comes to the line of a
 * sample, the first ones to cross it change the residual there, and with it where the others go: how many
 * cross decides what the network becomes, although at that time it moves the parameters hardly at all. So
 * where many neurons change sides, a step takes a second round, and is taken only if both rounds put nearly
 * all neurons on the same side. Some of these decisions are closer than any tolerance, and labels that differ
 * by 1e-6 may lead to an RD that differs by several per cent. Every such crossing therefore adds to the bound
 * on the error, and runs of many steps are repeated (train/state/repetition.h).
 *
 * Points. Samples that coincide, and inputs that depend on each other, are taken care of in points.h.
 *
 * When a run has converged above stop_loss is said in rest.h. */
extern const struct dp_integrator dp_by_relaxation;
