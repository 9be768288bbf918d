// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* Gradient flow of wide networks with a smooth activation on few samples, by waveform relaxation.
 *
 * In the linear regime parameters hardly move and the kernel K is constant: the residuals decay by
 * exponentials of K, over however many decades its eigenvalues spread. Where neurons start small and grow,
 * the residuals are constant instead, and the neurons follow exponentials of the force on them. A step
 * combines both. It computes the path of the residuals for a constant K (residual_path.h), moves the neurons
 * along it (kernels/waveform.h), learns from their end points what the change of K has added, and moves them
 * again (rounds.h). The difference between the rounds is the error that sets the step length. Runs in these
 * regimes take about ten steps where explicit methods take thirty, of three stages each.
 *
 * Where neurons both saturate and pull at each other, this method is no better than others, and more
 * expensive. A run that is not done after some steps is therefore handed over to implicit.h for good, and so
 * is a run that is flat or needs small steps. */
extern const struct dp_integrator dp_by_waveform;
