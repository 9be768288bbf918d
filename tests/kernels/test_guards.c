// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/math/rng.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/kernels.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Every array that a pass is given ends where memory ends: one byte read or written beyond it kills the test.
 * And on all widths from 1 to 300, with all kinds of odd n, d and o, all instruction sets leave the same bits
 * in them. */

enum array {
    START,
    MOVED,
    X,
    OTHER_X,
    KEPT,
    SCRATCH,
    R,
    F,
    V,
    U,
    MEAN,
    SQUARE,
    GRADIENT,
    BASE,
    BEFORE,
    SLOPE,
    SLOPE_NEXT,
    TURNED,
    MOMENTS,
    ARRAYS
};

struct arrays {
    char *map[ARRAYS]; // whole pages; the last cannot be accessed
    size_t mapped[ARRAYS];
    char *at[ARRAYS]; // the array, ending at that page
    size_t bytes[ARRAYS];
};

struct shape {
    struct dp_layer layer;
    int64_t n, lanes;
    int bits, own;
};

static void map_arrays(const struct shape *s, struct arrays *arrays)
{
    const size_t real = (size_t)s->bits / 8;
    const struct dp_layer *layer = &s->layer;
    const int64_t rows = layer->inputs + 1 + layer->outputs, blocks = dp_block_count(layer);
    const size_t block = (size_t)(blocks * rows * DP_LANES) * real;
    const size_t vector = (size_t)(s->n * layer->outputs * s->lanes) * sizeof(double);
    const size_t x = (size_t)(s->n * layer->inputs * (s->own ? DP_LANES : 1)) * real;
    const size_t kept = (size_t)(blocks * dp_kept_rows(layer, s->n) * DP_LANES) * real;
    const size_t scratch = (size_t)(dp_scratch_rows(s->n, layer->inputs, layer->outputs) * DP_LANES) * real;
    const size_t bytes[ARRAYS] = {[START] = block,
                                  [MOVED] = block,
                                  [X] = x,
                                  [OTHER_X] = x,
                                  [KEPT] = kept,
                                  [SCRATCH] = scratch,
                                  [R] = vector,
                                  [F] = vector,
                                  [V] = vector,
                                  [U] = vector,
                                  [MEAN] = block,
                                  [SQUARE] = block,
                                  [GRADIENT] = block,
                                  [BASE] = block,
                                  [BEFORE] = block,
                                  [SLOPE] = block,
                                  [SLOPE_NEXT] = block,
                                  [TURNED] = block,
                                  [MOMENTS] = DP_SECTORS * DP_SECTOR_MOMENTS * sizeof(double)};
    const size_t page = (size_t)sysconf(_SC_PAGESIZE);
    for (int a = 0; a < ARRAYS; a++) {
        const size_t room = (bytes[a] + page - 1) / page * page;
        arrays->bytes[a] = bytes[a];
        arrays->mapped[a] = room + page;
        arrays->map[a] = aligned_alloc(page, room + page);
        assert_non_null(arrays->map[a]);
        assert_int_equal(mprotect(arrays->map[a] + room, page, PROT_NONE), 0);
        arrays->at[a] = arrays->map[a] + room - bytes[a];
    }
}

static void unmap_arrays(struct arrays *arrays)
{
    for (int a = 0; a < ARRAYS; a++) {
        mprotect(arrays->map[a], arrays->mapped[a], PROT_READ | PROT_WRITE);
        free(arrays->map[a]);
    }
}

static void fill_reals(const struct shape *s, char *at, size_t bytes, int64_t stream)
{
    const size_t real = (size_t)s->bits / 8;
    for (size_t i = 0; i < bytes / real; i++) {
        const double value = dp_normal(stream, DP_STREAM_INPUTS, (int64_t)i, 0);
        if (s->bits == 32)
            ((float *)(void *)at)[i] = (float)value;
        else
            ((double *)(void *)at)[i] = value;
    }
}

// Random parameters; lanes without a neuron and, without bias, biases hold zero.
static void fill_start(const struct shape *s, char *at)
{
    const int64_t rows = s->layer.inputs + 1 + s->layer.outputs, width = s->layer.width;
    for (int64_t block = 0; block < dp_block_count(&s->layer); block++)
        for (int64_t j = 0; j < rows; j++)
            for (int64_t l = 0; l < DP_LANES; l++) {
                const bool there = s->layer.stacked || block * DP_LANES + l < width;
                const bool bias = j == s->layer.inputs;
                const int64_t i = (block * rows + j) * DP_LANES + l;
                const double value =
                    there && !(bias && s->layer.biasless) ? 0.5 * dp_normal(1, DP_STREAM_WEIGHTS, i, 0) : 0;
                if (s->bits == 32)
                    ((float *)(void *)at)[i] = (float)value;
                else
                    ((double *)(void *)at)[i] = value;
            }
}

static void fill_doubles(char *at, size_t bytes, double size, int64_t stream)
{
    for (size_t i = 0; i < bytes / sizeof(double); i++)
        ((double *)(void *)at)[i] = size * dp_normal(stream, DP_STREAM_TARGETS, (int64_t)i, 0);
}

static void fill_arrays(const struct shape *s, struct arrays *arrays)
{
    for (int a = 0; a < ARRAYS; a++)
        memset(arrays->at[a], 0, arrays->bytes[a]);
    fill_start(s, arrays->at[START]);
    fill_reals(s, arrays->at[X], arrays->bytes[X], 2);
    fill_reals(s, arrays->at[OTHER_X], arrays->bytes[OTHER_X], 3);
    fill_doubles(arrays->at[R], arrays->bytes[R], 1e-3, 4);
    fill_doubles(arrays->at[V], arrays->bytes[V], 1, 5);
}

// Two steps in stages, the second of them from a slope that the first has left.
static void run_stages(const struct dp_kernels *kernels, const struct dp_layer *layer,
                       const struct dp_batch *now, struct arrays *arrays)
{
    const struct dp_stages room = {arrays->at[BASE], arrays->at[BEFORE], arrays->at[SLOPE],
                                   arrays->at[SLOPE_NEXT]};
    const double *r = (const double *)(void *)arrays->at[R];
    double *f = (double *)(void *)arrays->at[F], taken[DP_LANES], pull[DP_LANES];
    struct dp_stage stage;
    struct dp_stage_sums sums;
    for (int l = 0; l < DP_LANES; l++) {
        taken[l] = layer->stacked ? l % 2 : 1;
        pull[l] = layer->stacked ? 0.01 * l : 0.01;
        stage.base[l] = 0.3;
        stage.now[l] = 1.1;
        stage.before[l] = -0.4;
        stage.pull[l] = stage.slope[l] = pull[l];
    }
    for (int step = 0; step < 2; step++) {
        kernels->stage_begin(layer, now, &room, taken, pull, f);
        kernels->stage(layer, now, r, &room, &stage, f);
        kernels->stage_end(layer, now, r, &room, pull, &sums);
    }
    memcpy(arrays->at[MOMENTS], &sums, sizeof sums);
}

// A step by sectors in which many neurons pass lines.
static void run_sectors(const struct dp_kernels *kernels, const struct dp_layer *layer,
                        const struct dp_batch *now, struct arrays *arrays)
{
    struct dp_sector_step step;
    memset(&step, 0, sizeof step);
    for (int k = 0; k < 9; k++)
        for (int sector = 1; sector < 2 * now->count; sector++)
            step.map[k][sector] = 0.1 * dp_normal(6, DP_STREAM_INPUTS, k, sector);
    for (int i = 0; i < now->count; i++)
        step.pull[i] = 0.3 * dp_normal(7, DP_STREAM_INPUTS, i, 0);
    kernels->sectors(layer, now, &step, arrays->at[TURNED], (double *)(void *)arrays->at[MOMENTS]);
}

// Every pass once: full steps, a step from one batch to the other, Adam, normalized flow, and what is only
// looked at.
static void run_passes(const struct dp_kernels *kernels, const struct shape *s, struct arrays *arrays)
{
    struct dp_layer layer = s->layer;
    layer.start = arrays->at[START];
    layer.moved = arrays->at[MOVED];
    layer.scratch = arrays->at[SCRATCH];
    void *kept = arrays->bytes[KEPT] ? arrays->at[KEPT] : NULL;
    const struct dp_batch now = {.count = s->n, .own = s->own, .x = arrays->at[X], .kept = kept};
    const struct dp_batch next = {.count = s->n, .own = s->own, .x = arrays->at[OTHER_X], .kept = kept};
    const double *r = (const double *)(void *)arrays->at[R], *v = (const double *)(void *)arrays->at[V];
    double *f = (double *)(void *)arrays->at[F], *u = (double *)(void *)arrays->at[U];
    double bound[DP_LANES], moving[DP_LANES];
    struct dp_norms norms;
    struct dp_update descent = {.rule = DP_RULE_DESCENT}, momentum = {.rule = DP_RULE_MOMENTUM, .decays = 1},
                     adam = {.rule = DP_RULE_ADAM, .kept = {arrays->at[MEAN], arrays->at[SQUARE]}};
    struct dp_normalized_step normalized;
    for (int l = 0; l < DP_LANES; l++) {
        static const double of_adam[] = {0.9, 0.999, 1e-3, 1e-8}, of_momentum[] = {1e-2, 0.9, 1, 0.9};
        for (int k = 0; k < DP_RULE_NUMBERS; k++) {
            adam.number[k][l] = of_adam[k];
            momentum.number[k][l] = of_momentum[k];
        }
        momentum.decay[l] = 0.01;
        normalized.size[l] = 0.01;
        normalized.growth[l] = INFINITY;
    }
    kernels->output(&layer, &now, f);
    momentum.kept[0] = arrays->at[MEAN];
    kernels->step(&layer, &now, &now, r, &descent, f);
    kernels->step(&layer, &now, &next, r, &descent, f);
    kernels->step(&layer, &next, &now, r, &momentum, f);
    memset(arrays->at[MEAN], 0, arrays->bytes[MEAN]);
    kernels->step(&layer, &now, &next, r, &adam, f);
    kernels->output(&layer, &now, f);
    kernels->normalized(&layer, &now, r, &normalized, moving);
    kernels->curvature(&layer, &now, v, r, u, bound);
    kernels->gradient(&layer, &now, r, arrays->at[GRADIENT]);
    kernels->norms(&layer, &norms);
    run_stages(kernels, &layer, &now, arrays);
    if (layer.activation == DP_RELU && layer.inputs == 1 && layer.outputs == 1 && !layer.stacked &&
        s->n <= DP_SECTOR_SAMPLES)
        run_sectors(kernels, &layer, &now, arrays);
}

/* A shape for every width and variant. Widths have all residues of 6 and 7, so that every activation comes
 * with every number of inputs, in both precisions and both layouts. */
static struct shape shape_of(int64_t width, int variant)
{
    static const struct {
        int activation, power;
    } models[] = {{DP_RELU, 1},   {DP_TANH, 1}, {DP_SIGMOID, 1}, {DP_SOFTPLUS, 1},
                  {DP_LINEAR, 1}, {DP_TANH, 2}, {DP_TANH, 5}};
    const int64_t mix = width * 4 + variant;
    struct shape s = {.n = 1 + mix % 11, .bits = variant % 2 ? 32 : 64};
    s.layer = (struct dp_layer){.activation = models[width % 7].activation,
                                .power = models[width % 7].power,
                                .inputs = (int)(1 + width % 6),
                                .outputs = mix % 5 == 0 ? 3 : 1,
                                .stacked = variant / 2,
                                .biasless = mix % 13 == 0,
                                .pace = mix % 17 == 0 ? 0.5 : 0,
                                .width = width};
    if (width % 5 < 2 && !s.layer.stacked) { // by sectors as well
        s.n = 1 + mix % DP_SECTOR_SAMPLES;
        s.layer.activation = DP_RELU;
        s.layer.power = s.layer.inputs = s.layer.outputs = 1;
        s.layer.biasless = 0;
        s.layer.pace = 0;
    }
    s.lanes = s.layer.stacked ? DP_LANES : 1;
    s.own = s.layer.stacked && mix % 3 == 0;
    return s;
}

static void passes_stay_inside_their_arrays_and_agree(void **state)
{
    (void)state;
    static const enum array compared[] = {MOVED, F,      U,     MEAN,       SQUARE, GRADIENT,
                                          BASE,  BEFORE, SLOPE, SLOPE_NEXT, TURNED, MOMENTS};
    for (int64_t width = 1; width <= 300; width++)
        for (int variant = 0; variant < 4; variant++) {
            const struct shape s = shape_of(width, variant);
            struct arrays scalar, vector;
            map_arrays(&s, &scalar);
            map_arrays(&s, &vector);
            fill_arrays(&s, &scalar);
            run_passes(dp_kernels_select("scalar", s.bits), &s, &scalar);
            for (int i = 0; dp_isa_names[i]; i++) {
                if (!dp_isa_select(dp_isa_names[i]) || strcmp(dp_isa_names[i], "scalar") == 0)
                    continue;
                fill_arrays(&s, &vector);
                run_passes(dp_kernels_select(dp_isa_names[i], s.bits), &s, &vector);
                for (size_t a = 0; a < sizeof compared / sizeof *compared; a++)
                    if (memcmp(scalar.at[compared[a]], vector.at[compared[a]], scalar.bytes[compared[a]]) !=
                        0)
                        fail_msg("width %lld, variant %d: array %d differs on %s", (long long)width, variant,
                                 compared[a], dp_isa_names[i]);
            }
            unmap_arrays(&scalar);
            unmap_arrays(&vector);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(passes_stay_inside_their_arrays_and_agree),
    };
    const struct dp_kernels *kernels = dp_kernels_select("scalar", 64);
    const unsigned before = kernels->enter();
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    kernels->leave(before);
    return failed;
}
