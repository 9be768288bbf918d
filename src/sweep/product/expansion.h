// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"
#include "sweep/document/parsed.h"

/* A parsed sweep file multiplied out: blocks of points. The kept points are the runs of the sweep.
 *
 * A block is a product. A point is therefore a number whose digits, in the mixed base of the factors' counts,
 * are the positions on the factors; nothing is stored for it. If conditions or earlier blocks drop points,
 * the block keeps one bit per point, and the number of bits set before every group of words. The n-th kept
 * point is then found by a bisection and a short scan. A sweep without exclusions and overlaps stores no
 * bits. */

/* Some factors of a block, multiplied out alone: those that a condition depends on. Points of the block that
 * differ only in other factors have the same combination. */
struct dp_projection {
    int64_t stride[DP_SWEEP_AXES]; // 0: not used
    int64_t size;
};

struct dp_block {
    struct dp_run base; // the keys that are not swept here
    int factor_count;
    const struct dp_factor *factors[DP_SWEEP_AXES]; // slowest first; they belong to struct dp_parsed
    int64_t points;                                 // product of the factors' counts
    int64_t excluded, duplicates;                   // points dropped, by conditions and by earlier blocks
    uint64_t *kept;                                 // a bit per point; NULL: all are kept
    int64_t *before;                                // bits set before each group of DP_GROUP words
    int64_t first_row, rows;
    // a bit for each combination of what the conditions of weights and trajectories read
    struct dp_projection keep_projection[DP_KEEPS];
    uint64_t *keep_holds[DP_KEEPS];
};

enum { DP_GROUP = 64 };

struct dp_expansion {
    struct dp_parsed parsed;
    int block_count;
    struct dp_block *blocks;
    bool keeps_all[DP_KEEPS];
};

/* Makes the blocks of a parsed file, which it takes over (also on failure). Reports more than
 * DP_SWEEP_MAX_RUNS points before it allocates memory for any; *points is then NULL. DP_OK or
 * DP_NO_MEMORY. */
enum dp_status dp_expansion_create(struct dp_parsed *parsed, const char *name, struct dp_faults *faults,
                                   struct dp_expansion **expansion);

/* Drops the points that meet a condition of exclude (exclude.c), then those of earlier blocks
 * (duplicates.c). */
enum dp_status dp_expansion_exclude(struct dp_expansion *expansion);
enum dp_status dp_expansion_drop_duplicates(struct dp_expansion *expansion);

/* Numbers the kept points: sets first_row, rows and before. Gives the number of runs in *runs. */
enum dp_status dp_expansion_number(struct dp_expansion *expansion, int64_t *runs);

/* Reads and evaluates the conditions of weights and trajectories (keep.c). name: the name of the file for
 * errors. */
enum dp_status dp_expansion_keep(struct dp_expansion *expansion, const char *name, struct dp_faults *faults);

/* The condition that a key holds, NULL if its value is not a condition. */
const struct dp_condition *dp_expansion_condition(const struct dp_expansion *expansion,
                                                  const struct dp_key *key);

/* The block and the point of a row. */
const struct dp_block *dp_expansion_find(const struct dp_expansion *expansion, int64_t row, int64_t *point);

void dp_expansion_run(const struct dp_expansion *expansion, int64_t row, struct dp_run *run);

void dp_expansion_free(struct dp_expansion *expansion);

/* Drops a point of a block. DP_NO_MEMORY. */
enum dp_status dp_block_drop(struct dp_block *block, int64_t point);
bool dp_block_keeps(const struct dp_block *block, int64_t point);

/* The axis of a key in a block, or NULL if the block does not sweep the key. */
const struct dp_values *dp_block_axis(const struct dp_block *block, const struct dp_key *key);

/* Bits in an array of words. */
static inline bool dp_bit(const uint64_t *bits, int64_t i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static inline void dp_bit_set(uint64_t *bits, int64_t i)
{
    bits[i / 64] |= (uint64_t)1 << (i % 64);
}

/* Allocates n zero bits; NULL without memory. */
uint64_t *dp_bits(int64_t n);

/* A walk over all points of a block in order. */
struct dp_walk {
    const struct dp_block *block;
    int64_t point;
    int64_t position[DP_SWEEP_AXES]; // on each factor
};

/* Goes to the next point; false after the last. Start with .point = -1. */
bool dp_walk_next(struct dp_walk *walk);

struct dp_projection dp_projection_make(const struct dp_block *block,
                                        bool (*wanted)(const struct dp_key *, const void *),
                                        const void *context);

/* The combination at the walk's point; the combination of a point; and a function that puts the values of a
 * combination into run. */
int64_t dp_projection_at(const struct dp_projection *projection, const struct dp_walk *walk);

/* A bit for each combination, set if a kept point of the block has it. Allocated; NULL when out of memory. */
uint64_t *dp_projection_kept(const struct dp_block *block, const struct dp_projection *projection);
int64_t dp_projection_of(const struct dp_projection *projection, const struct dp_block *block, int64_t point);
void dp_projection_put(const struct dp_projection *projection, const struct dp_block *block,
                       int64_t combination, struct dp_run *run);
