// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/flow_state.h"
#include "core/network/network.h"

/* Gradient flow, d theta / dt = -grad L(theta), stepped as far as the wanted accuracy allows.
 *
 * A fixed small rate wastes almost every step: what is stable and accurate changes a thousandfold in training
 * and between cells of a sweep. Two integrators share the work, by the shape of the networks alone: wide relu
 * networks on few samples of one input are taken sector by sector (sector_flow.h), all others by a stabilised
 * explicit method of second order (stabilised.h). Both hold their error by the one key `tolerance`, and land
 * on stop_loss. At the same error in RD the sectors need a tenth of the evaluations of embedded Runge-Kutta
 * pairs or Adams, the stabilised method from a half (tanh) to nine tenths (relu) of them:
 * tests/flow/candidates.md.
 *
 * Tolerances below 1e-3 are for smooth activations. Each passing of a relu neuron over a sample's line is an
 * error of first order in the step, so that evaluations grow in inverse proportion to the tolerance once
 * steps are so short that few neurons pass in each. */

struct dp_flow;

/* For the runs that net is acquired for. */
enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **flow, struct dp_error *error);

/* A new run in a place of net. */
void dp_flow_place(struct dp_flow *flow, int lane, const struct dp_run *run);

/* One step of every run in net with live[lane], whose net->f and net->residual are up to date; so is net->f
 * again afterwards. The runs are to end at the losses `goal`; negative: at none. */
void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal);

const struct dp_flow_state *dp_flow_state(const struct dp_flow *flow, int lane);

void dp_flow_release(struct dp_flow *flow, struct dp_network *net);
