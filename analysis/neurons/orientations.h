// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/stored_run.h"

/* Neurons in a plane at a point of training: the angle atan2(b, w) of each and its amplitude |a| |(w, b)|.
 * angle, size [width]. */
enum dp_status dp_orientations(const struct dp_stored_run *stored, int64_t point, double *angle, double *size,
                               struct dp_error *error);
