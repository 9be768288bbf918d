// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/scheduler.h"

/* The classical policies, by numbers of rows: dewpoint/farm/scheduler.h has their formulas. */

struct dp_rows_policy {
    enum dp_policy policy;
    int64_t ranks, rows; // rows: pending at the start
    int64_t taken;
    int64_t batch, batch_left; // factoring: rows of each chunk of the batch, and how many chunks it still has
};

void dp_rows_policy_begin(struct dp_rows_policy *policy, enum dp_policy which, int ranks, int64_t rows);

/* The rows of the next chunk when so many are left (at least 1). */
int64_t dp_rows_policy_next(struct dp_rows_policy *policy, int64_t left);

/* So many were taken. */
void dp_rows_policy_took(struct dp_rows_policy *policy, int64_t count);
