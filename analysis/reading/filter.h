// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"

/* Selects runs of a store by the values given with --at. Several values of one coordinate are alternatives; a
 * run must have one of them for every coordinate that is named.
 *
 * Start from a zero struct, which lets every run pass. */

enum { DP_FILTER_TERMS = 32 };

struct dp_filter_term {
    const char *column; // in the store's spelling
    double value;
};

struct dp_filter {
    struct dp_filter_term term[DP_FILTER_TERMS];
    int terms;
};

/* ", activation tanh, η 0.1 or 0.3": what the filter chooses, for the title of a figure; empty without terms.
 * Returns text. */
const char *dp_filter_title(const struct dp_store *store, const struct dp_filter *filter, char *text,
                            size_t size);

/* Adds the value written as "key=value". */
enum dp_status dp_filter_add(const struct dp_store *store, const char *text, struct dp_filter *filter,
                             struct dp_error *error);
