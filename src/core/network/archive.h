// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The contents of a checkpoint of a run: the state of one place of a network between two steps, as bytes.
 *
 * A module with state that outlives a step declares it in one function, which hands every part of it to an
 * archive:
 *
 *     void dp_my_method_archive(struct dp_my_method *m, const struct dp_network *net, int lane,
 *                               struct dp_archive *archive)
 *     {
 *         // plain values without pointers; an array [blocks][d + 1 + o][16] like layer.moved; [n][lanes]
 *         DP_ARCHIVE(archive, m->place[lane]);
 *         dp_archive_blocks(archive, net, lane, m->velocity);
 *         dp_archive_lanes(archive, m->f, sizeof *m->f, n, net->lanes, lane);
 *     }
 *
 * The same function counts the bytes, saves them and loads them, so the three cannot disagree. It omits what
 * the run's keys determine (the start, the samples) and what every step computes before it reads it. A run
 * that is loaded into any place must continue with the same bits. Arrays are saved by their role: when two
 * pointers are swapped from step to step, the contents follow the role, not the address. */

struct dp_archive {
    char *bytes; // owned by the caller; NULL: only count
    size_t size; // of bytes
    size_t at;   // bytes counted, saved or loaded so far
    bool loading;
};

/* Counts, saves or loads the next size bytes as those of the object. Loading more than there are leaves the
 * object unchanged; at > size then shows it. */
void dp_archive_bytes(struct dp_archive *archive, void *object, size_t size);
#define DP_ARCHIVE(archive, object) dp_archive_bytes((archive), &(object), sizeof(object))

/* The entries of one lane of an array [count][lanes] of entries of size bytes. */
void dp_archive_lanes(struct dp_archive *archive, void *array, size_t size, int64_t count, int lanes,
                      int lane);

/* The part of the run in a place of net, in an array of blocks like layer.moved. */
void dp_archive_blocks(struct dp_archive *archive, const struct dp_network *net, int lane, void *blocks);

/* The network's own state: moved parameters, outputs, and the vector of the power iteration. */
void dp_archive_network(struct dp_archive *archive, struct dp_network *net, int lane);
