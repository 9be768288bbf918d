// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stddef.h>
#include <stdint.h>

/* Mistakes in a sweep file, each told with its place. Reading goes on after one, so that all are told at
 * once. */

/* A place in a text; line 0: the name says it all ("--set width=10"). name NULL: nowhere. */
struct dp_place {
    const char *name;
    size_t line, column;
};

/* Counts the mistakes found; the sentences go to error, which may be NULL. What is allowed but probably not
 * meant is no mistake: those sentences go to warnings, which may be NULL. */
struct dp_faults {
    struct dp_error *error;
    int64_t count;
    struct dp_error *warnings;
};

/* One sentence about the place. Reading goes on after it, so that all mistakes of a file are told at once. */
void dp_complain(struct dp_faults *faults, struct dp_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* One sentence about the place, which is not counted as a mistake. */
void dp_warn(struct dp_faults *faults, struct dp_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum { DP_PLACE_TEXT = 512 };

/* "sweep.yaml:14:11", "--set width=10". Returns text. */
const char *dp_place_format(struct dp_place place, char *text, size_t size);
