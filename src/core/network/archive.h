// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* What a checkpoint of a run holds: the state of one place of a network between two steps, as bytes.
 *
 * Whatever has state that outlives a step declares it in one function, which hands every part of it to an
 * archive:
 *
 *     void dp_my_method_archive(struct dp_my_method *m, const struct dp_network *net, int lane,
 *                               struct dp_archive *archive)
 *     {
 *         DP_ARCHIVE(archive, m->place[lane]);                      // plain values, no pointers
 *         dp_archive_blocks(archive, net, lane, m->velocity);       // [blocks][d + 1 + o][16], like
 * layer.moved dp_archive_lanes(archive, m->f, sizeof *m->f, n, net->lanes, lane); // [n][lanes]
 *     }
 *
 * The same function counts the bytes, saves them and loads them, so the three cannot disagree. Left out is
 * what the run's keys determine (the start, the samples) and what every step computes before it reads it. A
 * run that is loaded into a place, this one or another, must go on to the same bits. Arrays are saved by
 * their role: when two pointers are swapped from step to step, the contents follow the role, not the address.
 */

struct dp_archive {
    char *bytes; // the caller's; NULL: only count
    size_t size; // of bytes
    size_t at;   // how many were counted, saved or loaded so far
    bool loading;
};

/* The next size bytes of the archive are those of the object. Loading more than there are leaves the object
 * as it is, and at > size tells. */
void dp_archive_bytes(struct dp_archive *archive, void *object, size_t size);
#define DP_ARCHIVE(archive, object) dp_archive_bytes((archive), &(object), sizeof(object))

/* The entries of one lane of an array [count][lanes] of entries of size bytes. */
void dp_archive_lanes(struct dp_archive *archive, void *array, size_t size, int64_t count, int lanes,
                      int lane);

/* Those of the run in a place of net, of an array of blocks like layer.moved. */
void dp_archive_blocks(struct dp_archive *archive, const struct dp_network *net, int lane, void *blocks);

/* The network's own: where the parameters have moved to, the outputs, the vector of the power iteration. */
void dp_archive_network(struct dp_archive *archive, struct dp_network *net, int lane);
