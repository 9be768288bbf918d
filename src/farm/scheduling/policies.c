// SPDX-License-Identifier: BSD-3-Clause
#include "farm/scheduling/policies.h"
#include <stddef.h>

const char *const dp_policy_names[] = {"lpt", "dynamic", "guided", "factoring", "static", NULL};

void dp_rows_policy_begin(struct dp_rows_policy *p, enum dp_policy which, int ranks, int64_t rows)
{
    *p = (struct dp_rows_policy){.policy = which, .ranks = ranks, .rows = rows};
}

static int64_t divide_up(int64_t a, int64_t b)
{
    return (a + b - 1) / b;
}

static int64_t one_row(struct dp_rows_policy *p, int64_t left)
{
    (void)p;
    (void)left;
    return 1;
}

static int64_t guided(struct dp_rows_policy *p, int64_t left)
{
    return divide_up(left, p->ranks);
}

static int64_t factoring(struct dp_rows_policy *p, int64_t left)
{
    if (p->batch_left == 0) {
        p->batch = divide_up(left, 2 * p->ranks);
        p->batch_left = p->ranks;
    }
    p->batch_left--;
    return p->batch;
}

/* To the end of the block that the rows taken so far have come to: block k ends before row (k + 1) R / P. */
static int64_t to_end_of_block(struct dp_rows_policy *p, int64_t left)
{
    int64_t block = p->rows > 0 ? (int64_t)((double)p->taken * (double)p->ranks / (double)p->rows) : 0;
    while (block > 0 && block * p->rows / p->ranks > p->taken)
        block--;
    while ((block + 1) * p->rows / p->ranks <= p->taken && block + 1 < p->ranks)
        block++;
    const int64_t rest = (block + 1) * p->rows / p->ranks - p->taken;
    return rest < left ? rest : left;
}

int64_t dp_rows_policy_next(struct dp_rows_policy *p, int64_t left)
{
    static int64_t (*const rows[DP_POLICIES])(struct dp_rows_policy *,
                                              int64_t) = {[DP_LPT] = one_row,
                                                          [DP_DYNAMIC] = one_row,
                                                          [DP_GUIDED] = guided,
                                                          [DP_FACTORING] = factoring,
                                                          [DP_STATIC] = to_end_of_block};
    const int64_t count = rows[p->policy](p, left);
    return count < 1 ? 1 : count;
}

void dp_rows_policy_took(struct dp_rows_policy *p, int64_t count)
{
    p->taken += count;
}
