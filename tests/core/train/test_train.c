// SPDX-License-Identifier: BSD-3-Clause
// Training against closed forms.
#include "check.h"
#include "core/train/exact.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct pair_sums {
    double plus, minus; // Q+- = sum_k (a_k +- b_k)^2
};

static struct pair_sums sums_of(double weights[][3])
{
    struct pair_sums q = {0};
    for (int k = 0; k < M; k++) {
        q.plus += pow(weights[k][2] + weights[k][1], 2);
        q.minus += pow(weights[k][2] - weights[k][1], 2);
    }
    return q;
}

// GD on a linear net with one sample obeys Q+- *= (1 +- k)^2 with k = -rate 2 e / alpha for L = e^2, exactly.
static void gd_follows_the_two_scalar_recursion(void **state)
{
    (void)state;
    struct dp_run run = exact_run();
    run.method = DP_GD;
    run.learning_rate = 0.02;
    run.max_steps = 400;
    const struct dp_samples sample = one_sample();
    double first[M][3], last[M][3];
    struct dp_trace trace = {.weights_first = &first[0][0], .weights_last = &last[0][0]};
    struct dp_record record;
    assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
    struct pair_sums q = sums_of(first);
    for (int step = 0; step < 400; step++) {
        const double e = (q.plus - q.minus) / (4 * run.alpha) - 2, k = -run.learning_rate * 2 * e / run.alpha;
        q.plus *= (1 + k) * (1 + k);
        q.minus *= (1 - k) * (1 - k);
    }
    const struct pair_sums end = sums_of(last);
    assert_near(end.plus, q.plus, 1e-12 * q.plus);
    assert_near(end.minus, q.minus, 1e-12 * q.minus);
    assert_near(record.loss, pow((q.plus - q.minus) / (4 * run.alpha) - 2, 2), 1e-12);
    assert_int_equal(record.status, DP_DONE);
    assert_int_equal(record.steps, 400);
    assert_near(record.flow_time, 8, 1e-12);
}

// At a rate above 2 / lambda the recursion's loss goes up and down; so does the network's, at the same steps.
static void rises_of_the_loss_are_counted(void **state)
{
    (void)state;
    struct dp_run run = exact_run();
    run.method = DP_GD;
    const struct dp_samples sample = one_sample();
    int64_t most = 0;
    for (run.learning_rate = 0.05; run.learning_rate < 0.42; run.learning_rate += 0.04)
        for (run.max_steps = 1; run.max_steps < 30; run.max_steps += 7) {
            double first[M][3];
            struct dp_trace trace = {.weights_first = &first[0][0]};
            struct dp_record record;
            assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
            struct pair_sums q = sums_of(first);
            double e = (q.plus - q.minus) / (4 * run.alpha) - 2;
            double rise = 0, lowest = e * e;
            int64_t rises = 0;
            for (int step = 0; step < run.max_steps; step++) {
                const double k = -run.learning_rate * 2 * e / run.alpha, before = e;
                q.plus *= (1 + k) * (1 + k);
                q.minus *= (1 - k) * (1 - k);
                e = (q.plus - q.minus) / (4 * run.alpha) - 2;
                rises += fabs(e) > fabs(before);
                rise = fmax(rise, e * e / lowest - 1);
                lowest = fmin(lowest, e * e);
            }
            assert_int_equal(record.loss_rises, rises);
            assert_near(record.loss_rise, rise, 1e-9 * (1 + rise));
            assert_true(record.rate == run.learning_rate && record.rate_first == run.learning_rate);
            most = rises > most ? rises : most;
        }
    assert_true(most >= 1);
}

// With minibatches the loss of the whole set is known for epochs, where stop_loss asks for it.
static void rises_of_minibatches_are_those_of_epochs(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.method = DP_SGD;
    run.activation = DP_TANH;
    run.target = DP_RANDOM;
    run.samples = 12;
    run.batch = 3;
    run.gamma = 0.5;
    run.max_epochs = 40;
    run.stop_loss = 1e-9;
    run.curve_every = 4;
    for (run.width = 20; run.width < 100; run.width += 60) {
        run.learning_rate = 4.0 / (double)run.width;
        struct dp_curve_point points[50];
        struct dp_trace trace = {.curve = points, .curve_capacity = 50};
        struct dp_record record;
        assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, &trace, NULL), DP_OK);
        assert_int_equal(trace.curve_count, 41);
        double rise = 0, lowest = points[0].loss;
        int64_t rises = 0;
        for (int i = 1; i <= 40; i++) {
            rises += points[i].loss > points[i - 1].loss;
            rise = fmax(rise, points[i].loss / lowest - 1);
            lowest = fmin(lowest, points[i].loss);
        }
        assert_int_equal(record.loss_rises, rises);
        assert_near(record.loss_rise, rise, 1e-12 * (1 + rise));
        assert_true(rises > 0);
    }
    struct dp_record record;
    run.stop_loss = 0;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_int_equal(record.loss_rises, -1);
    assert_true(isnan(record.loss_rise));
    run.rate_decay = 0.25;
    run.max_epochs = 2;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_near(record.rate, run.learning_rate / (1 + 7 * 0.25), 1e-15);
    assert_true(record.rate_first == run.learning_rate);
}

// Adam as in Kingma and Ba's algorithm 1, written out here for the one-sample linear net.
static void adam_follows_its_definition(void **state)
{
    (void)state;
    struct dp_run run = exact_run();
    run.method = DP_ADAM;
    run.learning_rate = 0.01;
    run.max_steps = 100;
    const struct dp_samples sample = one_sample();
    double theta[M][3], last[M][3], m[M][3] = {{0}}, v[M][3] = {{0}};
    struct dp_trace trace = {.weights_first = &theta[0][0], .weights_last = &last[0][0]};
    struct dp_record record;
    assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
    for (int t = 1; t <= 100; t++) {
        double f = 0;
        for (int k = 0; k < M; k++)
            f += theta[k][2] * theta[k][1] / run.alpha;
        for (int k = 0; k < M; k++) {
            const double pull = 2 * (f - 2) / run.alpha, g[3] = {0, pull * theta[k][2], pull * theta[k][1]};
            for (int j = 0; j < 3; j++) {
                m[k][j] = 0.9 * m[k][j] + 0.1 * g[j];
                v[k][j] = 0.999 * v[k][j] + 0.001 * g[j] * g[j];
                theta[k][j] -=
                    0.01 * (m[k][j] / (1 - pow(0.9, t))) / (sqrt(v[k][j] / (1 - pow(0.999, t))) + 1e-8);
            }
        }
    }
    for (int k = 0; k < M; k++)
        for (int j = 0; j < 3; j++)
            assert_near(last[k][j], theta[k][j], 1e-11);
    assert_true(isnan(record.flow_time));
}

// Half the neurons are copies with a -> -a, so f(0) = 0 exactly and the first loss is that of the data alone.
static void antisymmetric_starts_have_no_output(void **state)
{
    (void)state;
    for (int precision = DP_FLOAT32; precision <= DP_FLOAT64; precision++)
        for (int64_t width = 2; width < 400; width += 38)
            for (int activation = DP_RELU; activation <= DP_X2TANH; activation++) {
                struct dp_run run = dp_run_defaults();
                run.antisymmetric = 1;
                run.activation = activation;
                run.width = width;
                run.precision = precision;
                run.max_steps = 0;
                run.gamma = -1;
                struct dp_record record;
                assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
                assert_near(record.loss_first, 2 * (2.0 / 15) * (2.0 / 15) / 4, 1e-16);
            }
}

/* In the lazy limit the displacement is that of the linearised problem and scales as predicted (SCIENCE: S_w
 * = gamma - 1 - 2 gamma_prime), 1e-9 and below: both precisions must agree on it to the accuracy of float32.
 */
static void tiny_displacements_survive_in_either_precision(void **state)
{
    (void)state;
    double rd[2][2];
    for (int precision = DP_FLOAT32; precision <= DP_FLOAT64; precision++)
        for (int wide = 0; wide < 2; wide++) {
            struct dp_run run = dp_run_defaults();
            run.gamma = 0.5;
            run.gamma_prime = 1.5;
            run.antisymmetric = 1;
            run.width = wide ? 20000 : 2000;
            run.stop_loss = 1e-6;
            run.precision = precision;
            struct dp_record record;
            assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
            rd[precision][wide] = record.rd_w;
        }
    assert_true(rd[DP_FLOAT64][1] < 1e-12);
    for (int wide = 0; wide < 2; wide++)
        assert_near(rd[DP_FLOAT32][wide] / rd[DP_FLOAT64][wide], 1, 1e-3);
    assert_near(log10(rd[DP_FLOAT64][1] / rd[DP_FLOAT64][0]), 0.5 - 1 - 2 * 1.5, 0.1);
}

static void stops_have_their_status(void **state)
{
    (void)state;
    struct dp_record record;
    struct dp_run run = dp_run_defaults();
    run.stop_loss = 1e-6;
    run.antisymmetric = 1;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_true(record.status == DP_DONE && record.loss <= 1e-6 && record.loss > 0 &&
                record.loss_first > 1e-3);
    run.max_steps = 3;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_true(record.status == DP_STEP_LIMIT && record.steps == 3);
    run.stop_loss = 0;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_true(record.status == DP_DONE && record.steps == 3);
    run.max_steps = 1000000;
    run.stop_time = 1.5;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_true(record.status == DP_DONE);
    assert_near(record.flow_time, 1.5, 1e-12);
    run.method = DP_GD;
    run.stop_time = INFINITY;
    run.activation = DP_LINEAR; // relu would die instead
    run.learning_rate = 1e6;
    run.gamma = 0;
    run.max_steps = 1000;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
    assert_true(record.status == DP_DIVERGED && !isfinite(record.loss) && record.steps < 1000);
}

// A network that cannot move (all relu neurons dead) ends at once, at the floor that is its loss.
static void a_dead_network_ends(void **state)
{
    (void)state;
    struct dp_run run = exact_run();
    run.activation = DP_RELU;
    run.width = 1;
    run.stop_loss = 1e-6;
    const struct dp_samples sample = one_sample();
    for (run.seed = 0; run.seed < 10; run.seed++) {
        double first[3];
        struct dp_trace trace = {.weights_first = first};
        struct dp_record record;
        assert_int_equal(dp_run_execute(&run, &sample, NULL, &record, &trace, NULL), DP_OK);
        if (first[1] <= 0)
            assert_true(record.status == DP_DONE && record.stop == DP_STOP_FLOOR && record.steps == 0 &&
                        record.rd == 0);
    }
}

/* Without any stop a network that can fit its data ends where only the rounding of the loss is left: a loss
 * that is no longer lowered says nothing, and a million steps would look like a program that hangs. */
static void a_perfect_fit_ends(void **state)
{
    (void)state;
    static const int64_t activations[] = {DP_TANH, DP_SIGMOID, DP_SOFTPLUS, DP_XTANH, DP_RELU};
    for (size_t i = 0; i < sizeof activations / sizeof *activations; i++)
        for (int wide = 0; wide < 2; wide++)
            for (int precision = DP_FLOAT32; precision <= DP_FLOAT64; precision++) {
                struct dp_run run = dp_run_defaults();
                run.activation = activations[i];
                run.precision = precision;
                run.width = wide ? 300 : 30;
                run.gamma = 0.5;
                struct dp_record record;
                assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
                assert_true(record.status == DP_DONE && record.stop == DP_STOP_FLOOR && record.steps < 20000);
                assert_true(record.loss < (precision == DP_FLOAT32 ? 1e-8 : 1e-20));
            }
}

static void curves_keep_the_first_the_geometric_and_the_last_step(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.curve_ratio = 2;
    run.max_steps = 100;
    run.method = DP_GD;
    static const double steps[] = {0, 1, 2, 4, 8, 16, 32, 64, 100};
    assert_true(dp_run_curve_capacity(&run) >= 9);
    struct dp_curve_point points[20];
    struct dp_trace trace = {.curve = points, .curve_capacity = 20};
    struct dp_record record;
    assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, &trace, NULL), DP_OK);
    assert_int_equal(trace.curve_count, 9);
    for (int i = 0; i < 9; i++)
        assert_true(points[i].step == steps[i]);
    assert_true(points[0].rd == 0 && points[0].loss == record.loss_first);
    assert_true(points[8].rd_w == record.rd_w && points[8].loss == record.loss);
}

// Whatever instruction set trains it, a record is the same, bit for bit.
static void a_record_does_not_depend_on_the_instruction_set(void **state)
{
    (void)state;
    for (int method = DP_GD; method <= DP_FLOW; method++) {
        struct dp_run run = dp_run_defaults();
        run.method = method;
        run.width = 333;
        run.max_steps = 500;
        for (int chosen = 0; chosen < 2; chosen++) {
            struct dp_record scalar, avx2, best;
            run.learning_rate = chosen ? 0 : 0.01;
            assert_int_equal(dp_run_execute(&run, NULL, "scalar", &scalar, NULL, NULL), DP_OK);
            assert_int_equal(dp_run_execute(&run, NULL, NULL, &best, NULL, NULL), DP_OK);
            assert_memory_equal(&scalar, &best, sizeof best);
            if (dp_run_execute(&run, NULL, "avx2", &avx2, NULL, NULL) == DP_OK)
                assert_memory_equal(&scalar, &avx2, sizeof avx2);
        }
    }
}

/* A run's record is the same alone, with neighbours, and in another order, though small networks are trained
 * side by side: runs that end at different times, of different seeds, cells, data and rates. */
static void company_leaves_no_trace(void **state)
{
    (void)state;
    enum { RUNS = 45 };
    for (int method = DP_GD; method <= DP_FLOW; method++)
        for (int precision = DP_FLOAT32; precision <= DP_FLOAT64; precision++) {
            struct dp_run runs[RUNS];
            struct dp_record alone[RUNS], together[RUNS], reversed[RUNS];
            struct dp_work forward[RUNS], backward[RUNS];
            static double weights[RUNS][40][4];
            struct dp_trace traces[RUNS] = {{0}};
            for (int i = 0; i < RUNS; i++) {
                runs[i] = dp_run_defaults();
                runs[i].activation = i < 30 ? DP_TANH : DP_RELU;
                runs[i].width = 40;
                runs[i].target = DP_RANDOM;
                runs[i].inputs = 2;
                runs[i].data_seed = i % 4;
                runs[i].seed = i;
                runs[i].gamma = 0.5 + 0.25 * (i % 5);
                runs[i].learning_rate = 0.001 * (i % 3); // 0: auto
                runs[i].sharpness = i % 4 == 1;
                runs[i].method = method;
                runs[i].precision = precision;
                runs[i].max_steps = 20 + 7 * (i % 6);
                runs[i].stop_loss = i % 2 ? 0.1 : 0;
                traces[i].weights_last = &weights[i][0][0];
                forward[i] = (struct dp_work){.run = &runs[i], .record = &together[i], .trace = &traces[i]};
                backward[RUNS - 1 - i] = (struct dp_work){.run = &runs[i], .record = &reversed[i]};
            }
            assert_int_equal(dp_runs_execute(forward, RUNS, NULL, NULL), DP_OK);
            assert_int_equal(dp_runs_execute(backward, RUNS, NULL, NULL), DP_OK);
            for (int i = 0; i < RUNS; i++) {
                double last[40][4];
                struct dp_trace trace = {.weights_last = &last[0][0]};
                assert_int_equal(dp_run_execute(&runs[i], NULL, NULL, &alone[i], &trace, NULL), DP_OK);
                assert_memory_equal(last, weights[i], sizeof last);
                assert_memory_equal(&alone[i], &together[i], sizeof alone[i]);
                assert_memory_equal(&alone[i], &reversed[i], sizeof alone[i]);
            }
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gd_follows_the_two_scalar_recursion),
        cmocka_unit_test(rises_of_the_loss_are_counted),
        cmocka_unit_test(rises_of_minibatches_are_those_of_epochs),
        cmocka_unit_test(adam_follows_its_definition),
        cmocka_unit_test(antisymmetric_starts_have_no_output),
        cmocka_unit_test(tiny_displacements_survive_in_either_precision),
        cmocka_unit_test(stops_have_their_status),
        cmocka_unit_test(a_dead_network_ends),
        cmocka_unit_test(a_perfect_fit_ends),
        cmocka_unit_test(curves_keep_the_first_the_geometric_and_the_last_step),
        cmocka_unit_test(a_record_does_not_depend_on_the_instruction_set),
        cmocka_unit_test(company_leaves_no_trace),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
