// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* THE table of keys: everything a user can set about a run, one row each.
 *
 * The table determines how sweep files and `--set` are parsed and checked, what `dewpoint keys` prints, and
 * the names, units and meanings of the coordinates in a store. The name of a key is unique over all sections,
 * so that axes and --set can use it without its section. The table is constant; nothing here allocates. */

enum dp_type { DP_REAL, DP_INT, DP_BOOL, DP_CHOICE, DP_STRING };

struct dp_key {
    const char *name;
    const char *section; // model, init, data, train, observe or store
    enum dp_type type;
    const char *fallback; // the default as written in YAML; "" when unset
    double min, max;      // inclusive; REAL and INT
    bool above_min;       // the lower end is excluded
    bool sweepable;
    const char *unit;           // UDUNITS: "1" for pure numbers, "s" for seconds
    const char *meaning;        // one line
    const char *const *choices; // CHOICE: the names in the order of their values, NULL-terminated; REAL: the
                                // word for 0, which is no value otherwise, or NULL; STRING: not NULL
                                // when a list of names may be given
    size_t offset;              // of the value in struct dp_run
};

extern const struct dp_key dp_keys[];
extern const int dp_key_count;

/* The key with this name, NULL if there is none. */
const struct dp_key *dp_key_find(const char *name);

/* The nearest name among n candidates for a "did you mean", NULL when none is near (edit distance with
 * transpositions, at most a third of the length). */
const char *dp_nearest_name(const char *word, const char *const *candidates, int n);

/* A run with every key at its default. */
struct dp_run dp_run_defaults(void);

/* Whether two runs have the same values of all keys of a section in a table of keys, this one or another. */
bool dp_keys_agree(const struct dp_key *keys, int count, const char *section, const struct dp_run *a,
                   const struct dp_run *b);

/* A value of any type as a number (BOOL 0 or 1, CHOICE its index; NAN for STRING and for an unset REAL). */
double dp_key_number(const struct dp_key *key, const struct dp_run *run);

/* Writes a key's value as the user would write it in YAML; "" when unset. Returns text. */
const char *dp_key_format(const struct dp_key *key, const struct dp_run *run, char *text, size_t size);

/* Parses text into the key's field of run. DP_BAD_INPUT with a sentence that names key, value and what was
 * expected ("width must be a whole number from 1 to 1e9, not \"ten\"; did you mean ..."), after the prefix
 * `place` ("sweep.yaml:14:11", "--set"). */
enum dp_status dp_key_parse(const struct dp_key *key, const char *text, const char *place, struct dp_run *run,
                            struct dp_error *error);

/* Prints the table for `dewpoint keys`: name, type, unit, range or choices, default, meaning; by section.
 * only: the key to print, NULL for all. */
void dp_keys_print(const struct dp_key *only, FILE *out);
