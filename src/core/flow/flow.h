// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/network.h"
#include "core/observe/observe.h"

/* Gradient flow, d theta / dt = -grad L(theta), with steps as long as the accuracy allows.
 *
 * A small fixed rate wastes almost every step: the longest step that is stable and accurate changes a
 * thousandfold during training and between the cells of a sweep. Several integrators share the work
 * (integrator.h). The shape of the network alone decides which one is used:
 *
 * - wide ReLU networks on few samples of one input: sector by sector (sector_flow.h);
 *
 * - ReLU networks on up to some hundred samples: waveform relaxation (relaxation.h);
 *
 * - smooth activations on few samples: waveforms at first (waveform.h), then as in the next case;
 *
 * - smooth activations on up to some hundred outputs: stabilised explicit steps (stabilised.h) until one step
 * would need too many stages, then implicit steps (implicit.h);
 *
 * - everything else: stabilised explicit steps alone (smooth.h). Thousands of samples need some thousand
 * passes over the neurons to reach a loss of 1e-4.
 *
 * All integrators keep their error below one key, `tolerance`, relative to how far the parameters have moved,
 * and stop on stop_loss. How errors grow on long ways is found by repetition (train/state/repetition.h).
 * Those that can tell that the flow has converged above stop_loss end there, at its floor.
 *
 * A flow may converge above stop_loss: ReLU neurons die or condense, the kernel loses rank, and the part of
 * the residuals in its null space remains. Such a run is flat. It is done, and its loss is a result.
 * So is a run without stop_loss that fits its data: it is flat once its loss no longer falls. */

struct dp_flow;

/* For the runs that net is acquired for. */
enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **flow, struct dp_error *error);

/* A new run in a place of net. */
void dp_flow_place(struct dp_flow *flow, int lane, const struct dp_run *run);

/* Before each step of a run that is to end when its amplitude, as it is now, has grown to goal. */
void dp_flow_watch(struct dp_flow *flow, int lane, const struct dp_amplitude *amplitude, double goal);

/* One step of every run in net with live[lane]. net->f and net->residual must be up to date; afterwards
 * net->f is up to date again. goal[lane] is the loss at which the run is to end; negative: none. */
void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal);

/* Ends the runs whose loss no longer falls, and those that can stay flat until stop_time: after every step,
 * with the losses that it has led to. */
void dp_flow_judge(struct dp_flow *flow, const struct dp_network *net, const bool *live, const double *loss);

const struct dp_flow_state *dp_flow_state(const struct dp_flow *flow, int lane);

/* Whether a run of so many steps has gone so far that errors may have grown on the way. */
bool dp_flow_doubts(const struct dp_flow *flow, int lane, int64_t steps);

/* The state of the run in a place between two steps, for checkpoints (core/network/archive.h). Every
 * integrator archives everything that its next step reads; whatever it leaves out is computed anew by each
 * step. */
void dp_flow_archive(struct dp_flow *flow, const struct dp_network *net, int lane,
                     struct dp_archive *archive);

void dp_flow_release(struct dp_flow *flow, struct dp_network *net);
