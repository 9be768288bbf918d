// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names of columns, and lists of them. The texts belong to the list; a zero list is empty. */

struct dp_names {
    int64_t count, room;
    char **text;
};

/* Adds a copy of length bytes, without blanks at both ends; control characters become blanks, bytes that are
 * no UTF-8 question marks. DP_NO_MEMORY. */
enum dp_status dp_names_add(struct dp_names *names, const char *text, size_t length, struct dp_error *error);

/* Adds the names of a comma-separated list, in which a name may stand in double quotes ("" is a quote in it),
 * as the keys x and y have them. */
enum dp_status dp_names_split(struct dp_names *names, const char *list, struct dp_error *error);

/* Adds 1, 2, ..., count: the names of columns that have none. */
enum dp_status dp_names_number(struct dp_names *names, int64_t count, struct dp_error *error);

/* Where a name stands, from position `from` on; -1: nowhere. */
int64_t dp_names_find(const struct dp_names *names, const char *name, int64_t from);

/* Writes "x1, x2, x3", and of many names the first and the last ones: "a, b, ..., z". Returns text. */
const char *dp_names_list(const struct dp_names *names, char *text, size_t size);

void dp_names_free(struct dp_names *names);
