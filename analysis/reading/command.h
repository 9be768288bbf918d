// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
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

/* Fills options, which must be zero. program: its name for messages. DP_BAD_INPUT with a sentence, with "did
 * you mean" if a name is near. */
enum dp_status dp_command_parse(const char *program, const struct dp_option *table, int table_count,
                                int count, char **arguments, struct dp_common *options,
                                struct dp_error *error);

/* Checks that a file can be written at path without damage to the store, to what its runs read and, but for
 * --compress, to other stores. option: its name for the sentence. */
enum dp_status dp_output_check(const char *option, const char *path, const char *store,
                               struct dp_error *error);

/* Prints each sentence of error on stderr with the name of the program. Returns the exit code. */
int dp_command_report(const char *program, enum dp_status status, const struct dp_error *error);
