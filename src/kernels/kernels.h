// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/activation.h"
#include "kernels/lanes.h"
#include "kernels/rules.h"
#include <stdint.h>

/* The loops over neurons, which take nearly all the time.
 *
 * A block is 16 lanes of [d + 1 + o] components: d weights, the bias, o amplitudes. The lanes of a block are
 * either 16 neurons of one network (`spread`: outputs are summed over lanes at the end), or the same neuron
 * of 16 networks of one shape with their own data (`stacked`: nothing is ever summed over lanes). Small
 * networks are stacked, because their neurons do not fill the lanes. Both cases use the same source.
 *
 * One pass over the blocks finishes step t and begins step t+1 (update, then output at the new parameters),
 * so every parameter is read and written once per step.
 *
 * A parameter is kept as two numbers, theta = start + moved. The order parameters depend on |moved| /
 * |start|, which in the linear regime is far below the rounding of theta. Kept separately, it is exact to the
 * last bit in either precision.
 *
 * Sums have one order on every machine, which depends only on the shape of the network: for each lane a
 * running sum over the blocks of a stretch of 64, then (spread) a fixed tree over the lanes, added to a
 * double. Multiply-adds are fused explicitly and functions use IEEE operations, so all instruction sets and
 * compilers give the same bits.
 *
 * Arrays marked real are float or double, depending on the table in use. They are 64-byte aligned and belong
 * to the caller. Lanes beyond the width, or without a network, hold zeros in start and moved, and no pass
 * changes this. L is 1 for spread and 16 for stacked layers. */

struct dp_layer {
    int activation; // enum dp_activation; xtanh and x2tanh are DP_TANH with their power
    int power;      // p of x^(p-1) tanh x
    int inputs;     // d
    int outputs;    // o
    int stacked;    // 0: lanes are neurons of one network; 1: lanes are networks
    int biasless;   // x is augmented by 0: biases start at zero and stay there
    double pace;    // factor of the amplitudes' steps relative to the weights'; 0: the same steps
    int64_t width;  // m
    void *start;    // real [blocks][d + 1 + o][16], blocks = stacked ? m : ceil(m / 16)
    void *moved;    // real [blocks][d + 1 + o][16]
    void *scratch;  // real [dp_scratch_rows(n, d, o)][16]
};

/* The points of one step: training points, a minibatch, or test points. */
struct dp_batch {
    int64_t count; // n
    int own;       // each stacked network has its own points; otherwise all lanes share them
    const void *x; // real [n][d], or [n][d][16] with own points
    void *kept;    // real [blocks][dp_kept_rows][16], for the gradient; steps need it where there are rows
};

/* Rows of 16 of working memory for a pass over n samples. Parameters are processed in strips of that many
 * rows, or one block at a time if a block has more. */
enum { DP_STRIP_ROWS = 112 };

static inline int64_t dp_scratch_rows(int64_t n, int64_t d, int64_t o)
{
    const int64_t rows = d + 1 + o, strip = rows > DP_STRIP_ROWS ? rows : DP_STRIP_ROWS;
    return 2 * rows + 2 * strip + (o + 1) * (d + 1) + n * (3 * o + 4) + (d + 15) / 16;
}

static inline int64_t dp_block_count(const struct dp_layer *layer)
{
    return layer->stacked ? layer->width : (layer->width + DP_LANES - 1) / DP_LANES;
}

/* A spread relu layer with one input and one output on at most this many samples keeps which samples activate
 * each neuron. */
enum { DP_PLACE_SAMPLES = 4 };

static inline int dp_keeps_places(const struct dp_layer *layer, int64_t n)
{
    return layer->activation == DP_RELU && layer->inputs == 1 && layer->outputs == 1 && !layer->stacked &&
           n == DP_PLACE_SAMPLES;
}

/* With at most this many inputs, the gradient of relu uses precomputed products r_i x_i; with more, it
 * multiplies. */
enum { DP_PRODUCT_INPUTS = 2 };

/* Rows of 16 kept for each block: for each sample those of the table of activations, where a power times tanh
 * has the two rows of xtanh; for relu one row of places, or none. */
static inline int64_t dp_kept_rows(const struct dp_layer *layer, int64_t n)
{
#define DP_KEPT(tag, name, function, loops, kernel, p, zero, kept, ...) kept,
    static const int kept[] = {DP_ACTIVATION_ROWS(DP_KEPT)};
#undef DP_KEPT
    if (layer->activation == DP_RELU)
        return dp_keeps_places(layer, n);
    return n * kept[layer->power > 1 ? DP_XTANH : layer->activation];
}

/* A step of normalized flow: its relative size, and the factor by which a neuron's amplitude |a| |w| must
 * grow before it stops. */
struct dp_normalized_step {
    double size[DP_LANES], growth[DP_LANES]; // the same in all lanes unless stacked
};

/* The arrays of a step in stages, besides layer->moved, which is the present stage. They have its layout. */
struct dp_stages {
    void *base;       // where the step began
    void *before;     // the stage before the present one
    void *slope;      // the gradient at base
    void *slope_next; // the gradient where the last step ended
};

/* A stage, the same for each lane unless stacked, where grad is the gradient at moved:
 *
 *    moved <- base base + now moved + before before - pull grad - slope slope */
struct dp_stage {
    double base[DP_LANES], now[DP_LANES], before[DP_LANES], pull[DP_LANES], slope[DP_LANES];
};

/* Sums of squares at the end of a step, by lane (in lane 0 for spread layers): of slope_next, of moved, and
 * of the error .8 (base - moved) - .4 time (slope + slope_next). */
struct dp_stage_sums {
    double slope[DP_LANES], moved_w[DP_LANES], moved_a[DP_LANES], error_w[DP_LANES], error_a[DP_LANES];
};

/* Sums of squares by lane; in lane 0 for spread layers. */
struct dp_norms {
    double start_w[DP_LANES], start_a[DP_LANES], moved_w[DP_LANES], moved_a[DP_LANES];
};

/* A step of gradient flow of a spread relu layer with d = o = 1 on n <= DP_SECTOR_SAMPLES samples. The lines
 * w x_i + b = 0 cut the plane of (w, b) into sectors of neurons with the same active samples: sector c where
 * the c smallest x are active (w <= 0), 2 n - c where the c largest are active (w > 0), and 0 or 2 n where
 * none is active. */
enum { DP_SECTOR_SAMPLES = 7, DP_SECTORS = 16, DP_SECTOR_MOMENTS = 6 };

struct dp_sector_step {
    double map[9][DP_SECTORS]; // [3][3]: what the step adds to (w, b, a), as a matrix on them; 0 in 0 and 2 n
    double pull[DP_SECTOR_SAMPLES]; // integral of r_i over the step
};

struct dp_kernels {
    const char *isa;
    int bits; // 32 or 64

    /* f[i][c] = sum_k a_kc sigma(w_k . x_i), f double [n][o][L]; fills batch->kept unless NULL. */
    void (*output)(const struct dp_layer *layer, const struct dp_batch *batch, double *f);

    /* One step by a rule (rules.h) on the gradient sum_ic r_ic grad(sum_k a_kc sigma(w_k . x_i)) at `now`, r
     * double [n][o][L], with the steps of amplitudes times the layer's pace. Then the output f on `next`,
     * which may be the same batch. */
    void (*step)(const struct dp_layer *layer, const struct dp_batch *now, const struct dp_batch *next,
                 const double *r, const struct dp_update *update, double *f);

    /* One midpoint step in which every neuron moves separately, d theta_k / ds = -g_k |theta_k| / |g_k|,
     * where g_k is its gradient at the residuals r. A neuron whose amplitude has grown by the factor does not
     * move, nor does one without a gradient. moving[L]: number of neurons that moved. */
    void (*normalized)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                       const struct dp_normalized_step *step, double *moving);

    /* The first stage of a step: base <- before <- moved, slope <- slope_next where taken[16] is 1, moved <-
     * base - pull[16] slope; then the output f on batch. */
    void (*stage_begin)(const struct dp_layer *layer, const struct dp_batch *batch,
                        const struct dp_stages *room, const double *taken, const double *pull, double *f);

    /* A later stage, by the gradient of r on batch; before <- moved as it was; then the output. */
    void (*stage)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                  const struct dp_stages *room, const struct dp_stage *stage, double *f);

    /* The end of a step over time[16]: slope_next <- the gradient of r at moved, and the sums. */
    void (*stage_end)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                      const struct dp_stages *room, const double *time, struct dp_stage_sums *sums);

    /* u = J J^T v for the Jacobian J_ic,k = grad_k sum a_c sigma(w . x_i) at the present parameters (u, v
     * double [n][o][L]), and bound[L] on the largest eigenvalue of sum_ic r_ic hessian(sum_k a_kc sigma(w_k .
     * x_i)): neurons do not couple there, so it is the largest of their |sum_i r_i sigma' x_i| + |a r_i
     * sigma''| |x_i|^2. */
    void (*curvature)(const struct dp_layer *layer, const struct dp_batch *batch, const double *v,
                      const double *r, double *u, double *bound);

    /* The gradient sum_ic r_ic grad(...) itself, real [blocks][d + 1 + o][16]: for tests and observation. */
    void (*gradient)(const struct dp_layer *layer, const struct dp_batch *batch, const double *r,
                     void *gradient);

    /* Moves every neuron by the map of its sector, and by pull if it crosses the line of a sample, from
     * layer->moved to moved_to (an array with its layout). Then sets moments [DP_SECTORS][DP_SECTOR_MOMENTS]
     * to the sums of (w w, w b, b b, w a, b a, a a) over the neurons of each sector except 0 and 2 n. With
     * step NULL no neuron moves. */
    void (*sectors)(const struct dp_layer *layer, const struct dp_batch *batch,
                    const struct dp_sector_step *step, void *moved_to, double *moments);

    void (*norms)(const struct dp_layer *layer, struct dp_norms *norms);

    /* Standard normals of the components 2 pair and 2 pair + 1 of the indices first .. first + 15
     * (core/math/rng.h), to z [2][16]. In the tables of 64 bits; NULL in the others. */
    void (*normals)(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *z);

    /* sigma, sigma' and sigma'' of count values (a multiple of 16), real arrays: for tests. */
    void (*activate)(int activation, int power, int64_t count, const void *h, void *s, void *ds, void *dds);

    /* Results are defined with denormals flushed to zero: enter turns this on and returns the state that
     * leave restores. */
    unsigned (*enter)(void);
    void (*leave)(unsigned before);
};

/* The table for an instruction set of dp_isa_select and 32 or 64 bits; never NULL for these. */
const struct dp_kernels *dp_kernels_select(const char *isa, int bits);
