// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>

/* A relu network of one input on many points: a piecewise linear function, evaluated from kink to kink.
 *
 * sum_k a_k relu(w_k x + b_k) changes its slope only at the kinks -b_k / w_k. With kinks and points sorted,
 * one sweep over both gives all outputs in O(m log m + N log N) instead of O(m N). */

/* f[i] at x[i] for the neurons in columns [3][width]: weights, biases, amplitudes. DP_NO_MEMORY. */
enum dp_status dp_kinks_output(const double *columns, int64_t width, const double *x, int64_t count,
                               double *f, struct dp_error *error);
