// SPDX-License-Identifier: BSD-3-Clause
// Gradient flow of relu networks on data as users have them: against Euler's method with tiny steps, in the
// number of steps and passes, and at floors.
#include "check.h"
#include "dewpoint/keys.h"
#include "dewpoint/run.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SAMPLES = 80, MOST_INPUTS = 6, MOST_WIDTH = 100 };

// The columns x1..xd, y of tests/flow/data/NAME.csv.
static struct dp_samples read_data(const char *name)
{
    char path[1024], line[1024];
    double value[MOST_SAMPLES][MOST_INPUTS];
    int columns = 1, count = 0;
    snprintf(path, sizeof path, "%s/%s.csv", DATA, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (const char *c = line; *c; c++)
        columns += *c == ',';
    for (; count < MOST_SAMPLES && fgets(line, sizeof line, file); count++) {
        char *at = line;
        for (int j = 0; j < columns; j++, at++)
            value[count][j] = strtod(at, &at);
    }
    fclose(file);
    struct dp_samples samples;
    assert_int_equal(dp_samples_alloc(&samples, count, columns - 1, 1, NULL), DP_OK);
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < columns - 1; j++)
            samples.x[i * (columns - 1) + j] = value[i][j];
        samples.y[i] = value[i][columns - 1];
    }
    return samples;
}

static struct dp_run relu_run(int64_t width, double gamma, double gamma_prime)
{
    struct dp_run run = dp_run_defaults();
    run.width = width;
    run.gamma = gamma;
    run.gamma_prime = gamma_prime;
    run.antisymmetric = 1;
    run.target = DP_FILE;
    strcpy(run.file, "data.csv");
    run.stop_loss = 1e-4;
    run.test_samples = 0;
    run.prediction_starts = 0;
    return run;
}

static struct dp_record execute(const struct dp_run *run, const struct dp_samples *samples,
                                struct dp_trace *trace)
{
    struct dp_record record;
    assert_int_equal(dp_run_execute(run, samples, NULL, &record, trace, NULL), DP_OK);
    return record;
}

/* Euler's method over a time: relative distances of w and a from `first`, and the loss. [component][neuron],
 * so that the compiler's vectors run over neurons. */
static double by_euler(const struct dp_samples *s, const double *first, double time, double step,
                       double rd[2])
{
    static double w[MOST_INPUTS][MOST_WIDTH], g[MOST_INPUTS][MOST_WIDTH], a[MOST_WIDTH], z[MOST_WIDTH];
    const int n = (int)s->count, d = (int)s->inputs;
    const int64_t steps = (int64_t)(time / step) + 1;
    double moved[2] = {0}, size[2] = {0}, loss = 0;
    for (int k = 0; k < MOST_WIDTH; k++) {
        for (int j = 0; j <= d; j++)
            w[j][k] = first[k * (d + 2) + j];
        a[k] = first[k * (d + 2) + d + 1];
    }
    for (int64_t t = 0; t <= steps; t++) {
        memset(g, 0, sizeof g);
        loss = 0;
        for (int i = 0; i < n; i++) {
            double e = -s->y[i];
            memcpy(z, w[d], sizeof z);
            for (int j = 0; j < d; j++)
                for (int k = 0; k < MOST_WIDTH; k++)
                    z[k] += w[j][k] * s->x[i * d + j];
            for (int k = 0; k < MOST_WIDTH; k++)
                e += a[k] * (z[k] > 0 ? z[k] : 0);
            // the gradient needs e of this step: both passes in one loop over the samples
            for (int j = 0; j <= d; j++) {
                const double pull = 2.0 / n * e * (j < d ? s->x[i * d + j] : 1);
                for (int k = 0; k < MOST_WIDTH; k++)
                    g[j][k] += z[k] > 0 ? pull : 0;
            }
            loss += e * e / n;
        }
        for (int k = 0; k < MOST_WIDTH && t < steps; k++) {
            double along = 0;
            for (int j = 0; j <= d; j++)
                along += g[j][k] * w[j][k];
            for (int j = 0; j <= d; j++)
                w[j][k] -= time / (double)steps * a[k] * g[j][k];
            a[k] -= time / (double)steps * along;
        }
    }
    for (int k = 0; k < MOST_WIDTH; k++)
        for (int j = 0; j <= d + 1; j++) {
            const double from = first[k * (d + 2) + j], now = j <= d ? w[j][k] : a[k];
            moved[j > d] += (now - from) * (now - from);
            size[j > d] += from * from;
        }
    for (int c = 0; c < 2; c++)
        rd[c] = sqrt(moved[c] / size[c]);
    return loss;
}

/* Steps that are a hundredth of 1 / lambda or less. On two40 at gamma = 1 a neuron changes the sign of its a
 * on a line: from then on RD and the loss are those of the side it takes. */
static void flow_goes_where_tiny_steps_go(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        double gamma, gamma_prime, time, step;
    } cases[] = {{"sin20", 0.5, 0, 20, 5e-4},  {"sin20", 1, 0, 100, 4e-3},   {"sin20", 2, 0, 300, 1e-2},
                 {"d2n30", 1, 0, 60, 3e-3},    {"d2n30", 1, -0.5, 20, 2e-3}, {"d5n60", 1, 0, 60, 5e-3},
                 {"d5n60", 1.5, 0, 100, 1e-2}, {"two40", 1, 0, 300, 8e-3},   {"lab20", 1, 0.5, 100, 4e-3}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples samples = read_data(cases[i].data);
        struct dp_run run = relu_run(MOST_WIDTH, cases[i].gamma, cases[i].gamma_prime);
        static double first[MOST_WIDTH * (MOST_INPUTS + 1)];
        struct dp_trace trace = {.weights_first = first};
        double rd[2];
        run.stop_time = cases[i].time;
        const struct dp_record record = execute(&run, &samples, &trace);
        const double loss = by_euler(&samples, first, record.flow_time, cases[i].step, rd);
        const double error = fmax(fabs(record.rd_w / rd[0] - 1), fabs(record.rd_a / rd[1] - 1));
        if (!(error < 5e-3 && error < record.flow_error))
            fail_msg("%s, gamma %g: rd_w %g, rd_a %g, by tiny steps %g, %g; bound %g", cases[i].data,
                     cases[i].gamma, record.rd_w, record.rd_a, rd[0], rd[1], record.flow_error);
        assert_near(record.loss, loss, 2e-3 * record.loss_first);
        dp_samples_free(&samples);
    }
}

// The stabilised method needed from 500 to 900,000 passes for these.
static void flow_ends_in_tens_of_steps(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        double gamma, gamma_prime;
        int64_t steps, passes;
    } cases[] = {{"sin20", 0.5, 0, 50, 800},    {"sin20", 1, 0, 50, 800},     {"sin20", 1, 0.5, 50, 800},
                 {"sin20", 2, 0, 150, 5000},    {"d2n30", 0.5, 0, 50, 800},   {"d2n30", 1, 0, 50, 800},
                 {"d2n30", 1, 1, 50, 800},      {"d2n30", 2, 0, 150, 5000},   {"d5n60", 0.5, 0, 50, 800},
                 {"d5n60", 1, 0, 50, 800},      {"d5n60", 2, 0, 150, 5000},   {"two40", 0.5, 0, 150, 5000},
                 {"two40", 1.5, 0, 150, 5000},  {"lab20", 0.5, 0, 150, 5000}, {"lab20", 1, 0, 200, 6000},
                 {"d5n80", 0.5, 0.5, 150, 5000}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples samples = read_data(cases[i].data);
        const struct dp_run run = relu_run(1000, cases[i].gamma, cases[i].gamma_prime);
        const struct dp_record record = execute(&run, &samples, NULL);
        assert_int_equal(record.status, DP_DONE);
        assert_true(record.stop == DP_STOP_LOSS ||
                    (record.stop == DP_STOP_FLOOR && record.loss > run.stop_loss));
        if (record.steps > cases[i].steps || record.evaluations > cases[i].passes)
            fail_msg("%s, gamma %g: %lld steps, %lld passes", cases[i].data, cases[i].gamma,
                     (long long)record.steps, (long long)record.evaluations);
        dp_samples_free(&samples);
    }
}

/* Random labels, gamma = 1: the floor is far above stop_loss, and stays where it is under a tolerance a tenth
 * of that. */
static void random_labels_end_at_a_floor(void **state)
{
    (void)state;
    struct dp_samples samples = read_data("lab20");
    struct dp_run run = relu_run(200, 1, 0.5);
    const struct dp_record record = execute(&run, &samples, NULL);
    run.tolerance = 1e-3;
    const struct dp_record tight = execute(&run, &samples, NULL);
    assert_true(record.status == DP_DONE && record.stop == DP_STOP_FLOOR && record.loss > 0.01);
    assert_true(tight.stop == DP_STOP_FLOOR);
    assert_near(record.loss, tight.loss, 0.01 * tight.loss);
    assert_near(record.rd_w, tight.rd_w, 0.02 * tight.rd_w);
    // a run that is to end at a time waits for it
    run.stop_time = 1e9;
    const struct dp_record later = execute(&run, &samples, NULL);
    assert_true(later.stop == DP_STOP_TIME && later.flow_time == 1e9 && later.rd_w == tight.rd_w);
    dp_samples_free(&samples);
}

static void max_evaluations_bounds_a_run(void **state)
{
    (void)state;
    struct dp_samples samples = read_data("sin20");
    struct dp_run run = relu_run(200, 1, 0);
    run.max_evaluations = 100;
    const struct dp_record record = execute(&run, &samples, NULL);
    assert_true(record.status == DP_STEP_LIMIT && record.stop == DP_STOP_EVALUATIONS);
    assert_true(record.evaluations >= 100 && record.evaluations < 130);
    run.method = DP_GD; // whose steps are evaluations
    const struct dp_record descent = execute(&run, &samples, NULL);
    assert_true(descent.stop == DP_STOP_EVALUATIONS && descent.steps == 100);
    dp_samples_free(&samples);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_goes_where_tiny_steps_go),
        cmocka_unit_test(flow_ends_in_tens_of_steps),
        cmocka_unit_test(random_labels_end_at_a_floor),
        cmocka_unit_test(max_evaluations_bounds_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
