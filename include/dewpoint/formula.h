// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdint.h>

/* The function of target formula: "sin(3*x1) + 0.2*relu(x2 - 1/3)".
 *
 * A formula has the inputs x1 to xd (x too when there is one), numbers, pi, + - * / ^, parentheses, min, max
 * and the functions of dewpoint/functions.h. muParser evaluates it, with our functions and powers, and with
 * constants where it cannot rearrange them: so its values have the same bits on every machine.
 *
 * The caller frees a formula. One formula must not be evaluated by two threads at once. */

struct dp_formula;

/* Parses text for that many inputs; 0: as many as it names, where x is x1. DP_BAD_INPUT with a sentence that
 * names the character; DP_NO_MEMORY. */
enum dp_status dp_formula_create(const char *text, int64_t inputs, struct dp_formula **formula,
                                 struct dp_error *error);

/* The value at x [inputs]. formula: a struct dp_formula, as a void pointer for struct dp_function. */
double dp_formula_value(void *formula, const double *x);

void dp_formula_free(struct dp_formula *formula);
