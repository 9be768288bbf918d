// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* The progress of one run. */
struct dp_flow_state {
    double tolerance, stop_time; // the run's keys
    double stop_loss;            // where it is to end; negative: nowhere
    bool creeps;                 // the run may end at an amplitude: steps must let it grow by little
    double most_growth;          // of its logarithm in the next step, if neurons grow as fast as |G| allows
    double most_time;            // of the next step, by how fast it grew in the last one
    double amplitude, looked;    // when it was looked at last, and at what time; 0: never
    double rate, before;         // of its growth in the last step, and that step's time
    double time;
    double error;        // bound on the relative error of the displacements of w and a
    int64_t evaluations; // passes over all neurons, for the gradient or for a bound on the curvature
    int64_t jacobians;   // among them, of implicit steps
    double little;       // a loss small enough to be all rounding; 0: not known yet
    double lowest;       // loss so far
    int since_lowest;    // steps taken since
    bool flat;           // L is flat: no step can change anything
    bool leaves;         // another integrator takes the next step
    bool refused; // the last step was too long: the run stands where it stood, and its next step will be
                  // shorter
};

/* Sets most_growth and most_time of the next step: the amplitude, that of dp_observe_amplitude, is to grow by
 * a tenth at most and to end at the goal. */
void dp_flow_watch_growth(struct dp_flow_state *state, double amplitude, double balance, double goal);

/* The longest next step by these, if amplitudes grow no faster than rate. */
double dp_flow_growth_time(const struct dp_flow_state *state, double rate);

/* Adds the error of a step, as independent of the errors before. */
void dp_flow_add_error(struct dp_flow_state *state, double error);
