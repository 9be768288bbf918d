// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/network.h"

/* Gradient flow, d theta / dt = -grad L(theta), stepped as far as the wanted accuracy allows.
 *
 * A fixed small rate wastes almost every step: what is stable and accurate changes a thousandfold in training
 * and between cells of a sweep. Several integrators share the work (integrator.h), chosen by the shape of the
 * networks alone. Wide relu networks on few samples of one input are taken sector by sector (sector_flow.h),
 * relu networks on up to some hundred samples by waveform relaxation (relaxation.h). Smooth activations on
 * few samples begin by waveforms too (waveform.h), while they pay; else, and from there on, they begin by
 * stabilised steps and go on by implicit ones from the step on that would take too many stages (implicit.h);
 * all others are taken by stabilised steps alone (smooth.h). On thousands of samples these are all there is:
 * some thousand passes over the neurons to a loss of 1e-4. All hold their error by the one key `tolerance`,
 * relative to how far parameters have moved, and land on stop_loss. Those that can tell that the flow has
 * converged above it end there, at its floor.
 *
 * A flow may converge above stop_loss: relu neurons die or condense, the kernel loses rank, and what of the
 * residuals lies in its null space stays. Such a run is flat; it is done, and its loss is a result. */

struct dp_flow;

/* For the runs that net is acquired for. */
enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **flow, struct dp_error *error);

/* A new run in a place of net. */
void dp_flow_place(struct dp_flow *flow, int lane, const struct dp_run *run);

/* One step of every run in net with live[lane], whose net->f and net->residual are up to date; so is net->f
 * again afterwards. The runs are to end at the losses `goal`; negative: at none. */
void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal);

const struct dp_flow_state *dp_flow_state(const struct dp_flow *flow, int lane);

/* The state of the run in a place between two steps, for checkpoints: core/network/archive.h. Every
 * integrator declares all that its next step reads; what it leaves out must be computed anew by each step. */
void dp_flow_archive(struct dp_flow *flow, const struct dp_network *net, int lane,
                     struct dp_archive *archive);

void dp_flow_release(struct dp_flow *flow, struct dp_network *net);
