// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/table.h"
#include "inputs/text/lines.h"

/* The beginning of a text of numbers, from which form.c finds its form, and the sentences that refuse it. */

struct dp_head {
    const char *path;
    struct dp_line first, second;
    char *copy;               // of the text, which the lines point into
    struct dp_names comments; // those before the second line, in their order
    struct dp_fields fields;  // of the line last split
    char *line;               // room for it
    const struct dp_choice *choice;
};

/* In the order in which a mistake is looked for. */
enum { DP_SEPARATORS = 4 };
extern const char dp_separators[DP_SEPARATORS];

enum dp_status dp_head_no_memory(const struct dp_head *head, struct dp_error *error);
enum dp_status dp_head_split(struct dp_head *head, const char *line, char separator, struct dp_error *error);

/* How many fields of each kind the line last split has. */
struct dp_field_counts {
    int64_t fields, kind[DP_FIELD_WORDS + 1];
};
struct dp_field_counts dp_head_count(const struct dp_head *head);

/* Refuses the fields last split as a header of this many columns, or returns DP_OK. */
enum dp_status dp_head_check(const struct dp_head *head, int64_t columns, struct dp_error *error);

/* Says why no separator gives numbers in the first line; the second, if the first can only be a header. */
enum dp_status dp_head_complain(struct dp_head *head, bool wordy, struct dp_error *error);
