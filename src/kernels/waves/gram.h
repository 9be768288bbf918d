// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/plane.h"

/* K by rows of neurons: sum_k u_k u_k^T, the part of a, plus the part of w, sum_k a_k^2 b_k b_k^T multiplied
 * by x_i.x_j, less sum_q q q^T. u are the outputs before a, b is 1 where active, and q = a (e.x_i) b for an
 * orthonormal basis e of the lines' x. A block makes one pass over the pairs; only those on and above the
 * diagonal are formed. */

struct gram_rows {
    double *left, *right; // [DP_WAVE_STRANDS][stride] factors of outer products
    int lines;            // rows of these in use
    double *line;         // [DP_WAVE_STRANDS][stride] q
    double *basis;        // [D][D]
    double *image;        // [stride]
    double *along;        // [n][stride] x_s.x_i / |x_s|
};

// sum over rows of left_i right_j, from the strands of i on
static void add_outer(int rows, int n, int stride, const double *left, const double *right, double *matrix)
{
    for (int i = 0; i < n; i++)
        for (int c = i / DP_WAVE_STRANDS; c < stride / DP_WAVE_STRANDS; c++) {
            strands sum = as_strands(matrix + i * stride)[c];
            for (int k = 0; k < rows; k++)
                sum = strand_fma(strand_all(left[k * stride + i]), as_strands(right + k * stride)[c], sum);
            ((strands *)(void *)(matrix + i * stride))[c] = sum;
        }
}

static void flush_lines(const struct dp_wave_points *p, struct gram_rows *rows, double *lines)
{
    for (int i = 0; i < rows->lines * p->stride; i++)
        rows->left[i] = -rows->line[i];
    add_outer(rows->lines, p->n, p->stride, rows->left, rows->line, lines);
    rows->lines = 0;
}

static void fill_along(const struct dp_wave_points *p, double *along)
{
    for (int s = 0; s < p->n; s++) {
        double *const row = along + s * p->stride;
        const double length = sqrt(p->square[s]), inverse = length > 0 ? 1 / length : 0;
        for (int i = 0; i < p->stride; i++)
            row[i] = 0;
        for (int j = 0; j < p->inputs; j++)
            for (int i = 0; i < p->stride; i++)
                row[i] += inverse * p->x[j * p->stride + s] * p->x[j * p->stride + i];
    }
}

// A row q of a neuron, less its a and the samples on which it is inactive, becomes the next one.
static void put_row(struct block *b, int lane, struct gram_rows *rows, const double *q, double *lines)
{
    const struct dp_wave_points *p = b->points;
    const double a = *strand_of(b->now, p->inputs, lane);
    if (rows->lines == DP_WAVE_STRANDS)
        flush_lines(p, rows, lines);
    double *const row = rows->line + rows->lines++ * p->stride;
    for (int i = 0; i < p->stride; i++)
        row[i] = q[i] * (a * *strand_of(b->active, i, lane));
}

// What the lines of one neuron take out: an orthonormal basis of their x by Gram and Schmidt, twice.
static void put_lines(struct block *b, int lane, struct gram_rows *rows, double *lines)
{
    const struct dp_wave_points *p = b->points;
    const struct lines *on = &b->on[lane];
    const int d = p->inputs;
    int size = 0;
    if (on->count == 1) {
        put_row(b, lane, rows, rows->along + on->sample[0] * p->stride, lines);
        return;
    }
    for (int r = 0; r < on->count && size < d; r++) {
        double *const e = rows->basis + size * d;
        for (int j = 0; j < d; j++)
            e[j] = p->x[j * p->stride + on->sample[r]];
        for (int twice = 0; twice < 2; twice++)
            for (int q = 0; q < size; q++) {
                const double along = plain_dot(d, rows->basis + q * d, e);
                for (int j = 0; j < d; j++)
                    e[j] -= along * rows->basis[q * d + j];
            }
        const double length = sqrt(plain_dot(d, e, e));
        if (!(length > 1e-10 * sqrt(p->square[on->sample[r]])))
            continue;
        for (int j = 0; j < d; j++)
            e[j] /= length;
        size++;
        strand_combine(d, p->stride, e, p->x, rows->image);
        put_row(b, lane, rows, rows->image, lines);
    }
}

/* One block's outer products, by rows of neurons: a tile of the matrix takes all of them. */
static void add_rows(struct block *b, int d, const struct gram_rows *rows, double *of_a, double *forces)
{
    const int n = b->points->n, stride = b->points->stride;
    for (int l = 0; l < DP_WAVE_STRANDS; l++)
        for (int i = 0; i < stride; i++) {
            const double active = *strand_of(b->active, i, l);
            rows->left[l * stride + i] = *strand_of(b->z, i, l) * active;
            rows->right[l * stride + i] = *strand_of(b->now, d, l) * active;
        }
    add_outer(DP_WAVE_STRANDS, n, stride, rows->left, rows->left, of_a);
    add_outer(DP_WAVE_STRANDS, n, stride, rows->right, rows->right, forces);
}

/* The same on few samples, by pairs of samples: sums over neurons stay in their strands, in place of rates
 * and of sums of outputs, which are not needed here. */
INLINE void add_pairs(struct block *b, int d, strands *pairs)
{
    const int n = b->points->n;
    const strands a = b->now[d];
    for (int i = 0; i < n; i++) {
        b->z[i] *= b->active[i];
        b->rate[i] = a * b->active[i];
        for (int j = 0; j <= i; j++, pairs += 2) {
            pairs[0] = strand_fma(b->z[i], b->z[j], pairs[0]);
            pairs[1] = strand_fma(b->rate[i], b->rate[j], pairs[1]);
        }
    }
}

static void sum_pairs(const struct dp_wave_points *p, const strands *pairs, double *of_a, double *forces)
{
    for (int i = 0; i < p->n; i++)
        for (int j = 0; j <= i; j++, pairs += 2) {
            of_a[j * p->stride + i] = strand_sum(pairs);
            forces[j * p->stride + i] = strand_sum(pairs + 1);
        }
}

static int gram(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons, double *gram,
                double *room)
{
    const int n = points->n, stride = points->stride, d = points->inputs;
    const bool few = n * (n + 1) <= stride * (DP_WAVE_INTERVALS + 1); // two sums a pair
    struct gram_rows rows = {0};
    struct block b = block_in(points, room, &rows.left);
    if (gram_in_plane(&b, neurons, gram, rows.left))
        return 1;
    rows.right = rows.left + DP_WAVE_STRANDS * stride;
    rows.line = rows.right + DP_WAVE_STRANDS * stride;
    rows.image = rows.line + DP_WAVE_STRANDS * stride;
    rows.along = rows.image + stride;
    rows.basis = rows.along + n * stride;
    fill_along(points, rows.along);
    double *const of_a = gram + stride * stride, *const forces = of_a + stride * stride;
    memset(gram, 0, (size_t)(3 * stride * stride) * sizeof *gram);
    for (int64_t index = 0; index < dp_wave_blocks(neurons->width); index++) {
        load_block(&b, d, neurons, index);
        for (int l = 0; b.lined && l < DP_WAVE_STRANDS; l++)
            if (b.on[l].count > 0)
                put_lines(&b, l, &rows, gram);
        if (few)
            add_pairs(&b, d, b.sums);
        else
            add_rows(&b, d, &rows, of_a, forces);
    }
    if (few)
        sum_pairs(points, b.sums, of_a, forces);
    flush_lines(points, &rows, gram);
    for (int i = 0; i < n; i++)
        for (int j = i; j < n; j++) {
            double product = 0;
            for (int c = 0; c < d; c++)
                product += points->x[c * stride + i] * points->x[c * stride + j];
            gram[i * stride + j] += of_a[i * stride + j] + product * forces[i * stride + j];
            gram[j * stride + i] = gram[i * stride + j];
            of_a[j * stride + i] = of_a[i * stride + j];
        }
    return (n + 2 * d + 1) / (2 * d + 2);
}
