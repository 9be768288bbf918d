// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* Gradient flow of wide networks with a smooth activation on few samples by waveform relaxation, while little
 * bends it.
 *
 * In the linear regime parameters hardly move, and the kernel K stands still: the residuals go by
 * exponentials of K, however many decades its eigenvalues span. Where neurons start from little and grow, the
 * residuals stand still, and neurons go by exponentials of their pull. A step knows both. It takes the
 * residuals' way for a frozen K (residual_path.h), moves the neurons along it (kernels/waveform.h), learns
 * from where they end what the change of K has added, and moves them again, in two intervals of as much
 * motion each. The difference of the two is the error that its length follows. Runs in these regimes take
 * some ten steps where explicit methods take thirty of three stages each.
 *
 * Where neurons both bend and pull at each other it is no better than others, and dearer. So a run that is
 * not over after some steps is handed on to implicit.h, once and for all; and so is one that is flat here, or
 * that asks for small steps. */
extern const struct dp_integrator dp_by_waveform;
