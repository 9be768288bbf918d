// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>

/* The order parameters of a record follow from the weights at the start and the end: the relative distances
 * |theta - theta(0)| / |theta(0)| of all parameters, of the w and of the a, and the number of active neurons
 * (sum A)^2 / sum A^2 of the amplitudes A = |a| |w|; so does the growth of sum A in a curve. Two inputs and
 * two outputs tell the groups apart. */

enum { WIDTH = 9, WEIGHTS = 3, NUMBERS = 5 };

struct group {
    double moved, start;
};

static double ratio(struct group a, struct group b)
{
    return sqrt((a.moved + b.moved) / (a.start + b.start));
}

static void order_parameters_follow_from_the_weights(void **state)
{
    (void)state;
    struct dp_run run = dp_run_defaults();
    run.method = DP_GD;
    run.width = WIDTH;
    run.target = DP_RANDOM;
    run.inputs = 2;
    run.outputs = 2;
    run.samples = 7;
    run.gamma = 0.8;
    run.gamma_prime = 0.5;
    run.learning_rate = 0.05;
    run.max_steps = 40;
    run.curve_ratio = 2;
    double first[WIDTH][NUMBERS], last[WIDTH][NUMBERS];
    struct dp_curve_point points[50];
    struct dp_trace trace = {
        .weights_first = &first[0][0], .weights_last = &last[0][0], .curve = points, .curve_capacity = 50};
    struct dp_record record;
    struct dp_error error = {0};
    if (dp_run_execute(&run, NULL, NULL, &record, &trace, &error) != DP_OK)
        fail_msg("%s", error.text);
    struct group w = {0}, a = {0};
    double sum = 0, squares = 0, sum_first = 0;
    for (int k = 0; k < WIDTH; k++) {
        double size_w = 0, size_a = 0, first_w = 0, first_a = 0;
        for (int j = 0; j < NUMBERS; j++) {
            struct group *const group = j < WEIGHTS ? &w : &a;
            group->moved += pow(last[k][j] - first[k][j], 2);
            group->start += pow(first[k][j], 2);
            *(j < WEIGHTS ? &size_w : &size_a) += pow(last[k][j], 2);
            *(j < WEIGHTS ? &first_w : &first_a) += pow(first[k][j], 2);
        }
        sum += sqrt(size_w * size_a);
        sum_first += sqrt(first_w * first_a);
        squares += size_w * size_a;
    }
    assert_near(record.rd, ratio(w, a), 1e-12 * record.rd);
    assert_near(record.rd_w, ratio(w, (struct group){0}), 1e-12 * record.rd_w);
    assert_near(record.rd_a, ratio(a, (struct group){0}), 1e-12 * record.rd_a);
    assert_near(record.active_neurons, sum * sum / squares, 1e-12 * WIDTH);
    const struct dp_curve_point *const end = &points[trace.curve_count - 1];
    assert_int_equal(end->step, 40);
    assert_near(end->active_neurons, sum * sum / squares, 1e-12 * WIDTH);
    assert_near(end->growth, sum / sum_first, 1e-12 * end->growth);
    assert_true(record.rd_w > 1e-3 && record.rd_a > 1e-3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_parameters_follow_from_the_weights),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
