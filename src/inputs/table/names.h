// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Names of columns, and lists of them. The texts belong to the list; a zero list is empty. */

struct dp_names {
    int64_t count, room;
    char **text;
};

/* Adds a copy of length bytes, without blanks at both ends. Control characters become blanks, and bytes that
 * are not UTF-8 become question marks. DP_NO_MEMORY on failure. */
enum dp_status dp_names_add(struct dp_names *names, const char *text, size_t length, struct dp_error *error);

/* Adds the names of a comma-separated list, the form of the keys x and y. A name may be in double quotes,
 * with "" for a quote. */
enum dp_status dp_names_split(struct dp_names *names, const char *list, struct dp_error *error);

/* Adds 1, 2, ..., count: the names of columns that have none. */
enum dp_status dp_names_number(struct dp_names *names, int64_t count, struct dp_error *error);

/* The index of a name, searched from index `from` on; -1: not found. */
int64_t dp_names_find(const struct dp_names *names, const char *name, int64_t from);

/* Writes "x1, x2, x3", and for many names the first and last ones: "a, b, ..., z". Returns text. */
const char *dp_names_list(const struct dp_names *names, char *text, size_t size);

void dp_names_free(struct dp_names *names);
