// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>

/* The coordinates of a store: the columns whose names are keys that a sweep can vary. */

/* Fills names[max]; returns how many coordinates there are. */
int dp_coordinates(const struct dp_store *store, const char **names, int max);

/* The store's spelling of a coordinate, NULL if it has none of this name. */
const char *dp_coordinate_name(const struct dp_store *store, const char *name);

/* The same for a name that a user gave with option. DP_BAD_INPUT with the coordinates of the store if there
 * is none. */
enum dp_status dp_coordinate_find(const struct dp_store *store, const char *option, const char *name,
                                  const char **coordinate, struct dp_error *error);

/* Whether the values of a coordinate are names (activation, method, ...), which have no meaningful mean. */
bool dp_coordinate_is_named(const struct dp_store *store, const char *column);

/* The value of a coordinate as a user writes it: a name for flags, else the number to 6 digits (exact: all
 * digits that it needs). Returns text. */
const char *dp_coordinate_text(const struct dp_store *store, const char *column, double value, bool exact,
                               char *text, size_t size);
