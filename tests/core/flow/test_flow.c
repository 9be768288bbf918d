// SPDX-License-Identifier: BSD-3-Clause
// Gradient flow against closed forms, against gradient descent with tiny steps, and against itself with a
// tighter tolerance.
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static struct dp_record execute(const struct dp_run *run, const struct dp_samples *file,
                                struct dp_trace *trace)
{
    struct dp_record record;
    assert_int_equal(dp_run_execute(run, file, NULL, &record, trace, NULL), DP_OK);
    return record;
}

// One sample x = 0, so that only the biases act: f = (1/alpha) sum_k a_k sigma(b_k), target 2.
static struct dp_run one_sample_run(enum dp_activation activation, int64_t width)
{
    struct dp_run run = dp_run_defaults();
    run.activation = activation;
    run.width = width;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 3;
    run.beta1 = 0.5;
    run.beta2 = 0.8;
    run.target = DP_FILE;
    run.stop_loss = 1e-12;
    strcpy(run.file, "one.csv");
    return run;
}

static struct dp_samples one_sample(void)
{
    static double x = 0, y = 2;
    return (struct dp_samples){.count = 1, .inputs = 1, .outputs = 1, .x = &x, .y = &y};
}

enum { MOST_WIDTH = 400 };

/* A linear network's neurons go b(tau) = b0 cosh tau + a0 sinh tau until f = s, with e^{2 tau} from the
 * closed form. The method's error falls with the square of its steps, and these with the cube root of the
 * tolerance. */
static void linear_neurons_follow_their_closed_form(void **state)
{
    (void)state;
    static const int64_t widths[] = {37, 101}; // of either layout
    const struct dp_samples sample = one_sample();
    for (int w = 0; w < 2; w++) {
        double error[3];
        for (int k = 0; k < 3; k++) {
            struct dp_run run = one_sample_run(DP_LINEAR, widths[w]);
            run.tolerance = 1e-3 / (1 << (3 * k));
            double first[MOST_WIDTH][3], last[MOST_WIDTH][3], plus = 0, minus = 0;
            struct dp_trace trace = {.weights_first = &first[0][0], .weights_last = &last[0][0]};
            assert_int_equal(execute(&run, &sample, &trace).status, DP_DONE);
            for (int i = 0; i < widths[w]; i++) {
                plus += pow(first[i][2] + first[i][1], 2);
                minus += pow(first[i][2] - first[i][1], 2);
            }
            const double c = 2 * run.alpha * 2, tau = log((c + sqrt(c * c + plus * minus)) / plus) / 2;
            error[k] = 0;
            for (int i = 0; i < widths[w]; i++)
                error[k] =
                    fmax(error[k], fabs(last[i][1] - first[i][1] * cosh(tau) - first[i][2] * sinh(tau)));
        }
        assert_true(error[0] < 2e-3);
        assert_true(error[0] / error[1] > 3 && error[0] / error[1] < 6); // 8^(2/3) = 4
        assert_true(error[1] / error[2] > 3 && error[1] / error[2] < 6);
    }
}

// Where a relu neuron stands at tau on its own curve: it leaves for good where b = 0.
static void relu_neuron(const double first[3], double tau, double *b, double *a)
{
    *b = first[1];
    *a = first[2];
    if (first[1] <= 0)
        return;
    const double end = first[2] < 0 && -first[2] > first[1] ? atanh(first[1] / -first[2]) : INFINITY;
    const double t = fmin(tau, end);
    *b = t == end ? 0 : first[1] * cosh(t) + first[2] * sinh(t);
    *a = first[2] * cosh(t) + first[1] * sinh(t);
}

/* A wide relu network on the same sample goes by sectors. Its active neurons follow the same curves, and
 * those that come to b = 0, many of them here, stay there: f(tau) = s by bisection. */
static void relu_neurons_that_leave_follow_their_closed_form(void **state)
{
    (void)state;
    const struct dp_samples sample = one_sample();
    double error[2];
    for (int k = 0; k < 2; k++) {
        struct dp_run run = one_sample_run(DP_RELU, MOST_WIDTH);
        run.beta1 = 0.2;
        run.beta2 = 0.05;
        run.tolerance = k ? 1e-3 : 1e-2;
        double first[MOST_WIDTH][3], last[MOST_WIDTH][3], low = 0, high = 10, b, a;
        struct dp_trace trace = {.weights_first = &first[0][0], .weights_last = &last[0][0]};
        const struct dp_record record = execute(&run, &sample, &trace);
        assert_int_equal(record.status, DP_DONE);
        for (int n = 0; n < 60; n++) {
            const double tau = (low + high) / 2;
            double f = 0;
            for (int i = 0; i < MOST_WIDTH; i++) {
                relu_neuron(first[i], tau, &b, &a);
                f += fmax(b, 0) * a / run.alpha;
            }
            *(f < 2 ? &low : &high) = tau;
        }
        double square = 0, moved = 0;
        int left = 0;
        for (int i = 0; i < MOST_WIDTH; i++) {
            relu_neuron(first[i], low, &b, &a);
            left += first[i][1] > 0 && b == 0;
            square += pow(last[i][1] - b, 2) + pow(last[i][2] - a, 2);
            moved += pow(b - first[i][1], 2) + pow(a - first[i][2], 2);
        }
        error[k] = sqrt(square / moved);
        assert_true(left > MOST_WIDTH / 10);
        assert_true(error[k] < record.flow_error);
    }
    assert_true(error[0] < 1e-2 && error[1] < error[0] / 2);
}

/* Cases of both integrators and layouts, each with a rate at which gradient descent is within .1% of where
 * half of it ends (found by halving): that is the reference. */
static void flow_goes_where_descent_with_tiny_steps_goes(void **state)
{
    (void)state;
    static const struct {
        enum dp_activation activation;
        int64_t width;
        double gamma, gamma_prime, beta2, rate;
    } cases[] = {
        {DP_RELU, 200, 0.5, 0, NAN, 0.01},
        {DP_RELU, 200, 1, 0, NAN, 0.0125},
        {DP_RELU, 200, 1, -0.5, NAN, 0.005},
        {DP_RELU, 200, 1.5, 0, NAN, 0.025},
        {DP_RELU, 200, 1.5, -0.25, NAN, 0.01},
        {DP_RELU, 200, 2, 0, NAN, 0.05},
        {DP_RELU, 200, 2, 0.5, NAN, 0.02},
        {DP_RELU, 200, 1.5, 1, NAN, 0.002},
        {DP_RELU, 60, 1.5, 0, NAN, 0.025},
        {DP_RELU, 60, 0.75, 0.25, NAN, 0.02},
        {DP_TANH, 200, 0.5, 0, 1, 0.25},
        {DP_TANH, 60, 1, 0, 1, 5},
        {DP_TANH, 200, 1.5, 0.5, 1, 10},
        {DP_XTANH, 200, 1, 0, 1, 5},
        {DP_X2TANH, 60, 1, 0, 1, 1},
        {DP_XTANH, 60, 1.5, 0, 0.3, 2.5},
        {DP_SOFTPLUS, 200, 1, 0.5, NAN, 0.005},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_run run = dp_run_defaults();
        run.activation = cases[i].activation;
        run.width = cases[i].width;
        run.gamma = cases[i].gamma;
        run.gamma_prime = cases[i].gamma_prime;
        run.beta2 = cases[i].beta2;
        run.antisymmetric = 1;
        run.stop_loss = 1e-5;
        run.test_samples = 0;
        run.method = DP_GD;
        run.learning_rate = cases[i].rate;
        const struct dp_record reference = execute(&run, NULL, NULL);
        run.method = DP_FLOW;
        for (int tight = 0; tight < 2; tight++) {
            run.tolerance = tight ? 1e-3 : 1e-2;
            const struct dp_record record = execute(&run, NULL, NULL);
            const double error =
                fmax(fabs(record.rd_w / reference.rd_w - 1), fabs(record.rd_a / reference.rd_a - 1));
            assert_int_equal(record.status, DP_DONE);
            if (error > (tight ? 0.002 : 0.01) || error > record.flow_error + 0.001)
                fail_msg("case %d: rd_w %g, rd_a %g, by descent %g, %g; bound %g", (int)i, record.rd_w,
                         record.rd_a, reference.rd_w, reference.rd_a, record.flow_error);
            assert_true(record.loss <= run.stop_loss && record.loss > 0.95 * run.stop_loss);
            assert_true(record.evaluations < reference.steps);
        }
    }
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Over the phase plane of relu and of tanh, of both layouts: the bound holds in 95% of the runs at least, and
 * the median error is below 1%, against runs with a tighter tolerance. */
static void the_bound_on_the_error_holds(void **state)
{
    (void)state;
    enum { CASES = 3 * 5 * 4 };
    double errors[CASES];
    int count = 0, held = 0;
    for (int kind = 0; kind < 3; kind++)
        for (int g = 0; g < 5; g++)
            for (int p = 0; p < 4; p++) {
                struct dp_run run = dp_run_defaults();
                run.activation = kind == 2 ? DP_TANH : DP_RELU;
                run.beta2 = kind == 2 ? 1 : NAN;
                run.width = kind == 0 ? 1000 : 64;
                run.gamma = 0.5 + 0.375 * g;
                run.gamma_prime = -0.5 + 0.5 * p;
                run.antisymmetric = 1;
                run.stop_loss = 1e-5;
                run.test_samples = 0;
                run.tolerance = kind == 0 ? 1e-4 : 1e-3;
                if (kind == 2 && run.gamma - run.gamma_prime > 2.3)
                    continue; // long plateaus with saturated neurons
                const struct dp_record reference = execute(&run, NULL, NULL);
                run.tolerance = 0.01;
                const struct dp_record record = execute(&run, NULL, NULL);
                assert_int_equal(record.status, DP_DONE);
                const double error =
                    fmax(fabs(record.rd_w / reference.rd_w - 1), fabs(record.rd_a / reference.rd_a - 1));
                held += error <= record.flow_error + reference.flow_error;
                errors[count++] = error;
            }
    qsort(errors, (size_t)count, sizeof *errors, by_size);
    assert_true(held >= 0.95 * count);
    assert_true(errors[count / 2] < 0.005);
}

/* From tiny weights and p = 2 the escape takes a time like 1 / beta, with p = 3 like 1 / beta^2: ten decades
 * of time in a few hundred evaluations. With p = 2 the first neurons to escape are stiff while the others are
 * still on their way, and lambda times the time is 10^6. */
static void tiny_starts_escape_in_few_steps(void **state)
{
    (void)state;
    for (int p = 2; p <= 3; p++) {
        double time[3];
        for (int k = 0; k < 3; k++) {
            struct dp_run run = dp_run_defaults();
            run.activation = p == 2 ? DP_XTANH : DP_X2TANH;
            run.width = 100;
            run.scheme = DP_SCHEME_DIRECT;
            run.alpha = 1;
            run.beta1 = run.beta2 = pow(10, -4 - k);
            run.antisymmetric = 1;
            run.target = DP_THREE_POINTS;
            run.stop_loss = 0.01;
            const struct dp_record record = execute(&run, NULL, NULL);
            assert_int_equal(record.status, DP_DONE);
            assert_true(record.evaluations < (p == 2 ? 150000 : 1500));
            time[k] = record.flow_time;
        }
        const double decade = pow(10, p - 1);
        assert_true(time[1] / time[0] > 0.8 * decade && time[2] / time[1] < 1.2 * decade);
        assert_true(time[2] / time[1] > 0.8 * decade);
    }
}

// Forty samples are forty kinks for every neuron to pass: even a tolerance of 1e-3 must not stop at each.
static void kinks_do_not_hold_it_up(void **state)
{
    (void)state;
    for (int g = 0; g < 3; g++)
        for (int tight = 0; tight < 2; tight++) {
            struct dp_run run = dp_run_defaults();
            run.width = 200;
            run.gamma = 1 + 0.5 * g;
            run.antisymmetric = 1;
            run.target = DP_SINE_MIX;
            run.stop_loss = 0.1;
            run.tolerance = tight ? 1e-3 : 1e-2;
            const struct dp_record record = execute(&run, NULL, NULL);
            assert_int_equal(record.status, DP_DONE);
            assert_true(record.evaluations < (tight ? 4000 : 600));
        }
}

// It ends at stop_time to rounding, and just below stop_loss or the loss that stop_drop amounts to.
static void flow_lands_where_it_is_to_stop(void **state)
{
    (void)state;
    for (int wide = 0; wide < 2; wide++) {
        struct dp_run run = dp_run_defaults();
        run.width = wide ? 300 : 50;
        run.antisymmetric = 1;
        run.stop_time = 7.25;
        struct dp_record record = execute(&run, NULL, NULL);
        assert_true(record.status == DP_DONE && record.flow_time == 7.25);
        run.stop_time = INFINITY;
        run.stop_drop = 0.5;
        record = execute(&run, NULL, NULL);
        assert_true(record.status == DP_DONE && record.loss <= 0.5 * record.loss_first &&
                    record.loss > 0.99 * 0.5 * record.loss_first);
        run.tolerance = 1e-5; // with next to no error of steps: parameters move in step with the loss here
        record = execute(&run, NULL, NULL);
        const double past = 0.5 * record.loss_first - record.loss, fallen = record.loss_first - record.loss;
        assert_true(record.status == DP_DONE && past > 0 && record.flow_error >= past / fallen);
        run.tolerance = 1e-2;
        run.stop_drop = 0;
        run.gamma = 2;
        run.stop_loss = 1e-6;
        run.max_steps = 2;
        assert_int_equal(execute(&run, NULL, NULL).status, DP_STEP_LIMIT);
    }
}

static double amplitude_of(int width, double (*neuron)[3])
{
    double sum = 0;
    for (int k = 0; k < width; k++)
        sum += fabs(neuron[k][2]) * hypot(neuron[k][0], neuron[k][1]);
    return sum;
}

/* Also where a is much smaller than w, so that it grows by factors while w has hardly moved, and where all
 * amplitudes grow exponentially. */
static void amplitudes_end_where_they_are_to(void **state)
{
    (void)state;
    enum { WIDTH = 200 };
    static double first[WIDTH][3], last[WIDTH][3];
    static const enum dp_activation activations[] = {DP_RELU, DP_TANH, DP_XTANH};
    static const double gamma_primes[] = {-0.5, 0, 1.5}, growths[] = {1.2, 30};
    for (int k = 0; k < 3 * 3 * 2 * 2; k++) {
        struct dp_run run = dp_run_defaults();
        struct dp_trace trace = {.weights_first = &first[0][0], .weights_last = &last[0][0]};
        run.activation = activations[k % 3];
        run.gamma = 1.5;
        run.gamma_prime = gamma_primes[k / 3 % 3];
        run.stop_growth = growths[k / 9 % 2];
        run.samples = k / 18 ? 20 : 4;
        run.width = WIDTH;
        run.antisymmetric = 1;
        run.stop_time = 1e4;
        const struct dp_record record = execute(&run, NULL, &trace);
        const double growth = amplitude_of(WIDTH, last) / amplitude_of(WIDTH, first);
        assert_true(record.stop == DP_STOP_GROWTH ? growth > 0.9999 * run.stop_growth
                                                  : record.stop == DP_STOP_TIME);
        if (!(growth < 1.005 * run.stop_growth && record.steps < 250))
            fail_msg("%d: %g after %lld steps", k, growth, (long long)record.steps);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(linear_neurons_follow_their_closed_form),
        cmocka_unit_test(relu_neurons_that_leave_follow_their_closed_form),
        cmocka_unit_test(flow_goes_where_descent_with_tiny_steps_goes),
        cmocka_unit_test(the_bound_on_the_error_holds),
        cmocka_unit_test(tiny_starts_escape_in_few_steps),
        cmocka_unit_test(kinks_do_not_hold_it_up),
        cmocka_unit_test(flow_lands_where_it_is_to_stop),
        cmocka_unit_test(amplitudes_end_where_they_are_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
