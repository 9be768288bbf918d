// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/table.h"
#include "inputs/text/lines.h"

/* The form of a text of numbers: what separates its columns, and what they are named.
 *
 * The first lines determine the form. The separator is the one of comma, semicolon, tab and blanks that makes
 * the first line of data all numbers. The line before it is the header if none of its fields is a number. A
 * comment is the header if it is the last before the data and has a word for each column, as numpy.savetxt
 * writes it. If columns are chosen by name, the separator is the one with which the header has these names,
 * and other columns may hold anything. */

struct dp_form {
    char separator;
    bool header;           // the first line is one
    bool named;            // names come from the file
    struct dp_names names; // of all columns; column numbers if the file has no names
};

/* Finds the form from the first lines of a text, which is not changed. The caller frees names with
 * dp_names_free. */
enum dp_status dp_form_find(const char *path, const char *text, size_t size, const struct dp_choice *choice,
                            struct dp_form *form, struct dp_error *error);
