// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/neurons.h"

/* K by rows of neurons. It is sum_k u_k u_k^T - sum_q q q^T and, in a second matrix, sum_k a_k^2 b_k b_k^T,
 * which is then multiplied by x_i.x_j. u are the outputs before a, b is 1 where active, and q = a (e.x_i) b
 * for an orthonormal basis e of the lines' x. A tile of rows makes one pass over the pairs; only those on and
 * above the diagonal are formed. */

enum { GRAM_ROWS = 8 };

struct gram_rows {
    int outer, forces;    // rows in use
    double *left, *right; // [GRAM_ROWS][stride] factors of outer products into the first matrix
    double *force;        // [GRAM_ROWS][stride] a b
};

// sum over rows of left_i right_j, from the strands of i on
static void add_outer(int rows, int n, int stride, const double *left, const double *right, double *matrix)
{
    for (int i = 0; i < n; i++)
        for (int c = i / DP_WAVE_STRANDS; c < stride / DP_WAVE_STRANDS; c++) {
            strands sum = as_strands(matrix + i * stride)[c];
            for (int k = 0; k < rows; k++)
                sum += left[k * stride + i] * as_strands(right + k * stride)[c];
            ((strands *)(void *)(matrix + i * stride))[c] = sum;
        }
}

static void flush_outer(const struct dp_wave_points *p, struct gram_rows *rows, double *gram)
{
    add_outer(rows->outer, p->n, p->stride, rows->left, rows->right, gram);
    rows->outer = 0;
}

// An outer product sign v v^T
static void put_outer(const struct dp_wave_points *p, struct gram_rows *rows, double sign, const double *v,
                      double *gram)
{
    if (rows->outer == GRAM_ROWS)
        flush_outer(p, rows, gram);
    double *const left = rows->left + rows->outer * p->stride, *const right =
                                                                   rows->right + rows->outer * p->stride;
    for (int i = 0; i < p->stride; i++) {
        left[i] = sign * v[i];
        right[i] = v[i];
    }
    rows->outer++;
}

// What the lines take out: an orthonormal basis of their x by Gram and Schmidt, twice.
static void put_lines(struct neuron *k, struct gram_rows *rows, double *gram)
{
    const struct dp_wave_points *p = k->points;
    const int d = p->inputs;
    double *const basis = k->on.matrix;
    int size = 0;
    for (int r = 0; r < k->on.count && size < d; r++) {
        double *const e = basis + size * d;
        for (int j = 0; j < d; j++)
            e[j] = p->x[j * p->stride + k->on.sample[r]];
        for (int twice = 0; twice < 2; twice++)
            for (int q = 0; q < size; q++) {
                const double along = plain_dot(d, basis + q * d, e);
                for (int j = 0; j < d; j++)
                    e[j] -= along * basis[q * d + j];
            }
        const double length = sqrt(square_of(d, e));
        if (!(length > 1e-10 * sqrt(p->square[k->on.sample[r]])))
            continue;
        for (int j = 0; j < d; j++)
            e[j] /= length;
        size++;
        strand_combine(d, p->stride, e, p->x, k->rate);
        for (int i = 0; i < p->stride; i++)
            k->rate[i] *= k->now[d] * k->active[i];
        put_outer(p, rows, -1, k->rate, gram);
    }
}

static void gram(const struct dp_wave_points *points, const struct dp_wave_neurons *neurons, double *gram,
                 double *room)
{
    const int n = points->n, stride = points->stride, d = points->inputs;
    struct gram_rows rows = {0};
    struct neuron k = neuron_in(points, room, &rows.left);
    rows.right = rows.left + GRAM_ROWS * stride;
    rows.force = rows.right + GRAM_ROWS * stride;
    double *const forces = gram + stride * stride;
    memset(gram, 0, (size_t)(2 * stride * stride) * sizeof *gram);
    for (int64_t index = 0; index < neurons->width; index++) {
        load(&k, neurons, index);
        if (k.live == k.on.count) // active nowhere
            continue;
        find_z(&k);
        for (int i = 0; i < stride; i++) {
            k.z[i] *= k.active[i];
            rows.force[rows.forces * stride + i] = k.now[d] * k.active[i];
        }
        put_outer(points, &rows, 1, k.z, gram);
        if (++rows.forces == GRAM_ROWS) {
            add_outer(rows.forces, n, stride, rows.force, rows.force, forces);
            rows.forces = 0;
        }
        if (k.on.count > 0)
            put_lines(&k, &rows, gram);
    }
    flush_outer(points, &rows, gram);
    add_outer(rows.forces, n, stride, rows.force, rows.force, forces);
    for (int i = 0; i < n; i++)
        for (int j = i; j < n; j++) {
            double product = 0;
            for (int c = 0; c < d; c++)
                product += points->x[c * stride + i] * points->x[c * stride + j];
            gram[i * stride + j] += product * forces[i * stride + j];
            gram[j * stride + i] = gram[i * stride + j];
        }
}
