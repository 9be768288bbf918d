// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/stored_run.h"

/* The function of a run's network at kept neurons, f(x) = (1/alpha) sum_k a_k sigma(w_k . x), in double
 * precision with the functions of the C library: for figures, not for records. */

/* f [outputs] at x [inputs]. */
void dp_evaluate(const struct dp_stored_run *stored, const double *neurons, const double *x, double *f);
