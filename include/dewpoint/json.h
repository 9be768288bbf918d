// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Writing JSON (RFC 8259), for programs that read what ours found out.
 *
 * Values are written as they come; the writer puts commas, quotes and escapes, so the caller says only what
 * there is:
 *
 *     struct dp_json json = {.out = stdout};
 *     dp_json_open(&json, '{');
 *     dp_json_name(&json, "runs");
 *     dp_json_whole(&json, 567);
 *     dp_json_close(&json, '}');
 *
 * What JSON has no number for (NAN, infinity) is null. "<" is escaped, so the text may stand inside a script
 * element of HTML; bytes that are no UTF-8 become U+FFFD. Whether all of it arrived, the caller asks of the
 * file. Nothing is allocated. */

struct dp_json {
    FILE *out;
    bool follows; // a value stands before: a comma is due
};

/* bracket: { or [, and } or ]. */
void dp_json_open(struct dp_json *json, char bracket);
void dp_json_close(struct dp_json *json, char bracket);

/* The name of an object's next value. */
void dp_json_name(struct dp_json *json, const char *name);

/* NULL gives null. */
void dp_json_text(struct dp_json *json, const char *text);

void dp_json_truth(struct dp_json *json, bool truth);
void dp_json_whole(struct dp_json *json, int64_t number);

/* The shortest digits that read back as the same double. */
void dp_json_number(struct dp_json *json, double number);

/* A number for a drawing: so many significant digits. */
void dp_json_rounded(struct dp_json *json, double number, int digits);

/* Members of an object: a name and its value. */
void dp_json_member_text(struct dp_json *json, const char *name, const char *text);
void dp_json_member_whole(struct dp_json *json, const char *name, int64_t number);
void dp_json_member_number(struct dp_json *json, const char *name, double number);
void dp_json_member_truth(struct dp_json *json, const char *name, bool truth);
