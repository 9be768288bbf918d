// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Writes JSON (RFC 8259) for other programs.
 *
 * Values are written as they come. The writer adds commas, quotes and escapes, so the caller only names the
 * values:
 *
 *     struct dp_json json = {.out = stdout};
 *     dp_json_open(&json, '{');
 *     dp_json_name(&json, "runs");
 *     dp_json_whole(&json, 567);
 *     dp_json_close(&json, '}');
 *
 * NAN and infinity, for which JSON has no number, are written as null. "<" is escaped, so the text may stand
 * inside an HTML script element. Bytes that are not UTF-8 become U+FFFD. The caller checks the file for write
 * errors. Nothing is allocated. */

struct dp_json {
    FILE *out;
    bool follows; // a value was written before, so a comma is due
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

/* A number for a drawing, with this many significant digits. */
void dp_json_rounded(struct dp_json *json, double number, int digits);

/* Members of an object: a name and its value. */
void dp_json_member_text(struct dp_json *json, const char *name, const char *text);
void dp_json_member_lines(struct dp_json *json, const char *name, const char *lines); // without the last \n
void dp_json_member_whole(struct dp_json *json, const char *name, int64_t number);
void dp_json_member_number(struct dp_json *json, const char *name, double number);
void dp_json_member_truth(struct dp_json *json, const char *name, bool truth);
