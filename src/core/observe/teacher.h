// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"
#include "dewpoint/core/run.h"

/* Which neurons of its teacher a student has found.
 *
 * The teacher is (1/M) sum_j a_j relu(w_j . x) with |w_j| = 1. Its neuron j has the amplitude a_j / M; neuron
 * k of the student has the amplitude a_k |w_k| / alpha. Each student neuron is assigned to the teacher neuron
 * that is nearest in angle, if that is within the resolution, and to none otherwise. Teacher neuron j is
 * given the sum of the signed amplitudes of its student neurons. It is found when this sum has the sign of
 * a_j and at least half its size. A teacher neuron that several student neurons share is therefore found; it
 * is not found if its student neurons cancel or have the other sign. The found share of the teacher's
 * amplitude is sum_j min(given_j, |a_j| / M) / sum_j |a_j| / M, over the sums of the right sign. */

/* Fills in teacher_found, teacher_set, teacher_share and student_active; students: the neurons of the run. -1
 * and NAN for runs without a relu student of one output and a teacher. DP_NO_MEMORY. */
enum dp_status dp_teacher_observe(const struct dp_run *run, const struct dp_neurons *students,
                                  struct dp_record *record, struct dp_error *error);
