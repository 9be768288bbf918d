// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/mistakes/mistakes.h"

/* Reports mistakes in a formula for this number of inputs (dewpoint/sweep/formula.h). DP_OK or DP_NO_MEMORY.
 */
enum dp_status dp_formula_check(const char *text, int64_t inputs, struct dp_place place,
                                struct dp_faults *faults);
