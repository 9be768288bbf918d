// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/inputs/inputs.h"

/* The formulas of a sweep, as functions that the core can call. Every rank makes its own. */

/* Fills inputs->formulas. DP_NO_MEMORY. */
enum dp_status dp_formulas_make(const struct dp_sweep *sweep, struct dp_inputs *inputs,
                                struct dp_error *error);

/* The formula of the run in the form that the core takes; NULL when the sweep does not have it. */
const struct dp_samples *dp_formulas_find(const struct dp_inputs *inputs, const struct dp_run *run);

/* Makes the data of the runs with a formula (in a huge sweep, of every n-th run). DP_BAD_INPUT if a label is
 * not finite. */
enum dp_status dp_formulas_check(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                                 struct dp_error *error);

void dp_formulas_free(struct dp_inputs *inputs);
