// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* One step of gradient flow, sector by sector, for the neurons of a spread relu layer with one input and one
 * output.
 *
 * The lines w x_i + b = 0 cut the plane of (w, b) into sectors. Within a sector all neurons have the same
 * active samples and obey the same linear equation, so a step moves each neuron by the map of its sector,
 * with one table look-up for each entry. Neurons that have crossed a line are corrected: on the rest of their
 * way beyond the line, the pull of that sample is switched on or off. A neuron that this would throw back
 * over the line stays on the line. */

// BESIDE: more than rounding makes of a number that should be 0, relative to what it is made of.
#if DP_BITS == 32
#    define LEAST_NORMAL 0x1p-126F
#    define BESIDE 0x1p-20F
#else
#    define LEAST_NORMAL 0x1p-1022
#    define BESIDE 0x1p-49
#endif

enum { SECTOR_ROWS = 7 }; // what a neuron leaves for the sums: its sector, (w, b, a) and three products

/* One part of one block. */
struct sector_lanes {
    vreal h[DP_SECTOR_SAMPLES]; // w x_i + b
    vmask on[DP_SECTOR_SAMPLES];
};

INLINE void put_side(const vreal *theta, const real *x, struct sector_lanes *lanes, const int n)
{
    for (int i = 0; i < n; i++) {
        lanes->h[i] = v_fma(theta[0], v_set(x[i]), theta[1]);
        lanes->on[i] = m_gt(lanes->h[i], v_set(0));
    }
}

// Which sector, by how many samples are active, and on which side of the line: those with the largest x or
// the smallest.
INLINE vreal sector_number(const vreal *theta, const struct sector_lanes *lanes, const int n)
{
    vreal count = v_set(0);
    for (int i = 0; i < n; i++)
        count = v_add_if(count, lanes->on[i], v_set(1));
    return v_select_gt(theta[0], v_set(0), v_sub(v_set((real)(2 * n)), count), count);
}

/* The effect of sample i on neurons that cross its line, when a step takes h from `from` to `to`. If h
 * changes evenly, the part `rest` of the way lies beyond the line. There the sample's pull on (w, b) is
 * switched, which moves h by x^2 + 1 times `push`. A neuron that would be moved by more than its distance
 * beyond the line would be thrown back; it stays on the line. It then adds nothing to the sample's output, so
 * it stays where the sample is not active, as near as rounding can tell. size: of the numbers that h is the
 * sum of. */
INLINE void pass_line(vreal from, vreal to, vmask was, vmask is, real x, real pull, vreal amplitude,
                      vreal size, vreal *delta)
{
    const vreal zero = v_set(0), one = v_set(1), reach = v_set(x * x + 1);
    const vreal way = v_add(v_abs(from), v_abs(to)), rest = v_div(v_abs(to), v_max(way, v_set(LEAST_NORMAL)));
    const vreal switched = v_mul(v_mul(v_sub(v_if(is, one), v_if(was, one)), v_set(pull)), rest);
    const vreal push = v_mul(switched, amplitude), limit = v_div(to, reach);
    const vreal back = v_select_gt(to, zero, push, v_sub(zero, push)), most = v_abs(limit);
    const vreal beside = v_div(v_fma(v_set(BESIDE), size, to), reach);
    const vreal taken = v_select_gt(back, most, beside, push);
    const vreal height = v_select_gt(back, most, zero, v_mul(to, v_set((real)0.5)));
    delta[0] = v_fnma(taken, v_set(x), delta[0]);
    delta[1] = v_sub(delta[1], taken);
    delta[2] = v_fnma(switched, height, delta[2]);
}

// (|w| + |w'|) |x| + |b| + |b'| for a neuron's present weights and those of its start
INLINE vreal size_of(const real *start, const vreal *theta, real x)
{
    const vreal w = v_add(v_abs(v_load(start)), v_abs(theta[0]));
    const vreal b = v_add(v_abs(v_load(start + DP_LANES)), v_abs(theta[1]));
    return v_fma(w, v_set(x > 0 ? x : -x), b);
}

/* One part of one block, whose sector and (w, b, a) stand in `row`, by the maps [9][DP_SECTORS], and past the
 * lines. */
INLINE void turn_part(const vreal *row, const real *start, const real *moved, real *moved_to,
                      const real *maps, const real *pulls, const real *x, const int n)
{
    const vreal *theta = row + 1;
    vreal delta[3], after[3];
    struct sector_lanes was, is;
    const vindex sector = i_of(row[0]);
    for (int j = 0; j < 3; j++) {
        const real *map = maps + 3 * j * DP_SECTORS;
        delta[j] = v_mul(v_lookup(map, sector, n <= 4), theta[0]);
        delta[j] = v_fma(v_lookup(map + DP_SECTORS, sector, n <= 4), theta[1], delta[j]);
        delta[j] = v_fma(v_lookup(map + 2 * DP_SECTORS, sector, n <= 4), theta[2], delta[j]);
        after[j] = v_add(theta[j], delta[j]);
    }
    put_side(after, x, &is, n);
    put_side(theta, x, &was, n);
    const vreal amplitude = v_mul(v_add(theta[2], after[2]), v_set((real)0.5));
    for (int i = 0; i < n; i++)
        if (!m_same(was.on[i], is.on[i]))
            pass_line(was.h[i], is.h[i], was.on[i], is.on[i], x[i], pulls[i], amplitude,
                      size_of(start, theta, x[i]), delta);
    for (int j = 0; j < 3; j++)
        v_store(moved_to + j * DP_LANES, v_add(v_load(moved + j * DP_LANES), delta[j]));
}

// A part's sector, (w, b, a) and (w b, b b, b a), for the sums.
INLINE void rows_part(const real *start, const real *moved, const real *x, vreal *rows, const int n)
{
    vreal theta[3];
    struct sector_lanes lanes;
    for (int j = 0; j < 3; j++)
        theta[j] = v_add(v_load(start + j * DP_LANES), v_load(moved + j * DP_LANES));
    put_side(theta, x, &lanes, n);
    rows[0] = sector_number(theta, &lanes, n);
    for (int j = 0; j < 3; j++) {
        rows[1 + j] = theta[j];
        rows[4 + j] = v_mul(theta[1], theta[j]);
    }
}

// (w w, w b, b b, w a, b a, a a), half of them by multiply-adds and half by additions: processors have units
// for both.
INLINE void sum_row(const vreal *row, vmask here, vreal *sum)
{
    sum[0] = v_fma_if(sum[0], here, row[1], row[1]);
    sum[1] = v_add_if(sum[1], here, row[4]);
    sum[2] = v_add_if(sum[2], here, row[5]);
    sum[3] = v_fma_if(sum[3], here, row[1], row[3]);
    sum[4] = v_add_if(sum[4], here, row[6]);
    sum[5] = v_fma_if(sum[5], here, row[3], row[3]);
}

// Two sectors at a time: their sums are what stays in registers.
INLINE void sum_strip(const vreal *rows, int64_t blocks, vreal *sums, const int n)
{
    for (int s = 1; s < 2 * n; s += 2) {
        vreal sum[2 * DP_SECTOR_MOMENTS], *to = sums + s * DP_SECTOR_MOMENTS;
        const vreal number = v_set((real)s), next = v_set((real)(s + 1));
        for (int j = 0; j < 2 * DP_SECTOR_MOMENTS; j++)
            sum[j] = to[j];
        for (int64_t block = 0; block < blocks; block++) {
            const vreal *row = rows + block * SECTOR_ROWS;
            sum_row(row, m_equal(row[0], number), sum);
            sum_row(row, m_equal(row[0], next), sum + DP_SECTOR_MOMENTS);
        }
        for (int j = 0; j < 2 * DP_SECTOR_MOMENTS; j++)
            to[j] = sum[j];
    }
}

INLINE void sectors_body(const struct dp_layer *layer, const real *x, const real *maps, const real *pulls,
                         real *moved_to, double *moments, const int n)
{
    enum { NUMBERS = DP_SECTORS * DP_SECTOR_MOMENTS };
    vreal rows[STRIP * SECTOR_ROWS], sums[NUMBERS], folded[NUMBERS * PARTS];
    const int numbers = (2 * n + 1) * DP_SECTOR_MOMENTS;
    const int64_t blocks = dp_block_count(layer);
    const real *start = layer->start, *moved = layer->moved, *now = maps ? moved_to : moved;
    clear_doubles(moments, NUMBERS);
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int64_t last = smaller(first + STRETCH, blocks);
        for (int part = 0; part < PARTS; part++) {
            clear(sums, numbers);
            for (int64_t strip = first; strip < last; strip += STRIP) {
                const int64_t end = smaller(strip + STRIP, last);
                for (int64_t block = strip; maps && block < end; block++) {
                    const int64_t at = offset_of(block, part, 3);
                    rows_part(start + at, moved + at, x, rows + (block - strip) * SECTOR_ROWS, n);
                }
                for (int64_t block = strip; maps && block < end; block++) {
                    const int64_t at = offset_of(block, part, 3);
                    turn_part(rows + (block - strip) * SECTOR_ROWS, start + at, moved + at, moved_to + at,
                              maps, pulls, x, n);
                }
                for (int64_t block = strip; block < end; block++) {
                    const int64_t at = offset_of(block, part, 3);
                    rows_part(start + at, now + at, x, rows + (block - strip) * SECTOR_ROWS, n);
                }
                sum_strip(rows, end - strip, sums, n);
            }
            for (int j = 0; j < numbers; j++)
                folded[j * PARTS + part] = sums[j];
        }
        for (int j = 0; j < numbers; j++)
            moments[j] += (double)v_sum(folded + j * PARTS);
    }
}

static void sectors(const struct dp_layer *layer, const struct dp_batch *batch,
                    const struct dp_sector_step *step, void *moved_to, double *moments)
{
    _Alignas(64) real maps[9 * DP_SECTORS];
    real pulls[DP_SECTOR_SAMPLES], x[DP_SECTOR_SAMPLES];
    const int n = (int)batch->count;
    for (int i = 0; i < n; i++)
        x[i] = ((const real *)batch->x)[i];
    if (step) {
        to_reals(&step->map[0][0], maps, sizeof maps / sizeof *maps);
        to_reals(step->pull, pulls, n);
    }
    if (n == 4) // the published phase diagram
        sectors_body(layer, x, step ? maps : NULL, pulls, moved_to, moments, 4);
    else
        sectors_body(layer, x, step ? maps : NULL, pulls, moved_to, moments, n);
}
