// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <math.h>

/* The loops over blocks of the Hessian's parts, one part of a block at a time. Lower triangles lie row by
 * row. */

enum { PARTS = DP_LANES / PART, TRIANGLE = DP_HESSIAN_ROWS * (DP_HESSIAN_ROWS + 1) / 2 };

INLINE int rows_of(const struct dp_hessian *h)
{
    return h->inputs + 1 + h->outputs;
}

INLINE int triangle_of(int rows)
{
    return rows * (rows + 1) / 2;
}

// Where element (i, j) with j <= i of a lower triangle lies.
INLINE int place(int i, int j)
{
    return triangle_of(i) + j;
}

INLINE double *row_at(const double *array, int64_t block, int64_t rows, int part)
{
    return (double *)array + block * rows * DP_LANES + part * PART;
}

INLINE void load_rows(const double *from, vreal *to, int rows)
{
    for (int j = 0; j < rows; j++)
        to[j] = v_load(from + j * DP_LANES);
}

INLINE void store_rows(double *to, const vreal *from, int rows)
{
    for (int j = 0; j < rows; j++)
        v_store(to + j * DP_LANES, from[j]);
}

// 1 in lanes with a neuron, 0 in those beyond the width.
INLINE vreal live_lanes(const struct dp_hessian *h, int64_t block, int part)
{
    _Alignas(64) real lanes[PART];
    const int64_t live = h->width - block * DP_LANES - part * PART;
    for (int l = 0; l < PART; l++)
        lanes[l] = l < live;
    return v_load(lanes);
}

// w . x_i, the bias with it
INLINE vreal along(const struct dp_hessian *h, const vreal *w, const double *x)
{
    vreal sum = h->biasless ? v_set(0) : w[h->inputs];
    for (int j = 0; j < h->inputs; j++)
        sum = v_fma(w[j], v_set(x[j]), sum);
    return sum;
}

// One sample's share of a neuron's H_k: bend = sum_c r_c a_c sigma'', turn_c = r_c sigma'.
INLINE void add_sample(const struct dp_hessian *h, vreal *own, const double *x, vreal bend, const vreal *turn)
{
    const int d = h->inputs;
    for (int j = 0; j < d; j++) {
        const vreal row = v_mul(bend, v_set(x[j]));
        for (int k = 0; k <= j; k++)
            own[place(j, k)] = v_fma(row, v_set(x[k]), own[place(j, k)]);
        if (!h->biasless)
            own[place(d, j)] = v_add(own[place(d, j)], row);
        for (int c = 0; c < h->outputs; c++)
            own[place(d + 1 + c, j)] = v_fma(turn[c], v_set(x[j]), own[place(d + 1 + c, j)]);
    }
    if (h->biasless)
        return;
    own[place(d, d)] = v_add(own[place(d, d)], bend);
    for (int c = 0; c < h->outputs; c++)
        own[place(d + 1 + c, d)] = v_add(own[place(d + 1 + c, d)], turn[c]);
}

// The Frobenius norm of a symmetric matrix from its lower triangle, squared.
INLINE vreal square_of(const vreal *own, int rows)
{
    vreal sum = v_set(0);
    for (int i = 0; i < rows; i++)
        for (int j = 0; j <= i; j++)
            sum = v_fma(v_mul(v_set(i == j ? 1 : 2), own[place(i, j)]), own[place(i, j)], sum);
    return sum;
}

static vreal linearise_part(const struct dp_layer *layer, const double *r, struct dp_hessian *h,
                            int64_t block, int part)
{
    sigma_function *const function = function_of(layer->activation);
    const int rows = rows_of(h), d = h->inputs;
    const vreal live = live_lanes(h, block, part);
    const double *start = row_at(layer->start, block, rows, part);
    const double *moved = row_at(layer->moved, block, rows, part);
    double *sigmas = row_at(h->sigma, block, h->samples, part);
    double *slopes = row_at(h->slope, block, h->samples, part);
    vreal theta[DP_HESSIAN_ROWS], own[TRIANGLE], turn[DP_HESSIAN_ROWS];
    for (int j = 0; j < rows; j++)
        theta[j] = v_add(v_load(start + j * DP_LANES), v_load(moved + j * DP_LANES));
    for (int k = 0; k < triangle_of(rows); k++)
        own[k] = v_set(0);
    for (int64_t i = 0; i < h->samples; i++) {
        const struct sigma sigma = function(along(h, theta, h->x + i * d), layer->power);
        const vreal slope = v_mul(live, sigma.ds);
        vreal bend = v_set(0);
        v_store(sigmas + i * DP_LANES, v_mul(live, sigma.s));
        v_store(slopes + i * DP_LANES, slope);
        for (int c = 0; c < h->outputs; c++) {
            const vreal rate = v_set(r[i * h->outputs + c]);
            bend = v_fma(rate, theta[d + 1 + c], bend);
            turn[c] = v_mul(rate, slope);
        }
        add_sample(h, own, h->x + i * d, v_mul(bend, v_mul(live, sigma.dds)), turn);
    }
    store_rows(row_at(h->own, block, triangle_of(rows), part), own, triangle_of(rows));
    store_rows(row_at(h->amplitude, block, h->outputs, part), theta + d + 1, h->outputs);
    return square_of(own, rows);
}

// The largest of lanes that is not negative.
INLINE double largest_of(vreal values)
{
    _Alignas(64) double lanes[PART];
    double largest = 0;
    v_store(lanes, values);
    for (int l = 0; l < PART; l++)
        largest = lanes[l] > largest ? lanes[l] : largest;
    return largest;
}

static double linearise(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                        struct dp_hessian *h)
{
    vreal largest = v_set(0);
    h->x = batch->x;
    for (int64_t block = 0; block < h->blocks; block++)
        for (int part = 0; part < PARTS; part++)
            largest = v_max(largest, linearise_part(layer, r, h, block, part));
    return sqrt(largest_of(largest));
}

/* The pivots of some inversions, lane by lane. */
struct pivots {
    vreal least, negative; // the smallest magnitude, and how many are negative
};

INLINE void look_at_pivot(struct pivots *pivots, vreal pivot)
{
    pivots->least = v_min(pivots->least, v_abs(pivot));
    pivots->negative = v_add(pivots->negative, v_select_gt(v_set(0), pivot, v_set(1), v_set(0)));
}

/* In place, -A^-1 from the lower triangle of A by the sweep operator: pivot by pivot, elimination with the
 * rest of its row and column. The pivots are those of L D L^T. */
INLINE void negative_inverse(vreal *a, const int rows, struct pivots *pivots)
{
    vreal column[DP_HESSIAN_ROWS];
    for (int k = 0; k < rows; k++) {
        const vreal pivot = a[place(k, k)], inverse = v_div(v_set(1), pivot);
        look_at_pivot(pivots, pivot);
        for (int i = 0; i < rows; i++)
            column[i] = i < k ? a[place(k, i)] : a[place(i, k)];
        for (int i = 0; i < rows; i++) {
            const vreal factor = v_mul(column[i], inverse);
            for (int j = 0; j <= i; j++)
                a[place(i, j)] = v_fnma(factor, column[j], a[place(i, j)]);
        }
        for (int i = 0; i < rows; i++)
            a[i < k ? place(k, i) : place(i, k)] = v_mul(column[i], inverse);
        a[place(k, k)] = v_sub(v_set(0), inverse);
    }
}

static void invert_part(const struct dp_hessian *h, int64_t block, int part, double step,
                        struct pivots *pivots)
{
    const int rows = rows_of(h), triangle = triangle_of(rows);
    vreal a[TRIANGLE];
    load_rows(row_at(h->own, block, triangle, part), a, triangle);
    for (int k = 0; k < triangle; k++)
        a[k] = v_mul(v_set(step), a[k]);
    for (int k = 0; k < rows; k++)
        a[place(k, k)] = v_add(v_set(1), a[place(k, k)]);
    negative_inverse(a, rows, pivots);
    for (int k = 0; k < triangle; k++)
        a[k] = v_sub(v_set(0), a[k]);
    store_rows(row_at(h->inverse, block, triangle, part), a, triangle);
}

static int64_t invert(const struct dp_hessian *h, double step, double *least)
{
    struct pivots pivots = {v_set(1), v_set(0)};
    _Alignas(64) double negative[PART];
    int64_t count = 0;
    for (int64_t block = 0; block < h->blocks; block++)
        for (int part = 0; part < PARTS; part++)
            invert_part(h, block, part, step, &pivots);
    *least = 1 - largest_of(v_sub(v_set(1), pivots.least));
    v_store(negative, pivots.negative);
    for (int l = 0; l < PART; l++)
        count += (int64_t)negative[l];
    return count;
}

// out = B^-1 v of one neuron
INLINE void apply_inverse(const struct dp_hessian *h, int64_t block, int part, const vreal *v, vreal *out)
{
    const int rows = rows_of(h);
    const double *inverse = row_at(h->inverse, block, triangle_of(rows), part);
    for (int i = 0; i < rows; i++) {
        vreal sum = v_set(0);
        for (int j = 0; j < rows; j++)
            sum = v_fma(v_load(inverse + place(i > j ? i : j, i > j ? j : i) * DP_LANES), v[j], sum);
        out[i] = sum;
    }
}

// sums [n][o][16] += J_k^T t
INLINE void add_outputs(const struct dp_hessian *h, int64_t block, int part, const vreal *t, double *sums)
{
    const int d = h->inputs, o = h->outputs;
    const double *sigma = row_at(h->sigma, block, h->samples, part);
    const double *slope = row_at(h->slope, block, h->samples, part);
    const double *amplitude = row_at(h->amplitude, block, o, part);
    for (int64_t i = 0; i < h->samples; i++) {
        const vreal s = v_load(sigma + i * DP_LANES);
        const vreal turn = v_mul(v_load(slope + i * DP_LANES), along(h, t, h->x + i * d));
        for (int c = 0; c < o; c++) {
            double *sum = sums + (i * o + c) * DP_LANES + part * PART;
            const vreal pushed = v_fma(v_load(amplitude + c * DP_LANES), turn, v_load(sum));
            v_store(sum, v_fma(s, t[d + 1 + c], pushed));
        }
    }
}

// q = J_k z
INLINE void pull_neuron(const struct dp_hessian *h, int64_t block, int part, const double *z, vreal *q)
{
    const int d = h->inputs, o = h->outputs;
    const double *sigma = row_at(h->sigma, block, h->samples, part);
    const double *slope = row_at(h->slope, block, h->samples, part);
    const double *amplitude = row_at(h->amplitude, block, o, part);
    for (int j = 0; j < d + 1 + o; j++)
        q[j] = v_set(0);
    for (int64_t i = 0; i < h->samples; i++) {
        const vreal s = v_load(sigma + i * DP_LANES);
        vreal push = v_set(0);
        for (int c = 0; c < o; c++) {
            const vreal own = v_set(z[i * o + c]);
            push = v_fma(own, v_load(amplitude + c * DP_LANES), push);
            q[d + 1 + c] = v_fma(own, s, q[d + 1 + c]);
        }
        push = v_mul(push, v_load(slope + i * DP_LANES));
        for (int j = 0; j < d; j++)
            q[j] = v_fma(push, v_set(h->x[i * d + j]), q[j]);
        if (!h->biasless)
            q[d] = v_add(q[d], push);
    }
}

static void project_part(const struct dp_hessian *h, const struct dp_newton_vectors *at, double rl1,
                         double step, int64_t block, int part, double *sums)
{
    const int rows = rows_of(h);
    const double *rate = row_at(at->rate, block, rows, part);
    const double *change = row_at(at->change, block, rows, part);
    const double *gradient = row_at(at->gradient, block, rows, part);
    vreal v[DP_HESSIAN_ROWS], t[DP_HESSIAN_ROWS];
    for (int j = 0; j < rows; j++) {
        const vreal so_far = v_fma(v_set(rl1), v_load(rate + j * DP_LANES), v_load(change + j * DP_LANES));
        v[j] = v_sub(v_set(0), v_fma(v_set(step), v_load(gradient + j * DP_LANES), so_far));
    }
    apply_inverse(h, block, part, v, t);
    store_rows(row_at(at->room, block, rows, part), t, rows);
    add_outputs(h, block, part, t, sums);
}

static void project(const struct dp_hessian *h, const struct dp_newton_vectors *at, double rl1, double step,
                    double *outputs)
{
    const int64_t numbers = h->samples * h->outputs;
    double *sums = h->room;
    for (int64_t k = 0; k < numbers * DP_LANES; k++)
        sums[k] = 0;
    for (int64_t block = 0; block < h->blocks; block++)
        for (int part = 0; part < PARTS; part++)
            project_part(h, at, rl1, step, block, part, sums);
    for (int64_t k = 0; k < numbers; k++)
        outputs[k] = sum_lanes(sums + k * DP_LANES);
}

/* Running sums of squares of the rows of blocks, by lane. */
struct squares {
    _Alignas(64) double w[DP_LANES], a[DP_LANES];
};

INLINE void add_square(struct squares *squares, const struct dp_hessian *h, int row, int part, vreal v)
{
    double *sum = (row <= h->inputs ? squares->w : squares->a) + part * PART;
    v_store(sum, v_fma(v, v, v_load(sum)));
}

INLINE struct dp_squares sums_of(const struct squares *squares)
{
    return (struct dp_squares){sum_lanes(squares->w), sum_lanes(squares->a)};
}

static void correct(const struct dp_hessian *h, const struct dp_newton_vectors *at, const double *z,
                    struct dp_squares *x, struct dp_squares *change)
{
    const int rows = rows_of(h);
    struct squares of_x = {{0}, {0}}, of_change = {{0}, {0}};
    for (int64_t block = 0; block < h->blocks; block++)
        for (int part = 0; part < PARTS; part++) {
            const double *t = row_at(at->room, block, rows, part);
            double *changes = row_at(at->change, block, rows, part);
            double *states = row_at(at->state, block, rows, part);
            vreal q[DP_HESSIAN_ROWS], back[DP_HESSIAN_ROWS];
            pull_neuron(h, block, part, z, q);
            apply_inverse(h, block, part, q, back);
            for (int j = 0; j < rows; j++) {
                const vreal add = v_sub(v_load(t + j * DP_LANES), back[j]);
                const vreal sum = v_add(v_load(changes + j * DP_LANES), add);
                v_store(changes + j * DP_LANES, sum);
                v_store(states + j * DP_LANES, v_add(v_load(states + j * DP_LANES), add));
                add_square(&of_x, h, j, part, add);
                add_square(&of_change, h, j, part, sum);
            }
        }
    *x = sums_of(&of_x);
    *change = sums_of(&of_change);
}
