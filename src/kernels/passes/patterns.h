// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Steps of relu with one input and few samples, by tables. There are only few patterns of active samples, and
 * the sums over them are looked up. The tables hold the sums in the order of gradient_by_products, so the
 * bits are the same. A neuron's place in the tables is found with its output and kept for the next step.
 *
 * If a look-up reaches 16 places, the place of a pattern has one bit for each sample. If it reaches 8, the
 * samples are sorted, and the place is the number of active samples, counted down unless the first sample is
 * active. This works because w x + b > 0 holds for the first or for the last samples in the order of x
 * (rounding is monotone), so there are only 2 n patterns. */

#if DP_PATTERNS > 0

enum { SAMPLES = DP_PLACE_SAMPLES, PATTERN_ROOM = 32 }; // the tables are real [2][16], of w and of b

/* The places, from `from` on, in which sample i is active, if a place is the bits of the samples. */
INLINE vmask places_by_bits(int from, int i)
{
    static const _Alignas(64) real bits[SAMPLES][16] = {
        {0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1},
        {0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1, 0, 0, 1, 1},
        {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1},
        {0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1},
    };
    return m_gt(v_load(bits[i] + from), v_set(0));
}

/* The same if a place is a count: a sample with `rank` samples below it is active at rank + 1 .. rank + 8 -
 * SAMPLES. */
INLINE vmask places_by_rank(int from, int rank)
{
    static const _Alignas(64) real twice[8] = {0, 2, 4, 6, 8, 10, 12, 14};
    const vreal off = v_sub(v_load(twice + from), v_set((real)(2 * rank + 9 - SAMPLES)));
    return m_gt(v_set((real)(8 - SAMPLES)), v_abs(off));
}

// How many samples come before sample i in the order of x.
INLINE int rank_of(const real *x, int i)
{
    int rank = 0;
    for (int j = 0; j < SAMPLES; j++)
        rank += j < i ? x[j] <= x[i] : x[j] < x[i];
    return rank;
}

/* Samples in the order in which the tables want them: `place[i]` is where sample i goes. */
INLINE void sort_samples(const real *x, int *place)
{
    for (int i = 0; i < SAMPLES; i++)
        place[i] = DP_PATTERNS == 8 ? rank_of(x, i) : i;
}

// The tables, for x sorted.
INLINE void make_patterns(const real *r, const real *x, const int *place, real *tables)
{
    for (int from = 0; from < DP_PATTERNS; from += PART) {
        vreal w[2] = {v_set(0), v_set(0)}, bias[2] = {v_set(0), v_set(0)};
        for (int i = 0; i < SAMPLES; i++) {
            const int at = place[i];
            const vmask on = DP_PATTERNS == 16 ? places_by_bits(from, at) : places_by_rank(from, at);
            w[i % 2] = v_add_if(w[i % 2], on, v_set(r[i] * x[at] + 0));
            bias[i % 2] = v_add_if(bias[i % 2], on, v_set(r[i]));
        }
        v_store(tables + from, v_add(w[0], w[1]));
        v_store(tables + 16 + from, v_add(bias[0], bias[1]));
    }
}

// The place of each lane's neuron, of max(h_i, 0) for the samples in their order.
INLINE vindex place_of(const vreal *active)
{
    vindex place = i_none();
    for (int i = 0; i < SAMPLES; i++)
        place = i_count(place, active[i], i);
    return i_from_first(place, active[0]);
}

INLINE void activations(const vreal *theta, const vreal *x, vreal *active)
{
    for (int i = 0; i < SAMPLES; i++)
        active[i] = v_positive(v_fma(theta[0], x[i], theta[1]));
}

/* The data of a pass over one part of the blocks, with the samples in sorted order. A block's step has three
 * parts: its gradient by the kept place, its move, and its output with the next place. */
struct pattern_pass {
    const real *start, *tables;
    real *moved, *kept;
    vreal x[SAMPLES], sums[SAMPLES];
    vreal old[3], from[3], grad[2]; // of a block begun: theta and moved, and the gradient of w and b
    vreal theta[3];                 // of a block moved
};

INLINE void begin_pattern(struct pattern_pass *pass, int64_t block, int part)
{
    const int64_t offset = offset_of(block, part, 3);
    const vindex place = i_load(pass->kept + offset_of(block, part, 1));
    for (int j = 0; j < 3; j++) {
        pass->from[j] = v_load(pass->moved + offset + j * DP_LANES);
        pass->old[j] = v_add(v_load(pass->start + offset + j * DP_LANES), pass->from[j]);
    }
    for (int j = 0; j < 2; j++)
        pass->grad[j] = v_lookup(pass->tables + 16 * j, place, DP_PATTERNS == 8);
}

// relu is homogeneous: the gradient of the amplitude is (w, b) times that of (w, b), each without the
// amplitude.
INLINE void move_pattern(struct pattern_pass *pass, int64_t block, int part, const struct rule_part *by,
                         const enum dp_rule rule)
{
    const int64_t offset = offset_of(block, part, 3);
    const vreal *old = pass->old, *from = pass->from, *grad = pass->grad;
    const vreal pull = v_fma(old[0], grad[0], v_mul(old[1], grad[1]));
    vreal to[3] = {v_fnma(grad[0], old[2], from[0]), v_fnma(grad[1], old[2], from[1]), v_sub(from[2], pull)};
    for (int j = 0; rule != DP_RULE_DESCENT && j < 3; j++) {
        const vreal g = j < 2 ? v_mul(grad[j], old[2]) : pull;
        to[j] = v_sub(from[j], rule_step(by, rule, offset_of(block, 0, 3) + j * DP_LANES, g, old[j]));
    }
    for (int j = 0; j < 3; j++) {
        v_store(pass->moved + offset + j * DP_LANES, to[j]);
        pass->theta[j] = v_add(v_load(pass->start + offset + j * DP_LANES), to[j]);
    }
}

INLINE void end_pattern(struct pattern_pass *pass, int64_t block, int part)
{
    vreal active[SAMPLES];
    activations(pass->theta, pass->x, active);
    i_store(pass->kept + offset_of(block, part, 1), place_of(active));
    for (int i = 0; i < SAMPLES; i++)
        pass->sums[i] = v_fma(pass->theta[2], active[i], pass->sums[i]);
}

/* Moves the blocks first .. end - 1 and evaluates their output. The three parts of a block depend on each
 * other; if there are enough registers, those of three blocks are interleaved. */
INLINE void pattern_blocks(struct pattern_pass *pass, int64_t first, int64_t end, int part,
                           const struct rule_part *by, const enum dp_rule rule)
{
    int64_t block = first;
    if (REGISTERS >= 32 && end - first > 1) {
        begin_pattern(pass, first, part);
        move_pattern(pass, first, part, by, rule);
        begin_pattern(pass, first + 1, part);
        for (; block + 2 < end; block++) {
            end_pattern(pass, block, part);
            move_pattern(pass, block + 1, part, by, rule);
            begin_pattern(pass, block + 2, part);
        }
        end_pattern(pass, block, part);
        move_pattern(pass, block + 1, part, by, rule);
        end_pattern(pass, block + 1, part);
        return;
    }
    for (; block < end; block++) {
        begin_pattern(pass, block, part);
        move_pattern(pass, block, part, by, rule);
        end_pattern(pass, block, part);
    }
}

// The samples in their order, and where each of the batch's goes.
INLINE struct pattern_pass pattern_pass_of(const struct dp_layer *layer, const struct dp_batch *batch,
                                           int *place, real *sorted, const real *tables)
{
    struct pattern_pass pass = {
        .start = layer->start, .moved = layer->moved, .kept = batch->kept, .tables = tables};
    sort_samples(batch->x, place);
    for (int i = 0; i < SAMPLES; i++)
        sorted[place[i]] = ((const real *)batch->x)[i];
    for (int i = 0; i < SAMPLES; i++)
        pass.x[i] = v_set(sorted[i]);
    return pass;
}

INLINE void step_by_patterns(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                             const struct dp_update *update, double *f, const enum dp_rule rule)
{
    _Alignas(64) real tables[PATTERN_ROOM];
    real rates[SAMPLES], sorted[SAMPLES];
    double total[SAMPLES] = {0};
    vreal folded[SAMPLES * PARTS];
    int place[SAMPLES];
    struct rule_part rules[PARTS];
    struct pattern_pass pass = pattern_pass_of(layer, batch, place, sorted, tables);
    const int64_t blocks = dp_block_count(layer);
    const int64_t strip = PARTS > 1 ? STRIP : STRETCH; // small enough to lie near still for the next part
    const struct shape shape = shape_of(layer, batch);
    for (int part = 0; rule != DP_RULE_DESCENT && part < PARTS; part++)
        rules[part] = rule_part_of(update, part, shape);
    to_reals(r, rates, SAMPLES);
    make_patterns(rates, sorted, place, tables);
    for (int64_t first = 0; first < blocks; first += STRETCH) {
        const int64_t last = smaller(first + STRETCH, blocks);
        clear(folded, SAMPLES * PARTS);
        for (int64_t from = first; from < last; from += strip)
            for (int part = 0; part < PARTS; part++) {
                for (int i = 0; i < SAMPLES; i++)
                    pass.sums[i] = folded[i * PARTS + part];
                pattern_blocks(&pass, from, smaller(from + strip, last), part, &rules[part], rule);
                for (int i = 0; i < SAMPLES; i++)
                    folded[i * PARTS + part] = pass.sums[i];
            }
        for (int i = 0; i < SAMPLES; i++)
            total[i] += (double)v_sum(folded + i * PARTS);
    }
    for (int i = 0; i < SAMPLES; i++)
        f[i] = total[place[i]];
}

// The places of all neurons, after an output that was not put out by pattern_blocks, for the step that may
// follow.
static void put_places(const struct dp_layer *layer, const struct dp_batch *batch)
{
    if (!batch->kept || !dp_keeps_places(layer, batch->count))
        return;
    real sorted[SAMPLES];
    int order[SAMPLES];
    const struct pattern_pass pass = pattern_pass_of(layer, batch, order, sorted, NULL);
    for (int64_t block = 0; block < dp_block_count(layer); block++)
        for (int part = 0; part < PARTS; part++) {
            const int64_t offset = offset_of(block, part, 3);
            vreal theta[2], active[SAMPLES];
            for (int j = 0; j < 2; j++)
                theta[j] = v_add(v_load(pass.start + offset + j * DP_LANES),
                                 v_load(pass.moved + offset + j * DP_LANES));
            activations(theta, pass.x, active);
            i_store(pass.kept + offset_of(block, part, 1), place_of(active));
        }
}

#else

static void put_places(const struct dp_layer *layer, const struct dp_batch *batch)
{
    (void)layer;
    (void)batch;
}

#endif
