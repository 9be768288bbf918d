// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdio.h>

/* One field of a table: how a number and a text are written, the same in every table and CSV file. */

enum { DP_FIELD_TEXT = 32 };

/* A number with the fewest digits that read back as the same double; an empty text for NAN. */
const char *dp_field_number(double value, char text[static DP_FIELD_TEXT]);

/* The same, written to out. */
void dp_field_put_number(double value, FILE *out);

/* Writes the name of a flag's value, or the number if there is none (NULL). NAN is written as "nan", which
 * readers of numbers accept and pandas takes for a missing value. */
void dp_field_put_value(const char *flag, double value, FILE *out);

/* Writes a field of RFC 4180: quoted if it has a comma, a quote or a line break. */
void dp_field_csv(const char *field, FILE *out);
