// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stddef.h>
#include <stdint.h>

/* Mistakes in a sweep file, each reported with its place. Reading continues after a mistake, so that all are
 * reported at once. */

/* A place in a text; line 0: only the name is printed ("--set width=10"). name NULL: no place. */
struct dp_place {
    const char *name;
    size_t line, column;
};

/* Counts the mistakes found; their sentences go to error, which may be NULL. What is allowed but probably not
 * intended is not a mistake; these sentences go to warnings, which may be NULL. */
struct dp_faults {
    struct dp_error *error;
    int64_t count;
    struct dp_error *warnings;
};

/* Reports a mistake: one sentence about the place. */
void dp_complain(struct dp_faults *faults, struct dp_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reports a warning: one sentence about the place that is not counted as a mistake. */
void dp_warn(struct dp_faults *faults, struct dp_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

enum { DP_PLACE_TEXT = 512 };

/* "sweep.yaml:14:11", "--set width=10". Returns text. */
const char *dp_place_format(struct dp_place place, char *text, size_t size);
