// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/keys.h"

/* A condition on other things than the keys of a run, in the words of `exclude`: "status == diverged and
 * width > 1000". What it can be about is a table of names in the form of the table of keys, of which name,
 * type and choices count: DP_CHOICE for what has names for its values 0, 1, ..., DP_REAL for numbers. */

struct dp_where;

/* names[count] must outlive the result. option: how mistakes call it, such as "--where". DP_BAD_INPUT. */
enum dp_status dp_where_create(const char *option, const char *text, const struct dp_key *names, int count,
                               struct dp_where **where, struct dp_error *error);
bool dp_where_reads(const struct dp_where *where, int name);

/* values[count]; those that are not read need not be there. What is NAN compares as false. */
bool dp_where_holds(struct dp_where *where, const double *values);
void dp_where_free(struct dp_where *where);
