// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network.h"

/* Gradient flow, d theta / dt = -grad L(theta), stepped as far as the wanted accuracy allows.
 *
 * A fixed small rate wastes almost every step: what is stable and accurate changes a thousandfold in training and between
 * cells of a sweep. Two integrators share the work, by the shape of the networks alone: wide relu networks on few samples
 * of one input are taken sector by sector (sector_flow.h), all others by a stabilised explicit method of second order
 * (stabilised.h). Both hold their error by the one key `tolerance`, and land on stop_loss. At the same error in
 * RD the sectors need a tenth of the evaluations of embedded Runge-Kutta pairs or Adams, the stabilised method from a
 * half (tanh) to nine tenths (relu) of them: tests/flow/candidates.md.
 *
 * Tolerances below 1e-3 are for smooth activations. Each passing of a relu neuron over a sample's line is an error of first
 * order in the step, so that evaluations grow in inverse proportion to the tolerance once steps are so short that few
 * neurons pass in each. */

/* One run on its way. */
struct dp_flow_state {
    double tolerance, stop_time; // as the run's keys
    double stop_loss;            // where it is to land; negative: nowhere
    bool creeps;                 // in steps that let amplitudes grow by a tenth at most
    double time;
    double error;        // bound on the relative error of the displacements of w and a
    int64_t evaluations; // passes over all neurons, for the gradient or for a bound on the curvature
    bool flat;           // L is flat: no step can change anything
    bool
        refused; // the last step was too long: the run stands where it stood, and its next step will be shorter
};

/* Another step with this error, which has nothing to do with those before. */
void dp_flow_add_error(struct dp_flow_state *state, double error);

struct dp_flow;

/* For the runs that net is acquired for. */
enum dp_status dp_flow_acquire(const struct dp_network *net, struct dp_flow **flow, struct dp_error *error);

/* A new run in a place of net. */
void dp_flow_place(struct dp_flow *flow, int lane, const struct dp_run *run);

/* One step of every run in net with live[lane], whose net->f and net->residual are up to date; so is net->f again
 * afterwards. The runs are to end at the losses `goal`; negative: at none. */
void dp_flow_step(struct dp_flow *flow, struct dp_network *net, const bool *live, const double *goal);

const struct dp_flow_state *dp_flow_state(const struct dp_flow *flow, int lane);

void dp_flow_release(struct dp_flow *flow, struct dp_network *net);
