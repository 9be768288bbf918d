// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/directions.h"
#include "dewpoint/run.h"

/* Which neurons of its teacher a student has found.
 *
 * The teacher is (1/M) sum_j a_j relu(w_j . x), |w_j| = 1, so its neuron j has the amplitude a_j / M; the
 * student's neuron k has the amplitude a_k |w_k| / alpha. Each student belongs to the teacher neuron whose w
 * is nearest to its own in angle, if that is within the resolution, and to none otherwise. What teacher
 * neuron j is given is the sum of the amplitudes of its students, with their signs. It is found when that has
 * the sign of a_j and at least half its size. So a teacher neuron that several students share is found, and
 * one whose students cancel, or have the other sign, is not. The found share of the teacher's amplitude is
 * sum_j min(given_j, |a_j| / M) / sum_j |a_j| / M over the given of the right sign. */

/* Fills in teacher_found, teacher_set, teacher_share and student_active; students: the neurons of the run. -1
 * and NAN for runs without a relu student of one output and a teacher. DP_NO_MEMORY. */
enum dp_status dp_teacher_observe(const struct dp_run *run, const struct dp_neurons *students,
                                  struct dp_record *record, struct dp_error *error);
