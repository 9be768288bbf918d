// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "farm/scheduling/queue.h"

/* Pending rows by the seconds that a row takes, longest first. Rows that are short are not told apart by
 * place: their order does not matter, and so their chunks of contiguous rows are few and large. */

struct dp_priority_item {
    double seconds;      // of a row
    int64_t first;       // its first row
    int64_t shape, kind; // kind -1: all rows of the shape
};

struct dp_priority {
    struct dp_priority_item *items; // room for a kind each
    int64_t count;
    int64_t front; // items before it have no rows left
};

/* seconds [kind]: of a row; rows of a shape whose mean is at most `is_short` are one item. */
void dp_priority_make(struct dp_priority *priority, struct dp_queue *queue, const double *seconds,
                      double is_short);

/* The first segment of an item of which rows are left, -1 if there is none. */
int64_t dp_priority_segment(struct dp_queue *queue, const struct dp_priority_item *item);
