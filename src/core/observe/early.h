// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/archive.h"
#include "core/prediction/initial_stage.h"
#include "dewpoint/core/directions.h"
#include "dewpoint/core/run.h"

/* Initial condensation: how the w align with the data while f is small, and where this initial stage ends.
 *
 * z = 2 c sum_i y_i x_i, where c sum e^2 is the loss, is the force on every neuron of a smooth activation of
 * multiplicity 1 at f = 0. The alignment is C with C^2 = sum_k (w_k . zhat)^2 / sum_k |w_k|^2. It does not
 * see the sign, so two opposite directions are both aligned. At a random start C^2 = 1 / D, where D is the
 * number of components of w, and G = (D - 1) C^2 / (1 - C^2) is 1 up to the scatter of the neurons. The gain
 * G / G(start) - 1 does not have this scatter; theory predicts its exponents over the width
 * (prediction/initial_stage.h). The effective numbers of directions are measured at the same points
 * (directions/effective.h).
 *
 * The stage ends when the loss has dropped by the share stage_share of its first value: at the first step
 * after which this holds. Flow ends a step there. */

struct dp_early_point {
    double alignment, gain; // NAN for other multiplicities and several outputs
    double directions, lines, directions_uniform, lines_uniform;
};

/* What a run in training keeps for this. Zero for a run that does not ask for it. */
struct dp_early {
    struct dp_pull_of_data pull; // unit NULL where there is no alignment
    double start;                // G there
    bool asked;
    double stage_time, stage_rd_w, stage_active; // at the end of the stage
    double stage_gone; // share by which the loss has dropped there: stage_share or a little more; else NAN
    struct dp_early_point stage;
};

/* Begins for a run on its training samples, with its neurons at the start. Release with dp_early_end. */
enum dp_status dp_early_begin(const struct dp_run *run, const struct dp_samples *train,
                              const struct dp_neurons *neurons, struct dp_early *early,
                              struct dp_error *error);
void dp_early_end(struct dp_early *early);

/* Measures the present point; all NAN for a run that does not ask for it. */
enum dp_status dp_early_measure(const struct dp_early *early, const struct dp_neurons *neurons,
                                struct dp_early_point *point, struct dp_error *error);

/* Fills in these columns of the record. `end` is the point at the end. */
void dp_early_record(const struct dp_early *early, const struct dp_early_point *end, const struct dp_run *run,
                     struct dp_record *record);

/* Saves or loads what a run in training has kept. */
void dp_early_archive(struct dp_early *early, struct dp_archive *archive);
