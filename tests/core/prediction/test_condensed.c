// SPDX-License-Identifier: BSD-3-Clause
// What records say of directions, after training: counted, predicted, and whether they agree.
#include "check.h"
#include "dewpoint/sweep/keys.h"

static struct dp_run normalized_run(int64_t multiplicity)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_TANH;
    run.multiplicity = multiplicity;
    run.width = 200;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = run.beta2 = 1e-8;
    run.target = DP_SINE_MIX;
    run.method = DP_NORMALIZED_FLOW;
    run.learning_rate = 0.02;
    run.stop_growth = 1e9;
    run.max_steps = 5000;
    return run;
}

static struct dp_record train(const struct dp_run *run)
{
    struct dp_record record;
    assert_int_equal(dp_run_check(run, NULL), DP_OK);
    assert_int_equal(dp_run_execute(run, NULL, NULL, &record, NULL, NULL), DP_OK);
    return record;
}

// The published data: 2, 4 and 6 directions on 1, 2 and 3 lines, where they are predicted.
static void normalized_flow_reaches_what_the_data_predict(void **state)
{
    (void)state;
    for (int64_t p = 1; p <= 3; p++) {
        const struct dp_run run = normalized_run(p);
        const struct dp_record record = train(&run);
        assert_int_equal(record.prediction, DP_PREDICTION_COUNTED);
        assert_int_equal(record.directions_predicted, 2 * p);
        assert_int_equal(record.lines_predicted, p);
        assert_int_equal(record.directions, 2 * p);
        assert_int_equal(record.lines, p);
        assert_int_equal(record.directions_matched, 2 * p);
        assert_int_equal(record.directions_missed, 0);
        assert_int_equal(record.directions_extra, 0);
        assert_true(record.angle_error < 0.01);
        assert_true(record.uncondensed < 0.01);
        assert_true(record.direction_width >= 0 && record.direction_width < 0.1);
        assert_true(record.prediction_pull > 0.1);
    }
}

/* Two neurons cannot show six directions: four or five are missed, and all for want of neurons. Then six
 * directions 51 to 60 degrees apart at a resolution of 80: what is missed lies too near to what is found. */
static void what_cannot_be_counted_is_not_lost(void **state)
{
    (void)state;
    struct dp_run run = normalized_run(3);
    run.beta1 = 1e-12; // so that starts tell where neurons go
    run.width = 2;
    struct dp_record record = train(&run);
    assert_int_equal(record.directions_predicted, 6);
    assert_true(record.directions_missed >= 4);
    assert_int_equal(record.directions_faint, record.directions_missed);
    assert_int_equal(record.directions_merged + record.directions_lost, 0);
    run = normalized_run(3);
    run.resolution = 80;
    record = train(&run);
    assert_true(record.directions_missed > 0);
    assert_int_equal(record.directions_merged, record.directions_missed);
    assert_int_equal(record.directions_faint + record.directions_lost, 0);
}

// Under plain flow with p = 3 the fastest neuron escapes alone: the other directions are due and lost.
static void plain_flow_loses_directions(void **state)
{
    (void)state;
    struct dp_run run = normalized_run(3);
    run.method = DP_FLOW;
    run.beta1 = run.beta2 = 1e-3;
    run.stop_growth = INFINITY;
    run.stop_drop = 0.01;
    run.max_steps = 100000;
    const struct dp_record record = train(&run);
    assert_int_equal(record.status, DP_DONE);
    assert_true(record.directions_lost > 0);
    assert_int_equal(record.directions_missed,
                     record.directions_faint + record.directions_merged + record.directions_lost);
}

// sigma(0) > 0: sigmoid and softplus are predicted to go to one side of their line.
static void a_constant_part_is_predicted_to_go_one_way(void **state)
{
    (void)state;
    static const int64_t activations[] = {DP_SIGMOID, DP_SOFTPLUS, DP_LINEAR};
    for (int i = 0; i < 3; i++) {
        struct dp_run run = normalized_run(1);
        run.activation = activations[i];
        run.multiplicity = 0;
        run.max_steps = 10;
        assert_int_equal(train(&run).directions_predicted, i < 2 ? 1 : 2);
        assert_int_equal(train(&run).lines_predicted, 1);
    }
}

static void a_continuum_is_no_number(void **state)
{
    (void)state;
    struct dp_run run = normalized_run(2);
    run.target = DP_TWO_KINKS;
    run.max_steps = 10;
    const struct dp_record record = train(&run);
    assert_int_equal(record.prediction, DP_PREDICTION_FLAT);
    assert_int_equal(record.directions_predicted, -1);
    assert_int_equal(record.directions_matched, -1);
    assert_true(isnan(record.angle_error) && isnan(record.prediction_pull));
    assert_true(record.directions >= 0);
}

static void there_is_no_prediction_without_a_multiplicity(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.max_steps = 10;
    struct dp_record record = train(&run); // relu
    assert_int_equal(record.prediction, DP_PREDICTION_NONE);
    assert_int_equal(record.lines_predicted, -1);
    run = normalized_run(3);
    run.max_steps = 10;
    run.prediction_starts = 0;
    record = train(&run);
    assert_int_equal(record.prediction, DP_PREDICTION_NONE);
}

// Without a bias directions of one input are 1 and -1, whatever p.
static void without_a_bias_the_sphere_has_one_dimension_less(void **state)
{
    (void)state;
    for (int64_t p = 1; p <= 3; p++) {
        struct dp_run run = normalized_run(p);
        run.bias = 0;
        const struct dp_record record = train(&run);
        assert_int_equal(record.directions_predicted, 2);
        assert_int_equal(record.directions, 2);
        assert_int_equal(record.directions_matched, 2);
        assert_true(record.angle_error < 1e-6);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(normalized_flow_reaches_what_the_data_predict),
        cmocka_unit_test(what_cannot_be_counted_is_not_lost),
        cmocka_unit_test(plain_flow_loses_directions),
        cmocka_unit_test(a_constant_part_is_predicted_to_go_one_way),
        cmocka_unit_test(a_continuum_is_no_number),
        cmocka_unit_test(there_is_no_prediction_without_a_multiplicity),
        cmocka_unit_test(without_a_bias_the_sphere_has_one_dimension_less),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
