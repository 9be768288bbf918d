// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/functions/probe.h"
#include <stdbool.h>

/* Exact values to compare with, and the size of an error in units in the last place.
 *
 * MPFR at 160 bits costs microseconds a value, the C library's long double some 50 ns. So every value is
 * first compared with long double; MPFR decides where the error found is within a quarter of a unit of the
 * limit, and for one point in twenty in any case. That is rigorous as long as long double is within a quarter
 * of a unit of the result's precision, 2^9 of its own units for double: at every point that MPFR sees, its
 * distance to long double must be a tenth of that at most, or the test fails. (glibc states 4 of its own
 * units or better.) */

enum reference {
    EXACT_TANH,
    EXACT_SIGMOID,
    EXACT_SOFTPLUS,
    EXACT_EXP,         // e^-|x|
    EXACT_TANH_SCALED, // tanh(2 ln 2 x)
    EXACT_LOG,
    EXACT_SIN, // of 2 pi x
    EXACT_COS,
};

/* The table of an instruction set that this processor has; NULL otherwise. */
const struct probe *probe_of(const char *isa, int bits);

/* Distance of got from the exact value in units in the last place of the exact value's binade, by the scheme
 * above; `always` asks MPFR in any case. Below the smallest normal number (denormals are flushed) the exact
 * value is 0, and the smallest normal number itself may be flushed. INFINITY if one of the two is NaN, or got
 * is infinite and should not be. */
double units_off(enum reference function, double x, double got, int bits, double limit, bool always);
