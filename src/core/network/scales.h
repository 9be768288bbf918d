// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"

/* From exponents to scales and back (dp_run_scales in run.h).
 *
 * kappa = beta1 beta2 / alpha = m^-gamma and kappa' = beta1 / beta2 = m^-gamma_prime are two equations for
 * three scales; the third is alpha (1 unless given), beta2, or alpha = m^alpha_exponent. For a homogeneous
 * activation the choice only rescales time; for tanh and the rest it decides whether w starts in the linear
 * part of sigma. */

/* DP_BAD_INPUT when the keys given do not fit the scheme: a scale that is missing, or one that would be
 * ignored. */
enum dp_status dp_scales_check(const struct dp_run *run, struct dp_error *error);
