// SPDX-License-Identifier: BSD-3-Clause
// Smooth networks on repeated measurements: their flow is that on the means of the labels, and ends where
// these are fitted, also where inputs differ by the rounding of float32. Where the two labels of every point
// were samples of their own, it took up to 480,000 gradients.
#include "flow/tiny_steps.h"

enum { POINTS = 15 };
static const double APART = 0.1; // half of the distance of two labels

static struct dp_samples sine(bool twice)
{
    struct dp_samples samples;
    assert_int_equal(dp_samples_alloc(&samples, twice ? 2 * POINTS : POINTS, 1, 1, NULL), DP_OK);
    for (int i = 0; i < samples.count; i++) {
        samples.x[i] = 2.0 * (i % POINTS) / (POINTS - 1) - 1;
        samples.x[i] = i < POINTS ? samples.x[i] : (float)samples.x[i];
        samples.y[i] = sin(3 * samples.x[i]) + (!twice ? 0 : i < POINTS ? APART : -APART);
    }
    return samples;
}

static void flow_goes_where_that_on_the_means_goes(void **state)
{
    (void)state;
    static const struct {
        enum dp_activation activation;
        double gamma, gamma_prime;
    } cases[] = {{DP_TANH, 0.5, 0}, {DP_TANH, 1, 0.5}, {DP_XTANH, 0.5, 0}, {DP_SIGMOID, 1, 0.5}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples twice = sine(true), once = sine(false);
        struct dp_run run = relu_run(200, cases[i].gamma, cases[i].gamma_prime);
        struct dp_trace trace = {0};
        run.activation = cases[i].activation;
        run.tolerance = 1e-3;
        const struct dp_record record = execute(&run, &twice, &trace);
        run.stop_loss = 1e-16;
        const struct dp_record means = execute(&run, &once, &trace);
        const double error = fmax(fabs(record.rd_w / means.rd_w - 1), fabs(record.rd_a / means.rd_a - 1));
        assert_int_equal(record.stop, DP_STOP_FLOOR);
        assert_near(record.loss, APART * APART, 1e-6);
        if (!(error < 1.5e-2 && error < record.flow_error && record.evaluations < 6000))
            fail_msg("case %d: rd_w %g, rd_a %g, on the means %g, %g; bound %g, %lld gradients", (int)i,
                     record.rd_w, record.rd_a, means.rd_w, means.rd_a, record.flow_error,
                     (long long)record.evaluations);
        dp_samples_free(&twice);
        dp_samples_free(&once);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(flow_goes_where_that_on_the_means_goes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
