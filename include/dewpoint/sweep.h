// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/keys.h"
#include "dewpoint/run.h"
#include <stdint.h>
#include <stdio.h>

/* A sweep: one YAML file and the runs that it expands to.
 *
 * The sections set keys for all runs; axes, zip, blocks and exclude say which runs there are. Runs are
 * numbered 0..R-1 by rows, and that order is fixed by the sweep alone: within a block the width is the
 * slowest axis and the seed the fastest, whatever the order in the file, so that neighbours cost alike;
 * blocks follow each other. A sweep is parsed from text in memory, so rank 0 reads the file and every rank
 * parses the same bytes.
 *
 * A block's sections go over those at the top; an axis at the top multiplies every block, so no block may
 * give its key another value. The sweep is the union of the blocks: a run that an earlier block has is
 * dropped. Values from --set replace a key (`width=1000`) or an axis (`gamma={from: 0, to: 1, step: .5}`,
 * `seed=[1, 2]`), whatever the file says of the key, in its blocks too; a key that was in a zip leaves it and
 * multiplies.
 *
 * A sweep has at most DP_SWEEP_MAX_RUNS points before exclusion, and its axes ten million values together;
 * memory follows the axes, and one bit a point only where points are excluded or blocks overlap.
 *
 * dp_sweep_free releases everything. A sweep is constant once parsed and may be read from anywhere. */

enum { DP_SWEEP_AXES = 64 };

/* What a store keeps of some runs only: the neurons' parameters at the start and the end (key weights), and
 * at every point of the curve (key trajectories). */
enum dp_keep { DP_KEEP_WEIGHTS, DP_KEEP_TRAJECTORIES, DP_KEEPS };

#ifndef DP_SWEEP_MAX_RUNS // fuzzers set less
#    define DP_SWEEP_MAX_RUNS 1000000000LL
#endif

/* One swept key over the whole sweep, for summaries and for the coordinates of a store. */
struct dp_axis {
    const struct dp_key *key;
    int64_t count; // distinct values over all blocks
};

/* Rows first, first + 1, ... of a whole sweep, up to the next range; `before` of the part's rows come before.
 */
struct dp_range {
    int64_t first, before;
};

struct dp_sweep {
    char name[DP_TEXT];   // the file's `name`, else the file's own name without its ending
    char *source;         // the YAML verbatim, allocated
    char *overrides;      // the --set texts, one a line, allocated; "" for none
    char *folder;         // of the sweep file, with a slash behind it, allocated; "" for the current one
    char *command_folder; // where --set was given, so too
    char *warnings;  // what is allowed but probably not meant, a sentence a line, allocated; "" for nothing
    char digest[17]; // 64-bit FNV-1a of dp_sweep_canonical_text's text, hex; data files are for others to add
    int64_t runs;    // R, of the part
    char *part;      // "3/7: 0-119 240-359" when the sweep is a part of one, allocated; else NULL
    struct dp_range *ranges;
    int64_t range_count;
    int axis_count;
    // every swept key once: width, what only blocks tell apart, the others in the file's order, seed
    struct dp_axis axes[DP_SWEEP_AXES];
    struct dp_run base;             // the sections' values
    struct dp_expansion *expansion; // private to src/sweep
};

/* Parses and checks a whole sweep. name: how errors call the file (its path). text: length bytes of YAML.
 * overrides: count --set texts. Every mistake is reported, one sentence each with its place, in DP_BAD_INPUT;
 * dp_run_check is applied to the runs. On failure sweep is zero. */
enum dp_status dp_sweep_parse(const char *name, const char *text, size_t length, const char *const *overrides,
                              int count, struct dp_sweep *sweep, struct dp_error *error);

/* Reads the file at path and parses it. DP_BAD_INPUT also when it is missing or not a regular file. */
enum dp_status dp_sweep_read(const char *path, const char *const *overrides, int count,
                             struct dp_sweep *sweep, struct dp_error *error);

/* The parameters of a row, 0 <= row < runs. Cheap: called for every run. */
void dp_sweep_run(const struct dp_sweep *sweep, int64_t row, struct dp_run *run);

/* Whether the store keeps this of a row. Cheap, and safe from any thread: conditions are evaluated when the
 * sweep is parsed. */
bool dp_sweep_keeps(const struct dp_sweep *sweep, int64_t row, enum dp_keep what);

/* Whether it may keep it of any row: the key is not none. */
bool dp_sweep_may_keep(const struct dp_sweep *sweep, enum dp_keep what);

/* Deals the runs out to parts of about equal cost, and says what falls to one of them (counted from 1):
 * ranges of rows, many and spread over the sweep. Depends on sweep and cost alone. *text is for
 * dp_sweep_take, allocated. DP_BAD_INPUT when there are more parts than runs. */
enum { DP_SWEEP_MOST_PARTS = 4096 };
enum dp_status dp_sweep_deal(const struct dp_sweep *sweep, int part, int parts,
                             double (*cost)(int64_t row, void *context), void *context, char **text,
                             struct dp_error *error);

/* Leaves of a whole sweep the runs of a part, which get new rows, 0..R-1, in the same order; and the digest
 * of another sweep. */
enum dp_status dp_sweep_take(struct dp_sweep *sweep, const char *text, struct dp_error *error);

/* The row that a row of a part has in the whole sweep. */
int64_t dp_sweep_whole_row(const struct dp_sweep *sweep, int64_t row);

/* A canonical text of all that fixes the runs: every key that is not swept with its value, every axis with
 * its values, blocks and exclusions, a line each. Two sweeps with the same text are the same sweep, however
 * they were written. Allocated; the caller frees it. NULL when out of memory. */
char *dp_sweep_canonical_text(const struct dp_sweep *sweep);

/* The distinct data of runs with target file: of each, a run that has them. Only its keys that say what is
 * read count (dp_sweep_same_data). In order of first use; allocated, the caller frees *runs. DP_NO_MEMORY. */
enum dp_status dp_sweep_data(const struct dp_sweep *sweep, struct dp_run **runs, int *count,
                             struct dp_error *error);

/* Whether two runs read the same data in the same way. */
bool dp_sweep_same_data(const struct dp_run *a, const struct dp_run *b);

/* Distinct files of initial parameters named by the runs (key path), in order of first use: fills names[max],
 * returns how many there are. */
int dp_sweep_starts(const struct dp_sweep *sweep, const char **names, int max);

/* The same for the formulas (key formula). */
int dp_sweep_formulas(const struct dp_sweep *sweep, const char **names, int max);

/* The i-th condition of exclude as the user wrote it, NULL behind the last. */
const char *dp_sweep_exclude(const struct dp_sweep *sweep, int i);

/* Where the file is that a key (file, test_file or path) names: paths in a sweep file count from its folder,
 * those of --set from the folder where the command was given. Allocated; NULL when out of memory. */
char *dp_sweep_path(const struct dp_sweep *sweep, const char *key, const char *name);

/* Prints the summary of `dewpoint plan`: values per axis, exclusions, total runs, first and last runs. */
void dp_sweep_print(const struct dp_sweep *sweep, FILE *out);

/* Prints sweep->warnings, each behind "warning: ". */
void dp_sweep_print_warnings(const struct dp_sweep *sweep, FILE *out);

void dp_sweep_free(struct dp_sweep *sweep);
