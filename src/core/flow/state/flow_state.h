// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* One run on its way. */
struct dp_flow_state {
    double tolerance, stop_time; // as the run's keys
    double stop_loss;            // where it is to land; negative: nowhere
    bool creeps;                 // in steps that let amplitudes grow by a tenth at most
    double time;
    double error;        // bound on the relative error of the displacements of w and a
    int64_t evaluations; // passes over all neurons, for the gradient or for a bound on the curvature
    bool flat;           // L is flat: no step can change anything
    bool leaves;         // to another integrator, from the next step on
    bool refused; // the last step was too long: the run stands where it stood, and its next step will be
                  // shorter
};

/* Another step with this error, which has nothing to do with those before. */
void dp_flow_add_error(struct dp_flow_state *state, double error);
