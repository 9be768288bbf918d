// SPDX-License-Identifier: BSD-3-Clause
// Basins of predicted directions: where single neurons start, beside where training takes them.
#include "check.h"
#include "core/data/data.h"
#include "core/prediction/extrema/basin.h"
#include "dewpoint/sweep/keys.h"

enum { M = 200, ROWS = 6 };

static struct dp_run run_of(int64_t inputs, int64_t power)
{
    struct dp_run run = dp_run_defaults();
    run.activation = DP_TANH;
    run.multiplicity = power;
    run.width = M;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 1;
    run.beta1 = 1e-18;
    run.beta2 = 1e-14;
    run.target = DP_RANDOM;
    run.samples = 12;
    run.test_samples = 0;
    run.inputs = inputs;
    run.data_seed = power;
    run.method = DP_NORMALIZED_FLOW;
    run.learning_rate = 0.02;
    run.stop_growth = 1e18;
    run.max_steps = 3000;
    return run;
}

// Of M neurons, how many stand at the end nearest to the direction in whose basin each of them started.
static int arrived(const struct dp_run *run)
{
    static double first[M * (ROWS + 1)], last[M * (ROWS + 1)];
    struct dp_trace trace = {.weights_first = first, .weights_last = last};
    struct dp_record record;
    struct dp_samples train, test;
    struct dp_extremum line[DP_EXTREMA_LINES];
    double unit[DP_EXTREMA_LINES * ROWS], share[2 * DP_EXTREMA_LINES];
    struct dp_extrema extrema = {.capacity = DP_EXTREMA_LINES, .line = line, .unit = unit};
    const struct dp_extrema_options options = {.power = (int)run->multiplicity, .bias = true, .starts = 128};
    const int rows = (int)run->inputs + 1;
    int right = 0;
    assert_int_equal(dp_run_execute(run, NULL, NULL, &record, &trace, NULL), DP_OK);
    assert_int_equal(dp_data_make(run, NULL, &train, &test, NULL), DP_OK);
    assert_int_equal(dp_extrema_find(&train, &options, &extrema, NULL), DP_OK);
    assert_int_equal(extrema.kind, DP_EXTREMA_COUNTED);
    for (int k = 0; k < M; k++) {
        const struct dp_neurons alone = {
            .columns = first + k * (rows + 1), .count = 1, .inputs = (int)run->inputs, .outputs = 1};
        int64_t nearest = 0;
        double most = -INFINITY;
        assert_int_equal(dp_basin_shares(&train, &options, &extrema, &alone, share, NULL), DP_OK);
        for (int64_t i = 0; i < extrema.count; i++) {
            double along = 0;
            for (int j = 0; j < rows; j++)
                along += (i % 2 ? -1 : 1) * unit[i / 2 * rows + j] * last[k * (rows + 1) + j];
            if (along > most) {
                most = along;
                nearest = i;
            }
        }
        right += share[nearest] == 1;
    }
    dp_samples_free(&train);
    dp_samples_free(&test);
    return right;
}

static void neurons_go_where_their_start_says_on_the_circle(void **state)
{
    (void)state;
    for (int64_t power = 1; power <= 6; power++) {
        const struct dp_run run = run_of(1, power);
        assert_true(arrived(&run) >= 0.99 * M);
    }
}

static void neurons_go_where_their_start_says_on_spheres(void **state)
{
    (void)state;
    for (int64_t inputs = 2; inputs <= 5; inputs += 3)
        for (int64_t power = 1; power <= 3; power++) {
            const struct dp_run run = run_of(inputs, power);
            const int right = arrived(&run);
            assert_true(right >= 0.97 * M);
        }
}

/* F = c^2 - s^2 = cos 2t: its extrema are the four axes, each with a quarter of the circle. Neurons at all
 * whole degrees, of amplitude 1 on the right side and 2 on the left. */
static void shares_are_of_the_amplitude(void **state)
{
    (void)state;
    double x[] = {1, -1, 0}, y[] = {1, 1, -4}; // (c + s)^2 + (c - s)^2 - 4 s^2 = 2 (c^2 - s^2)
    static double columns[3 * 360];
    const struct dp_samples samples = {.count = 3, .inputs = 1, .outputs = 1, .x = x, .y = y};
    const struct dp_extrema_options options = {.power = 2, .bias = true, .starts = 128};
    struct dp_extremum line[DP_EXTREMA_LINES];
    double unit[2 * DP_EXTREMA_LINES], share[2 * DP_EXTREMA_LINES];
    struct dp_extrema extrema = {.capacity = DP_EXTREMA_LINES, .line = line, .unit = unit};
    assert_int_equal(dp_extrema_find(&samples, &options, &extrema, NULL), DP_OK);
    assert_int_equal(extrema.count, 4);
    for (int k = 0; k < 360; k++) {
        const double angle = (k + 0.5) * acos(-1) / 180;
        columns[k] = cos(angle);
        columns[360 + k] = sin(angle);
        columns[720 + k] = columns[k] > 0 ? 1 : -2;
    }
    const struct dp_neurons start = {.columns = columns, .count = 360, .inputs = 1, .outputs = 1};
    assert_int_equal(dp_basin_shares(&samples, &options, &extrema, &start, share, NULL), DP_OK);
    for (int i = 0; i < 4; i++) {
        const double c = (i % 2 ? -1 : 1) * unit[i / 2 * 2];
        assert_near(share[i], c > 0.5 ? 1. / 6 : c < -0.5 ? 2. / 6 : 1.5 / 6, 1e-12);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neurons_go_where_their_start_says_on_the_circle),
        cmocka_unit_test(neurons_go_where_their_start_says_on_spheres),
        cmocka_unit_test(shares_are_of_the_amplitude),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
