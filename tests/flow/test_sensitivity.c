// SPDX-License-Identifier: BSD-3-Clause
// What flow_error says on data where errors grow: it bounds how far a run is from one with a hundredth of its
// tolerance.
#include "flow/tiny_steps.h"
#include <math.h>

struct held {
    int runs, held, changed;
};

static double error_of(const struct dp_record *run, const struct dp_record *fine)
{
    return fmax(fabs(run->rd_w / fine->rd_w - 1), fabs(run->rd_a / fine->rd_a - 1));
}

static void add_plane(const char *data, int64_t activation, int64_t width, struct held *held)
{
    static const double gammas[] = {0.5, 0.75, 1, 1.25, 1.5, 2};
    struct dp_samples samples = read_data(data);
    for (int i = 0; i < 24; i++) {
        struct dp_run run = relu_run(width, gammas[i % 6], 0.5 * (i / 6 - 1));
        run.activation = activation;
        run.seed = 1;
        const struct dp_record record = execute(&run, &samples, NULL);
        run.tolerance /= 100;
        const struct dp_record fine = execute(&run, &samples, NULL);
        assert_true(record.status == DP_DONE && fine.status == DP_DONE);
        const double error = error_of(&record, &fine);
        held->runs++;
        held->held += error <= record.flow_error + fine.flow_error;
        held->changed += error > 0.05;
    }
    dp_samples_free(&samples);
}

/* Random labels, two sines and a saddle, 144 runs. The bounds on the steps alone hold for 90 % of them. */
static void flow_error_holds_where_errors_grow(void **state)
{
    (void)state;
    struct held held = {0};
    add_plane("lab20", DP_RELU, 300, &held);
    add_plane("lab20", DP_TANH, 100, &held);
    add_plane("lab20", DP_XTANH, 100, &held);
    add_plane("two40", DP_RELU, 300, &held);
    add_plane("two40", DP_TANH, 100, &held);
    add_plane("d2n30", DP_RELU, 300, &held);
    assert_true(held.changed >= 10); // else there is nothing to bound
    assert_true(held.held >= 0.95 * held.runs);
}

/* Where nothing grows, runs are not repeated: flow_error stays small, and passes few. */
static void flow_error_stays_small_where_nothing_grows(void **state)
{
    (void)state;
    struct dp_samples samples = read_data("d5n60");
    for (int64_t activation = DP_RELU; activation <= DP_TANH; activation++) {
        struct dp_run run = relu_run(300, 1, 0);
        run.activation = activation;
        const struct dp_record record = execute(&run, &samples, NULL);
        assert_true(record.flow_error < 0.05 && record.evaluations < 500);
    }
    dp_samples_free(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flow_error_holds_where_errors_grow),
                                       cmocka_unit_test(flow_error_stays_small_where_nothing_grows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
