// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/relaxation/residual_path.h"
#include "core/flow/state/flow_state.h"
#include "core/network/network.h"
#include "kernels/waveform.h"
#include "kernels/waves.h"

/* The rounds of one step of waveform.h.
 *
 * A round assumes a path of the residuals, moves the neurons along it, and compares the residuals of the
 * moved neurons with the end of the path. The first round takes K as constant and the step as one interval.
 * If the end agrees and neither the neurons nor the force on them turned much, it is enough. Otherwise the
 * neurons' residuals show what the change of K adds to the modes, which grows like a parabola over the step.
 * The next rounds assume that, and take the step as two intervals of equal motion.
 *
 * How far the neurons of two rounds are apart, relative to how far they have moved, is the error of the
 * step, added up over the rounds. They end when they agree, differ too much, or no longer approach each
 * other. */

enum { DP_WAVEFORM_GROWTH = 16 }; // the most of (|G| t)^2 in an interval (kernels/waveform.h)

/* The memory of the method, for n samples. */
struct dp_waveform {
    const struct dp_waveform_kernels *kernels;
    const struct dp_wave_kernels *eigen;
    int n, stride;
    void *memory;
    double *next;     // blocks: the neurons at the end of a step
    double *gram;     // [2 stride][stride] K, then its eigenvectors
    double *values;   // [stride]
    double *e, *end;  // [n] residuals now and at the end of a step
    double *pull, *f; // [DP_WAVEFORM_INTERVALS][n]
    double *added;    // [n] what the change of K adds to the modes over a step
    double *passed;   // [n] integrals of the modes
    double *room;
    struct dp_residual_path path;
    double length; // of the next step; 0: not known yet
    double loss;
    int64_t steps;
    int refusals; // in a row
    bool known;   // e and path.first belong to the present neurons
    bool frozen;  // gram and values still hold
};

/* What the rounds of a step have led to. */
struct dp_rounds {
    int count;
    bool agreed;
    double difference; // of the rounds, over the largest allowed: the step may stand up to 1
    double error;      // bound on that of the step
    double loss;       // at its end
    double growth;     // largest, see DP_WAVEFORM_GROWTH; beyond it the loss is infinite
};

/* Tries a step of that flow time: fills w->next, w->f and w->end, and counts evaluations in state. */
struct dp_rounds dp_waveform_relax(struct dp_waveform *w, const struct dp_network *net, double time,
                                   struct dp_flow_state *state);

/* Whether a step to that loss has gone too far below stop_loss to end there. */
bool dp_waveform_overshoots(const struct dp_waveform *w, const struct dp_flow_state *state, double loss);

/* Fills the residuals e [n] of outputs f [n], and returns the loss. */
double dp_waveform_residuals(const struct dp_waveform *w, const struct dp_network *net, const double *f,
                             double *e);

/* The largest eigenvalue of K, per flow time. */
double dp_waveform_fastest(const struct dp_waveform *w);

/* How far parameters move within a time if K is constant. */
double dp_waveform_motion(const struct dp_waveform *w, const struct dp_network *net, double time);

/* The first time at which they have moved that far, nearly; at most `most`. */
double dp_waveform_time(const struct dp_waveform *w, const struct dp_network *net, double motion,
                        double most);
