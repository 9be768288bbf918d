// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <stdlib.h>
#include <string.h>

/* A run that is stopped between any two steps, as often as one likes, and each time goes on from what was
 * saved, in other company and perhaps in another place, leaves what it leaves when nobody stops it: every bit
 * of its record, its curve and its weights. */

enum { RUNS = 20, POINTS = 64 };

struct saved {
    void *state;
    size_t size;
};

struct interruption {
    const int64_t *rows; // of the works at hand
    struct saved *saved; // by row
    int64_t looks, every;
    bool stops; // or only saves
};

static enum dp_wish look(void *context, int64_t index, double steps, double loss)
{
    struct interruption *i = context;
    assert_in_range(index, 0, RUNS - 1);
    assert_true(steps >= 0 && loss >= 0);
    if (++i->looks % i->every != 0)
        return DP_GO_ON;
    return i->stops ? DP_STOP_NOW : DP_SAVE;
}

static void save(void *context, int64_t index, const void *state, size_t size)
{
    const struct interruption *i = context;
    struct saved *saved = &i->saved[i->rows[index]];
    free(saved->state);
    saved->state = malloc(size);
    assert_non_null(saved->state);
    memcpy(saved->state, state, size);
    saved->size = size;
}

struct results {
    struct dp_record records[RUNS];
    struct dp_trace traces[RUNS];
    struct dp_curve_point curves[RUNS][POINTS];
    double *weights; // [RUNS][POINTS + 2][numbers]
};

static void make_room(struct results *results, size_t numbers)
{
    memset(results, 0, sizeof *results);
    results->weights = calloc(RUNS * (POINTS + 2) * numbers, sizeof(double));
    assert_non_null(results->weights);
    for (size_t i = 0; i < RUNS; i++) {
        double *at = results->weights + i * (POINTS + 2) * numbers;
        results->traces[i] = (struct dp_trace){.curve_capacity = POINTS,
                                               .curve = results->curves[i],
                                               .weights_first = at,
                                               .weights_last = at + numbers,
                                               .weights_along = at + 2 * numbers};
    }
}

/* Trains all runs, again and again those that were stopped; how often that was. */
static int train(const struct dp_run *runs, const struct dp_samples *file, struct results *results,
                 struct interruption *interruption)
{
    struct saved saved[RUNS] = {{0}};
    int64_t rows[RUNS];
    int times = 0;
    if (interruption) {
        interruption->rows = rows;
        interruption->saved = saved;
    }
    for (;; times++) {
        struct dp_work work[RUNS];
        int64_t count = 0;
        assert_true(times < 10000);
        for (int64_t i = RUNS - 1; i >= 0; i--) {
            if (results->records[i].status != DP_PENDING)
                continue;
            rows[count] = i;
            work[count++] = (struct dp_work){.run = &runs[i],
                                             .file = file,
                                             .record = &results->records[i],
                                             .trace = &results->traces[i],
                                             .state = saved[i].state,
                                             .state_size = saved[i].size};
        }
        if (count == 0)
            break;
        const struct dp_watch watch = {.context = interruption, .look = look, .save = save};
        struct dp_error error = {0};
        if (dp_runs_execute_watched(work, count, NULL, interruption ? &watch : NULL, &error) != DP_OK)
            fail_msg("%s", error.text);
    }
    for (int i = 0; i < RUNS; i++)
        free(saved[i].state);
    return times;
}

static void compare(const struct results *a, const struct results *b, size_t numbers)
{
    assert_memory_equal(a->records, b->records, sizeof a->records);
    assert_memory_equal(a->curves, b->curves, sizeof a->curves);
    assert_memory_equal(a->weights, b->weights, RUNS * (POINTS + 2) * numbers * sizeof(double));
    for (int i = 0; i < RUNS; i++)
        assert_int_equal(a->traces[i].curve_count, b->traces[i].curve_count);
}

/* The run with different seeds, at widths that are trained 16 at a time and alone. */
static void goes_on_with(const struct dp_samples *file, struct dp_run run, int64_t width, int64_t every)
{
    static struct results whole, parts;
    struct dp_run runs[RUNS];
    run.width = width;
    run.curve_ratio = 2;
    assert_int_equal(dp_run_check(&run, NULL), DP_OK);
    for (int i = 0; i < RUNS; i++) {
        runs[i] = run;
        runs[i].seed = i / 2; // pairs, and every third with other data
        runs[i].data_seed = i % 3;
    }
    const size_t numbers = (size_t)(width * (dp_run_inputs(&run, file) + 1 + dp_run_outputs(&run, file)));
    make_room(&whole, numbers);
    train(runs, file, &whole, NULL);
    for (int stops = 0; stops < 2; stops++) {
        struct interruption interruption = {.every = every, .stops = stops};
        make_room(&parts, numbers);
        const int times = train(runs, file, &parts, &interruption);
        assert_true(stops ? times > 1 : interruption.looks >= every);
        compare(&whole, &parts, numbers);
        free(parts.weights);
    }
    free(whole.weights);
}

static void goes_on_to_the_same_bits(struct dp_run run, int64_t width, int64_t every)
{
    goes_on_with(NULL, run, width, every);
}

static struct dp_run small(int64_t method, int64_t activation)
{
    struct dp_run run = dp_run_defaults();
    run.method = method;
    run.activation = activation;
    run.max_steps = 60;
    run.stop_loss = 1e-4;
    run.samples = 6;
    run.learning_rate = method == DP_FLOW ? run.learning_rate : 0.02;
    return run;
}

static void descent(void **state)
{
    (void)state;
    struct dp_run run = small(DP_GD, DP_TANH);
    goes_on_to_the_same_bits(run, 10, 7);
    run.learning_rate = 0; // auto: the curvature's estimate goes on too, for a hundred steps
    run.stop_loss = 0;
    run.max_steps = 1500;
    goes_on_to_the_same_bits(run, 10, 470);
    run.max_steps = 250;
    goes_on_to_the_same_bits(run, 100, 7);
    struct dp_run heavy = small(DP_GD, DP_TANH);
    heavy.momentum = 0.9;
    goes_on_to_the_same_bits(heavy, 10, 7);
    run.activation = DP_RELU;
    run.precision = DP_FLOAT32;
    run.rate_decay = .01;
    goes_on_to_the_same_bits(run, 100, 11);
}

static void minibatches(void **state)
{
    (void)state;
    struct dp_run run = small(DP_SGD, DP_RELU);
    run.samples = 10;
    run.batch = 3;
    goes_on_to_the_same_bits(run, 10, 5);
    goes_on_to_the_same_bits(run, 100, 7);
    run.streaming = DP_FRESH_SETS;
    run.points = DP_UNIFORM;
    goes_on_to_the_same_bits(run, 100, 7);
}

static void adam(void **state)
{
    (void)state;
    struct dp_run run = small(DP_ADAM, DP_SIGMOID);
    goes_on_to_the_same_bits(run, 10, 7);
    goes_on_to_the_same_bits(run, 100, 7);
    run.learning_rate = 0;
    goes_on_to_the_same_bits(run, 100, 13);
}

static void flow_by_stages(void **state)
{
    (void)state;
    struct dp_run run = small(DP_FLOW, DP_TANH);
    run.tolerance = 1e-3;
    goes_on_to_the_same_bits(run, 10, 3);
    run.samples = 10; // more than waveforms take
    goes_on_to_the_same_bits(run, 100, 3);
    run.stop_loss = 0;
    run.stop_growth = 1.2;
    goes_on_to_the_same_bits(run, 100, 3);
    run.stop_growth = INFINITY;
    run.activation = DP_RELU;
    run.target = DP_SINE_SUM;
    run.samples = 20;
    goes_on_to_the_same_bits(run, 10, 5);
    goes_on_to_the_same_bits(run, 100, 5);
}

// Two labels at every point, and two inputs that are one.
static void flow_on_few_points(void **state)
{
    (void)state;
    enum { SAMPLES = 14 };
    double x[SAMPLES][2], y[SAMPLES];
    for (int i = 0; i < SAMPLES; i++) {
        x[i][0] = i / 2 / 3.0 - 1;
        x[i][1] = 2 * x[i][0];
        y[i] = fabs(x[i][0]) - 0.2 * (i % 2);
    }
    const struct dp_samples file = {.count = SAMPLES, .inputs = 2, .outputs = 1, .x = &x[0][0], .y = y};
    struct dp_run run = small(DP_FLOW, DP_RELU);
    run.target = DP_FILE;
    run.samples = 0;
    strcpy(run.file, "points.csv");
    goes_on_with(&file, run, 10, 3);
    goes_on_with(&file, run, 100, 3);
}

static void flow_by_waveform(void **state)
{
    (void)state;
    struct dp_run run = small(DP_FLOW, DP_TANH);
    run.target = DP_RANDOM;
    run.inputs = 5;
    run.samples = 4;
    run.antisymmetric = true;
    goes_on_to_the_same_bits(run, 100, 2);
    run.gamma = 2;
    goes_on_to_the_same_bits(run, 100, 3);
    run.activation = DP_XTANH; // hands it on
    goes_on_to_the_same_bits(run, 100, 3);
}

static void flow_by_sectors(void **state)
{
    (void)state;
    struct dp_run run = small(DP_FLOW, DP_RELU);
    run.samples = 4;
    run.antisymmetric = true;
    run.gamma = 1.5;
    run.tolerance = 1e-3;
    goes_on_to_the_same_bits(run, 1000, 2);
    run.stop_loss = 0;
    run.stop_growth = 1.5;
    goes_on_to_the_same_bits(run, 1000, 2);
}

/* Runs of so many steps that they are repeated (core/train/state/repetition.h): most stops fall into
 * repetitions.
 */
static void repetitions(void **state)
{
    (void)state;
    struct dp_run run = small(DP_FLOW, DP_TANH);
    run.target = DP_RANDOM;
    run.inputs = 1;
    run.samples = 12;
    run.max_steps = 5000;
    run.antisymmetric = true;
    goes_on_to_the_same_bits(run, 14, 61);
    run.stop_loss = 1e-2;
    goes_on_to_the_same_bits(run, 40, 97);
    run.activation = DP_RELU;
    run.gamma = 1;
    run.samples = 20;
    goes_on_to_the_same_bits(run, 40, 31);
}

static void normalized_flow(void **state)
{
    (void)state;
    struct dp_run run = small(DP_NORMALIZED_FLOW, DP_TANH);
    run.stop_growth = 2;
    run.max_steps = 200;
    goes_on_to_the_same_bits(run, 10, 7);
    goes_on_to_the_same_bits(run, 100, 7);
}

static void another_runs_state_is_refused(void **state)
{
    (void)state;
    const struct dp_run run = small(DP_GD, DP_TANH);
    struct dp_record record;
    const char bytes[10] = {0};
    const struct dp_work work = {.run = &run, .record = &record, .state = bytes, .state_size = sizeof bytes};
    struct dp_error error = {0};
    assert_int_equal(dp_runs_execute(&work, 1, NULL, &error), DP_INTERNAL);
    assert_non_null(strstr(error.text, "not of this run"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(descent),
        cmocka_unit_test(minibatches),
        cmocka_unit_test(adam),
        cmocka_unit_test(flow_by_stages),
        cmocka_unit_test(flow_on_few_points),
        cmocka_unit_test(flow_by_waveform),
        cmocka_unit_test(flow_by_sectors),
        cmocka_unit_test(repetitions),
        cmocka_unit_test(normalized_flow),
        cmocka_unit_test(another_runs_state_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
