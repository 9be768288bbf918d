// SPDX-License-Identifier: BSD-3-Clause
// precision auto: where it takes float32, float64 gives the same.
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

static struct dp_record train(const struct dp_run *run)
{
    struct dp_record record;
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_run_execute(run, NULL, NULL, &record, NULL, NULL), DP_OK);
    return record;
}

// gd and sgd over the plane, at rates of their own and at a small one, which rounds away the most.
static void float32_is_taken_where_it_gives_the_same(void **state)
{
    (void)state;
    static const int activations[] = {DP_RELU, DP_TANH, DP_LINEAR, DP_SIGMOID};
    double worst = 0;
    int cells = 0;
    for (int a = 0; a < 4; a++)
        for (int kind = 0; kind < 3; kind++)
            for (double gamma = 0.5; gamma <= 3; gamma *= 1.8)
                for (double gamma_prime = -0.5; gamma_prime <= 1.5; gamma_prime++) {
                    struct dp_run run = dp_run_defaults();
                    run.activation = activations[a];
                    run.precision = DP_PRECISION_AUTO;
                    run.method = kind == 2 ? DP_SGD : DP_GD;
                    run.learning_rate = kind == 0 ? 0 : 0.002;
                    run.batch = kind == 2 ? 2 : 0;
                    run.antisymmetric = 1;
                    run.width = 60;
                    run.gamma = gamma;
                    run.gamma_prime = gamma_prime;
                    run.max_steps = 6000;
                    assert_int_equal(dp_run_bits(&run), 32);
                    const struct dp_record chosen = train(&run);
                    assert_int_equal(chosen.bits, 32);
                    run.precision = DP_FLOAT64;
                    const struct dp_record exact = train(&run);
                    assert_int_equal(exact.bits, 64);
                    assert_int_equal(chosen.status, exact.status);
                    if (exact.status == DP_DIVERGED)
                        continue;
                    cells++;
                    worst = fmax(worst, fabs(chosen.rd_w / exact.rd_w - 1));
                    worst = fmax(worst, fabs(chosen.rd_a / exact.rd_a - 1));
                    assert_near(sqrt(chosen.loss), sqrt(exact.loss), 1e-3 * sqrt(exact.loss_first));
                }
    print_message("%d cells, worst %g\n", cells, worst);
    assert_true(cells > 120);
    assert_true(worst < 1e-3 && worst > 0);
}

// What auto takes is a precision like any other: the same record as that one leaves.
static void auto_is_one_of_the_two(void **state)
{
    (void)state;
    for (int method = DP_GD; method <= DP_FLOW; method++) {
        struct dp_run run = dp_run_defaults();
        run.method = method;
        run.max_steps = 100;
        run.precision = DP_PRECISION_AUTO;
        const struct dp_record chosen = train(&run);
        run.precision = chosen.bits == 32 ? DP_FLOAT32 : DP_FLOAT64;
        const struct dp_record plain = train(&run);
        assert_memory_equal(&chosen, &plain, sizeof plain);
        assert_int_equal(chosen.bits, method <= DP_SGD ? 32 : 64);
    }
}

static void all_else_is_float64(void **state)
{
    (void)state;
    struct dp_run fine = dp_run_defaults();
    fine.method = DP_GD;
    fine.max_steps = 10000;
    fine.precision = DP_PRECISION_AUTO;
    assert_int_equal(dp_run_bits(&fine), 32);
    struct dp_run others[9];
    for (int i = 0; i < 9; i++)
        others[i] = fine;
    others[0].method = DP_ADAM;
    others[1].method = DP_FLOW;
    others[2].method = DP_NORMALIZED_FLOW;
    others[3].activation = DP_XTANH;
    others[4].max_steps = 10001;
    others[5].stop_loss = 1e-9;
    others[6].init_scale = 1e-5;
    others[7].scheme = DP_SCHEME_FILE;
    strcpy(others[7].path, "start.csv");
    others[8].activation = DP_TANH;
    others[8].multiplicity = 2;
    for (int i = 0; i < 9; i++) {
        assert_int_equal(dp_run_check(&others[i], NULL), DP_OK);
        assert_int_equal(dp_run_bits(&others[i]), 64);
    }
    struct dp_run epochs = fine; // 4 samples in batches of 2: 5000 passes are 10,000 steps
    epochs.method = DP_SGD;
    epochs.batch = 2;
    epochs.max_steps = 1000000;
    epochs.max_epochs = 5000;
    assert_int_equal(dp_run_bits(&epochs), 32);
    epochs.max_epochs = 5001;
    assert_int_equal(dp_run_bits(&epochs), 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(float32_is_taken_where_it_gives_the_same),
        cmocka_unit_test(auto_is_one_of_the_two),
        cmocka_unit_test(all_else_is_float64),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
