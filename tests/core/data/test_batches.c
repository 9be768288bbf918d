// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/data/batches.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

static struct dp_run batched_run(int64_t samples, int64_t batch)
{
    struct dp_run run = dp_run_defaults();
    run.method = DP_SGD;
    run.target = DP_SINE_SUM;
    run.inputs = 2;
    run.samples = samples;
    run.batch = batch;
    run.max_steps = 1000;
    return run;
}

static void begin(struct dp_batches *batches, const struct dp_run *run)
{
    struct dp_samples train, test;
    assert_int_equal(dp_data_make(run, NULL, &train, &test, NULL), DP_OK);
    assert_int_equal(dp_batches_begin(batches, run, &train, NULL), DP_OK);
    dp_samples_free(&train);
    dp_samples_free(&test);
}

// Every epoch takes each sample once, the last batch what is left, and the next epoch another order.
static void an_epoch_takes_every_sample_once(void **state)
{
    (void)state;
    const struct dp_run run = batched_run(23, 5);
    struct dp_batches batches;
    begin(&batches, &run);
    int64_t order[3][23];
    for (int epoch = 0; epoch < 3; epoch++) {
        int times[23] = {0};
        int64_t taken = 0;
        for (int step = 0; step < 5; step++) {
            const int64_t *indices;
            const int64_t count = dp_batches_next(&batches, &indices);
            assert_int_equal(count, step < 4 ? 5 : 3);
            assert_int_equal(batches.epoch, epoch);
            assert_int_equal(dp_batches_at_end(&batches), step == 4);
            for (int64_t i = 0; i < count; i++) {
                order[epoch][taken++] = indices[i];
                times[indices[i]]++;
            }
        }
        for (int i = 0; i < 23; i++)
            assert_int_equal(times[i], 1);
    }
    assert_memory_not_equal(order[0], order[1], sizeof order[0]);
    assert_memory_not_equal(order[1], order[2], sizeof order[0]);
    dp_batches_end(&batches);
    assert_int_equal(dp_batches_steps_of_all(&run, NULL, 3, 1000), 15);
    assert_int_equal(dp_batches_steps_of_all(&run, NULL, 1000, 1000), 1000);
}

// Each sample comes first equally often: 8 samples, 4000 orders, chi-squared with 7 degrees of freedom.
static void orders_are_uniform(void **state)
{
    (void)state;
    int first[8] = {0};
    for (int64_t seed = 0; seed < 4000; seed++) {
        struct dp_run run = batched_run(8, 4);
        run.seed = seed;
        struct dp_batches batches;
        const int64_t *indices;
        begin(&batches, &run);
        dp_batches_next(&batches, &indices);
        first[indices[0]]++;
        dp_batches_end(&batches);
    }
    double chi2 = 0;
    for (int i = 0; i < 8; i++)
        chi2 += pow(first[i] - 500.0, 2) / 500;
    assert_true(chi2 < 24.3); // one in a thousand
}

// The notebook's frames: 100 floor(log(10 + 10 i)) samples in frame i, every one new.
static void growing_frames_have_the_notebooks_sizes(void **state)
{
    (void)state;
    struct dp_run run = batched_run(100, 20);
    run.streaming = DP_GROWING_SETS;
    run.max_epochs = 40;
    struct dp_batches batches;
    begin(&batches, &run);
    double first_before = NAN;
    int64_t steps = 0;
    for (int frame = 0; frame < 40; frame++) {
        const int64_t expected = 100 * (int64_t)floor(log(10 + 10.0 * frame));
        for (int64_t taken = 0; taken < expected; steps++) {
            const int64_t *indices;
            const int64_t count = dp_batches_next(&batches, &indices);
            assert_int_equal(batches.epoch, frame);
            assert_int_equal(count, 20);
            if (taken == 0) {
                assert_true(batches.set.x[0] != first_before);
                first_before = batches.set.x[0];
            }
            taken += count;
        }
        assert_true(dp_batches_at_end(&batches));
    }
    dp_batches_end(&batches);
    assert_int_equal(dp_run_most_steps(&run, NULL), steps);
}

// A frame is a function of the run and its number: another pass, another batch size, the same samples.
static void frames_do_not_depend_on_how_they_are_taken(void **state)
{
    (void)state;
    double seen[2][600];
    for (int pass = 0; pass < 2; pass++) {
        struct dp_run run = batched_run(100, pass == 0 ? 20 : 7);
        run.streaming = DP_FRESH_SETS;
        struct dp_batches batches;
        begin(&batches, &run);
        for (int taken = 0; taken < 300;) {
            const int64_t *indices;
            const int64_t count = dp_batches_next(&batches, &indices);
            for (int64_t i = 0; i < count && taken < 300; i++, taken++)
                memcpy(&seen[pass][2 * taken], batches.set.x + 2 * indices[i], 2 * sizeof(double));
        }
        dp_batches_end(&batches);
    }
    assert_memory_equal(seen[0], seen[1], sizeof seen[0]);
    assert_true(seen[0][0] != seen[0][200] && seen[0][200] != seen[0][400]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_takes_every_sample_once),
        cmocka_unit_test(orders_are_uniform),
        cmocka_unit_test(growing_frames_have_the_notebooks_sizes),
        cmocka_unit_test(frames_do_not_depend_on_how_they_are_taken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
