// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/keys.h"

/* A condition on values other than the keys of a run, written as in `exclude`: "status == diverged and width
 * > 1000". The names that it may use are a table in the form of the table of keys, of which only name, type
 * and choices are used: DP_CHOICE for values 0, 1, ... that have names, DP_REAL for numbers. */

struct dp_where;

/* names[count] must outlive the result. option: the name of the option for errors, such as "--where".
 * DP_BAD_INPUT for a mistake in the text. */
enum dp_status dp_where_create(const char *option, const char *text, const struct dp_key *names, int count,
                               struct dp_where **where, struct dp_error *error);
bool dp_where_reads(const struct dp_where *where, int name);

/* values[count]; values that the condition does not read need not be set. Comparisons with NAN are false. */
bool dp_where_holds(struct dp_where *where, const double *values);
void dp_where_free(struct dp_where *where);
