// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/archive.h"
#include "core/prediction/initial_stage.h"
#include "dewpoint/directions.h"
#include "dewpoint/run.h"

/* Initial condensation: how the w align with the data while f is small, and where that stage ends.
 *
 * z = 2 c sum_i y_i x_i, c sum e^2 being the loss, is the force on every neuron of a smooth activation of
 * multiplicity 1 at f = 0. Alignment is C with C^2 = sum_k (w_k . zhat)^2 / sum_k |w_k|^2. It is blind to the
 * sign, so two opposite directions are aligned. At a random start C^2 = 1 / D, D the components of w, and G =
 * (D - 1) C^2 / (1 - C^2) is 1 up to the scatter of the neurons; the gain is G / G(start) - 1, which that
 * scatter has left and to which theory gives exponents over the width (prediction/initial_stage.h). Beside it
 * stand the effective numbers of directions (directions/effective.h).
 *
 * The stage ends when a share stage_share of the first loss has gone: at the first step after which that is
 * so, where flow lands. */

struct dp_early_point {
    double alignment, gain; // NAN for other multiplicities and several outputs
    double directions, lines, directions_uniform, lines_uniform;
};

/* What a run in training keeps for this. Zero: it does not ask. */
struct dp_early {
    struct dp_pull_of_data pull; // unit NULL where there is no alignment
    double start;                // G there
    bool asked;
    double stage_time, stage_rd_w, stage_active; // at the end of the stage
    double
        stage_gone; // the share of the first loss that has gone there, stage_share or a little more; else NAN
    struct dp_early_point stage;
};

/* Begins for a run on its training samples, with its neurons at the start; release with dp_early_end. */
enum dp_status dp_early_begin(const struct dp_run *run, const struct dp_samples *train,
                              const struct dp_neurons *neurons, struct dp_early *early,
                              struct dp_error *error);
void dp_early_end(struct dp_early *early);

/* The point at hand; all NAN for a run that does not ask. */
enum dp_status dp_early_measure(const struct dp_early *early, const struct dp_neurons *neurons,
                                struct dp_early_point *point, struct dp_error *error);

/* Fills in what the record says of it: `end` is the point at the end. */
void dp_early_record(const struct dp_early *early, const struct dp_early_point *end, const struct dp_run *run,
                     struct dp_record *record);

/* Saves or loads what a run in training has kept. */
void dp_early_archive(struct dp_early *early, struct dp_archive *archive);
