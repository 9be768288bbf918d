// SPDX-License-Identifier: BSD-3-Clause
// Noise on labels: standard normal times the key, by data_seed, on training labels of every target and frame
// alone.
#include "check.h"
#include "core/data/data.h"
#include "dewpoint/sweep/keys.h"
#include <stdlib.h>
#include <string.h>

static void make(const struct dp_run *run, const struct dp_samples *file, double noise,
                 struct dp_samples *train, struct dp_samples *test)
{
    struct dp_run noisy = *run;
    noisy.noise = noise;
    assert_int_equal(dp_data_make(&noisy, file, train, test, NULL), DP_OK);
}

static void noise_is_standard_normal_times_the_key(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.target = DP_LINEAR_MODES;
    run.samples = 20000;
    struct dp_samples clean, half, two, test;
    make(&run, NULL, 0, &clean, &test);
    make(&run, NULL, 0.5, &half, &test);
    make(&run, NULL, 2, &two, &test);
    const int64_t count = clean.count * clean.outputs;
    double sum = 0, square = 0, between = 0, fourth = 0;
    for (int64_t i = 0; i < count; i++) {
        const double noise = (two.y[i] - clean.y[i]) / 2;
        assert_near(half.y[i] - clean.y[i], noise / 2, 1e-15 * (8 + fabs(noise)));
        sum += noise;
        square += noise * noise;
        fourth += noise * noise * noise * noise;
        between += i % 2 ? 0 : noise * (two.y[i + 1] - clean.y[i + 1]) / 2;
    }
    const double n = (double)count;
    assert_near(sum / n, 0, 4 / sqrt(n)); // four standard deviations
    assert_near(square / n, 1, 4 * sqrt(2 / n));
    assert_near(fourth / n, 3, 4 * sqrt(96 / n));
    assert_near(between / (n / 2), 0, 4 / sqrt(n / 2)); // outputs of a sample
    dp_samples_free(&clean);
    dp_samples_free(&half);
    dp_samples_free(&two);
}

// Inputs, and test points with their labels, are those of the run without noise.
static void nothing_else_is_noisy(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.target = DP_TEACHER;
    struct dp_samples clean, noisy, clean_test, noisy_test;
    make(&run, NULL, 0, &clean, &clean_test);
    make(&run, NULL, 1, &noisy, &noisy_test);
    assert_memory_equal(clean.x, noisy.x, sizeof(double) * 200);
    assert_int_equal(clean_test.count, 100);
    assert_memory_equal(clean_test.x, noisy_test.x, sizeof(double) * 200);
    assert_memory_equal(clean_test.y, noisy_test.y, sizeof(double) * 100);
    dp_samples_free(&clean);
    dp_samples_free(&noisy);
    dp_samples_free(&clean_test);
    dp_samples_free(&noisy_test);
}

static double constant(void *context, const double *x)
{
    (void)context;
    return 3 + 0 * x[0];
}

static void labels_of_every_target_are_noisy(void **state)
{
    (void)state;
    double x[] = {1, 2, 3}, y[] = {1, -1, 1};
    const struct dp_samples file = {.count = 3, .inputs = 1, .outputs = 1, .x = x, .y = y},
                            formula = {.function = {.value = constant}};
    for (int64_t target = 0; target <= DP_FORMULA; target++) {
        struct dp_run run = dp_run_defaults();
        run.target = target;
        const struct dp_samples *given = target == DP_FILE ? &file : target == DP_FORMULA ? &formula : NULL;
        struct dp_samples clean, noisy, test;
        make(&run, given, 0, &clean, &test);
        dp_samples_free(&test);
        make(&run, given, 0.1, &noisy, &test);
        for (int64_t i = 0; i < clean.count * clean.outputs; i++)
            assert_true(fabs(noisy.y[i] - clean.y[i]) > 0 && fabs(noisy.y[i] - clean.y[i]) < 0.6);
        dp_samples_free(&clean);
        dp_samples_free(&noisy);
        dp_samples_free(&test);
    }
}

// The noise of (epoch, sample) is one number, whatever came before it; weights' seeds do not change it.
static void frames_of_a_stream_have_noise_of_their_own(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.target = DP_TEACHER;
    run.streaming = DP_FRESH_SETS;
    struct dp_samples first, frame[3], test;
    struct dp_labels labels;
    assert_int_equal(dp_labels_make(&run, NULL, 2, 1, &labels, NULL), DP_OK);
    run.noise = 1;
    make(&run, NULL, 1, &first, &test);
    for (int k = 0; k < 3; k++) { // frames 0, 1, and 1 for another seed of the weights
        run.seed = k;
        assert_int_equal(dp_samples_alloc(&frame[k], 100, 2, 1, NULL), DP_OK);
        dp_data_frame(&run, k > 0, &labels, &frame[k]);
    }
    assert_memory_equal(first.y, frame[0].y, sizeof(double) * 100);
    assert_memory_equal(frame[1].y, frame[2].y, sizeof(double) * 100);
    for (int i = 0; i < 100; i++) {
        double clean[2];
        for (int k = 0; k < 2; k++)
            dp_label(&labels, frame[k].x + 2 * i, &clean[k]);
        assert_true(frame[0].y[i] - clean[0] != frame[1].y[i] - clean[1] && frame[1].y[i] != clean[1]);
    }
    dp_labels_free(&labels);
    dp_samples_free(&first);
    dp_samples_free(&test);
    for (int k = 0; k < 3; k++)
        dp_samples_free(&frame[k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(noise_is_standard_normal_times_the_key),
        cmocka_unit_test(nothing_else_is_noisy),
        cmocka_unit_test(labels_of_every_target_are_noisy),
        cmocka_unit_test(frames_of_a_stream_have_noise_of_their_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
