// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>
#include <stddef.h>

/* The command line of the analysis programs: `dewpoint NAME STORE [--option value]...`.
 *
 * A program describes its options in a table. Their values go into a struct of the program that begins with
 * struct dp_common. --name value and --name=value mean the same; -- ends the options. */

enum { DP_OPTION_LIST = 32 };

struct dp_list {
    const char *text[DP_OPTION_LIST];
    int count;
};

enum dp_option_kind {
    DP_OPTION_TEXT, // const char *, given at most once
    DP_OPTION_MANY, // struct dp_list
    DP_OPTION_FLAG, // bool, takes no value
};

struct dp_option {
    const char *name; // "--csv"
    enum dp_option_kind kind;
    size_t offset; // of the value in the program's struct
};

struct dp_common {
    const char *store;
    bool help;
};

struct dp_command {
    const char *name, *help;
    const struct dp_option *options;
    int option_count;
    // both get the program's struct; DP_BAD_INPUT with a sentence
    enum dp_status (*check)(void *options, struct dp_error *error); // before the store is open; may be NULL
    enum dp_status (*work)(const struct dp_store *store, void *options, struct dp_error *error);
};

/* What main does: reads the arguments into options, which must be zero, and prints the help or opens the
 * store and does the work. Prints each sentence of an error on stderr, with the name of the program, and "did
 * you mean" if an option's name is near. Returns the exit code. */
int dp_command_run(const struct dp_command *command, int count, char **arguments, struct dp_common *options);

/* Checks that a file can be written at path without damage to the store, to what its runs read and, but for
 * --compress, to other stores and, but for -o, to sweep files. option: its name for the sentence. */
enum dp_status dp_output_check(const char *option, const char *path, const char *store,
                               struct dp_error *error);
