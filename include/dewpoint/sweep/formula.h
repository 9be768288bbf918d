// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>

/* The function of target formula: "sin(3*x1) + 0.2*relu(x2 - 1/3)".
 *
 * A formula may use the inputs x1 to xd (also x if there is one input), numbers, pi, + - * / ^, parentheses,
 * min, max and the functions of dewpoint/core/functions.h. muParser evaluates it with our functions and
 * powers. Constants are passed so that muParser cannot rearrange them, and the values have the same bits on
 * every machine.
 *
 * The caller frees a formula. Two threads must not evaluate one formula at the same time. */

struct dp_formula;

/* Parses text for a number of inputs; 0: as many as the text names, where x is x1. Returns DP_BAD_INPUT with
 * a sentence that names the character, or DP_NO_MEMORY. */
enum dp_status dp_formula_create(const char *text, int64_t inputs, struct dp_formula **formula,
                                 struct dp_error *error);

/* The value at x [inputs]. formula: a struct dp_formula, as a void pointer for struct dp_function. */
double dp_formula_value(void *formula, const double *x);

void dp_formula_free(struct dp_formula *formula);
