// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>
#include <stdio.h>

/* A table of texts, for a terminal (aligned) or as CSV (RFC 4180).
 *
 * Fields are added one by one, row by row; the first row is the header. A failed allocation is remembered and
 * reported at the end, so that filling needs no checks.
 *
 * Start from { .columns = n }; dp_text_table_free releases it. */

struct dp_text_table {
    int columns;
    int64_t fields; // added so far
    char *text;     // the fields, each with a closing zero
    size_t length, room;
    int out_of_memory;
};

/* Puts the next field, printf-style. */
void dp_table_put(struct dp_text_table *table, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Puts a number with the fewest digits that read back as the same double; an empty field for NAN. */
void dp_table_number(struct dp_text_table *table, double value);

/* Prints the table with every column as wide as its widest field and two blanks between columns; align has an
 * 'l' or 'r' for each column. Lines have no trailing blanks. Widths are counted in UTF-8 characters. */
enum dp_status dp_table_print(const struct dp_text_table *table, const char *align, FILE *out,
                              struct dp_error *error);

/* Writes RFC 4180: lines end in CR LF; fields with a comma, a quote or a line break are quoted. */
enum dp_status dp_table_csv(const struct dp_text_table *table, FILE *out, struct dp_error *error);

void dp_text_table_free(struct dp_text_table *table);
