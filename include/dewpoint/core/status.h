// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* How a function reports that it failed.
 *
 * Every function that can fail returns an enum dp_status and takes a struct dp_error, which the caller owns
 * and clears. The function that finds the fault writes the sentence, with its place (file:line:column, key,
 * value, what was expected). Its callers only pass the status on (DP_TRY). One dp_error can hold several
 * sentences, one per line, because all mistakes of a sweep file are reported at once. The library never
 * prints and never exits. A run that diverges is a record, not an error. */

enum dp_status {
    DP_OK = 0,
    DP_BAD_INPUT, // the user's file, option or data is wrong, or a path names nothing; nothing was started
    DP_MISMATCH,  // the store belongs to another sweep
    DP_BUSY,      // another process is writing the store
    DP_IO,        // what the system refused or could not do: disk, permissions, network
    DP_NO_MEMORY,
    DP_INTERNAL, // an internal error of dewpoint
};

enum { DP_ERROR_TEXT = 8192, DP_ERROR_KEY = 32 };

/* Zero it before the first use: struct dp_error error = {0}. */
struct dp_error {
    enum dp_status status;    // of the first sentence
    int count;                // sentences reported, also those that no longer fitted
    char text[DP_ERROR_TEXT]; // newline-terminated sentences, no prefix
    // for keys of a run that do not go together: the key that the last sentence is about, and another key
    // that could be changed instead; "" otherwise
    char key[DP_ERROR_KEY], other_key[DP_ERROR_KEY];
};

/* Adds a printf-style sentence to error (no newline in it) and returns status, so that a caller can write
 * `return dp_fail(error, DP_IO, "%s: %s", path, strerror(errno))`. error may be NULL. */
enum dp_status dp_fail(struct dp_error *error, enum dp_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The exit codes of all programs; `dewpoint run --help` explains them to users. 75 is the one that sysexits.h
 * has for "try again". */
enum dp_exit {
    DP_EXIT_OK = 0,
    DP_EXIT_SYSTEM = 1, // DP_IO and DP_NO_MEMORY; or rows are damaged
    DP_EXIT_INPUT = 2,  // DP_BAD_INPUT, DP_MISMATCH and DP_BUSY: nothing was started or changed
    DP_EXIT_RUNS = 3,   // runs failed, those of a complete sweep or too many; with --strict, also diverged or
                        // at the step limit
    DP_EXIT_INTERNAL = 70,   // an internal error of dewpoint
    DP_EXIT_INCOMPLETE = 75, // the job ended before the sweep was complete; the same command resumes it
};

/* The status for an errno that a path led to. DP_BAD_INPUT if the path is at fault, because it names nothing
 * or a thing of another kind; DP_IO if the system refuses or fails (permissions, a read-only or full disk).
 */
enum dp_status dp_path_status(int code);

/* The exit code for a status. */
int dp_exit_code(enum dp_status status);

/* Passes a failure on to the caller. */
#define DP_TRY(call)                                                                                         \
    do {                                                                                                     \
        const enum dp_status dp_try_status = (call);                                                         \
        if (dp_try_status != DP_OK)                                                                          \
            return dp_try_status;                                                                            \
    } while (0)
