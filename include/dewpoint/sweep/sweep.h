// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "dewpoint/sweep/keys.h"
#include <stdint.h>
#include <stdio.h>

/* A sweep: one YAML file and the runs that it expands to.
 *
 * The sections set keys for all runs; axes, zip, blocks and exclude define which runs there are. Runs are
 * numbered 0..R-1 by rows, in an order that the sweep alone fixes. Within a block the width is the slowest
 * axis and the seed the fastest, whatever the order in the file, so that neighbours cost alike. Blocks follow
 * each other. A sweep is parsed from text in memory: rank 0 reads the file, and every rank parses the same
 * bytes.
 *
 * The sections of a block override those at the top. An axis at the top multiplies every block, so no block
 * may give its key another value. The sweep is the union of the blocks: a run that an earlier block has is
 * dropped. Values from --set replace a key (`width=1000`) or an axis (`gamma={from: 0, to: 1, step: .5}`,
 * `seed=[1, 2]`), whatever the file and its blocks say about the key. A key that was in a zip leaves it and
 * becomes an axis of its own.
 *
 * A sweep has at most DP_SWEEP_MAX_RUNS points before exclusion, and its axes have at most ten million values
 * together. Memory depends on the axes, plus one bit per point if points are excluded or blocks overlap.
 *
 * dp_sweep_free releases everything. A parsed sweep is constant and may be read from any thread. */

enum { DP_SWEEP_AXES = 64 };

/* What a store keeps of selected runs: the neurons' parameters at the start and the end (key weights), and at
 * every point of the curve (key trajectories). */
enum dp_keep { DP_KEEP_WEIGHTS, DP_KEEP_TRAJECTORIES, DP_KEEPS };

#ifndef DP_SWEEP_MAX_RUNS // fuzzers set less
#    define DP_SWEEP_MAX_RUNS 1000000000LL
#endif

/* One swept key over the whole sweep, for summaries and for the coordinates of a store. */
struct dp_axis {
    const struct dp_key *key;
    int64_t count; // distinct values over all blocks
};

/* Rows first, first + 1, ... of a whole sweep, up to the next range. `before` counts the rows of the part in
 * earlier ranges. */
struct dp_range {
    int64_t first, before;
};

struct dp_sweep {
    char name[DP_TEXT];   // the file's `name`, else the file's own name without its ending
    char *source;         // the YAML verbatim, allocated
    char *overrides;      // the --set texts, one per line, allocated; "": none
    char *folder;         // of the sweep file, with a trailing slash, allocated; "": the current one
    char *command_folder; // where --set was given, in the same form
    char *warnings;  // what is allowed but probably not meant, one sentence per line, allocated; "": none
    char digest[17]; // 64-bit FNV-1a of dp_sweep_canonical_text's text, hex; without data files
    int64_t runs;    // R, of the part
    char *part;      // "3/7: 0-119 240-359" when the sweep is a part of one, allocated; else NULL
    struct dp_range *ranges;
    int64_t range_count;
    int axis_count;
    // every swept key once: width, keys that differ only between blocks, others in the file's order, seed
    struct dp_axis axes[DP_SWEEP_AXES];
    struct dp_run base;             // the sections' values
    struct dp_expansion *expansion; // private to src/sweep
};

/* Parses and checks a whole sweep. name: the file's path, for errors. text: length bytes of YAML. overrides:
 * count --set texts. Every mistake is reported in DP_BAD_INPUT, one sentence each with its place;
 * dp_run_check is applied to the runs. On failure sweep is zero. */
enum dp_status dp_sweep_parse(const char *name, const char *text, size_t length, const char *const *overrides,
                              int count, struct dp_sweep *sweep, struct dp_error *error);

/* The same with the --set texts one per line, as a parsed sweep keeps them. */
enum dp_status dp_sweep_parse_lines(const char *name, const char *text, const char *overrides,
                                    struct dp_sweep *sweep, struct dp_error *error);

/* Reads the file at path and parses it. DP_BAD_INPUT also when it is missing or not a regular file. */
enum dp_status dp_sweep_read(const char *path, const char *const *overrides, int count,
                             struct dp_sweep *sweep, struct dp_error *error);

/* The parameters of a row, 0 <= row < runs. Cheap: called for every run. */
void dp_sweep_run(const struct dp_sweep *sweep, int64_t row, struct dp_run *run);

/* Whether the store keeps `what` of a row. Cheap, and safe from any thread: conditions are evaluated when the
 * sweep is parsed. */
bool dp_sweep_keeps(const struct dp_sweep *sweep, int64_t row, enum dp_keep what);

/* Whether the store keeps `what` of any row: the key is not none. */
bool dp_sweep_may_keep(const struct dp_sweep *sweep, enum dp_keep what);

/* Divides the runs into parts of about equal cost, and gives the rows of one part (counted from 1): many
 * ranges, spread over the sweep. The result depends only on sweep and cost. *text is for dp_sweep_take,
 * allocated. DP_BAD_INPUT when there are more parts than runs. */
enum { DP_SWEEP_MOST_PARTS = 4096 };
enum dp_status dp_sweep_deal(const struct dp_sweep *sweep, int part, int parts,
                             double (*cost)(int64_t row, void *context), void *context, char **text,
                             struct dp_error *error);

/* Reduces a whole sweep to the runs of a part. They get new rows, 0..R-1, in the same order, and the sweep
 * gets another digest. */
enum dp_status dp_sweep_take(struct dp_sweep *sweep, const char *text, struct dp_error *error);

/* The row that a row of a part has in the whole sweep. */
int64_t dp_sweep_whole_row(const struct dp_sweep *sweep, int64_t row);

/* A canonical text of everything that fixes the runs: every key that is not swept with its value, every axis
 * with its values, blocks and exclusions, one per line. Two sweeps with the same text are the same sweep,
 * however they were written. Allocated; the caller frees it. NULL when out of memory. */
char *dp_sweep_canonical_text(const struct dp_sweep *sweep);

/* The distinct data of runs with target file: one run for each. Only the keys that say what is read count
 * (dp_sweep_same_data). In order of first use; allocated, the caller frees *runs. DP_NO_MEMORY on failure. */
enum dp_status dp_sweep_data(const struct dp_sweep *sweep, struct dp_run **runs, int *count,
                             struct dp_error *error);

/* Whether two runs read the same data in the same way. */
bool dp_sweep_same_data(const struct dp_run *a, const struct dp_run *b);

/* Distinct files of initial parameters that the runs name (key path), in order of first use. Fills names[max]
 * and returns the number of files. */
int dp_sweep_starts(const struct dp_sweep *sweep, const char **names, int max);

/* The same for the formulas (key formula). */
int dp_sweep_formulas(const struct dp_sweep *sweep, const char **names, int max);

/* Whether the file or --set gives the key a value or an axis anywhere. */
bool dp_sweep_sets(const struct dp_sweep *sweep, const char *key);

/* The i-th condition of exclude as the user wrote it, NULL behind the last. */
const char *dp_sweep_exclude(const struct dp_sweep *sweep, int i);

/* The path of the file that a key (file, test_file or path) names. Names in a sweep file are relative to its
 * folder, those of --set to the folder where the command was given. Allocated; NULL when out of memory. */
char *dp_sweep_path(const struct dp_sweep *sweep, const char *key, const char *name);

/* Prints the summary of `dewpoint plan`: values per axis, exclusions, total runs, first and last runs. */
void dp_sweep_print(const struct dp_sweep *sweep, FILE *out);

/* Prints sweep->warnings, each behind "warning: ". */
void dp_sweep_print_warnings(const struct dp_sweep *sweep, FILE *out);

void dp_sweep_free(struct dp_sweep *sweep);
