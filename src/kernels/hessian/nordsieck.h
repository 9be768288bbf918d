// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The loops over Nordsieck arrays: z_j = h^j y^(j) / j!. */

static struct dp_squares predict(const struct dp_hessian *h, double *const *z, int order, double *state,
                                 double *rate, double *change)
{
    const int rows = rows_of(h);
    struct squares squares = {{0}, {0}};
    for (int64_t block = 0; block < h->blocks; block++)
        for (int j = 0; j < rows; j++)
            for (int part = 0; part < PARTS; part++) {
                const int64_t at = (block * rows + j) * DP_LANES + part * PART;
                vreal sum = v_load(z[order] + at), slope = v_mul(v_set(order), sum);
                for (int k = order - 1; k >= 0; k--) {
                    const vreal own = v_load(z[k] + at);
                    sum = v_add(sum, own);
                    slope = v_fma(v_set(k), own, slope);
                }
                v_store(state + at, sum);
                v_store(rate + at, slope);
                v_store(change + at, v_set(0));
                add_square(&squares, h, j, part, sum);
            }
    return sums_of(&squares);
}

static void advance(const struct dp_hessian *h, double *const *z, int order, const double *l,
                    const double *change)
{
    const int64_t count = h->blocks * rows_of(h) * DP_LANES;
    for (int64_t at = 0; at < count; at += PART) {
        const vreal add = v_load(change + at);
        vreal own[DP_NORDSIECK];
        for (int k = 0; k <= order; k++)
            own[k] = v_load(z[k] + at);
        for (int k = 0; k < order; k++) // Pascal's triangle
            for (int j = order - 1; j >= k; j--)
                own[j] = v_add(own[j], own[j + 1]);
        for (int k = 0; k <= order; k++)
            v_store(z[k] + at, v_fma(v_set(l[k]), add, own[k]));
    }
}

static struct dp_squares combine(const struct dp_hessian *h, double *const *z, int count, const double *c,
                                 double *to)
{
    const int rows = rows_of(h);
    struct squares squares = {{0}, {0}};
    for (int64_t block = 0; block < h->blocks; block++)
        for (int j = 0; j < rows; j++)
            for (int part = 0; part < PARTS; part++) {
                const int64_t at = (block * rows + j) * DP_LANES + part * PART;
                vreal sum = v_set(0);
                for (int k = 0; k < count; k++)
                    sum = v_fma(v_set(c[k]), v_load(z[k] + at), sum);
                v_store(to + at, sum);
                add_square(&squares, h, j, part, sum);
            }
    return sums_of(&squares);
}
