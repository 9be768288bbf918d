// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Numbers as people write them, and evenly spaced numbers without drift.
 *
 * 0.1 + 0.1 + 0.1 is not 0.3 in binary, but the values of a sweep are labels that people compare and type
 * again. Evenly spaced values are therefore computed in decimal, as they were written. from, to and step
 * become whole multiples of one power of ten; multiples are counted exactly; and each value is the double
 * nearest to its decimal, the same double that its digits in the file would have given. */

enum { DP_NUMBER_TEXT = 32 };

/* Reads a decimal number or .inf (also inf, +.inf, -.inf), whole text. False for anything else: words, NaN,
 * hex, overflow, blanks. */
bool dp_number_read(const char *text, double *value);

/* Reads a whole number up to 2^63, also written 1e6 or 3.0. */
bool dp_number_whole(const char *text, int64_t *value);

/* The shortest decimal that reads back as value: 0.3, 1e-6, .inf; "" for NAN. Returns text. */
const char *dp_number_format(double value, char *text, size_t size);

/* A decimal number digits * 10^-places. */
struct dp_decimal {
    int64_t digits;
    int places;
};

/* Reads text as an exact decimal; false if it is no finite number or takes more than 18 digits. */
bool dp_decimal_read(const char *text, struct dp_decimal *value);

/* Gives n decimals the same number of places; false if that takes more than 18 digits. */
bool dp_decimal_align(struct dp_decimal *values, int n);

/* The double nearest to a decimal. */
double dp_decimal_double(struct dp_decimal value);

/* Value k of 0..n-1 of n evenly spaced numbers from a to b (n >= 2), written as texts: the double nearest to
 * the exact decimal fraction if numerator and denominator fit 53 bits, else rounded a few times. */
double dp_number_linear(const char *a, const char *b, int64_t k, int64_t n);

/* The same with a constant ratio, for positive a and b. The ends are a and b; other values are rounded to 13
 * digits. This hides the rounding of exp and log, which differs between mathematical libraries, and makes
 * decades exact. */
double dp_number_geometric(double a, double b, int64_t k, int64_t n);
