// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/methods/methods.h"
#include "core/train/state/source.h"

/* Repetitions: how far the end of a run depends on the errors of its steps.
 *
 * A method that chooses its steps bounds the error of each of them, but not what becomes of it. On data that
 * are easily fitted, errors fade. On noisy labels the loss stays on plateaus, the run leaves them along
 * unstable directions, and an error grows by factors of thousands on the way: labels that differ by 1e-6 lead
 * to an RD that differs by several per cent. No bound on the steps shows this.
 *
 * The same holds for a run that ends at a floor: that it stays there may rest on a neuron that has died by a
 * hair, also on data without noise.
 *
 * So a run that the method doubts (methods.h), or that ends at a floor, is trained again from its start, in
 * its place, with three times its tolerance. The results remain those of the first time. How far the two ends
 * are apart is then the least that flow_error can be: a quarter of the distance of the parameters, relative
 * to how far they have moved, or thrice the difference in RD. As measured with a hundredth of the tolerance,
 * this bounds the error of 92 to 100 % of the runs of nine noisy sweeps, the steps alone that of 35 to 96 %.
 * What is left are mostly runs that go the same wrong way twice.
 *
 * A repetition takes at most twice the evaluations of the run, and both together at most max_evaluations. One
 * that is cut short is compared where it stands, which says that the run is not sure.
 *
 * In the meantime the state at the first end is kept here, as bytes of a checkpoint. A checkpoint taken
 * during the repetition contains these bytes. */

struct dp_repetition {
    struct dp_run run;         // with the other tolerance
    struct dp_outcome outcome; // how the first time ended,
    char *state;               // and the state of the run then
    size_t size;
};

/* Whether the run in a place that ends like this is to be repeated. */
bool dp_repetition_is_due(const struct dp_training *t, const struct dp_method *method, int lane,
                          const struct dp_outcome *outcome);

/* Keeps the run in a place with its outcome and puts it back to its start. Its first loss is then to be
 * measured. DP_NO_MEMORY. */
enum dp_status dp_repetition_begin(struct dp_training *t, const struct dp_method *method,
                                   const struct dp_source *source, int lane, const struct dp_outcome *outcome,
                                   struct dp_error *error);

/* Ends the repetition in a place: the run is where it first ended, and *outcome, that of the repetition,
 * becomes its own, with the error and the evaluations of both. DP_NO_MEMORY. */
enum dp_status dp_repetition_end(struct dp_training *t, const struct dp_method *method,
                                 const struct dp_source *source, int lane, struct dp_outcome *outcome,
                                 struct dp_error *error);

/* The evaluations and steps of the run in a place before it was repeated. */
int64_t dp_repetition_evaluations(const struct dp_training *t, int lane);
double dp_repetition_steps(const struct dp_training *t, int lane);

/* The repetition in a place, if there is one, for checkpoints. */
void dp_repetition_archive(struct dp_training *t, int lane, struct dp_archive *archive);

/* Drops the repetition in a place, if there is one. */
void dp_repetition_drop(struct dp_training *t, int lane);
