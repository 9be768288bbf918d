// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/scheduler.h"

/* The pending rows, as segments: contiguous rows of one cost at one place, so a sweep of a billion rows with
 * a dozen widths is a few thousand segments.
 *
 * Rows whose costs agree within a fourth of an octave have one shape; those of one shape at one place are of
 * one kind, about which the cost model learns as a whole. Costs that change from row to row would make every
 * row a segment. If there are too many changes, the place counts only coarsely, then not at all, and in the
 * end rows whose costs agree within a factor count as equal, and a segment keeps their mean. */

struct dp_segment {
    int64_t first, count, taken; // rows, of which the first `taken` have been handed out
    double cost, evaluations;    // mean of its rows
    int64_t together, kind;
    int family, place, region;
};

/* Segments [begin, end) of one of the two lists below; those before `at` have been handed out. */
struct dp_segment_list {
    int64_t begin, end, at;
    double queued; // rows not handed out
};

struct dp_kind {
    struct dp_segment_list list;
    int64_t shape_key, place_key; // by which kinds are sorted
    int family, octave, place, region;
    int64_t shape;
    double cost, evaluations; // mean of its rows
    double unfinished;        // rows that have not come back
};

struct dp_queue {
    struct dp_segment *segments; // in row order
    int64_t segment_count, room;
    int64_t *by_kind, *by_shape; // segments, each in row order within its kind or shape
    struct dp_kind *kinds;
    int64_t kind_count;
    struct dp_segment_list *shapes;
    int64_t shape_count;
    int64_t rows, rows_done, rows_queued;
};

enum { DP_OCTAVES = 96 };

/* The fourths of octaves of a cost, and the octave; costs below 1 count as 1. */
int dp_queue_shape(double cost);
int dp_queue_octave(double cost);

/* False when out of memory; free it in any case. */
bool dp_queue_build(struct dp_queue *queue, int64_t rows, const bool *done,
                    struct dp_effort (*effort)(int64_t, void *), void *context);
void dp_queue_free(struct dp_queue *queue);

/* The segment that holds a row. */
int64_t dp_queue_find(const struct dp_queue *queue, int64_t row);

/* The kind that rows of this effort have, -1 if the queue has no such rows. */
int64_t dp_queue_kind(const struct dp_queue *queue, const struct dp_effort *effort);

/* The first segment of a list of which rows are left, -1 if there is none. */
int64_t dp_queue_front(const struct dp_queue *queue, const int64_t *order, struct dp_segment_list *list);

/* Takes so many rows of a segment. */
void dp_queue_take(struct dp_queue *queue, int64_t segment, int64_t count);
