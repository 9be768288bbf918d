// SPDX-License-Identifier: BSD-3-Clause
// Smooth neurons moved under given pulls, against the formulas for straight tanh and against tiny steps of
// Runge and Kutta; K against its definition. All of it with the same bits on every instruction set.
#include "check.h"
#include "core/math/rng.h"
#include "dewpoint/core/activations.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/waveform.h"
#include <string.h>

enum { WIDTH = 37, BLOCKS = 3, MOST_INPUTS = 5, N = 6, ROWS = MOST_INPUTS + 2, ROOM = 8000 };

static double normal(int64_t seed, int64_t index)
{
    return dp_normal(seed, DP_STREAM_WEIGHTS, index, 0);
}

// A layer that has moved a little, its points and the pulls of two intervals.
struct scene {
    _Alignas(64) double start[BLOCKS * ROWS * DP_LANES];
    _Alignas(64) double moved[BLOCKS * ROWS * DP_LANES];
    _Alignas(64) double to[BLOCKS * ROWS * DP_LANES];
    _Alignas(64) double room[ROOM];
    double x[N * MOST_INPUTS], pull[2 * N], f[2 * N];
    struct dp_layer layer;
    struct dp_batch batch;
};

static int64_t at(const struct scene *s, int64_t k, int row)
{
    return (k / DP_LANES * (s->layer.inputs + 2) + row) * DP_LANES + k % DP_LANES;
}

static void make_scene(struct scene *s, int power, int d, double size, double pull)
{
    memset(s, 0, sizeof *s);
    s->layer = (struct dp_layer){.activation = DP_TANH,
                                 .power = power,
                                 .inputs = d,
                                 .outputs = 1,
                                 .width = WIDTH,
                                 .start = s->start,
                                 .moved = s->moved};
    s->batch = (struct dp_batch){.count = N, .x = s->x};
    for (int64_t k = 0; k < WIDTH; k++)
        for (int row = 0; row < d + 2; row++) {
            s->start[at(s, k, row)] = size * normal(power, k * ROWS + row);
            s->moved[at(s, k, row)] = 0.1 * size * normal(d, k * ROWS + row);
        }
    for (int i = 0; i < N * d; i++)
        s->x[i] = normal(7, i);
    for (int i = 0; i < 2 * N; i++)
        s->pull[i] = pull * normal(8, i);
}

static double theta_of(const struct scene *s, int64_t k, int row)
{
    return s->start[at(s, k, row)] + s->moved[at(s, k, row)];
}

static double sigma_of(const struct scene *s, double z)
{
    return pow(z, s->layer.power - 1) * tanh(z);
}

static double slope_of(const struct scene *s, double z)
{
    const double t = tanh(z), power = s->layer.power;
    return pow(z, power - 1) * (1 - t * t) + (power > 1 ? (power - 1) * pow(z, power - 2) * t : 0);
}

static double z_of(const struct scene *s, const double *theta, int i)
{
    double z = theta[s->layer.inputs];
    for (int j = 0; j < s->layer.inputs; j++)
        z += theta[j] * s->x[i * s->layer.inputs + j];
    return z;
}

// rate <- (w', a') under the pulls rho.
static void rate_of(const struct scene *s, const double *theta, const double *rho, double *rate)
{
    const int d = s->layer.inputs;
    memset(rate, 0, (size_t)(d + 2) * sizeof *rate);
    for (int i = 0; i < N; i++) {
        const double z = z_of(s, theta, i), push = theta[d + 1] * rho[i] * slope_of(s, z);
        for (int j = 0; j <= d; j++)
            rate[j] -= push * (j < d ? s->x[i * d + j] : 1);
        rate[d + 1] -= rho[i] * sigma_of(s, z);
    }
}

// One neuron over an interval by Runge and Kutta's method of fourth order.
static void by_runge_kutta(const struct scene *s, const double *rho, double *theta)
{
    enum { STEPS = 400 };
    const int rows = s->layer.inputs + 2;
    for (int step = 0; step < STEPS; step++) {
        static const double reach[] = {0.5, 0.5, 1}, weight[] = {1, 2, 2, 1};
        double rate[ROWS], sum[ROWS] = {0}, there[ROWS];
        memcpy(there, theta, (size_t)rows * sizeof *theta);
        for (int stage = 0; stage < 4; stage++) {
            rate_of(s, there, rho, rate);
            for (int j = 0; j < rows; j++) {
                sum[j] += weight[stage] / 6 / STEPS * rate[j];
                there[j] = theta[j] + (stage < 3 ? reach[stage] / STEPS * rate[j] : 0);
            }
        }
        for (int j = 0; j < rows; j++)
            theta[j] += sum[j];
    }
}

// The largest error of a neuron's parameters after both intervals, relative to the largest displacement.
static double error_of(struct scene *s)
{
    const int rows = s->layer.inputs + 2;
    struct dp_waveform_sums sums;
    double error = 0, largest = 0, f[2 * N] = {0};
    dp_waveform_select(dp_isa_select(NULL))
        ->move(&s->layer, &s->batch, 2, s->pull, s->to, s->f, s->room, &sums);
    for (int64_t k = 0; k < WIDTH; k++) {
        double theta[ROWS] = {0};
        for (int row = 0; row < rows; row++)
            theta[row] = theta_of(s, k, row);
        for (int t = 0; t < 2; t++) {
            by_runge_kutta(s, s->pull + t * N, theta);
            for (int i = 0; i < N; i++)
                f[t * N + i] += theta[rows - 1] * sigma_of(s, z_of(s, theta, i));
        }
        for (int row = 0; row < rows; row++) {
            const double moved = theta[row] - s->start[at(s, k, row)];
            error = fmax(error, fabs(s->to[at(s, k, row)] - moved));
            largest = fmax(largest, fabs(moved - s->moved[at(s, k, row)]));
        }
    }
    for (int i = 0; i < 2 * N; i++)
        assert_near(s->f[i], f[i], 50 * error * (1 + fabs(f[i])) + 1e-12 * (1 + fabs(f[i])));
    return error / largest;
}

static struct scene scene;

// Intervals half as long have a quarter of the error, relative to the displacement.
static void errors_are_of_second_order(void **state)
{
    (void)state;
    for (int power = 1; power <= 3; power++)
        for (int d = 1; d <= MOST_INPUTS; d += 2) {
            make_scene(&scene, power, d, 0.4, 0.02);
            const double once = error_of(&scene);
            make_scene(&scene, power, d, 0.4, 0.01);
            const double half = error_of(&scene);
            assert_true(once < 0.2);
            assert_true(half < 0.35 * once);
        }
}

/* Small neurons of tanh grow by exponentials, and an interval may be long: the error is that of tanh's bend.
 */
static void small_neurons_grow_by_exponentials(void **state)
{
    (void)state;
    make_scene(&scene, 1, 2, 1e-7, 0.7);
    assert_true(error_of(&scene) < 1e-8);
}

static void the_kernel_is_that_of_the_jacobian(void **state)
{
    (void)state;
    enum { STRIDE = 8 };
    double gram[STRIDE * STRIDE] = {0};
    make_scene(&scene, 2, 3, 1, 0);
    dp_waveform_select(dp_isa_select(NULL))->gram(&scene.layer, &scene.batch, STRIDE, gram, scene.room);
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0, product = 1;
            for (int c = 0; c < 3; c++)
                product += scene.x[i * 3 + c] * scene.x[j * 3 + c];
            for (int64_t k = 0; k < WIDTH; k++) {
                double theta[ROWS] = {0};
                for (int row = 0; row < 5; row++)
                    theta[row] = theta_of(&scene, k, row);
                const double zi = z_of(&scene, theta, i), zj = z_of(&scene, theta, j), a = theta[4];
                sum += sigma_of(&scene, zi) * sigma_of(&scene, zj) +
                       a * a * slope_of(&scene, zi) * slope_of(&scene, zj) * product;
            }
            assert_near(gram[i * STRIDE + j], sum, 1e-11 * (1 + fabs(sum)));
        }
}

static void instruction_sets_give_the_same_bits(void **state)
{
    (void)state;
    static const char *const isas[] = {"scalar", "avx2", "avx512"};
    static struct scene first;
    struct dp_waveform_sums sums, first_sums = {0};
    double gram[64] = {0}, first_gram[64] = {0};
    for (int power = 1; power <= 3; power++)
        for (int d = 1; d <= MOST_INPUTS; d++)
            for (int k = 0; k < 3; k++) {
                const char *const isa = dp_isa_select(isas[k]);
                if (!isa)
                    continue;
                const struct dp_waveform_kernels *const kernels = dp_waveform_select(isa);
                assert_string_equal(kernels->isa, isas[k]);
                make_scene(&scene, power, d, 1, 0.3);
                kernels->gram(&scene.layer, &scene.batch, 8, gram, scene.room);
                kernels->move(&scene.layer, &scene.batch, 2, scene.pull, scene.to, scene.f, scene.room,
                              &sums);
                if (k == 0) {
                    first = scene;
                    first_sums = sums;
                    memcpy(first_gram, gram, sizeof gram);
                }
                assert_memory_equal(scene.to, first.to, sizeof scene.to);
                assert_memory_equal(scene.f, first.f, sizeof scene.f);
                assert_memory_equal(gram, first_gram, sizeof gram);
                assert_memory_equal(&sums, &first_sums, sizeof sums);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(errors_are_of_second_order),
                                       cmocka_unit_test(small_neurons_grow_by_exponentials),
                                       cmocka_unit_test(the_kernel_is_that_of_the_jacobian),
                                       cmocka_unit_test(instruction_sets_give_the_same_bits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
