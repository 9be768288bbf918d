// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Chains of operations on one part are longer than a processor looks ahead, so two parts go side by side. */
enum { PARTS = DP_LANES / PART, SIDE = PARTS > 1 ? 2 : 1, DOUBLINGS = 2, TERMS = 10 };

/* One part of a block on its way. */
struct neurons {
    vreal start[DP_WAVEFORM_INPUTS + 1], moved[DP_WAVEFORM_INPUTS + 1]; // weights and bias
    vreal now[DP_WAVEFORM_INPUTS + 1];
    vreal a_start, a_moved;
    vreal live; // 1 in lanes with a neuron, 0 in those beyond the width
};

/* A and G somewhere, under some pulls. */
struct force {
    vreal along, g[DP_WAVEFORM_INPUTS + 1];
};

INLINE vreal live_lanes(const struct dp_layer *layer, int64_t block, int part)
{
    _Alignas(64) real lanes[PART];
    const int64_t live = layer->width - block * DP_LANES - part * PART;
    for (int l = 0; l < PART; l++)
        lanes[l] = l < live;
    return v_load(lanes);
}

// w . x, the bias with it
INLINE vreal dot(const vreal *w, const double *x, const int d)
{
    vreal sum = w[d];
    for (int j = 0; j < d; j++)
        sum = v_fma(w[j], v_set(x[j]), sum);
    return sum;
}

INLINE vreal square_of(const vreal *v, const int rows)
{
    vreal sum = v_set(0);
    for (int j = 0; j < rows; j++)
        sum = v_fma(v[j], v[j], sum);
    return sum;
}

INLINE void clear_force(struct force *force, const int d)
{
    force->along = v_set(0);
    for (int j = 0; j <= d; j++)
        force->g[j] = v_set(0);
}

INLINE void add_pull(struct force *force, const double *x, double pull, struct sigma sigma, const int d,
                     const int biasless)
{
    const vreal rho = v_set(pull), turn = v_mul(rho, sigma.ds);
    force->along = v_fma(rho, sigma.s, force->along);
    for (int j = 0; j < d; j++)
        force->g[j] = v_fma(turn, v_set(x[j]), force->g[j]);
    if (!biasless)
        force->g[d] = v_add(force->g[d], turn);
}

/* S = sinh(sqrt y) / sqrt y and D = (cosh(sqrt y) - 1) / y of 0 <= y: series of y / 16, and twice the
 * formulas for the double argument. Where y is above 16 they are of 16. */
INLINE void hyperbolic(vreal y, vreal *s, vreal *d)
{
    static const double sine[TERMS] = {1.0,
                                       1.0 / 6,
                                       1.0 / 120,
                                       1.0 / 5040,
                                       1.0 / 362880,
                                       1.0 / 39916800,
                                       1.0 / 6227020800,
                                       1.0 / 1307674368000,
                                       1.0 / 355687428096000,
                                       1.0 / 121645100408832000};
    static const double cosine[TERMS] = {1.0 / 2,
                                         1.0 / 24,
                                         1.0 / 720,
                                         1.0 / 40320,
                                         1.0 / 3628800,
                                         1.0 / 479001600,
                                         1.0 / 87178291200,
                                         1.0 / 20922789888000,
                                         1.0 / 6402373705728000,
                                         1.0 / 2432902008176640000};
    vreal z = v_mul(v_set(1.0 / 16), v_min(v_set(16), y));
    vreal sum = polynomial_halves(z, sine, TERMS), rest = polynomial_halves(z, cosine, TERMS);
    for (int k = 0; k < DOUBLINGS; k++) {
        const vreal c = v_fma(z, rest, v_set(1));
        rest = v_mul(v_mul(v_set(0.5), sum), sum);
        sum = v_mul(sum, c);
        z = v_mul(v_set(4), z);
    }
    *s = sum;
    *d = rest;
}

INLINE void force_at(const struct neurons *k, vreal (*w)[DP_WAVEFORM_INPUTS + 1],
                     const struct dp_batch *batch, const double *pull, struct force *force,
                     sigma_function *const function, const int power, const int d, const int biasless)
{
    const double *x = batch->x;
    for (int p = 0; p < SIDE; p++)
        clear_force(&force[p], d);
    for (int64_t i = 0; i < batch->count; i++)
        for (int p = 0; p < SIDE; p++)
            add_pull(&force[p], x + i * d, pull[i], function(dot(w[p], x + i * d, d), power), d, biasless);
    for (int p = 0; p < SIDE; p++)
        force[p].along = v_mul(k[p].live, force[p].along);
}

/* Running sums of squares by lane, as in struct dp_waveform_sums. */
enum { MOVED_W, MOVED_A, THETA_W, THETA_A, OFF_W, OFF_A, BENT_W, BENT_A, SUMS };

// How far along the force of its beginning the middle of an interval lies.
INLINE vreal way_to_middle(const struct neurons *k, const struct force *begin, const int d)
{
    const vreal a = v_add(k->a_start, k->a_moved);
    vreal s, c;
    hyperbolic(v_mul(v_set(0.25), square_of(begin->g, d + 1)), &s, &c);
    return v_fnma(v_mul(v_set(0.5), a), s, v_mul(v_mul(v_set(0.25), begin->along), c));
}

// Over an interval under the force of its middle.
INLINE void advance(struct neurons *k, const struct force *begin, vreal way, const struct force *middle,
                    vreal *sums, vreal *growth, const int d)
{
    const vreal a = v_add(k->a_start, k->a_moved), y = square_of(middle->g, d + 1);
    vreal s, c, apart = v_set(0);
    for (int j = 0; j <= d; j++)
        apart = v_fma(middle->g[j], begin->g[j], apart);
    hyperbolic(y, &s, &c);
    const vreal first = v_fnma(way, apart, middle->along); // A at the beginning
    const vreal go = v_fnma(a, s, v_mul(first, c)), gain = v_fnma(first, s, v_mul(v_mul(a, y), c));
    for (int j = 0; j <= d; j++) {
        const vreal bent = v_mul(go, v_sub(middle->g[j], begin->g[j]));
        sums[BENT_W] = v_fma(bent, bent, sums[BENT_W]);
        k->moved[j] = v_fma(go, middle->g[j], k->moved[j]);
        k->now[j] = v_add(k->start[j], k->moved[j]);
    }
    const vreal bent = v_mul(s, v_sub(first, begin->along));
    sums[BENT_A] = v_fma(bent, bent, sums[BENT_A]);
    k->a_moved = v_add(k->a_moved, gain);
    *growth = v_max(*growth, y);
}

// Over one interval, with the force where it begins. The largest (|G| t)^2 is put out.
INLINE void pass_interval(struct neurons *k, const struct dp_batch *batch, const double *pull,
                          const struct force *begin, vreal (*sums)[SUMS], vreal *growth,
                          sigma_function *const function, const int power, const int d, const int biasless)
{
    vreal way[SIDE], half[SIDE][DP_WAVEFORM_INPUTS + 1];
    struct force middle[SIDE];
    for (int p = 0; p < SIDE; p++) {
        way[p] = way_to_middle(&k[p], &begin[p], d);
        for (int j = 0; j <= d; j++)
            half[p][j] = v_fma(way[p], begin[p].g[j], k[p].now[j]);
    }
    force_at(k, half, batch, pull, middle, function, power, d, biasless);
    for (int p = 0; p < SIDE; p++)
        advance(&k[p], &begin[p], way[p], &middle[p], sums[p], growth, d);
}

// Outputs after an interval, and the force where the next one begins, if there is one.
INLINE void put_out(const struct neurons *k, const struct dp_batch *batch, const double *next, double *sums,
                    struct force *begin, sigma_function *const function, const int power, const int d,
                    const int biasless)
{
    const double *x = batch->x;
    vreal a[SIDE];
    for (int p = 0; p < SIDE; p++) {
        a[p] = v_add(k[p].a_start, k[p].a_moved);
        clear_force(&begin[p], d);
    }
    for (int64_t i = 0; i < batch->count; i++)
        for (int p = 0; p < SIDE; p++) {
            const struct sigma sigma = function(dot(k[p].now, x + i * d, d), power);
            double *sum = sums + i * DP_LANES + p * PART;
            v_store(sum, v_fma(a[p], sigma.s, v_load(sum)));
            if (next)
                add_pull(&begin[p], x + i * d, next[i], sigma, d, biasless);
        }
    for (int p = 0; p < SIDE; p++)
        begin[p].along = v_mul(k[p].live, begin[p].along);
}

INLINE void load(const struct dp_layer *layer, int64_t block, int part, const int d, struct neurons *k)
{
    const int64_t at = block * (d + 2) * DP_LANES + part * PART;
    const double *start = (const double *)layer->start + at, *moved = (const double *)layer->moved + at;
    for (int j = 0; j <= d; j++) {
        k->start[j] = v_load(start + j * DP_LANES);
        k->moved[j] = v_load(moved + j * DP_LANES);
        k->now[j] = v_add(k->start[j], k->moved[j]);
    }
    k->a_start = v_load(start + (d + 1) * DP_LANES);
    k->a_moved = v_load(moved + (d + 1) * DP_LANES);
    k->live = live_lanes(layer, block, part);
}

INLINE void add_squares(vreal *sums, vreal moved, vreal theta, double *to)
{
    const vreal off = v_sub(moved, v_load(to));
    sums[MOVED_W] = v_fma(moved, moved, sums[MOVED_W]);
    sums[THETA_W] = v_fma(theta, theta, sums[THETA_W]);
    sums[OFF_W] = v_fma(off, off, sums[OFF_W]);
    v_store(to, moved);
}

/* The way of all neurons: pulls, where it leads, and what comes of it. */
struct way {
    int intervals;
    const double *pull;
    double *to, *f;            // f [intervals][n][16]
    double (*lanes)[DP_LANES]; // [SUMS]
};

// The parts from `part` on that go side by side.
INLINE void move_parts(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way,
                       int64_t block, int part, vreal (*sums)[SUMS], vreal *growth,
                       sigma_function *const function, const int power, const int d, const int biasless)
{
    const int64_t n = batch->count;
    vreal now[SIDE][DP_WAVEFORM_INPUTS + 1];
    struct neurons k[SIDE];
    struct force begin[SIDE];
    for (int p = 0; p < SIDE; p++) {
        load(layer, block, part + p, d, &k[p]);
        for (int j = 0; j <= d; j++)
            now[p][j] = k[p].now[j];
    }
    force_at(k, now, batch, way->pull, begin, function, power, d, biasless);
    for (int t = 0; t < way->intervals; t++) {
        pass_interval(k, batch, way->pull + t * n, begin, sums, growth, function, power, d, biasless);
        put_out(k, batch, t + 1 < way->intervals ? way->pull + (t + 1) * n : NULL,
                way->f + t * n * DP_LANES + part * PART, begin, function, power, d, biasless);
    }
    for (int p = 0; p < SIDE; p++) {
        double *const out = way->to + block * (d + 2) * DP_LANES + (part + p) * PART;
        for (int j = 0; j <= d; j++)
            add_squares(sums[p], k[p].moved[j], k[p].now[j], out + j * DP_LANES);
        add_squares(sums[p] + MOVED_A - MOVED_W, k[p].a_moved, v_add(k[p].a_start, k[p].a_moved),
                    out + (d + 1) * DP_LANES);
    }
}

/* All neurons, some parts of the lanes after the others; the largest growth. */
INLINE double move_all(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way,
                       sigma_function *const function, const int power, const int d)
{
    const int64_t blocks = dp_block_count(layer);
    _Alignas(64) double largest[PART];
    vreal growth = v_set(0);
    double most = 0;
    for (int part = 0; part < PARTS; part += SIDE) {
        vreal sums[SIDE][SUMS];
        for (int s = 0; s < SIDE * SUMS; s++)
            sums[s / SUMS][s % SUMS] = v_set(0);
        for (int64_t block = 0; block < blocks; block++)
            move_parts(layer, batch, way, block, part, sums, &growth, function, power, d, layer->biasless);
        for (int s = 0; s < SIDE * SUMS; s++)
            v_store(way->lanes[s % SUMS] + (part + s / SUMS) * PART, sums[s / SUMS][s % SUMS]);
    }
    v_store(largest, growth);
    for (int l = 0; l < PART; l++)
        most = largest[l] > most ? largest[l] : most;
    return most;
}

static double move_others(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, function_of(layer->activation), layer->power, layer->inputs);
}

typedef double move_function(const struct dp_layer *layer, const struct dp_batch *batch,
                             const struct way *way);

#if VECTORS

static double move_tanh_1(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, power_tanh, 1, 1);
}

static double move_tanh_2(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, power_tanh, 1, 2);
}

static double move_tanh_5(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, power_tanh, 1, 5);
}

static double move_tanh(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, power_tanh, 1, layer->inputs);
}

static double move_xtanh_1(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, power_tanh, 2, 1);
}

static double move_xtanh(const struct dp_layer *layer, const struct dp_batch *batch, const struct way *way)
{
    return move_all(layer, batch, way, power_tanh, 2, layer->inputs);
}

// By activation, power and inputs; 0: any.
static move_function *move_of(const struct dp_layer *layer)
{
    static const struct {
        int power, inputs;
        move_function *move;
    } moves[] = {{1, 1, move_tanh_1}, {1, 2, move_tanh_2},  {1, 5, move_tanh_5},
                 {1, 0, move_tanh},   {2, 1, move_xtanh_1}, {2, 0, move_xtanh}};
    for (size_t k = 0; k < sizeof moves / sizeof *moves && layer->activation == DP_TANH; k++)
        if (moves[k].power == layer->power && (moves[k].inputs == 0 || moves[k].inputs == layer->inputs))
            return moves[k].move;
    return move_others;
}

#else

// The reference is not for speed, and quicker to build.
static move_function *move_of(const struct dp_layer *layer)
{
    (void)layer;
    return move_others;
}

#endif

static void move(const struct dp_layer *layer, const struct dp_batch *batch, int intervals,
                 const double *pull, double *to, double *f, double *room, struct dp_waveform_sums *sums)
{
    double lanes[SUMS][DP_LANES] = {{0}};
    for (int64_t k = 0; k < intervals * batch->count * DP_LANES; k++)
        room[k] = 0;
    sums->growth = move_of(layer)(layer, batch, &(struct way){intervals, pull, to, room, lanes});
    for (int64_t k = 0; k < intervals * batch->count; k++)
        f[k] = sum_lanes(room + k * DP_LANES);
    double *const to_sums[SUMS] = {&sums->moved_w, &sums->moved_a, &sums->theta_w, &sums->theta_a,
                                   &sums->off_w,   &sums->off_a,   &sums->bent_w,  &sums->bent_a};
    for (int s = 0; s < SUMS; s++)
        *to_sums[s] = sum_lanes(lanes[s]);
}
