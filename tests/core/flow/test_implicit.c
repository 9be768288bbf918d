// SPDX-License-Identifier: BSD-3-Clause
// Implicit steps: the formulas against textbooks, Newton's systems against differences of gradients, and runs
// that take them on every instruction set and in company.
#include "check.h"
#include "core/flow/smooth/formula.h"
#include "core/flow/smooth/newton.h"
#include "core/math/ldl.h"
#include "core/math/rng.h"
#include "core/network/start.h"
#include "dewpoint/kernels/isa.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* On even steps the derivative's coefficient is the sum of 1 / j, and the error of order q is h^(q+1) y^(q+1)
 * / (q + 1) times its inverse (Hairer and Wanner, Solving Ordinary Differential Equations II, V.1); c is
 * h^(q+1) y^(q+1). */
static void formulas_are_those_of_textbooks(void **state)
{
    (void)state;
    const double steps[DP_BDF_ORDERS + 3] = {0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25, 0.25};
    double sum = 0, factorial = 1;
    for (int q = 1; q <= DP_BDF_ORDERS; q++) {
        const struct dp_step_formula f = dp_formula(q, steps);
        sum += 1.0 / q;
        factorial *= q;
        assert_near(f.l[1], sum, 1e-14);
        assert_near(f.error, 1 / ((q + 1) * sum), 1e-14);
        const double lower = q > 1 ? factorial / (q * (sum - 1.0 / q)) : 1; // z_q = h^q y^(q) / q!
        assert_near(f.error_lower, lower, 1e-13);
        assert_near(f.error_higher, 1 / ((q + 2) * (sum + 1.0 / (q + 1))), 1e-14);
    }
}

enum { UNKNOWNS = 9 };

// A = M D M^T with M unit lower triangular, which has as many negative eigenvalues as D (Sylvester).
static void systems_are_solved_and_their_signs_counted(void **state)
{
    (void)state;
    for (int negative = 0; negative <= UNKNOWNS; negative++) {
        double m[UNKNOWNS][UNKNOWNS] = {{0}}, a[UNKNOWNS * UNKNOWNS], x[UNKNOWNS], b[UNKNOWNS];
        for (int i = 0; i < UNKNOWNS; i++)
            for (int j = 0; j <= i; j++)
                m[i][j] = i == j ? 1 : dp_normal(5, DP_STREAM_INPUTS, i, (uint32_t)j) / 3;
        for (int i = 0; i < UNKNOWNS; i++)
            for (int j = 0; j < UNKNOWNS; j++) {
                double sum = 0;
                for (int k = 0; k < UNKNOWNS; k++)
                    sum += m[i][k] * m[j][k] * ((k * 4) % UNKNOWNS < negative ? -1 - k : 1 + k);
                a[i * UNKNOWNS + j] = sum;
            }
        for (int i = 0; i < UNKNOWNS; i++) {
            b[i] = 0;
            for (int j = 0; j < UNKNOWNS; j++)
                b[i] += a[i * UNKNOWNS + j] * (j - 3.5);
        }
        memcpy(x, b, sizeof x);
        assert_int_equal(dp_ldl(UNKNOWNS, a), negative);
        dp_ldl_solve(UNKNOWNS, a, x);
        for (int j = 0; j < UNKNOWNS; j++)
            assert_near(x[j], j - 3.5, 1e-11);
    }
    double zero[4] = {0, 1, 1, 0};
    assert_int_equal(dp_ldl(2, zero), -1);
}

enum { SAMPLES = 4, WIDTH = 21, NARROW = 2, MOST = 2 * DP_LANES * 8 };
static const double once[] = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}; // every output stands for one sample

static void make(enum dp_activation activation, int64_t width, int64_t outputs, bool bias,
                 struct dp_network *net)
{
    struct dp_run run = dp_run_defaults();
    struct dp_samples samples;
    run.activation = activation;
    run.width = width;
    run.bias = bias;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 3;
    run.beta1 = run.beta2 = 0.7;
    assert_int_equal(dp_samples_alloc(&samples, SAMPLES, 2, outputs, NULL), DP_OK);
    for (int64_t i = 0; i < SAMPLES * 2; i++)
        samples.x[i] = dp_normal(11, DP_STREAM_INPUTS, i, 0);
    for (int64_t i = 0; i < SAMPLES * outputs; i++)
        samples.y[i] = dp_normal(11, DP_STREAM_TARGETS, i, 0);
    run.target = DP_FILE;
    run.outputs = outputs;
    const struct dp_shape shape = dp_run_shape(&run, &samples);
    assert_int_equal(dp_network_acquire(&shape, false, dp_kernels_select("scalar", 64), net, NULL), DP_OK);
    net->layer.stacked = 0; // there is room for 16 of them; spread they take less
    net->lanes = 1;
    dp_network_place(net, 0, &run);
    assert_int_equal(dp_start_draw(net, 0, &run, &samples, NULL, NULL), DP_OK);
    dp_network_fill(net, 0, &net->now, &samples, NULL, SAMPLES);
    dp_samples_free(&samples);
}

// The gradient where the network stands `part` of x further on.
static void gradient_at(struct dp_network *net, const double *x, double part, int64_t count, double *gradient)
{
    double *moved = net->layer.moved, loss;
    for (int64_t j = 0; j < count; j++)
        moved[j] += part * x[j];
    net->kernels->output(&net->layer, &net->now.batch, net->f);
    dp_network_measure(net, &loss);
    net->kernels->gradient(&net->layer, &net->now.batch, net->residual, gradient);
    for (int64_t j = 0; j < count; j++)
        moved[j] -= part * x[j];
}

// x from (1 + step Hessian) x = -v, Hessian x by differences.
static void check_system(enum dp_activation activation, int64_t width, int64_t outputs, bool bias,
                         double part_of_one)
{
    struct dp_network net;
    make(activation, width, outputs, bias, &net);
    struct dp_newton newton = {.kernels = dp_hessian_select("scalar")};
    char *memory = aligned_alloc(64, dp_newton_lay_out(&newton, &net.layer, SAMPLES, NULL));
    assert_non_null(memory);
    dp_newton_lay_out(&newton, &net.layer, SAMPLES, memory);
    newton.scale = 2 * net.scale[0] / (net.alpha[0] * net.alpha[0]);
    newton.weight = once;
    const int64_t rows = 3 + outputs, count = dp_block_count(&net.layer) * rows * DP_LANES;
    _Alignas(64) double v[MOST] = {0}, none[MOST] = {0}, x[MOST] = {0}, state[MOST] = {0}, room[MOST],
                        up[MOST], down[MOST];
    assert_true(count <= MOST);
    for (int64_t k = 0; k < width; k++)
        for (int64_t j = 0; j < rows; j++)
            if (bias || j != 2)
                v[(k / DP_LANES * rows + j) * DP_LANES + k % DP_LANES] =
                    dp_normal(3, DP_STREAM_INPUTS, k, (uint32_t)j);
    gradient_at(&net, x, 0, count, up);
    dp_newton_linearise(&newton, &net.layer, &net.now.batch, net.residual);
    const double step = part_of_one / newton.largest; // every 1 + step H_k is positive definite then
    assert_true(dp_newton_prepare(&newton, step));
    struct dp_squares add, change;
    const struct dp_newton_vectors at = {v, none, x, state, room};
    const double put = dp_newton_iterate(&newton, &at, 1, &add, &change);
    assert_memory_equal(x, state, sizeof x);
    assert_near(add.w + add.a, change.w + change.a, 0);
    const double part = 1e-5;
    gradient_at(&net, x, part, count, up);
    double above[SAMPLES * 2], square = 0;
    memcpy(above, net.f, (size_t)(SAMPLES * outputs) * sizeof *above);
    gradient_at(&net, x, -part, count, down);
    for (int64_t i = 0; i < SAMPLES * outputs; i++)
        square += pow((above[i] - net.f[i]) / (2 * part), 2);
    assert_near(put, square, 1e-5 * square);
    for (int64_t j = 0; j < count; j++)
        assert_near(x[j] + step * (up[j] - down[j]) / (2 * part), -v[j], 1e-6);
    free(memory);
    dp_network_release(&net);
}

static void systems_hold_the_hessian(void **state)
{
    (void)state;
    static const enum dp_activation activations[] = {DP_TANH,   DP_SIGMOID, DP_SOFTPLUS,
                                                     DP_LINEAR, DP_XTANH,   DP_X2TANH};
    for (int k = 0; k < 6; k++)
        for (int64_t outputs = 1; outputs <= 2; outputs++)
            for (int bias = 0; bias < 2; bias++) {
                check_system(activations[k], WIDTH, outputs, bias, 0.1);
                check_system(activations[k], WIDTH, outputs, bias, 0.9);
                check_system(activations[k], NARROW, outputs, bias, 0.5); // as one dense matrix
            }
}

/* At the origin of a linear network the Hessian has the eigenvalues +- |sum_i r_i x_i| of every neuron: a
 * step of more than its inverse would turn an escape round. */
static void check_escape(int64_t width)
{
    struct dp_network net;
    make(DP_LINEAR, width, 1, true, &net);
    memset(net.layer.start, 0, dp_network_block_bytes(&net));
    struct dp_newton newton = {.kernels = dp_hessian_select("scalar"), .scale = 1};
    char *memory = aligned_alloc(64, dp_newton_lay_out(&newton, &net.layer, SAMPLES, NULL));
    assert_non_null(memory);
    dp_newton_lay_out(&newton, &net.layer, SAMPLES, memory);
    newton.weight = once;
    const double r[SAMPLES] = {0.5, -1, 2, 0.25}, *x = net.now.batch.x;
    double pull[3] = {0};
    for (int i = 0; i < SAMPLES; i++) {
        pull[0] += r[i] * x[2 * i];
        pull[1] += r[i] * x[2 * i + 1];
        pull[2] += r[i];
    }
    const double size = sqrt(pull[0] * pull[0] + pull[1] * pull[1] + pull[2] * pull[2]);
    dp_newton_linearise(&newton, &net.layer, &net.now.batch, r);
    assert_true(dp_newton_prepare(&newton, 0.95 / size));
    assert_false(dp_newton_prepare(&newton, 1.05 / size));
    assert_false(dp_newton_prepare(&newton, 100 / size));
    assert_true(dp_newton_prepare(&newton, 0.5 / size));
    free(memory);
    dp_network_release(&net);
}

static void steps_over_an_escape_are_refused(void **state)
{
    (void)state;
    check_escape(WIDTH);
    check_escape(NARROW);
}

enum { POINTS = 20, RUNS = 6 };

// Twenty points of a sine, which take explicit steps of dozens of stages.
static struct dp_samples sine(void)
{
    static double x[POINTS], y[POINTS];
    for (int i = 0; i < POINTS; i++) {
        x[i] = -1 + 2.0 * i / (POINTS - 1);
        y[i] = sin(3 * x[i]);
    }
    return (struct dp_samples){.count = POINTS, .inputs = 1, .outputs = 1, .x = x, .y = y};
}

static struct dp_run sine_run(int k, int64_t width)
{
    struct dp_run run = dp_run_defaults();
    run.activation = k % 2 ? DP_XTANH : DP_TANH;
    run.width = width;
    run.gamma = 0.5 + 0.5 * (k / 2);
    run.antisymmetric = 1;
    run.target = DP_FILE;
    run.stop_loss = 1e-3;
    run.test_samples = 0;
    run.prediction_starts = 0;
    strcpy(run.file, "sine.csv");
    return run;
}

static void every_instruction_set_gives_the_same_bits(void **state)
{
    (void)state;
    const struct dp_samples samples = sine();
    static const int64_t widths[] = {40, 70}; // of either layout
    for (int w = 0; w < 2; w++)
        for (int k = 0; k < RUNS; k++) {
            const struct dp_run run = sine_run(k, widths[w]);
            struct dp_record first = {0};
            for (int isa = 0; dp_isa_names[isa]; isa++) {
                struct dp_record record;
                if (!dp_isa_select(dp_isa_names[isa]))
                    continue;
                assert_int_equal(dp_run_execute(&run, &samples, dp_isa_names[isa], &record, NULL, NULL),
                                 DP_OK);
                assert_int_equal(record.status, DP_DONE);
                if (isa == 0)
                    first = record;
                assert_memory_equal(&record, &first, sizeof record);
            }
        }
}

// Runs of one shape that begin to be stiff at different times, side by side and alone.
static void company_changes_nothing(void **state)
{
    (void)state;
    const struct dp_samples samples = sine();
    struct dp_run runs[2 * DP_LANES];
    struct dp_record records[2 * DP_LANES];
    struct dp_work work[2 * DP_LANES];
    for (int k = 0; k < 2 * DP_LANES; k++) {
        runs[k] = sine_run(0, 40);
        runs[k].gamma = 0.4 + 0.05 * k;
        runs[k].seed = k;
        work[k] = (struct dp_work){.run = &runs[k], .file = &samples, .record = &records[k]};
    }
    assert_int_equal(dp_runs_execute(work, 2 * DP_LANES, NULL, NULL), DP_OK);
    for (int k = 0; k < 2 * DP_LANES; k += 5) {
        struct dp_record alone;
        assert_int_equal(dp_run_execute(&runs[k], &samples, NULL, &alone, NULL, NULL), DP_OK);
        assert_memory_equal(&alone, &records[k], sizeof alone);
    }
}

/* Four and six neurons cannot fit twenty labels; amplitudes grow without bound on some of their ways. The
 * loss where they end is that of a flow ten times as exact. */
static void narrow_networks_end_where_the_loss_converges(void **state)
{
    (void)state;
    struct dp_samples samples = sine();
    for (int i = 0; i < POINTS; i++)
        samples.y[i] = dp_normal(7, DP_STREAM_TARGETS, i, 0) > 0 ? 1 : -1;
    for (int k = 0; k < RUNS; k++)
        for (int64_t width = 4; width <= 6; width += 2) {
            struct dp_run run = sine_run(k, width);
            struct dp_record record, tight;
            run.max_evaluations = 20000;
            assert_int_equal(dp_run_execute(&run, &samples, NULL, &record, NULL, NULL), DP_OK);
            assert_int_equal(record.stop, DP_STOP_FLOOR);
            run.tolerance = 1e-3;
            run.stop_time = record.flow_time;
            assert_int_equal(dp_run_execute(&run, &samples, NULL, &tight, NULL, NULL), DP_OK);
            assert_near(record.loss, tight.loss, 1e-3 * tight.loss);
        }
}

/* Two inputs occur twice, with labels 1, -1 and -1, 0.2: no function fits better than their means, and the
 * loss left is (2 + 0.72) / 8. */
static void labels_that_contradict_each_other_end_at_their_variance(void **state)
{
    (void)state;
    static double x[] = {0.1, 0.2, 0.1, 0.2, -0.5, 0.7, 0.9, -0.3, 0.9, -0.3, 0, 0, -1, -1, 0.4, 0.4};
    static double y[] = {1, -1, 0.5, -1, 0.2, 0.3, 1, -0.6};
    const struct dp_samples samples = {.count = 8, .inputs = 2, .outputs = 1, .x = x, .y = y};
    for (int k = 0; k < RUNS; k++) {
        struct dp_run run = sine_run(k, 70);
        struct dp_record record;
        run.max_evaluations = 20000;
        assert_int_equal(dp_run_execute(&run, &samples, NULL, &record, NULL, NULL), DP_OK);
        assert_int_equal(record.stop, DP_STOP_FLOOR);
        assert_near(record.loss, 0.34, 1e-4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_are_those_of_textbooks),
        cmocka_unit_test(systems_are_solved_and_their_signs_counted),
        cmocka_unit_test(systems_hold_the_hessian),
        cmocka_unit_test(steps_over_an_escape_are_refused),
        cmocka_unit_test(every_instruction_set_gives_the_same_bits),
        cmocka_unit_test(company_changes_nothing),
        cmocka_unit_test(narrow_networks_end_where_the_loss_converges),
        cmocka_unit_test(labels_that_contradict_each_other_end_at_their_variance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
