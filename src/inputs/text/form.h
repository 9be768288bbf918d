// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/table.h"
#include "inputs/text/lines.h"

/* How a text of numbers is laid out: what separates its columns, and what they are called.
 *
 * Everything is found from the first lines. The separator is the one of comma, semicolon, tab and blanks that
 * makes the first line of data all numbers. The line before it is the header if none of its fields is a
 * number; so is the last comment before it that has a word for each column, which is how numpy.savetxt writes
 * a header. Where columns are chosen by name, the separator is the one that makes the header hold these
 * names, and other columns may hold anything. */

struct dp_form {
    char separator;
    bool header;           // the first line is one
    bool named;            // names come from the file
    struct dp_names names; // of all columns; their numbers where the file names none
};

/* Looks at the first lines of a text, which stays as it is. The caller frees names with dp_names_free. */
enum dp_status dp_form_find(const char *path, const char *text, size_t size, const struct dp_choice *choice,
                            struct dp_form *form, struct dp_error *error);
