// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "dewpoint/sweep/where.h"
#include <stdio.h>

/* Lists runs of a store as lines: chosen columns of the rows that meet a condition. The store is read in
 * windows; only the aligned text is kept whole. */

enum { DP_LISTING_COLUMNS = 192 };
enum dp_listing_format { DP_LISTING_TEXT, DP_LISTING_CSV, DP_LISTING_JSON };

struct dp_listing {
    const struct dp_store *store;
    const struct dp_key *names; // of the columns with one value a run: what the condition is about
    int name_count;
    struct dp_where *where; // NULL: all rows
    enum dp_listing_format format;
    int count;
    const char *column[DP_LISTING_COLUMNS];
};

/* Adds a column unless the listing has it. */
void dp_listing_add(struct dp_listing *listing, const char *column);

enum dp_status dp_listing_print(const struct dp_listing *listing, FILE *out, struct dp_error *error);
