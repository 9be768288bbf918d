// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/mistakes/mistakes.h"

/* Complains of what is wrong with a formula for that many inputs (dewpoint/formula.h). DP_OK or DP_NO_MEMORY.
 */
enum dp_status dp_formula_check(const char *text, int64_t inputs, struct dp_place place,
                                struct dp_faults *faults);
