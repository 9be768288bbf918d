// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include "dewpoint/sweep/sweep.h"
#include <stdbool.h>
#include <stdio.h>

/* What the verbs of the program share: arguments, and how failures reach the user.
 *
 * Results go to stdout, everything else to stderr; the exit codes are in status.h. */

struct dp_arguments {
    int *argc; // of main, for MPI
    char ***argv;
    const char *output, *isa, *json, *pattern, *seconds; // NULL: not given
    const char *time_budget, *grace, *checkpoint, *max_failures;
    const char *again, *shard, *sweep, *by, *policy, *progress, *ranks, *trial;
    bool quiet, watch, strict, as_json, names, extend, any_version;
    const char **reuse; // patterns of --reuse or --from
    int reuse_count;
    const char **sets;
    int set_count;
    char **words; // what is not an option
    int word_count;
};

struct dp_verb {
    const char *name;
    const char *operands;
    const char *options; // letters of the options it takes
    int words;           // operands it needs
    int (*run)(const struct dp_arguments *arguments);
    const char *meaning; // one line
    const char *more;    // for its own --help
};

int dp_verb_run(const struct dp_arguments *arguments);
int dp_verb_merge(const struct dp_arguments *arguments);
int dp_verb_plan(const struct dp_arguments *arguments);
int dp_verb_keys(const struct dp_arguments *arguments);
int dp_verb_status(const struct dp_arguments *arguments);
int dp_verb_verify(const struct dp_arguments *arguments);
int dp_verb_explain(const struct dp_arguments *arguments);
int dp_verb_bench(const struct dp_arguments *arguments);

/* arguments.c. Reads the options of a verb (argv[0] is its name) and runs it; the exit code. */
int dp_verb_call(const struct dp_verb *verb, int argc, char **argv, int *main_argc, char ***main_argv);
void dp_verb_usage(const struct dp_verb *verb);

/* A duration, as "90", "90s", "20m", "2h" or "1d", in seconds; value NULL: seconds as it stands. False with a
 * sentence on stderr. */
bool dp_verb_duration(const char *verb, const char *option, const char *value, double *seconds);

/* patterns.c. The files that the patterns name, as a shell would: a path without *, ? and [ is itself. An
 * allocated list; false with a sentence on stderr, also for a pattern that nothing matches. */
bool dp_verb_files(const char *verb, const char *const *patterns, int count, char ***files, int *file_count);
void dp_verb_files_free(char **files, int count);

/* status/by.c. Prints how many runs of each state there are for each value of a column. The check:
 * DP_BAD_INPUT if the store has no such column, or one without one value a run. */
struct dp_store;
enum dp_status dp_status_by_check(const struct dp_store *store, const char *column, struct dp_error *error);
enum dp_status dp_status_by(const struct dp_store *store, const char *column, struct dp_error *error);

/* The same file. Prints the settings that diverged runs share, and those of failed runs: the values of each
 * coordinate at which alone there are such runs, or at which all runs are such. tally: the number of runs by
 * status; columns are read only for a status that some run has. */
enum dp_status dp_status_troubles(const struct dp_store *store, const int64_t *tally, struct dp_error *error);

/* external.c. Becomes the program dewpoint-NAME, found next to this one, in its libexec directory or in PATH;
 * returns only if there is none. nearest: a verb or such a program with a name like it; false if none is
 * near. list: prints the names of these programs; nothing without any. */
void dp_external_exec(char **argv);
bool dp_external_nearest(const char *name, const struct dp_verb *verbs, int verb_count,
                         char answer[static 64]);
void dp_external_list(const char *before, const char *between, const char *after);

/* report.c. Prints the sentences of a failure; the exit code. */
int dp_report(const struct dp_error *error);

/* "dewpoint 0.1.0 (revision)", and compiler and flags. */
const char *dp_program(void);
const char *dp_build(void);

/* What --version prints: these, the instruction set in use and the libraries. */
void dp_version_print(FILE *out);

/* Prints each line of text, which may be NULL, with words before it. */
void dp_print_lines(FILE *out, const char *before, const char *text);

/* "1.2 MB"; text has room for 32. */
const char *dp_bytes_text(double bytes, char *text);

/* Under mpirun every process reads the command line, and one of them should complain. A guess from the
 * launcher's variables, good for nothing else; true when there is no launcher. */
bool dp_speaks_for_all(void);

/* Is path an HDF5 file? false also if it cannot be read. */
bool dp_is_store(const char *path);
