// SPDX-License-Identifier: BSD-3-Clause
// Floors of relu networks: the loss and RD where flow ends are those of Euler's method with tiny steps at
// that time.
#include "flow/tiny_steps.h"
#include <math.h>
#include <stdlib.h>

/* Steps of a third of 1 / lambda and less: what matters is where the flow ends, and halving them changes that
 * by 1e-5. */
static void floors_are_where_tiny_steps_end(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        double gamma, gamma_prime;
        int64_t seed;
        double step; // in units of 1 / lambda at the floor
    } cases[] = {{"sin20", 1, 0, 0, 0.3},   {"sin20", 1.5, 0, 0, 0.2}, {"sin20", 2, 0, 0, 0.1},
                 {"sin20", 1, 0, 1, 0.3},   {"sin20", 1.5, 0, 2, 0.3}, {"sin20", 2, 0.5, 0, 0.2},
                 {"lab20", 1, 0.5, 0, 0.1}, {"lab20", 2, 0.5, 0, 0.3}, {"lab20", 1, 0, 0, 0.8}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples samples = read_data(cases[i].data);
        struct dp_run run = relu_run(MOST_WIDTH, cases[i].gamma, cases[i].gamma_prime);
        static double first[MOST_WIDTH * (MOST_INPUTS + 1)];
        struct dp_trace trace = {.weights_first = first};
        double rd[2];
        run.seed = cases[i].seed;
        run.sharpness = 1;
        const struct dp_record record = execute(&run, &samples, &trace);
        assert_int_equal(record.stop, DP_STOP_FLOOR);
        const double step = cases[i].step / record.sharpness;
        const double loss = by_euler(&samples, first, record.flow_time, step, rd);
        const double error = fmax(fabs(record.rd_w / rd[0] - 1), fabs(record.rd_a / rd[1] - 1));
        if (!(error < 5e-3 && fabs(record.loss / loss - 1) < 0.01))
            fail_msg("%s, gamma %g: loss %g, rd_w %g, rd_a %g, by tiny steps %g, %g, %g", cases[i].data,
                     cases[i].gamma, record.loss, record.rd_w, record.rd_a, loss, rd[0], rd[1]);
        dp_samples_free(&samples);
    }
}

/* At gamma = 2 on two40 neurons come to points from which they may leave to two sides. Euler's method itself
 * goes to one or the other with the length of its steps, however short they are, and differs by 2 % in RD:
 * RD_w is 28.40, 29.09 and 28.82 with these steps, 28.77 and 28.40 with .01 and .005. Flow goes one of these
 * ways, and its error covers the others. */
static void past_a_bifurcation_flow_goes_a_way_of_tiny_steps(void **state)
{
    (void)state;
    static const double steps[] = {0.05, 0.035, 0.02};
    struct dp_samples samples = read_data("two40");
    struct dp_run run = relu_run(MOST_WIDTH, 2, 0);
    static double first[MOST_WIDTH * (MOST_INPUTS + 1)];
    struct dp_trace trace = {.weights_first = first};
    double least = INFINITY, most = 0, nearest = INFINITY;
    run.stop_time = 2000;
    const struct dp_record record = execute(&run, &samples, &trace);
    assert_int_equal(record.stop, DP_STOP_TIME);
    for (int i = 0; i < 3; i++) {
        double rd[2];
        const double loss = by_euler(&samples, first, record.flow_time, steps[i], rd);
        const double off = fmax(fabs(record.rd_w / rd[0] - 1), fabs(record.rd_a / rd[1] - 1));
        assert_true(off <= record.flow_error);
        nearest = fmin(nearest, fmax(off, fabs(record.loss / loss - 1) / 2));
        least = fmin(least, rd[0]);
        most = fmax(most, rd[0]);
    }
    assert_true(most > 1.01 * least);
    assert_true(nearest < 5e-3);
    dp_samples_free(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(floors_are_where_tiny_steps_end),
                                       cmocka_unit_test(past_a_bifurcation_flow_goes_a_way_of_tiny_steps)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
