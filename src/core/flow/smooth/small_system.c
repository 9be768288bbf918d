// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/small_system.h"
#include "core/math/ldl.h"
#include "core/math/reserve.h"
#include <string.h>

enum { MOST_PARAMETERS = 200, TO_OUTPUTS = 2 }; // P of what it serves at most, and of N

static int rows_of(const struct dp_hessian *h)
{
    return h->inputs + 1 + h->outputs;
}

size_t dp_small_system_lay_out(struct dp_small_system *small, const struct dp_hessian *h, char *memory)
{
    const int64_t p = h->width * rows_of(h);
    size_t bytes = 0;
    *small = (struct dp_small_system){0};
    if (p > MOST_PARAMETERS || p > TO_OUTPUTS * h->samples * h->outputs)
        return 0;
    small->parameters = p;
    small->hessian = dp_reserve(memory, &bytes, p * p);
    small->upper = dp_reserve(memory, &bytes, p * p);
    small->row = dp_reserve(memory, &bytes, p);
    small->x = dp_reserve(memory, &bytes, p);
    return bytes;
}

// Where number j of `rows` of neuron k lies in blocks.
static int64_t place(int rows, int64_t k, int j)
{
    return (k / DP_LANES * rows + j) * DP_LANES + k % DP_LANES;
}

// Row (i, c) of J^T.
static void gradient_of(const struct dp_hessian *h, int64_t i, int c, double *row)
{
    const int rows = rows_of(h), d = h->inputs, o = h->outputs;
    for (int64_t k = 0; k < h->width; k++, row += rows) {
        const double push = h->amplitude[place(o, k, c)] *
                            h->slope[(k / DP_LANES * h->samples + i) * DP_LANES + k % DP_LANES];
        for (int j = 0; j < d; j++)
            row[j] = push * h->x[i * d + j];
        row[d] = h->biasless ? 0 : push;
        for (int e = 0; e < o; e++)
            row[d + 1 + e] = e == c ? h->sigma[(k / DP_LANES * h->samples + i) * DP_LANES + k % DP_LANES] : 0;
    }
}

void dp_small_system_linearise(struct dp_small_system *small, const struct dp_hessian *h, double s,
                               const double *weight)
{
    const int64_t p = small->parameters;
    const int rows = rows_of(h), triangle = rows * (rows + 1) / 2;
    memset(small->hessian, 0, (size_t)(p * p) * sizeof *small->hessian);
    for (int64_t k = 0; k < h->width; k++)
        for (int j = 0; j < rows; j++)
            for (int i = 0; i <= j; i++)
                small->hessian[(k * rows + i) * p + k * rows + j] =
                    h->own[place(triangle, k, j * (j + 1) / 2 + i)];
    for (int64_t i = 0; i < h->samples; i++)
        for (int c = 0; c < h->outputs; c++) {
            gradient_of(h, i, c, small->row);
            const double factor = s * weight[i * h->outputs + c];
            for (int64_t q = 0; q < p; q++)
                for (int64_t r = q; r < p; r++)
                    small->hessian[q * p + r] += factor * small->row[q] * small->row[r];
        }
}

bool dp_small_system_prepare(struct dp_small_system *small, double step)
{
    const int64_t p = small->parameters;
    for (int64_t q = 0; q < p; q++)
        for (int64_t r = q; r < p; r++)
            small->upper[q * p + r] = (q == r) + step * small->hessian[q * p + r];
    return dp_ldl(p, small->upper) == 0;
}

double dp_small_system_iterate(struct dp_small_system *small, const struct dp_hessian *h,
                               const double *weight, const struct dp_newton_vectors *at, double rl1,
                               double step, struct dp_squares *x, struct dp_squares *change)
{
    const int rows = rows_of(h);
    const int64_t p = small->parameters;
    double put = 0;
    *x = *change = (struct dp_squares){0, 0};
    for (int64_t k = 0; k < h->width; k++)
        for (int j = 0; j < rows; j++) {
            const int64_t from = place(rows, k, j);
            small->x[k * rows + j] = -(rl1 * at->rate[from] + at->change[from] + step * at->gradient[from]);
        }
    dp_ldl_solve(p, small->upper, small->x);
    for (int64_t k = 0; k < h->width; k++)
        for (int j = 0; j < rows; j++) {
            const int64_t to = place(rows, k, j);
            const double add = small->x[k * rows + j];
            at->change[to] += add;
            at->state[to] += add;
            *(j <= h->inputs ? &x->w : &x->a) += add * add;
            *(j <= h->inputs ? &change->w : &change->a) += at->change[to] * at->change[to];
        }
    for (int64_t i = 0; i < h->samples; i++)
        for (int c = 0; c < h->outputs; c++) {
            double along = 0;
            gradient_of(h, i, c, small->row);
            for (int64_t q = 0; q < p; q++)
                along += small->row[q] * small->x[q];
            put += weight[i * h->outputs + c] * along * along;
        }
    return put;
}
