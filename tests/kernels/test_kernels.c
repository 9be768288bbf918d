// SPDX-License-Identifier: BSD-3-Clause
// The kernels against algebra, finite differences and each other.
#include "check.h"
#include "core/math/rng.h"
#include "core/network/network.h"
#include "core/network/start.h"
#include "dewpoint/kernels/isa.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

struct model {
    const char *name;
    enum dp_activation activation;
    int64_t multiplicity;
    double beta2; // of the weights
    bool shared;  // places share their points
};

static const struct model models[] = {
    {"relu", DP_RELU, 0, 0.7, false},       {"tanh", DP_TANH, 1, 0.7, false},
    {"sigmoid", DP_SIGMOID, 0, 0.7, false}, {"softplus", DP_SOFTPLUS, 0, 0.7, false},
    {"linear", DP_LINEAR, 0, 0.7, false},   {"xtanh", DP_XTANH, 0, 0.7, false},
    {"x2tanh", DP_X2TANH, 0, 0.7, false},   {"x3 tanh", DP_TANH, 4, 0.7, false},
    {"x5 tanh", DP_TANH, 6, 0.7, false},
};
enum { MODELS = sizeof models / sizeof *models };

static long double sigma(const struct model *model, long double h)
{
    switch (model->activation) {
    case DP_RELU:
        return h > 0 ? h : 0;
    case DP_SIGMOID:
        return 1 / (1 + expl(-h));
    case DP_SOFTPLUS:
        return h > 0 ? h + log1pl(expl(-h)) : log1pl(expl(h));
    case DP_LINEAR:
        return h;
    case DP_XTANH:
        return h * tanhl(h);
    case DP_X2TANH:
        return h * h * tanhl(h);
    default:
        return powl(h, (long double)(model->multiplicity - 1)) * tanhl(h);
    }
}

// A random network on random data, in place 0; release with forget. Vectors over samples are [n][lanes].
static void make(const struct model *model, int64_t width, int64_t inputs, int64_t count, const char *isa,
                 int bits, struct dp_samples *samples, struct dp_network *net)
{
    struct dp_run run = dp_run_defaults();
    run.activation = model->activation;
    run.multiplicity = model->multiplicity;
    run.width = width;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = run.beta1 = 1;
    run.beta2 = model->beta2;
    assert_int_equal(dp_samples_alloc(samples, count, inputs, 1, NULL), DP_OK);
    for (int64_t i = 0; i < count * inputs; i++)
        samples->x[i] = dp_normal(11, DP_STREAM_INPUTS, i, 0);
    for (int64_t i = 0; i < count; i++)
        samples->y[i] = dp_normal(11, DP_STREAM_TARGETS, i, 0);
    run.target = DP_FILE;
    const struct dp_shape shape = dp_run_shape(&run, samples);
    const struct dp_kernels *kernels = dp_kernels_select(isa, bits);
    assert_int_equal(dp_network_acquire(&shape, !model->shared, kernels, net, NULL), DP_OK);
    dp_network_place(net, 0, &run);
    assert_int_equal(dp_start_draw(net, 0, &run, samples, NULL, NULL), DP_OK);
    dp_network_fill(net, 0, &net->now, samples, NULL, count);
}

enum { MOST = 16 * 16 }; // doubles in a vector over at most 16 samples

// values[i] of place 0 into a vector over samples and places
static void spread(const struct dp_network *net, const double *values, double *vector)
{
    memset(vector, 0, MOST * sizeof *vector);
    for (int64_t i = 0; i < net->now.batch.count; i++)
        vector[i * net->lanes] = values[i];
}

static void predict(const struct dp_network *net, double *f)
{
    const struct dp_batch points = {
        .count = net->now.batch.count, .own = net->now.batch.own, .x = net->now.batch.x};
    double all[MOST];
    net->kernels->output(&net->layer, &points, all);
    for (int64_t i = 0; i < points.count; i++)
        f[i] = all[i * net->lanes];
}

static void forget(struct dp_samples *samples, struct dp_network *net)
{
    dp_network_release(net);
    dp_samples_free(samples);
}

static const struct dp_update descent = {.rule = DP_RULE_DESCENT};

// f(x_i) = sum_k a_k sigma(w_k . x_i), summed here in long double.
static void the_output_is_the_formula(void **state)
{
    (void)state;
    for (int m = 0; m < MODELS; m++)
        for (int64_t width = 1; width <= 100; width += 33) {
            struct dp_samples samples;
            struct dp_network net;
            make(&models[m], width, 3, 5, dp_isa_select(NULL), 64, &samples, &net);
            net.kernels->output(&net.layer, &net.now.batch, net.f);
            for (int64_t i = 0; i < 5; i++) {
                long double f = 0, size = 0;
                for (int64_t k = 0; k < width; k++) {
                    long double h = dp_network_get(&net, 0, k, 3, true);
                    for (int j = 0; j < 3; j++)
                        h += (long double)dp_network_get(&net, 0, k, j, true) * samples.x[3 * i + j];
                    const long double term = dp_network_get(&net, 0, k, 4, true) * sigma(&models[m], h);
                    f += term;
                    size += fabsl(term);
                }
                assert_near(net.f[i * net.lanes], (double)f, 1e-14 * (double)size);
            }
            forget(&samples, &net);
        }
}

// sum_i r_i d f_i / d theta by central differences of the output: error O(h^2) + rounding / h.
static void gradients_pass_a_finite_difference_check(void **state)
{
    (void)state;
    enum { N = 4, D = 2 };
    for (int m = 0; m < 2 * MODELS; m++) {
        const int64_t WIDTH = m % 2 ? 19 : 67; // of either layout
        struct dp_samples samples;
        struct dp_network net;
        make(&models[m / 2], WIDTH, D, N, dp_isa_select(NULL), 64, &samples, &net);
        static const double r[N] = {0.3, -1.1, 0.7, 0.2};
        double up[N], down[N], vector[MOST], *gradient = aligned_alloc(64, dp_network_block_bytes(&net));
        spread(&net, r, vector);
        net.kernels->gradient(&net.layer, &net.now.batch, vector, gradient);
        const double h = 1e-5;
        for (int64_t k = 0; k < WIDTH; k++)
            for (int j = 0; j < D + 2; j++) {
                const double theta = dp_network_get(&net, 0, k, j, true);
                dp_network_set(&net, 0, k, j, theta + h);
                predict(&net, up);
                dp_network_set(&net, 0, k, j, theta - h);
                predict(&net, down);
                dp_network_set(&net, 0, k, j, theta);
                double expected = 0;
                for (int i = 0; i < N; i++)
                    expected += r[i] * (up[i] - down[i]) / (2 * h);
                const int64_t index =
                    net.layer.stacked ? (k * (D + 2) + j) * 16 : (k / 16 * (D + 2) + j) * 16 + k % 16;
                if (fabs(gradient[index] - expected) > 2e-8 * (1 + fabs(expected)))
                    fail_msg("%s neuron %d component %d: %.12g, not %.12g", models[m / 2].name, (int)k, j,
                             gradient[index], expected);
            }
        free(gradient);
        forget(&samples, &net);
    }
}

// The gradient by the activation's derivative at 0 of relu is 0, as in PyTorch: a neuron exactly on its kink
// stays.
static void a_neuron_on_its_kink_does_not_move(void **state)
{
    (void)state;
    struct dp_samples samples;
    struct dp_network net;
    make(&models[0], 1, 1, 1, dp_isa_select(NULL), 64, &samples, &net);
    dp_network_set(&net, 0, 0, 0, 0);
    dp_network_set(&net, 0, 0, 1, 0);
    double vector[MOST];
    spread(&net, &(double){1}, vector);
    net.kernels->step(&net.layer, &net.now.batch, &net.now.batch, vector, &descent, net.f);
    for (int j = 0; j < 3; j++)
        assert_true(dp_network_get(&net, 0, 0, j, true) == dp_network_get(&net, 0, 0, j, false));
    forget(&samples, &net);
}

// u = J J^T v, with J from finite differences of the output.
static void curvature_is_the_gauss_newton_product(void **state)
{
    (void)state;
    enum { WIDTHS = 70, N = 3, D = 1, MOST_P = WIDTHS * (D + 2) };
    for (int m = 0; m < 2 * MODELS; m++) {
        struct dp_samples samples;
        struct dp_network net;
        const int P = (m % 2 ? 18 : WIDTHS) * (D + 2); // of either layout
        make(&models[m / 2], P / (D + 2), D, N, dp_isa_select(NULL), 64, &samples, &net);
        double jacobian[N][MOST_P];
        const double h = 1e-5;
        for (int p = 0; p < P; p++) {
            double up[N], down[N];
            const double theta = dp_network_get(&net, 0, p / (D + 2), p % (D + 2), true);
            dp_network_set(&net, 0, p / (D + 2), p % (D + 2), theta + h);
            predict(&net, up);
            dp_network_set(&net, 0, p / (D + 2), p % (D + 2), theta - h);
            predict(&net, down);
            dp_network_set(&net, 0, p / (D + 2), p % (D + 2), theta);
            for (int i = 0; i < N; i++)
                jacobian[i][p] = (up[i] - down[i]) / (2 * h);
        }
        static const double v[N] = {0.5, -0.2, 0.9}, r[N] = {0, 0, 0};
        double vs[MOST], rs[MOST], u[MOST], bound[16];
        spread(&net, v, vs);
        spread(&net, r, rs);
        net.kernels->curvature(&net.layer, &net.now.batch, vs, rs, u, bound);
        assert_true(bound[0] == 0);
        for (int i = 0; i < N; i++) {
            double expected = 0, size = 0;
            for (int p = 0; p < P; p++)
                for (int j = 0; j < N; j++) {
                    expected += jacobian[i][p] * jacobian[j][p] * v[j];
                    size += fabs(jacobian[i][p] * jacobian[j][p] * v[j]);
                }
            assert_near(u[i * net.lanes], expected, 1e-7 * size);
        }
        forget(&samples, &net);
    }
}

// For one neuron and one sample the residual's Hessian is [[0, q], [q^T, a r sigma'' x x^T]]: its norm is
// bounded.
static void the_residual_bound_holds(void **state)
{
    (void)state;
    for (int m = 0; m < MODELS; m++) {
        struct dp_samples samples;
        struct dp_network net;
        make(&models[m], 1, 1, 1, dp_isa_select(NULL), 64, &samples, &net);
        const double r = -0.8, v = 1, h = 1e-4;
        double vs[MOST], rs[MOST], u[MOST], bound[16], hessian[3][3], norm = 0;
        spread(&net, &v, vs);
        spread(&net, &r, rs);
        net.kernels->curvature(&net.layer, &net.now.batch, vs, rs, u, bound);
        for (int p = 0; p < 3; p++)
            for (int q = 0; q < 3; q++) {
                double sum = 0;
                const double old[3] = {dp_network_get(&net, 0, 0, 0, true),
                                       dp_network_get(&net, 0, 0, 1, true),
                                       dp_network_get(&net, 0, 0, 2, true)};
                for (int sign = 0; sign < 4; sign++) {
                    double at[3] = {old[0], old[1], old[2]}, f;
                    at[p] += sign & 1 ? h : -h;
                    at[q] += sign & 2 ? h : -h;
                    for (int j = 0; j < 3; j++)
                        dp_network_set(&net, 0, 0, j, at[j]);
                    predict(&net, &f);
                    sum += (sign == 0 || sign == 3 ? f : -f);
                }
                for (int j = 0; j < 3; j++)
                    dp_network_set(&net, 0, 0, j, old[j]);
                hessian[p][q] = r * sum / (4 * h * h);
            }
        // the largest eigenvalue's size by power iteration on the square
        double e[3] = {0.3, 0.5, 0.7};
        for (int k = 0; k < 200; k++) {
            double next[3] = {0};
            for (int p = 0; p < 3; p++)
                for (int q = 0; q < 3; q++)
                    next[p] += hessian[p][q] * e[q];
            norm = sqrt(next[0] * next[0] + next[1] * next[1] + next[2] * next[2]);
            for (int p = 0; p < 3; p++)
                e[p] = norm > 0 ? next[p] / norm : 0;
        }
        assert_true(norm <= bound[0] * (1 + 1e-5) + 1e-6);
        forget(&samples, &net);
    }
}

static double units(double actual, long double expected, int bits)
{
    const double size = fabs((double)expected);
    const double ulp = bits == 32 ? (double)nextafterf((float)size, INFINITY) - (double)(float)size
                                  : nextafter(size, INFINITY) - size;
    return (double)fabsl((long double)actual - expected) / ulp;
}

// sigma within 4 units in the last place of the C library's long double, over the whole range.
static void activations_are_accurate(void **state)
{
    (void)state;
    enum { N = 1 << 14 };
    for (int bits = 32; bits <= 64; bits += 32)
        for (int m = 1; m <= 3; m++) {
            const size_t size = N * sizeof(double);
            void *h = aligned_alloc(64, size), *s = aligned_alloc(64, size), *ds = aligned_alloc(64, size),
                 *dds = aligned_alloc(64, size);
            for (int i = 0; i < N; i++) {
                const double magnitude = pow(10, -6 + 7.8 * (i / 2) / (N / 2.0)),
                             x = i % 2 ? magnitude : -magnitude;
                if (bits == 32)
                    ((float *)h)[i] = (float)x;
                else
                    ((double *)h)[i] = x;
            }
            dp_kernels_select(dp_isa_select(NULL), bits)
                ->activate(models[m].activation == DP_TANH ? DP_TANH : (int)models[m].activation, 1, N, h, s,
                           ds, dds);
            for (int i = 0; i < N; i++) {
                const long double x =
                    bits == 32 ? (long double)((float *)h)[i] : (long double)((double *)h)[i];
                const double got = bits == 32 ? (double)((float *)s)[i] : ((double *)s)[i];
                const long double expected = sigma(&models[m], x);
                if (units(got, expected, bits) > 4)
                    fail_msg("%s(%.9Lg) in %d bits: %.17g, not %.17Lg", models[m].name, x, bits, got,
                             expected);
            }
            free(h);
            free(s);
            free(ds);
            free(dds);
        }
}

static void special_values_come_out_right(void **state)
{
    (void)state;
    _Alignas(64) double h[16] = {0, -0.0, INFINITY, -INFINITY, NAN, 800, -800, 1e300, -1e300}, s[16], ds[16],
                        dds[16];
    const struct dp_kernels *kernels = dp_kernels_select(dp_isa_select(NULL), 64);
    const unsigned before = kernels->enter(); // a sigmoid below the smallest normal number is 0
    kernels->activate(DP_TANH, 1, 16, h, s, ds, dds);
    assert_true(s[0] == 0 && s[1] == 0);
    assert_true(s[2] == 1 && s[3] == -1 && isnan(s[4]) && s[5] == 1 && s[6] == -1);
    kernels->activate(DP_SIGMOID, 1, 16, h, s, ds, dds);
    assert_true(s[0] == 0.5 && s[2] == 1 && s[3] == 0 && isnan(s[4]) && s[5] == 1 && s[6] == 0);
    kernels->activate(DP_SOFTPLUS, 1, 16, h, s, ds, dds);
    assert_true(isinf(s[2]) && s[3] == 0 && isnan(s[4]) && s[5] == 800 && s[6] == 0);
    kernels->activate(DP_RELU, 1, 16, h, s, ds, dds);
    assert_true(s[2] == INFINITY && s[3] == 0 && s[7] == 1e300 && s[8] == 0 && ds[0] == 0 && ds[7] == 1);
    kernels->leave(before);
}

// Trains and returns everything that an instruction set could change, as bytes.
static size_t fingerprint(const struct model *model, int64_t width, int64_t inputs, int64_t count,
                          const char *isa, int bits, char *bytes)
{
    struct dp_samples samples;
    struct dp_network net;
    make(model, width, inputs, count, isa, bits, &samples, &net);
    const size_t block = dp_network_block_bytes(&net);
    char *kept = aligned_alloc(64, 3 * block);
    memset(kept, 0, 3 * block);
    struct dp_update updates[] = {
        {.rule = DP_RULE_DESCENT},
        {.rule = DP_RULE_ADAM, .kept = {kept, kept + block}},
        {.rule = DP_RULE_MOMENTUM, .decays = 1, .kept = {kept + 2 * block}},
    };
    static const double numbers_of[][DP_RULE_NUMBERS] = {
        {0}, {0.9, 0.999, 1e-3 * 0.1 / (10 * 0.0316), 1e-8 / (10 * 0.0316)}, {1e-5, 0.9, 1, 0.9}};
    for (int rule = 0; rule < 3; rule++)
        for (int l = 0; l < 16; l++) {
            updates[rule].decay[l] = 1e-3;
            for (int k = 0; k < DP_RULE_NUMBERS; k++)
                updates[rule].number[k][l] = numbers_of[rule][k];
        }
    const int64_t numbers = count * net.lanes;
    double r[MOST], u[MOST], bound[16] = {0};
    struct dp_norms norms;
    net.kernels->output(&net.layer, &net.now.batch, net.f);
    for (int step = 0; step < 6; step++) {
        for (int64_t i = 0; i < numbers; i++) {
            const double e = net.f[i] - net.now.y[i];
            r[i] = 1e-5 * e /
                   (1 + fabs(e)); // bounded: x^5 tanh x must not run away into NaN, whose sign is free
        }
        net.kernels->step(&net.layer, &net.now.batch, &net.now.batch, r, &updates[step % 3], net.f);
    }
    net.kernels->curvature(&net.layer, &net.now.batch, net.now.y, r, u, bound);
    net.kernels->norms(&net.layer, &norms);
    size_t used = 0;
    const struct {
        const void *from;
        size_t size;
    } parts[] = {
        {net.f, (size_t)numbers * sizeof *net.f},
        {u, (size_t)numbers * sizeof *u},
        {bound, sizeof bound},
        {&norms, sizeof norms},
        {net.layer.start, dp_network_block_bytes(&net)},
        {net.layer.moved, dp_network_block_bytes(&net)},
    };
    for (size_t p = 0; p < sizeof parts / sizeof *parts; p++) {
        memcpy(bytes + used, parts[p].from, parts[p].size);
        used += parts[p].size;
    }
    free(kept);
    forget(&samples, &net);
    return used;
}

// Every available instruction set against the scalar one, all widths 1..300, odd n and d.
static void every_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    static char scalar[1 << 18], other[1 << 18];
    int compared = 0;
    for (int isa = 1; dp_isa_names[isa]; isa++) {
        if (!dp_isa_select(dp_isa_names[isa]))
            continue;
        for (int64_t width = 1; width <= 300; width++)
            for (int bits = 32; bits <= 64; bits += 32) {
                const struct model *model = &models[width % MODELS];
                const int64_t inputs = 1 + width % 6, count = 1 + width % 13;
                const size_t size = fingerprint(model, width, inputs, count, "scalar", bits, scalar);
                assert_int_equal(size,
                                 fingerprint(model, width, inputs, count, dp_isa_names[isa], bits, other));
                if (memcmp(scalar, other, size) != 0)
                    fail_msg("%s differs from scalar: %s width %d, %d bits", dp_isa_names[isa], model->name,
                             (int)width, bits);
                compared++;
            }
    }
    if (compared == 0)
        print_message("this processor has the scalar instruction set only: nothing to compare\n");
}

/* Small shapes have steps of their own. With five inputs tanh looks whether a neuron's weights can bring it
 * to its limits: small ones cannot, large ones can, and between the two some neurons. */
static void steps_of_their_own_give_the_same_bits(void **state)
{
    (void)state;
    static const struct {
        struct model model;
        int64_t width, inputs, count;
    } cases[] = {
        {{"relu", DP_RELU, 0, 0.7, false}, 1003, 1, 4}, {{"tanh", DP_TANH, 1, 0.7, false}, 1003, 1, 4},
        {{"tanh", DP_TANH, 1, 20, false}, 1003, 1, 4},  {{"relu", DP_RELU, 0, 0.7, true}, 60, 1, 2},
        {{"tanh", DP_TANH, 1, 0.2, true}, 50, 5, 13},   {{"tanh", DP_TANH, 1, 0.7, true}, 50, 5, 13},
        {{"tanh", DP_TANH, 1, 2, true}, 50, 5, 13},     {{"tanh", DP_TANH, 1, 20, true}, 50, 5, 13},
    };
    static char scalar[1 << 18], other[1 << 18];
    for (int isa = 1; dp_isa_names[isa]; isa++)
        for (size_t k = 0; dp_isa_select(dp_isa_names[isa]) && k < sizeof cases / sizeof *cases; k++)
            for (int bits = 32; bits <= 64; bits += 32) {
                const int64_t m = cases[k].width, d = cases[k].inputs, n = cases[k].count;
                const size_t size = fingerprint(&cases[k].model, m, d, n, "scalar", bits, scalar);
                assert_int_equal(size, fingerprint(&cases[k].model, m, d, n, dp_isa_names[isa], bits, other));
                if (memcmp(scalar, other, size) != 0)
                    fail_msg("%s differs from scalar: case %d, %d bits", dp_isa_names[isa], (int)k, bits);
            }
}

/* Which samples a neuron of relu is active on is kept from pass to pass, whatever passes they are: steps
 * between two batches, of Adam, after an output anew, without a place to keep it. The scalar set keeps
 * nothing. */
static void relu_keeps_its_places_through_all_passes(void **state)
{
    (void)state;
    enum { N = 4, PASSES = 8 };
    const struct model relu = {.name = "relu", .activation = DP_RELU};
    for (int isa = 1; dp_isa_names[isa]; isa++)
        for (int variant = 0; dp_isa_select(dp_isa_names[isa]) && variant < 8; variant++) {
            const int bits = variant % 2 ? 32 : 64, keeping = variant / 4;
            const int64_t width = variant % 4 < 2 ? 1003 : 70;
            struct dp_samples samples[2];
            struct dp_network net[2];
            double f[2][N] = {{0}};
            for (int s = 0; s < 2; s++) {
                make(&relu, width, 1, N, s ? dp_isa_names[isa] : "scalar", bits, &samples[s], &net[s]);
                _Alignas(64) double turned[N];
                const void *x = net[s].now.batch.x;
                for (int i = 0; i < N; i++) // other points: the same in another order
                    if (bits == 32)
                        ((float *)turned)[i] = ((const float *)x)[(i + 1) % N];
                    else
                        turned[i] = ((const double *)x)[(i + 1) % N];
                struct dp_batch batch[2] = {net[s].now.batch, net[s].now.batch};
                batch[1].x = turned;
                if (s && !keeping)
                    batch[0].kept = batch[1].kept = NULL;
                net[s].kernels->output(&net[s].layer, &batch[0], f[s]);
                for (int pass = 0; pass < PASSES; pass++) {
                    static const int from[PASSES] = {0, 0, 0, 1, 1, 0, 0, 1},
                                     to[PASSES] = {0, 0, 1, 1, 0, 0, 1, 1};
                    double r[N];
                    for (int i = 0; i < N; i++)
                        r[i] = 1e-3 * (f[s][i] - cos(i));
                    net[s].kernels->step(&net[s].layer, &batch[from[pass]], &batch[to[pass]], r, &descent,
                                         f[s]);
                    if (pass == 4)
                        net[s].kernels->output(&net[s].layer, &batch[0], f[s]);
                }
            }
            assert_memory_equal(f[0], f[1], sizeof f[0]);
            assert_memory_equal(net[0].layer.moved, net[1].layer.moved, dp_network_block_bytes(&net[0]));
            for (int s = 0; s < 2; s++)
                forget(&samples[s], &net[s]);
        }
}

enum {
    VECTOR_WIDTH = 21,
    VECTOR_BLOCKS = 2,
    VECTOR_D = 2,
    VECTOR_O = 3,
    VECTOR_ROWS = VECTOR_D + 1 + VECTOR_O,
    VECTOR_N = 5
};

// A layer with three outputs, which struct dp_network does not make; all arrays from the caller.
struct vector_layer {
    _Alignas(64) double start[VECTOR_BLOCKS * VECTOR_ROWS * 16], moved[VECTOR_BLOCKS * VECTOR_ROWS * 16];
    _Alignas(64) double scratch[16 * 400], kept[VECTOR_BLOCKS * VECTOR_N * 2 * 16];
    _Alignas(64) double x[2][VECTOR_N * VECTOR_D];
    struct dp_layer layer;
    struct dp_batch batch[2];
};

static void make_vector_layer(struct vector_layer *v, int activation, int power)
{
    memset(v, 0, sizeof *v);
    assert_true(dp_scratch_rows(VECTOR_N, VECTOR_D, VECTOR_O) <= 400);
    for (int64_t k = 0; k < VECTOR_WIDTH; k++)
        for (int j = 0; j < VECTOR_ROWS; j++)
            v->start[(k / 16 * VECTOR_ROWS + j) * 16 + k % 16] = dp_normal(3, DP_STREAM_WEIGHTS, k, j);
    for (int b = 0; b < 2; b++) {
        for (int i = 0; i < VECTOR_N * VECTOR_D; i++)
            v->x[b][i] = dp_normal(4 + b, DP_STREAM_INPUTS, i, 0);
        v->batch[b] = (struct dp_batch){.count = VECTOR_N - b, .x = v->x[b], .kept = v->kept};
    }
    v->layer = (struct dp_layer){.activation = activation,
                                 .power = power,
                                 .inputs = VECTOR_D,
                                 .outputs = VECTOR_O,
                                 .width = VECTOR_WIDTH,
                                 .start = v->start,
                                 .moved = v->moved,
                                 .scratch = v->scratch};
}

/* Several outputs, and a step whose gradient and output are on different points (minibatches): the output is
 * the formula, the step is minus the gradient, and that is the output's finite difference. Without bias the
 * bias does not step; with a pace the amplitudes step by that much more. */
static void vector_outputs_and_minibatches_follow_the_formula(void **state)
{
    (void)state;
    for (int variant = 0; variant < 2 * MODELS; variant++) {
        static struct vector_layer v;
        const int m = variant / 2;
        const struct dp_kernels *kernels = dp_kernels_select(dp_isa_select(NULL), 64);
        const bool family = models[m].activation == DP_XTANH || models[m].activation == DP_X2TANH;
        const int power = family                       ? 2 + (models[m].activation == DP_X2TANH)
                          : models[m].multiplicity > 1 ? (int)models[m].multiplicity
                                                       : 1;
        make_vector_layer(&v, family ? DP_TANH : (int)models[m].activation, power);
        v.layer.biasless = variant % 2;
        v.layer.pace = variant % 2 ? 0.25 : 0;
        double f[VECTOR_N * VECTOR_O], up[VECTOR_N * VECTOR_O], down[VECTOR_N * VECTOR_O],
            r[VECTOR_N * VECTOR_O];
        kernels->output(&v.layer, &v.batch[0], f);
        for (int i = 0; i < VECTOR_N; i++)
            for (int c = 0; c < VECTOR_O; c++) {
                long double sum = 0, size = 0;
                for (int64_t k = 0; k < VECTOR_WIDTH; k++) {
                    const double *theta = v.start + k / 16 * VECTOR_ROWS * 16 + k % 16;
                    const long double h = (long double)theta[0] * v.x[0][2 * i] +
                                          (long double)theta[16] * v.x[0][2 * i + 1] + theta[32];
                    const long double term = theta[(VECTOR_D + 1 + c) * 16] * sigma(&models[m], h);
                    sum += term;
                    size += fabsl(term);
                }
                assert_near(f[i * VECTOR_O + c], (double)sum, 1e-13 * (double)size);
                r[i * VECTOR_O + c] = 1e-3 * cos(i + 3 * c);
            }
        double expected[VECTOR_WIDTH][VECTOR_ROWS];
        const double h = 1e-5;
        for (int64_t k = 0; k < VECTOR_WIDTH; k++)
            for (int j = 0; j < VECTOR_ROWS; j++) {
                double *theta = &v.start[(k / 16 * VECTOR_ROWS + j) * 16 + k % 16], was = *theta;
                *theta = was + h;
                kernels->output(&v.layer, &v.batch[0], up);
                *theta = was - h;
                kernels->output(&v.layer, &v.batch[0], down);
                *theta = was;
                expected[k][j] = 0;
                for (int i = 0; i < VECTOR_N * VECTOR_O; i++)
                    expected[k][j] += r[i] * (up[i] - down[i]) / (2 * h);
                if (v.layer.biasless)
                    expected[k][j] *= j < VECTOR_D ? 1 : j == VECTOR_D ? 0 : 0.25;
            }
        kernels->step(&v.layer, &v.batch[0], &v.batch[1], r, &descent, f);
        for (int64_t k = 0; k < VECTOR_WIDTH; k++)
            for (int j = 0; j < VECTOR_ROWS; j++)
                assert_near(v.moved[(k / 16 * VECTOR_ROWS + j) * 16 + k % 16], -expected[k][j],
                            1e-10 + 1e-7 * fabs(expected[k][j]));
        kernels->output(&v.layer, &v.batch[1], up);
        assert_memory_equal(f, up, sizeof(double) * (VECTOR_N - 1) * VECTOR_O);
    }
}

// Where component j of neuron k of place 0 lies in an array of blocks with so many rows.
static int64_t index_of(const struct dp_network *net, int64_t k, int j, int rows)
{
    return net->layer.stacked ? (k * rows + j) * 16 : (k / 16 * rows + j) * 16 + k % 16;
}

// A step in stages against the formula of each stage, written with the gradient; a slope is taken where it is
// asked for.
static void stages_follow_their_formula(void **state)
{
    (void)state;
    enum { N = 3, STAGES = 3 };
    for (int m = 0; m < 2 * MODELS; m++) {
        struct dp_samples samples;
        struct dp_network net;
        make(&models[m / 2], m % 2 ? 19 : 67, 2, N, dp_isa_select(NULL), 64, &samples,
             &net); // of either layout
        const size_t block = (dp_network_block_bytes(&net) + 63) / 64 * 64, count = block / sizeof(double);
        double *memory = aligned_alloc(64, 7 * block), *base = memory, *before = base + count;
        double *slope = before + count, *next = slope + count, *gradient = next + count;
        double *expected = gradient + count, *earlier = expected + count, *moved = net.layer.moved;
        double r[MOST], f[MOST], taken[16], pull[16];
        struct dp_stage stage;
        struct dp_stage_sums sums;
        spread(&net, (const double[]){0.003, -0.011, 0.007}, r); // x^5 tanh x must not run away
        memset(memory, 0, 7 * block);
        for (int64_t k = 0; k < net.layer.width; k++)
            for (int j = 0; j < 4; j++)
                slope[index_of(&net, k, j, 4)] = 0.01 * cos((double)(4 * k + j));
        for (int l = 0; l < 16; l++) {
            taken[l] = m % 4 == 0;
            pull[l] = 0.02;
        }
        const struct dp_stages room = {base, before, slope, next};
        net.kernels->gradient(&net.layer, &net.now.batch, r, gradient);
        net.kernels->output(&net.layer, &net.now.batch, f);
        net.kernels->stage_end(&net.layer, &net.now.batch, r, &room, pull, &sums);
        assert_memory_equal(next, gradient, dp_network_block_bytes(&net));
        memcpy(expected, taken[0] > 0 ? next : slope, block);
        net.kernels->stage_begin(&net.layer, &net.now.batch, &room, taken, pull, f);
        for (size_t i = 0; i < dp_network_block_bytes(&net) / sizeof(double); i++) {
            assert_true(slope[i] == expected[i] && base[i] == 0 && before[i] == 0);
            assert_near(moved[i], -0.02 * expected[i], 1e-17);
        }
        for (int s = 0; s < STAGES; s++) {
            for (int l = 0; l < 16; l++) {
                stage.base[l] = 0.3 - 0.1 * s;
                stage.now[l] = 1.1;
                stage.before[l] = 0.1 * s - 0.4;
                stage.pull[l] = 0.03;
                stage.slope[l] = -0.01;
            }
            net.kernels->gradient(&net.layer, &net.now.batch, r, gradient);
            for (size_t i = 0; i < count; i++)
                expected[i] = stage.base[0] * base[i] + 1.1 * moved[i] + stage.before[0] * before[i] -
                              0.03 * gradient[i] + 0.01 * slope[i];
            memcpy(earlier, moved, block);
            net.kernels->stage(&net.layer, &net.now.batch, r, &room, &stage, f);
            assert_memory_equal(before, earlier, dp_network_block_bytes(&net));
            for (int64_t k = 0; k < net.layer.width; k++)
                for (int j = 0; j < 4; j++) {
                    const int64_t i = index_of(&net, k, j, 4);
                    assert_near(moved[i], expected[i], 1e-14 * (1 + fabs(gradient[i])));
                }
        }
        double predicted[N];
        predict(&net, predicted);
        for (int i = 0; i < N; i++)
            assert_true(f[i * net.lanes] == predicted[i]);
        net.kernels->gradient(&net.layer, &net.now.batch, r, gradient);
        net.kernels->stage_end(&net.layer, &net.now.batch, r, &room, pull, &sums);
        double squares[3] = {0};
        for (int64_t k = 0; k < net.layer.width; k++)
            for (int j = 0; j < 3; j++) { // of the w
                const int64_t i = index_of(&net, k, j, 4);
                squares[0] += moved[i] * moved[i];
                squares[1] += pow(0.8 * (base[i] - moved[i]) - 0.4 * 0.02 * (slope[i] + gradient[i]), 2);
            }
        assert_near(sums.moved_w[0], squares[0], 1e-12 * squares[0]);
        assert_near(sums.error_w[0], squares[1], 1e-12 * squares[1]);
        free(memory);
        forget(&samples, &net);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_output_is_the_formula),
        cmocka_unit_test(gradients_pass_a_finite_difference_check),
        cmocka_unit_test(a_neuron_on_its_kink_does_not_move),
        cmocka_unit_test(curvature_is_the_gauss_newton_product),
        cmocka_unit_test(the_residual_bound_holds),
        cmocka_unit_test(activations_are_accurate),
        cmocka_unit_test(special_values_come_out_right),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(steps_of_their_own_give_the_same_bits),
        cmocka_unit_test(relu_keeps_its_places_through_all_passes),
        cmocka_unit_test(vector_outputs_and_minibatches_follow_the_formula),
        cmocka_unit_test(stages_follow_their_formula),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
