// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* J^T B^-1 J, for each neuron a product of the samples' rows. Vectors run over samples here: the J of a block
 * is transposed once, and the rest is a product of two matrices of 16 (d + 1 + o) rows, tile by tile. Every
 * element is one running sum over rows, whatever the tile, so tiles may depend on the instruction set. */

enum { TILE_ROWS = 4, TILE_COLUMNS = (VECTORS ? 2 : 1) * PART };

/* One block's J and B^-1 J, [16 rows][padded]. */
struct turned {
    double *j, *bj;
    int64_t padded;
};

// J of the neuron in one lane: rows [d + 1 + o][padded], whose columns beyond N are zero and stay so.
INLINE void turn_neuron(const struct dp_hessian *h, int64_t block, int lane, double *rows, int64_t padded)
{
    const int d = h->inputs, o = h->outputs;
    const double *sigma = h->sigma + block * h->samples * DP_LANES + lane;
    const double *slope = h->slope + block * h->samples * DP_LANES + lane;
    const double *amplitude = h->amplitude + block * o * DP_LANES + lane;
    for (int64_t i = 0; i < h->samples; i++)
        for (int c = 0; c < o; c++) {
            double *to = rows + i * o + c;
            const double push = amplitude[c * DP_LANES] * slope[i * DP_LANES];
            for (int j = 0; j < d; j++)
                to[j * padded] = push * h->x[i * d + j];
            to[d * padded] = h->biasless ? 0 : push;
            to[(d + 1 + c) * padded] = sigma[i * DP_LANES];
        }
}

// B^-1 of the same neuron times its rows.
INLINE void weigh_neuron(const struct dp_hessian *h, int64_t block, int lane, const double *rows, double *to,
                         int64_t padded)
{
    const int count = rows_of(h);
    const double *inverse = h->inverse + block * triangle_of(count) * DP_LANES + lane;
    for (int64_t i = 0; i < padded; i += PART)
        for (int p = 0; p < count; p++) {
            vreal sum = v_set(0);
            for (int q = 0; q < count; q++) {
                const int at = place(p > q ? p : q, p > q ? q : p);
                sum = v_fma(v_set(inverse[at * DP_LANES]), v_load(rows + q * padded + i), sum);
            }
            v_store(to + p * padded + i, sum);
        }
}

// The tile of the sums at (i, j).
INLINE void add_tile(const struct turned *t, int64_t rows, int64_t i, int64_t j, double *sums)
{
    vreal tile[TILE_ROWS][TILE_COLUMNS / PART];
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < TILE_COLUMNS / PART; v++)
            tile[r][v] = v_load(sums + (i + r) * t->padded + j + v * PART);
    for (int64_t k = 0; k < rows; k++)
        for (int r = 0; r < TILE_ROWS; r++) {
            const vreal left = v_set(t->j[k * t->padded + i + r]);
            for (int v = 0; v < TILE_COLUMNS / PART; v++)
                tile[r][v] = v_fma(left, v_load(t->bj + k * t->padded + j + v * PART), tile[r][v]);
        }
    for (int r = 0; r < TILE_ROWS; r++)
        for (int v = 0; v < TILE_COLUMNS / PART; v++)
            v_store(sums + (i + r) * t->padded + j + v * PART, tile[r][v]);
}

static void gram(const struct dp_hessian *h, double *result)
{
    const int rows = rows_of(h);
    const int64_t numbers = h->samples * h->outputs, padded = dp_hessian_padded(numbers);
    double *const sums = h->room;
    struct turned turned = {.j = sums + padded * padded, .padded = padded};
    turned.bj = turned.j + DP_LANES * rows * padded;
    for (int64_t k = 0; k < padded * padded + DP_LANES * rows * padded; k++)
        sums[k] = 0;
    for (int64_t block = 0; block < h->blocks; block++) {
        for (int lane = 0; lane < DP_LANES; lane++) {
            double *j = turned.j + lane * rows * padded, *bj = turned.bj + lane * rows * padded;
            turn_neuron(h, block, lane, j, padded);
            weigh_neuron(h, block, lane, j, bj, padded);
        }
        for (int64_t i = 0; i < padded; i += TILE_ROWS)
            for (int64_t j = i / TILE_COLUMNS * TILE_COLUMNS; j < padded; j += TILE_COLUMNS)
                add_tile(&turned, DP_LANES * rows, i, j, sums);
    }
    for (int64_t i = 0; i < numbers; i++)
        for (int64_t j = i; j < numbers; j++)
            result[i * numbers + j] = result[j * numbers + i] = sums[i * padded + j];
}
