// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The lines of a text, and the fields of a line. The text itself is overwritten, and all pointers point into
 * it. # begins a comment outside double quotes. Quotes open where a field begins; line ends inside quotes are
 * text (RFC 4180). */

struct dp_lines {
    const char *path;
    char *next, *end;
    int64_t number; // of the physical line last begun, from 1
};

/* text: size bytes and a closing zero. */
struct dp_lines dp_lines_of(const char *path, char *text, size_t size);

struct dp_line {
    char *text;    // without line end, comment and surrounding blanks; NULL: no more lines
    char *comment; // the text after #, NULL: none
    int64_t number;
};

/* The next line, which may be empty. DP_BAD_INPUT for a zero byte and for a quote that is never closed. */
enum dp_status dp_lines_next(struct dp_lines *lines, struct dp_line *line, struct dp_error *error);

/* The next line that has more than a comment. */
enum dp_status dp_lines_content(struct dp_lines *lines, struct dp_line *line, struct dp_error *error);

/* Fields of a line; room grows. Release text with free. */
struct dp_fields {
    int64_t count, room;
    char **text;
};

/* Splits a line at the separator: , ; or a tab, or ' ' for any number of blanks and tabs. Removes blanks
 * around a field and the quotes of RFC 4180. A quoted field followed by other text is left as it is. Returns
 * false without memory. */
bool dp_fields_split(struct dp_fields *fields, char *line, char separator);

/* What a field is. */
enum dp_cell_kind { DP_FIELD_NUMBER, DP_FIELD_MISSING, DP_FIELD_DECIMAL_COMMA, DP_FIELD_WORDS };

/* value: set for a number. Numbers are decimal and finite. Empty fields, ?, NA, NaN and the like are
 * missing. */
enum dp_cell_kind dp_field_kind(const char *field, double *value);

/* Whether a field looks like 1,000. */
bool dp_field_is_thousands(const char *field);

/* What to say behind "must be a finite number, not FIELD"; constant, "" for nothing. */
const char *dp_field_hint(const char *field);
