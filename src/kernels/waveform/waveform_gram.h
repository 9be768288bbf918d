// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* sum sigma_i sigma_j and sum (a sigma'_i) (a sigma'_j), pair by pair over a stretch of blocks that stays
 * near: sums of a pair are read and written once a stretch. */

enum { STRETCH = 4 };

struct rows {
    double *s, *push;     // [n][STRETCH][16] sigma and a sigma'
    double *sums, *turns; // [n (n + 1) / 2][16]
};

// The rows of all parts of a block.
INLINE void fill_rows(const struct dp_layer *layer, const struct dp_batch *batch, int64_t block, int at,
                      const struct rows *rows, sigma_function *const function, const int power, const int d)
{
    const double *x = batch->x;
    struct neurons k[PARTS];
    vreal a[PARTS];
    for (int part = 0; part < PARTS; part++) {
        load(layer, block, part, d, &k[part]);
        a[part] = v_add(k[part].a_start, k[part].a_moved);
    }
    for (int64_t i = 0; i < batch->count; i++)
        for (int part = 0; part < PARTS; part++) {
            const struct sigma sigma = function(dot(k[part].now, x + i * d, d), power);
            const int64_t to = (i * STRETCH + at) * DP_LANES + part * PART;
            v_store(rows->s + to, v_mul(k[part].live, sigma.s));
            v_store(rows->push + to, v_mul(a[part], sigma.ds));
        }
}

// Over `blocks` of a stretch.
INLINE void add_pair(const struct rows *rows, int64_t i, int64_t j, int64_t pair, int blocks)
{
    for (int part = 0; part < PARTS; part++) {
        const int64_t at = pair * DP_LANES + part * PART;
        vreal sum = v_load(rows->sums + at), turn = v_load(rows->turns + at);
        for (int b = 0; b < blocks; b++) {
            const int64_t left = (i * STRETCH + b) * DP_LANES + part * PART;
            const int64_t right = (j * STRETCH + b) * DP_LANES + part * PART;
            sum = v_fma(v_load(rows->s + left), v_load(rows->s + right), sum);
            turn = v_fma(v_load(rows->push + left), v_load(rows->push + right), turn);
        }
        v_store(rows->sums + at, sum);
        v_store(rows->turns + at, turn);
    }
}

static void fill(const struct dp_layer *layer, const struct dp_batch *batch, int64_t block, int at,
                 const struct rows *rows)
{
    const int is_tanh = VECTORS && layer->activation == DP_TANH && layer->power == 1;
    const int tanh_inputs = is_tanh ? layer->inputs : 0;
    if (tanh_inputs == 1)
        fill_rows(layer, batch, block, at, rows, power_tanh, 1, 1);
    else if (tanh_inputs == 5)
        fill_rows(layer, batch, block, at, rows, power_tanh, 1, 5);
    else if (tanh_inputs > 0)
        fill_rows(layer, batch, block, at, rows, power_tanh, 1, layer->inputs);
    else
        fill_rows(layer, batch, block, at, rows, function_of(layer->activation), layer->power, layer->inputs);
}

static void gram(const struct dp_layer *layer, const struct dp_batch *batch, int64_t stride, double *gram,
                 double *room)
{
    const int64_t n = batch->count, pairs = n * (n + 1) / 2, blocks = dp_block_count(layer);
    const int d = layer->inputs;
    const double *x = batch->x;
    const struct rows rows = {.sums = room,
                              .turns = room + pairs * DP_LANES,
                              .s = room + 2 * pairs * DP_LANES,
                              .push = room + (2 * pairs + STRETCH * n) * DP_LANES};
    for (int64_t k = 0; k < 2 * pairs * DP_LANES; k++)
        room[k] = 0;
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int count = blocks - first < STRETCH ? (int)(blocks - first) : STRETCH;
        for (int b = 0; b < count; b++)
            fill(layer, batch, first + b, b, &rows);
        for (int64_t i = 0; i < n; i++)
            for (int64_t j = 0; j <= i; j++)
                add_pair(&rows, i, j, i * (i + 1) / 2 + j, count);
    }
    for (int64_t i = 0; i < n; i++)
        for (int64_t j = 0; j <= i; j++) {
            const int64_t pair = i * (i + 1) / 2 + j;
            double product = layer->biasless ? 0 : 1;
            for (int c = 0; c < d; c++)
                product += x[i * d + c] * x[j * d + c];
            gram[i * stride + j] = gram[j * stride + i] =
                sum_lanes(rows.sums + pair * DP_LANES) + product * sum_lanes(rows.turns + pair * DP_LANES);
        }
}
