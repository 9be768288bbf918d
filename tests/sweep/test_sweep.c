// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/sweep.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Parses text that must be right. set: --set texts, NULL-terminated, or NULL. */
static struct dp_sweep parse(const char *text, const char *const *set)
{
    struct dp_sweep sweep;
    struct dp_error error = {0};
    int count = 0;
    while (set && set[count])
        count++;
    if (dp_sweep_parse("dir/s.yaml", text, strlen(text), set, count, &sweep, &error) != DP_OK)
        fail_msg("%s", error.text);
    assert_int_equal(error.count, 0);
    return sweep;
}

/* Parses text that must be refused, with that many sentences; returns them. */
static struct dp_error refuse(const char *text, const char *const *set, int sentences)
{
    struct dp_sweep sweep;
    struct dp_error error = {0};
    int count = 0;
    while (set && set[count])
        count++;
    assert_int_equal(dp_sweep_parse("s.yaml", text, strlen(text), set, count, &sweep, &error), DP_BAD_INPUT);
    const struct dp_sweep zero = {0};
    assert_memory_equal(&sweep, &zero, sizeof sweep);
    if (error.count != sentences)
        fail_msg("expected %d sentences but got\n%s", sentences, error.text);
    return error;
}

static struct dp_run run_at(const struct dp_sweep *sweep, int64_t row)
{
    struct dp_run run;
    dp_sweep_run(sweep, row, &run);
    return run;
}

static const char sample[] = "name: phase-relu\n"
                             "model: {activation: relu}\n"
                             "init:  {scheme: phase, antisymmetric: true}   # a ~ N(0, beta1^2)\n"
                             "data:  {target: two-kinks, samples: 4}\n"
                             "train: {method: flow, stop_loss: 1.0e-6}\n"
                             "axes:\n"
                             "  gamma:       {from: 0.5, to: 2, step: 0.25}\n"
                             "  gamma_prime: {linspace: [-0.5, 1.5, 9]}\n"
                             "  width:       [1000, 3000, 10000]\n"
                             "  seed:        {repeat: 3}\n";

// The product in full, by four loops: width slowest, then the file's order, seed fastest.
static void the_sample_expands_to_its_product(void **state)
{
    (void)state;
    static const double gammas[] = {0.5, 0.75, 1, 1.25, 1.5, 1.75, 2};
    static const double primes[] = {-0.5, -0.25, 0, 0.25, 0.5, 0.75, 1, 1.25, 1.5};
    static const int64_t widths[] = {1000, 3000, 10000};
    struct dp_sweep sweep = parse(sample, NULL);
    assert_string_equal(sweep.name, "phase-relu");
    assert_int_equal(sweep.runs, 7 * 9 * 3 * 3);
    int64_t row = 0;
    for (int w = 0; w < 3; w++)
        for (int g = 0; g < 7; g++)
            for (int p = 0; p < 9; p++)
                for (int s = 0; s < 3; s++, row++) {
                    const struct dp_run run = run_at(&sweep, row);
                    assert_int_equal(run.width, widths[w]);
                    assert_true(run.gamma == gammas[g]);
                    assert_true(run.gamma_prime == primes[p]);
                    assert_int_equal(run.seed, s);
                    assert_int_equal(run.samples, 4);
                    assert_int_equal(run.antisymmetric, 1);
                    assert_true(run.stop_loss == 1e-6);
                }
    static const char *const order[] = {"width", "gamma", "gamma_prime", "seed"};
    static const int counts[] = {3, 7, 9, 3};
    assert_int_equal(sweep.axis_count, 4);
    for (int a = 0; a < 4; a++) {
        assert_string_equal(sweep.axes[a].key->name, order[a]);
        assert_int_equal(sweep.axes[a].count, counts[a]);
    }
    assert_string_equal(sweep.source, sample);
    assert_string_equal(sweep.overrides, "");
    dp_sweep_free(&sweep);
}

static void a_file_without_axes_is_one_run(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse("model: {width: 10}\n", NULL);
    assert_int_equal(sweep.runs, 1);
    assert_int_equal(sweep.axis_count, 0);
    assert_int_equal(run_at(&sweep, 0).width, 10);
    assert_int_equal(sweep.base.width, 10);
    assert_string_equal(sweep.name, "s"); // of dir/s.yaml
    dp_sweep_free(&sweep);
}

// A file system takes any bytes for a name; a store's texts are UTF-8.
static void the_name_of_a_file_becomes_a_text(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    static const char *const names[][2] = {
        {"a/gr\xf6\xdf.yaml", "gr__"}, {"gr\xc3\xb6.yaml", "gr\xc3\xb6"}, {"a\tb", "a_b"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        assert_int_equal(dp_sweep_parse(names[i][0], "model: {}\n", 10, NULL, 0, &sweep, NULL), DP_OK);
        assert_string_equal(sweep.name, names[i][1]);
        dp_sweep_free(&sweep);
    }
}

/* The values of the only axis, a key of real or whole numbers. */
static void assert_axis(const char *axis, const char *key, int count, const double *values)
{
    char text[256];
    snprintf(text, sizeof text, "axes: {%s: %s}\n", key, axis);
    struct dp_sweep sweep = parse(text, NULL);
    if (sweep.runs != count)
        fail_msg("%s: expected %d values, not %lld", text, count, (long long)sweep.runs);
    for (int i = 0; i < count; i++) {
        const struct dp_run run = run_at(&sweep, i);
        const double value = dp_key_number(dp_key_find(key), &run);
        if (value != values[i])
            fail_msg("%s: value %d is %.17g, not %.17g", text, i, value, values[i]);
    }
    dp_sweep_free(&sweep);
}

static void axes_have_the_values_that_their_digits_say(void **state)
{
    (void)state;
#define VALUES(...) (int)(sizeof((double[]){__VA_ARGS__}) / sizeof(double)), (double[]){__VA_ARGS__}
    assert_axis("{from: 0, to: 1, step: 0.1}", "gamma",
                VALUES(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1));
    assert_axis("{from: -0.3, to: 0.3, step: .1}", "gamma", VALUES(-0.3, -0.2, -0.1, 0, 0.1, 0.2, 0.3));
    assert_axis("{from: 0, to: 1, step: 0.3}", "gamma", VALUES(0, 0.3, 0.6, 0.9));
    assert_axis("{from: 2, to: 2, step: 5}", "gamma", VALUES(2));
    assert_axis("{from: 1e3, to: 5e3, step: 2e3}", "width", VALUES(1000, 3000, 5000));
    assert_axis("{from: 1e-9, to: 3e-9, step: 1e-9}", "low", VALUES(1e-9, 2e-9, 3e-9));
    assert_axis("{linspace: [1.5, -0.5, 5]}", "gamma", VALUES(1.5, 1, 0.5, 0, -0.5));
    assert_axis("{linspace: [0, 1, 11]}", "gamma", VALUES(0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1));
    assert_axis("{linspace: [0.1, 3, 1]}", "gamma", VALUES(0.1));
    assert_axis("{linspace: [1, 4, 7]}", "width",
                VALUES(1, 2, 3, 4)); // 1, 1.5, 2, ... round half away from zero
    assert_axis("{logspace: [1e-3, 1e3, 7]}", "beta2", VALUES(1e-3, 1e-2, 1e-1, 1, 10, 100, 1000));
    assert_axis("{logspace: [100, 10000, 5]}", "width", VALUES(100, 316, 1000, 3162, 10000));
    assert_axis("{logspace: [1, 8, 10]}", "width", VALUES(1, 2, 3, 4, 5, 6, 8)); // 8^(k/9) rounded
    assert_axis("{logspace: [0.7, 0.1, 2]}", "beta2", VALUES(0.7, 0.1));
    assert_axis("{repeat: 4}", "gamma", VALUES(0, 1, 2, 3));
    assert_axis("[3, 1, 2]", "seed", VALUES(3, 1, 2));
    assert_axis("[.inf, 1]", "stop_time", VALUES(INFINITY, 1));
#undef VALUES
}

static void names_truths_and_files_are_swept_by_lists(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse("axes: {activation: [tanh, relu], antisymmetric: [true, false]}\n", NULL);
    assert_int_equal(sweep.runs, 4);
    assert_int_equal(run_at(&sweep, 1).activation, DP_TANH);
    assert_int_equal(run_at(&sweep, 1).antisymmetric, 0);
    assert_int_equal(run_at(&sweep, 2).activation, DP_RELU);
    dp_sweep_free(&sweep);
    sweep = parse("data: {target: file}\naxes: {file: [a.csv, \"b c.h5\"], seed: [1, 2]}\n", NULL);
    assert_int_equal(sweep.runs, 4);
    assert_string_equal(run_at(&sweep, 1).file, "a.csv");
    assert_string_equal(run_at(&sweep, 2).file, "b c.h5");
    struct dp_run *data;
    int count;
    assert_int_equal(dp_sweep_data(&sweep, &data, &count, NULL), DP_OK);
    assert_int_equal(count, 2);
    assert_string_equal(data[0].file, "a.csv");
    assert_string_equal(data[1].file, "b c.h5");
    free(data);
    assert_int_equal(sweep.axes[0].count, 2);
    dp_sweep_free(&sweep);
}

static void columns_are_named_by_lists(void **state)
{
    (void)state;
    struct dp_sweep sweep =
        parse("data: {target: file, file: a.csv, x: [age, \"a, \\\"b\\\"\"], y: strength}\n", NULL);
    assert_string_equal(run_at(&sweep, 0).x, "age, \"a, \"\"b\"\"\"");
    assert_string_equal(run_at(&sweep, 0).y, "strength");
    dp_sweep_free(&sweep);
    sweep = parse("data: {target: file, file: a.csv}\naxes: {y: [\"a, b\", c], seed: {repeat: 2}}\n", NULL);
    struct dp_run *data;
    int count;
    assert_int_equal(dp_sweep_data(&sweep, &data, &count, NULL), DP_OK);
    assert_int_equal(count, 2);
    assert_string_equal(data[0].y, "a, b");
    free(data);
    dp_sweep_free(&sweep);
    struct dp_error error = refuse("data: {target: file, file: a.csv, x: [[a]]}\n", NULL, 1);
    assert_string_equal(error.text, "s.yaml:1:39: x must list names of columns, not a list\n");
    error = refuse("data: {target: file, file: a.csv, x: []}\n", NULL, 1);
    assert_string_equal(error.text, "s.yaml:1:38: x lists no names\n");
}

// Paths in a sweep file count from its folder, those of --set from the current one.
static void paths_count_from_the_sweep_file_or_from_here(void **state)
{
    (void)state;
    static const char text[] = "data: {target: file, file: a.csv}\n", set[] = "file=b.csv";
    const char *const sets[] = {set};
    struct dp_sweep sweep;
    for (int overridden = 0; overridden < 2; overridden++) {
        assert_int_equal(
            dp_sweep_parse("over/there/s.yaml", text, strlen(text), sets, overridden, &sweep, NULL), DP_OK);
        char *path = dp_sweep_path(&sweep, "file", "a.csv");
        assert_string_equal(path, overridden ? "a.csv" : "over/there/a.csv");
        free(path);
        path = dp_sweep_path(&sweep, "path", "/w.csv");
        assert_string_equal(path, "/w.csv");
        free(path);
        path = dp_sweep_path(&sweep, "path", "w.csv");
        assert_string_equal(path, "over/there/w.csv");
        free(path);
        dp_sweep_free(&sweep);
    }
}

/* The order of the axes as "width gamma seed". */
static void assert_order(const char *text, const char *order)
{
    struct dp_sweep sweep = parse(text, NULL);
    char found[256] = "";
    for (int a = 0; a < sweep.axis_count; a++) {
        strcat(found, a ? " " : "");
        strcat(found, sweep.axes[a].key->name);
    }
    assert_string_equal(found, order);
    dp_sweep_free(&sweep);
}

static void width_is_slowest_and_seed_fastest(void **state)
{
    (void)state;
    assert_order("axes: {seed: [1], gamma_prime: [0], gamma: [1], width: [5]}",
                 "width gamma_prime gamma seed");
    // a zip stands where it is written
    assert_order("zip: {gamma: [0, 1], beta2: [1, 2]}\naxes: {max_steps: [1], width: [5]}\n",
                 "width gamma beta2 max_steps");
    assert_order("axes: {max_steps: [1], seed: [5]}\nzip: {gamma: [0, 1], width: [1, 2]}\n",
                 "width gamma max_steps seed");
}

static void zips_move_together(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse("axes: {gamma: [0, 1]}\n"
                                  "zip:\n"
                                  "  - {width: [10, 20, 30], gamma_prime: [1, 1, 0]}\n"
                                  "  - {max_steps: [5, 6], seed: [7, 8]}\n",
                                  NULL);
    assert_int_equal(sweep.runs, 3 * 2 * 2);
    for (int row = 0; row < 12; row++) {
        const struct dp_run run = run_at(&sweep, row);
        assert_int_equal(run.width, 10 * (1 + row / 4));
        assert_true(run.gamma_prime == (row < 8 ? 1 : 0));
        assert_true(run.gamma == row / 2 % 2);
        assert_int_equal(run.max_steps, 5 + row % 2);
        assert_int_equal(run.seed, 7 + row % 2);
    }
    assert_string_equal(sweep.axes[1].key->name, "gamma_prime"); // in the zip with width, so as slow
    for (int a = 0; a < sweep.axis_count; a++)
        if (strcmp(sweep.axes[a].key->name, "gamma_prime") == 0)
            assert_int_equal(sweep.axes[a].count, 2); // distinct values
    dp_sweep_free(&sweep);
    sweep = parse("zip: {seed: [1, 2], width: [3, 4]}\naxes: {gamma: [0, 1]}\n", NULL); // with both: slowest
    assert_int_equal(run_at(&sweep, 1).width, 3);
    assert_true(run_at(&sweep, 1).gamma == 1);
    dp_sweep_free(&sweep);
}

static const char blocks[] = "axes: {gamma: [0, 1, 2, 3], seed: {repeat: 2}}\n"
                             "zip: {width: [10, 100], gamma_prime: [1, 1]}\n"
                             "data: {samples: 5}\n"
                             "blocks:\n"
                             "- {data: {samples: 4}}\n"
                             "- {model: {activation: tanh}, axes: {multiplicity: [1, 2]}}\n"
                             "- {model: {activation: tanh, multiplicity: 2}}\n"
                             "- {model: {activation: tanh}, axes: {multiplicity: [2, 3]}}\n";

// 16 relu runs; 32 of tanh with p = 1, 2; the third block is in the second; of the fourth only p = 3 is new.
static void blocks_are_a_union(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse(blocks, NULL);
    assert_int_equal(sweep.runs, 16 + 32 + 0 + 16);
    const struct dp_run first = run_at(&sweep, 0), last = run_at(&sweep, 63), second = run_at(&sweep, 16);
    assert_int_equal(first.activation, DP_RELU);
    assert_int_equal(first.samples, 4);
    assert_int_equal(second.activation, DP_TANH);
    assert_int_equal(second.samples, 5);
    assert_int_equal(second.multiplicity, 1);
    for (int row = 48; row < 64; row++)
        assert_int_equal(run_at(&sweep, row).multiplicity, 3);
    assert_int_equal(last.width, 100);
    assert_true(last.gamma == 3);
    assert_int_equal(last.seed, 1);
    for (int row = 0; row < 64; row++)
        for (int other = 0; other < row; other++) {
            const struct dp_run a = run_at(&sweep, row), b = run_at(&sweep, other);
            assert_memory_not_equal(&a, &b, sizeof a);
        }
    // activation and samples differ between blocks only, and count as swept
    int64_t activations = 0, samples = 0, multiplicities = 0;
    for (int a = 0; a < sweep.axis_count; a++) {
        const char *const name = sweep.axes[a].key->name;
        activations += strcmp(name, "activation") == 0 ? sweep.axes[a].count : 0;
        samples += strcmp(name, "samples") == 0 ? sweep.axes[a].count : 0;
        multiplicities += strcmp(name, "multiplicity") == 0 ? sweep.axes[a].count : 0;
    }
    assert_int_equal(activations, 2);
    assert_int_equal(samples, 2);
    assert_int_equal(multiplicities, 4); // 0, 1, 2, 3
    dp_sweep_free(&sweep);
}

// Every row of a sweep with exclusions must be the row-th point that a filter by hand lets through.
static void exclude_drops_what_the_condition_holds_for(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse("axes:\n"
                                  "  gamma: {from: 0, to: 2, step: .1}\n"
                                  "  width: {from: 1000, to: 20000, step: 500}\n"
                                  "  activation: [relu, tanh]\n"
                                  "  seed: {repeat: 7}\n"
                                  "exclude:\n"
                                  "  - gamma > 1.5 and width > 5000 and activation == relu\n"
                                  "  - not gamma < 1.95 || (seed == 3 && !(width < 2000))\n",
                                  NULL);
    int64_t row = 0;
    for (int64_t width = 1000; width <= 20000; width += 500)
        for (int tenths = 0; tenths <= 20; tenths++)
            for (int activation = 0; activation < 2; activation++)
                for (int seed = 0; seed < 7; seed++) {
                    if ((tenths > 15 && width > 5000 && activation == 0) || tenths == 20 ||
                        (seed == 3 && width >= 2000))
                        continue;
                    const struct dp_run run = run_at(&sweep, row++);
                    assert_int_equal(run.width, width);
                    assert_true(run.gamma == tenths / 10.0);
                    assert_int_equal(run.activation, activation);
                    assert_int_equal(run.seed, seed);
                }
    assert_int_equal(sweep.runs, row);
    dp_sweep_free(&sweep);
}

static int64_t runs_with(const char *condition)
{
    char text[512];
    snprintf(text, sizeof text,
             "axes: {target: [two-kinks, sine-mix], gamma: [0, 1, 2, 3], antisymmetric: [true, false]}\n"
             "exclude: %s\n",
             condition);
    struct dp_sweep sweep = parse(text, NULL);
    const int64_t runs = sweep.runs;
    dp_sweep_free(&sweep);
    return runs;
}

static void conditions_read_as_people_write_them(void **state)
{
    (void)state;
    assert_int_equal(runs_with("target == two-kinks"), 8);
    assert_int_equal(runs_with("target == two_kinks"), 8);
    assert_int_equal(runs_with("target == 'two-kinks'"), 8);
    assert_int_equal(runs_with("target != \"two-kinks\" && gamma >= 2"), 12);
    assert_int_equal(runs_with("antisymmetric"), 8);
    assert_int_equal(runs_with("antisymmetric == false or gamma == 1"), 6);
    assert_int_equal(runs_with("not antisymmetric and gamma > 0"), 10);
    assert_int_equal(runs_with("not (antisymmetric or gamma > 0)"), 14);
    assert_int_equal(runs_with("not not gamma > 0"), 4);
    assert_int_equal(runs_with("\"!antisymmetric || gamma*2 - 1 == 3^1\""), 6);
    assert_int_equal(runs_with("abs(gamma - 1.5) < 1"), 8);
    assert_int_equal(runs_with("max(gamma, 1) == 1"), 8);
    assert_int_equal(runs_with("beta2 > 0 or beta2 <= 0"), 16); // unset: no comparison holds
    assert_int_equal(runs_with("width < 1000.5e-1"), 16);
    struct dp_sweep sweep = parse("axes: {learning_rate: [auto, 0.1], method: [gd, adam]}\n"
                                  "exclude: learning_rate == auto and method == gd\n",
                                  NULL);
    assert_int_equal(sweep.runs, 3);
    assert_true(run_at(&sweep, 0).learning_rate == 0 && run_at(&sweep, 0).method == DP_ADAM);
    dp_sweep_free(&sweep);
}

static void weights_are_kept_of_the_runs_that_the_condition_holds_for(void **state)
{
    (void)state;
    const char text[] = "observe: {curve_ratio: 2}\n"
                        "store: {weights: 'seed == 0 and width <= 20', trajectories: gamma > 1}\n"
                        "exclude: gamma == 1.5 and seed == 1\n"
                        "blocks:\n- axes: {width: [10, 20, 30], gamma: [1, 1.5]}\n"
                        "- model: {width: 15}\n  axes: {gamma: [.5, 2, 3]}\n"
                        "axes: {seed: [0, 1, 2]}\n";
    struct dp_sweep sweep = parse(text, NULL);
    assert_int_equal(sweep.runs, 3 * 2 * 3 - 3 + 9);
    int weights = 0, trajectories = 0;
    for (int64_t row = 0; row < sweep.runs; row++) {
        const struct dp_run run = run_at(&sweep, row);
        assert_int_equal(dp_sweep_keeps(&sweep, row, DP_KEEP_WEIGHTS), run.seed == 0 && run.width <= 20);
        assert_int_equal(dp_sweep_keeps(&sweep, row, DP_KEEP_TRAJECTORIES), run.gamma > 1);
        weights += dp_sweep_keeps(&sweep, row, DP_KEEP_WEIGHTS);
        trajectories += dp_sweep_keeps(&sweep, row, DP_KEEP_TRAJECTORIES);
    }
    assert_int_equal(weights, 2 * 2 + 3);
    assert_int_equal(trajectories, 3 * 2 + 2 * 3);
    char digest[17];
    memcpy(digest, sweep.digest, sizeof digest);
    dp_sweep_free(&sweep);
    // blanks are nothing, another condition is another sweep
    sweep = parse(text, (const char *const[]){"weights=seed==0 && width<=20", NULL});
    assert_string_equal(sweep.digest, digest);
    dp_sweep_free(&sweep);
    sweep = parse(text, (const char *const[]){"weights=all", "trajectories=none", NULL});
    assert_string_not_equal(sweep.digest, digest);
    assert_true(dp_sweep_may_keep(&sweep, DP_KEEP_WEIGHTS) && dp_sweep_keeps(&sweep, 7, DP_KEEP_WEIGHTS));
    assert_false(dp_sweep_may_keep(&sweep, DP_KEEP_TRAJECTORIES));
    assert_false(dp_sweep_keeps(&sweep, 7, DP_KEEP_TRAJECTORIES));
    dp_sweep_free(&sweep);
}

static void set_overrides_sections_axes_zips_and_blocks(void **state)
{
    (void)state;
    static const char *const scalar[] = {"gamma=1.5", "seed=[4, 9]", "width={from: 10, to: 30, step: 10}",
                                         NULL};
    struct dp_sweep sweep = parse(sample, scalar);
    assert_int_equal(sweep.runs, 3 * 9 * 2);
    assert_true(run_at(&sweep, 53).gamma == 1.5);
    assert_int_equal(run_at(&sweep, 53).seed, 9);
    assert_int_equal(run_at(&sweep, 53).width, 30);
    assert_string_equal(sweep.overrides, "gamma=1.5\nseed=[4, 9]\nwidth={from: 10, to: 30, step: 10}");
    dp_sweep_free(&sweep);

    static const char *const swept[] = {"antisymmetric=[true, false]", "stop_loss=0", NULL};
    sweep = parse(sample, swept); // a section's key becomes an axis
    assert_int_equal(sweep.runs, 567 * 2);
    assert_true(run_at(&sweep, 0).stop_loss == 0);
    dp_sweep_free(&sweep);

    static const char *const last_wins[] = {"gamma=1.5", "gamma=[1, 2]", "gamma=0.25", NULL};
    sweep = parse(sample, last_wins);
    assert_int_equal(sweep.runs, 81);
    assert_true(run_at(&sweep, 0).gamma == 0.25);
    dp_sweep_free(&sweep);

    // with multiplicity gone from the blocks, two to four are the same
    static const char *const everywhere[] = {"multiplicity=1", "gamma_prime=0", NULL};
    sweep = parse(blocks, (const char *const[]){"multiplicity=1", "activation=tanh", "samples=4", NULL});
    assert_int_equal(sweep.runs, 16);
    dp_sweep_free(&sweep);
    refuse(blocks, everywhere, 1); // multiplicity with relu
    sweep = parse("zip: {width: [10, 20], gamma: [1, 2]}\n", (const char *const[]){"gamma=[3, 4, 5]", NULL});
    assert_int_equal(sweep.runs, 6);
    dp_sweep_free(&sweep);
}

static const struct {
    const char *set, *sentence;
} set_mistakes[] = {
    {"gama=2", "unknown key \"gama\"; did you mean gamma?\n"},
    {"width", "expected key=value, such as width=1000 or seed=[1, 2]\n"},
    {"train.stop_loss", "or seed=[1, 2]; the key is stop_loss, without its section\n"},
    {"train.stop_loss=1", "unknown key \"train.stop_loss\"; the key is stop_loss, without its section\n"},
    {"width=[10, 0]", "width must be a whole number from 1 to 1e9, not \"0\"\n"},
    {"width=100,200", "several values are written width=[100,200]\n"},
    {"gamma=0,5", "several values are written gamma=[0,5], one number gamma=0.5\n"},
    {"gamma=0.5, 1", "several values are written gamma=[0.5, 1]\n"},
    {"activation=relu,tanh", "several values are written activation=[relu,tanh]\n"},
    {"width=1,000", "width must be a whole number from 1 to 1e9, not \"1,000\"; did you mean 1000?\n"},
    {"width=[1,000]", "1,000 is read as two values of width; one number is written 1000\n"},
    {"low=[-1,000]", "-1,000 is read as two values of low; one number is written -1000 or -1.000\n"},
    {"gamma=[0,05, 1]", "0,05 is read as two values of gamma; one number is written 0.05\n"},
    {"seed={repeat: 3", "not valid YAML"},
    {"seed={repeat:3}", "unknown part \"repeat:3\" of the axis seed; write \"repeat: 3\", with a blank"},
    {"seed={repeat=3}", "unknown part \"repeat=3\" of the axis seed; write \"repeat: 3\", with a blank"},
    {"gamma={linspace:[0, 1, 3]}",
     "unexpected ':' while scanning a plain scalar (a blank must follow a colon)"},
    {"weights=[none]", "weights is the same for the whole sweep"},
    {"width=", "width has no value\n"},
    {"seed=[1, 2, 1]", "values 1 and 3 of the axis seed are the same\n"},
    {"name=x", "unknown key \"name\"; it stands at the top of the sweep file\n"},
    {"seed=&a 1", "anchors and aliases"},
    {"file=d\xe9.csv", "not a text in UTF-8: 0xE9, byte 2 of the value, is of another encoding, such as "
                       "Latin-1; write it in UTF-8\n"},
};

static void set_mistakes_have_their_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof set_mistakes / sizeof *set_mistakes; i++) {
        const char *const set[] = {set_mistakes[i].set, NULL};
        const struct dp_error error = refuse("model: {width: 4}\n", set, 1);
        char place[64];
        snprintf(place, sizeof place, "--set %s: ", set[0]);
        if (strncmp(error.text, place, strlen(place)) != 0 || !strstr(error.text, set_mistakes[i].sentence))
            fail_msg("expected %s%s\nbut got  %s", place, set_mistakes[i].sentence, error.text);
    }
    static const char *const two[] = {"gama=2", "width", NULL};
    refuse("model: {width: 4}\n", two, 2);
}

// Blanks around the key are nobody's intention, and the path counts from the current folder all the same.
static void set_ignores_blanks_around_the_key(void **state)
{
    (void)state;
    static const char *const set[] = {" file = b.csv", NULL};
    struct dp_sweep sweep = parse("data: {target: file, file: a.csv}\n", set);
    assert_string_equal(sweep.base.file, "b.csv");
    char *const path = dp_sweep_path(&sweep, "file", "b.csv");
    assert_string_equal(path, "b.csv");
    free(path);
    dp_sweep_free(&sweep);
}

static void all_mistakes_of_a_file_are_told_at_once(void **state)
{
    (void)state;
    const struct dp_error error = refuse("modle: {width: 3}\n"
                                         "init: {gama: 1, width: 3}\n"
                                         "train: {stop_loss: -1, method: sdg, learning_rate: fast}\n"
                                         "axes:\n"
                                         "  seed: {repeat: 0}\n"
                                         "  gamma: []\n"
                                         "exclude: gamma ~ 1\n",
                                         NULL, 9);
    assert_string_equal(
        error.text, "s.yaml:1:1: unknown section \"modle\"; did you mean model?\n"
                    "s.yaml:2:8: unknown key \"gama\" in section init; did you mean gamma?\n"
                    "s.yaml:2:17: width belongs in section model, not in init\n"
                    "s.yaml:3:20: stop_loss must be a number of at least 0, not \"-1\"\n"
                    "s.yaml:3:32: method must be one of gd, sgd, adam, flow, normalized_flow, not "
                    "\"sdg\"; did you mean sgd?\n"
                    "s.yaml:3:52: learning_rate must be a number above 0 or auto, not \"fast\"\n"
                    "s.yaml:5:18: the repeat of seed must be a whole number of at least 1, not \"0\"\n"
                    "s.yaml:6:10: the axis gamma is empty; give at least one value\n"
                    "s.yaml:7:10: the condition \"gamma ~ 1\": cannot be read at \"~ 1\" (character 7)\n");
}

static const struct {
    const char *text, *sentence;
} malformed[] = {
    // not YAML, or not the YAML of a sweep file
    {"init:\n\tgamma: 1\n", "s.yaml:2:1: not valid YAML: found character that cannot start any token"},
    {"init:\n\tgamma: 1\n", "(a tab: YAML is indented with spaces)"},
    {"init:\n  gamma: 1\n alpha: 2\n", "s.yaml:3:2: not valid YAML"},
    {"init: [1, 2\n", "s.yaml:2:1: not valid YAML"},
    {"name: \"half a text\n", "s.yaml:2:1: not valid YAML"},
    {"\x89HDF\r\n\x1a\n", "s.yaml:1:1: an HDF5 file, such as a store, and not a sweep file"},
    {"name: \xff\xfe\n", "s.yaml:1:7: not a text in UTF-8: 0xFF is of another encoding, such as Latin-1"},
    {"# \xc3\xa4\xc3\xb6\nname: a\xc3", "s.yaml:2:8: not a text in UTF-8: 0xC3 is of another"},
    {"name: gr\xf6\xdf"
     "e\n",
     "s.yaml:1:9: not a text in UTF-8: 0xF6 is of another encoding, such as Latin-1; write it in UTF-8\n"},
    {"name: a\x01\n", "s.yaml:1:8: not a text in UTF-8: control characters are not allowed"},
    {"", "s.yaml:1:1: the file is empty"},
    {"# only words\n", "s.yaml:1:1: the file is empty"},
    {"hello\n", "s.yaml:1:1: a sweep file must be a mapping of sections (model, init, data, train, axes, "
                "...), not \"hello\""},
    {"\n- a\n", "s.yaml:2:1: a sweep file must be a mapping of sections (model, init, data, train, axes, "
                "...), not a list"},
    {"name: a\n---\nname: b\n", "s.yaml:2:1: a sweep file holds one document"},
    {"name: &x a\n", "s.yaml:1:7: anchors and aliases"},
    {"name: *x\n", "s.yaml:1:7: anchors and aliases"},
    {"a: &a [x,x]\n", "s.yaml:1:4: anchors"},
    {"init: {<<: {gamma: 1}}\n", "s.yaml:1:8: unknown key \"<<\" in section init"},
    {"model: {width: !!str 5}\n", "s.yaml:1:16: tags (!) have no place"},
    {"a: [[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]\n", "nested too deeply"},
    {"name: \"a\\0b\"\n", "s.yaml:1:7: a text must not contain the character zero"},
    {"? [a, b]\n: 1\n", "s.yaml:1:3: in a sweep file a name must stand before the colon, not a list"},
    // names
    {"training: {method: gd}\n",
     "s.yaml:1:1: unknown section \"training\"; there are name, model, init, data, "
     "train, observe, store, axes, zip, blocks and exclude"},
    {"axes: {gamma: {from: 0, to: 1, step: 0,25}}\n",
     "s.yaml:1:40: unknown part \"25\" of the axis gamma; a decimal number has a point, such as 0.25"},
    {"initt: {gamma: 1}\n", "s.yaml:1:1: unknown section \"initt\"; did you mean init?"},
    {"gamma: 1\n", "s.yaml:1:1: gamma belongs in section init, or under axes"},
    {"model:\n  gamma: 1\n", "s.yaml:2:3: gamma belongs in section init, not in model"},
    {"axes: {Gamma: [1]}\n", "s.yaml:1:8: unknown key \"Gamma\"; did you mean gamma?"},
    {"axes: {zzz: [1]}\n", "s.yaml:1:8: unknown key \"zzz\"\n"},
    // other programs' names
    {"train: {lr: 0.1}\n", "s.yaml:1:9: unknown key \"lr\" in section train; write learning_rate\n"},
    {"train: {Batch-Size: 3}\n", "unknown key \"Batch-Size\" in section train; write batch\n"},
    {"model: {layers: 3}\n", "the network has one hidden layer; width is the number of its neurons\n"},
    {"model: {hidden_size: 3}\n", "unknown key \"hidden_size\" in section model; write width"},
    {"train: {loss: mse}\n", "the loss is the mean squared error; reduction sets its factor\n"},
    {"train: {epochs: 3}\n", "write max_epochs with batch or streaming, else max_steps\n"},
    {"axes: {lr: [1]}\n", "s.yaml:1:8: unknown key \"lr\"; write learning_rate\n"},
    {"optimizer: adam\n", "s.yaml:1:1: unknown section \"optimizer\"; write method\n"},
    {"init: {gamma: 0,5}\n",
     "unknown key \"5\" in section init; a comma ends the value before it: one number "
     "is written 1.5 or 1500\n"},
    {"model:\n  width: 1,000\n", "not \"1,000\"; did you mean 1000?\n"},
    {"axes: {width: [1,000, 30]}\n",
     "s.yaml:1:18: 1,000 is read as two values of width; one number is written 1000"},
    {"model: {width:10}\n", "unknown key \"width:10\" in section model; write \"width: 10\", with a blank"},
    {"model: {width:\xc2\xa0"
     "10}\n",
     "it holds a no-break space, which YAML takes for a letter\n"},
    {"axes: {seed: {repeat:7}}\n", "s.yaml:1:15: unknown part \"repeat:7\" of the axis seed; write \"repeat: "
                                   "7\", with a blank after the colon\n"},
    {"axes: {gamma: {start: 0}}\n",
     "unknown part \"start\" of the axis gamma; an axis is {from, to, step}, {lin"},
    {"init:\n  gamma: 0,5\n",
     "s.yaml:2:10: gamma must be a number from -8 to 8, not \"0,5\"; did you mean 0.5?\n"},
    {"init: {gamma: 1, gamma: 2}\n", "s.yaml:1:18: gamma stands twice; the first is on line 1"},
    {"model: {}\nname: x\nmodel: {}\n", "s.yaml:3:1: model stands twice; the first is on line 1"},
    {"name: [a]\n",
     "s.yaml:1:7: name must be a text of 1 to 255 bytes without control characters, not a list"},
    {"model: 3\n", "s.yaml:1:8: model must be a mapping of keys to values, not \"3\""},
    // values
    {"model: {width: ten}\n", "s.yaml:1:16: width must be a whole number from 1 to 1e9, not \"ten\""},
    {"model: {width: 0}\n", "s.yaml:1:16: width must be a whole number from 1 to 1e9, not \"0\""},
    {"model: {width: }\n", "s.yaml:1:16: width must be a whole number from 1 to 1e9, not nothing"},
    {"model: {width: [10, 20]}\n",
     "s.yaml:1:16: width must be a whole number from 1 to 1e9, not a list; to sweep it, put it under axes"},
    {"init: {gamma: .nan}\n", "s.yaml:1:15: gamma must be a number from -8 to 8, not \".nan\""},
    {"init: {antisymmetric: 1}\n", "s.yaml:1:23: antisymmetric must be true or false, not \"1\""},
    {"model: {activation: rleu}\n", "s.yaml:1:21: activation must be one of relu, tanh, sigmoid, softplus, "
                                    "linear, xtanh, x2tanh, not \"rleu\"; did you mean relu?"},
    // axes
    {"axes: 3\n", "s.yaml:1:7: axes must be a mapping of keys to their values, not \"3\""},
    {"axes: {gamma: []}\n", "s.yaml:1:15: the axis gamma is empty"},
    {"axes: {gamma: 1}\n", "s.yaml:1:15: the axis gamma must be a list or one of"},
    {"axes:\n  gamma:\n", "s.yaml:2:9: the axis gamma must be a list or one of {from, to, step}, {linspace}, "
                          "{logspace}, {repeat}, not nothing"},
    {"axes: {gamma: [1, [2]]}\n", "s.yaml:1:19: gamma must be a number from -8 to 8, not a list"},
    {"axes: {gamma: [1, .nan]}\n", "s.yaml:1:19: gamma must be a number from -8 to 8, not \".nan\""},
    {"axes: {gamma: [1, 2, 1.0]}\n", "s.yaml:1:22: the axis gamma has the value 1 twice"},
    {"axes: {width: [0, 10]}\n", "s.yaml:1:16: width must be a whole number from 1 to 1e9, not \"0\""},
    {"axes: {gamma: {from: 0, to: 1, step: 0}}\n",
     "s.yaml:1:38: the step of gamma must be a number above 0, not \"0\""},
    {"axes: {gamma: {from: 0, to: 1, step: -.5}}\n",
     "s.yaml:1:38: the step of gamma must be a number above 0, not \"-.5\""},
    {"axes: {gamma: {from: 0, to: 1, step: .nan}}\n",
     "s.yaml:1:38: the step of gamma must be a number above 0, not \".nan\""},
    {"axes: {width: {from: 1, to: 9, step: .5}}\n",
     "s.yaml:1:38: the step of width must be a whole number above 0, not \".5\""},
    {"axes: {gamma: {from: 2, to: 1, step: 1}}\n",
     "s.yaml:1:22: gamma goes up by its step, so from (2) must not be above to (1)"},
    {"axes: {gamma: {from: 0, to: 9, step: 1}}\n",
     "s.yaml:1:29: gamma must be a number from -8 to 8, not \"9\""},
    {"axes: {gamma: {from: 0, to: 1}}\n",
     "s.yaml:1:15: the axis gamma must be {from, to, step}, {linspace: [a, b, n]}"},
    {"axes: {gamma: {from: 0, to: 1, stepp: 1}}\n",
     "s.yaml:1:32: unknown part \"stepp\" of the axis gamma; did you mean step?"},
    {"axes: {stop_time: {from: 1, to: .inf, step: 1}}\n",
     "s.yaml:1:8: from, to and step of stop_time must be finite"},
    {"axes: {gamma: {from: 0, to: 1, step: 1e-30}}\n",
     "s.yaml:1:8: from, to and step of gamma must be finite and fit 18 decimal digits"},
    {"axes: {gamma: {linspace: [0, 1, 0]}}\n",
     "s.yaml:1:33: the number of values of gamma must be a whole number of at least 1, not \"0\""},
    {"axes: {gamma: {linspace: [0, 1]}}\n",
     "s.yaml:1:26: linspace of gamma takes [first, last, number of values]"},
    {"axes: {gamma: {linspace: [1, 1, 3]}}\n", "s.yaml:1:8: the axis gamma has the value 1 twice"},
    {"axes: {gamma: {logspace: [-1, 1, 3]}}\n", "s.yaml:1:27: logspace of gamma needs positive ends, not -1"},
    {"axes: {seed: {repeat: 0}}\n",
     "s.yaml:1:23: the repeat of seed must be a whole number of at least 1, not \"0\""},
    {"axes: {seed: {repeat: 2.5}}\n", "s.yaml:1:23: the repeat of seed must be"},
    {"axes: {width: {repeat: 3}}\n",
     "s.yaml:1:24: repeat counts from 0 to 2, but width must be a whole number from 1 to 1e9"},
    {"axes: {activation: {repeat: 2}}\n", "s.yaml:1:20: the axis activation must be a list of values"},
    {"axes: {curve_ratio: [2, 3]}\n", "s.yaml:1:8: curve_ratio is the same for the whole sweep"},
    {"init: {gamma: 1}\naxes: {gamma: [1, 2]}\n",
     "s.yaml:2:8: gamma is an axis here and set in section init at s.yaml:1:8; keep one"},
    {"axes: {gamma: [1, 2]}\nzip: {gamma: [1, 2], width: [1, 2]}\n",
     "s.yaml:2:7: gamma is an axis here and at s.yaml:1:8; keep one"},
    {"init: {scheme: direct, alpha: 1, beta1: 1, beta2: 1}\naxes: {gamma: [1, 2]}\n",
     "s.yaml:2:8: scheme direct does not read gamma"},
    {"train: {method: gd}\naxes: {adam_beta1: [.5, .6]}\n", "s.yaml:2:8: method gd does not read adam_beta1"},
    // too many
    {"axes: {seed: {repeat: 1000000000000}}\n",
     "s.yaml:1:23: seed asks for 1000000000000 values, but the axes of a sweep have at most 10000000"},
    {"axes: {width: {from: 1, to: 1e6, step: 1}, seed: {repeat: 1000000}}\n",
     "s.yaml:1:8: the axes multiply to 1000000 x 1000000 runs; a sweep can have at most 1000000000"},
    // zip, blocks, exclude
    {"zip: {gamma: [0, 1], gamma_prime: [1, 2, 3]}\n",
     "s.yaml:1:22: zip ties gamma_prime (3 values) to gamma (2 values)"},
    {"zip: {gamma: [0, 0], gamma_prime: [1, 1]}\n",
     "s.yaml:1:6: positions 1 and 2 of this zip have the same values"},
    {"zip: []\n", "s.yaml:1:6: zip is empty"},
    {"zip: [{}]\n", "s.yaml:1:7: this zip is empty"},
    {"blocks: []\n", "s.yaml:1:9: blocks must be a list of at least one block, not empty"},
    {"blocks: {init: {}}\n", "s.yaml:1:9: blocks must be a list of at least one block, not a mapping"},
    {"blocks:\n- store: {weights: all}\n",
     "s.yaml:2:3: store is one for the whole sweep and cannot stand in a block"},
    {"store: {weights: sed == 0}\n",
     "s.yaml:1:9: the condition \"sed == 0\": knows no key \"sed\"; did you mean seed?"},
    {"store: {trajectories: all}\n",
     "s.yaml:1:9: trajectories are kept at the points of the curve, so they need curve_ratio"},
    {"store: {weights: \"\"}\n", "s.yaml:1:9: weights must be none, all or a condition, not empty"},
    {"axes: {gamma: [1, 2]}\nblocks:\n- init: {gamma: 1}\n",
     "s.yaml:3:10: gamma is set in this block and an axis of all blocks at s.yaml:1:8"},
    {"exclude: gama > 1\n",
     "s.yaml:1:10: the condition \"gama > 1\": knows no key \"gama\"; did you mean gamma?"},
    {"exclude: gamma = 1\n", "s.yaml:1:10: the condition \"gamma = 1\": write == to compare"},
    {"exclude: 0 < gamma < 1\n", "comparisons cannot be chained"},
    {"exclude: target == two-kink\n", "the key target has no value \"two-kink\"; did you mean two-kinks?"},
    {"exclude: activation == sine-mix\n", "the key activation has no value \"sine-mix\""},
    {"exclude: relu\n", "write activation == relu instead of \"relu\""},
    {"exclude: gamma >\n", "s.yaml:1:10: the condition \"gamma >\": has no value at its end"},
    {"exclude: \"\"\n", "s.yaml:1:10: the condition \"\": has no value at its end"},
    // what muParser would take, and mean something else by
    {"exclude: \"gamma > 1, width > 100\"\n",
     "s.yaml:1:10: the condition \"gamma > 1, width > 100\": has a comma between conditions (write and, or), "
     "at \", width > 100\" (character 10)"},
    {"store: {weights: \"width == 100 and gamma < 1,5\"}\n",
     "has a comma in a number (write 1.5 or 1500), at \",5\" (character 27)"},
    {"exclude: \"(gamma, 1) > 0\"\n", "has a comma between conditions"},
    {"exclude: \"abs(gamma, 1) > 0\"\n", "has a comma between conditions"},
    {"exclude: \"max(gamma) > 0\"\n", "min and max take two values or more"},
    {"exclude: \"max(gamma, ) > 0\"\n", "has no value before \") > 0\" (character 12)"},
    {"exclude: \"gamma += 1\"\n", "write == to compare, not \"=\" (character 8)"},
    {"exclude: \"gamma > 1 ? 1 : 0\"\n", "cannot be read at \"? 1 : 0\" (character 11)"},
    {"exclude: \"gamma > 1; 1\"\n", "cannot be read at \"; 1\""},
    {"exclude: \"sin(gamma) > 0\"\n", "knows no key \"sin\" (character 1)"},
    {"exclude: \"_pi > gamma\"\n", "knows no key \"_pi\""},
    {"exclude: \"gamma > 1 000\"\n", "has no operator before \"000\" (character 11)"},
    {"exclude: \"gamma > 1.2.3\"\n", "has no number in \"1.2.3\" (character 9)"},
    {"exclude: \"gamma > 1 width > 3\"\n", "has no operator before \"width > 3\""},
    {"exclude: \"gamma (1)\"\n", "has no operator before \"(1)\""},
    {"exclude: \"gamma > - -1\"\n", "has two signs in a row at \"-1\""},
    {"exclude: \"gamma + not width > 3\"\n", "negates (not, !) only whole comparisons"},
    {"exclude: \"gamma > 1 and\"\n", "has no value at its end"},
    {"exclude: \"()\"\n", "has no value before \")\""},
    {"exclude: \"gamma > 2**3\"\n", "writes powers with ^, not \"**\" (character 10)"},
    {"exclude: \"activation > relu\"\n", "needs == or != and a name after activation, at \" > relu\""},
    {"exclude: \"'a' == 'a'\"\n", "cannot be read at \"'a' == 'a'\""},
    {"exclude: (gamma > 1\n", "has no closing parenthesis"},
    {"exclude: file == 1\n", "can be about numbers and names only, not about \"file\""},
    {"axes: {learning_rate: {linspace: [auto, 1, 3]}}\n",
     "linspace of learning_rate needs finite ends, not auto"},
    {"axes: {gamma: [1]}\ntrain: {precision: float32}\n",
     "s.yaml:2:9: method flow takes steps that the rounding of float32 would break up: set precision "
     "float64"},
    {"axes: {learning_rate: [0.1, auto]}\ntrain: {method: normalized_flow}\n",
     "s.yaml:1:8: method normalized_flow steps relative to each neuron"},
    {"train: {method: gd, learning_rate: auto, learning_rate_a: 1}\n",
     "learning_rate auto is one rate for all parameters"},
    {"exclude: gamma\n",
     "the condition \"gamma\": needs a comparison, such as == 0, for \"gamma\" (character 1)"},
    {"exclude: (gamma > 1 and width)\n", "needs a comparison, such as == 0, for \"width)\" (character 16)"},
    {"exclude: not seed or gamma > 1\n",
     "needs a comparison, such as == 0, for \"seed or gamma > 1\" (character 5)"},
    {"store: {weights: 0}\n", "needs a comparison, such as == 0, for \"0\""},
    {"exclude: {a: 1}\n", "s.yaml:1:10: exclude takes a condition"},
    {"exclude: gamma > 0\n", "s.yaml:1:10: exclude leaves no run"},
    // keys that do not go together, seen by the check of the runs
    {"init: {antisymmetric: true}\naxes: {width: [10, 11]}\n",
     "s.yaml:2:8: antisymmetric pairs the neurons, so width must be even, not 11"},
    {"init: {scheme: power}\n", "s.yaml:1:8: scheme power needs t"},
    {"data: {target: file}\n", "s.yaml:1:8: target file needs the key file"},
};

static void every_mistake_has_one_clear_sentence_with_its_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof *malformed; i++) {
        struct dp_sweep sweep;
        struct dp_error error = {0};
        const char *const text = malformed[i].text;
        const enum dp_status status = dp_sweep_parse("s.yaml", text, strlen(text), NULL, 0, &sweep, &error);
        if (status != DP_BAD_INPUT || error.count != 1 || !strstr(error.text, malformed[i].sentence))
            fail_msg("%s\nexpected %s\nbut got  %s", text, malformed[i].sentence, error.text);
    }
}

/* The warnings for a sweep that is allowed. */
static void assert_warns(const char *text, const char *const *set, const char *warnings)
{
    struct dp_sweep sweep = parse(text, set);
    assert_string_equal(sweep.warnings, warnings);
    dp_sweep_free(&sweep);
}

static void what_is_probably_not_meant_is_said(void **state)
{
    (void)state;
    assert_warns(sample, NULL, "");
    assert_warns("train:\n  learning_rate: 0.1\n", NULL,
                 "dir/s.yaml:2:3: method flow does not read learning_rate; gd, sgd, adam and normalized_flow "
                 "do\n");
    assert_warns("train: {learning_rate: 0.1, stop_loss: 0.1}\naxes: {method: [flow, gd]}\n", NULL, "");
    assert_warns("train: {learning_rate: 0.1, stop_loss: 0.1}\nblocks:\n- train: {method: gd}\n- train: "
                 "{method: flow}\n",
                 NULL, "");
    assert_warns("blocks:\n- train: {method: gd, tolerance: .1, max_steps: 9}\n- train: {method: flow}\n",
                 NULL, "dir/s.yaml:2:23: method gd does not read tolerance; flow does\n");
    assert_warns(
        "train: {method: gd, learning_rate: .1}\n", (const char *const[]){"method=flow", "gamma=2", NULL},
        "dir/s.yaml:1:21: method flow does not read learning_rate; gd, sgd, adam and normalized_flow "
        "do\n");
    assert_warns("axes: {gamma: {from: 0, to: 1, step: 0.3}}\n", NULL,
                 "dir/s.yaml:1:29: the axis gamma ends at 0.9: steps of 0.3 from 0 do not meet 1\n");
    assert_warns("axes: {gamma: {from: 0, to: 0.9, step: 0.3}}\n", NULL, "");
    assert_warns("axes: {gamma: [0,5, 1,7]}\n", NULL,
                 "dir/s.yaml:1:16: 0,5 is read as two values of gamma; one number is written 0.5\n");
    assert_warns("axes: {gamma: [0,5,1,7]}\n", NULL, "");
    assert_warns("axes: {gamma: [-0.5,0, 1, 0.5,-1]}\n", NULL, ""); // a number with a point has no comma
    assert_warns("axes: {width: [1,5, 3,7]}\n", NULL, "");
}

static void runs_that_nothing_ends_are_warned_of(void **state)
{
    (void)state;
    const char *const warning =
        "dir/s.yaml: only max_steps can end these runs, at its default of 1000000; set "
        "stop_loss, stop_drop, max_epochs or max_steps\n";
    assert_warns("train: {method: gd}\n", NULL, warning);
    assert_warns("train: {method: adam, batch: 2}\n", NULL, warning);
    assert_warns("axes: {method: [flow, gd]}\n", NULL, warning);
    assert_warns("train: {method: gd}\n", (const char *const[]){"max_steps=1000000", NULL}, "");
    assert_warns("train: {method: gd}\naxes: {max_steps: [100, 1000]}\n", NULL, "");
    assert_warns("train: {method: gd, stop_loss: 1e-3}\n", NULL, "");
    assert_warns("train: {method: adam, batch: 2, max_epochs: 3}\n", NULL, "");
    assert_warns("train: {method: flow}\n", NULL, ""); // it ends at a floor
}

// Byte order marks: YAML 1.2, 5.2.
static void marks_of_the_encoding_are_read(void **state)
{
    (void)state;
    struct dp_sweep sweep =
        parse("\xef\xbb\xbfname: b\nmodel: {activation: relu}\naxes:\n  width: [100]\n", NULL);
    assert_string_equal(sweep.name, "b");
    dp_sweep_free(&sweep);
    sweep = parse("\xef\xbb\xbf---\nname: b\naxes:\n  width: [100]\n", NULL);
    assert_int_equal(run_at(&sweep, 0).width, 100);
    dp_sweep_free(&sweep);
    static const char little[] = "\xff\xfen\0a\0m\0e\0", big[] = "\xfe\xff\0n\0a", bare[] = "n\0a\0m\0e\0";
    const struct {
        const char *text;
        size_t length;
    } cases[] = {{little, sizeof little - 1}, {big, sizeof big - 1}, {bare, sizeof bare - 1}};
    for (int i = 0; i < 3; i++) {
        struct dp_error error = {0};
        assert_int_equal(dp_sweep_parse("s.yaml", cases[i].text, cases[i].length, NULL, 0, &sweep, &error),
                         DP_BAD_INPUT);
        assert_string_equal(error.text, "s.yaml:1:1: a text in UTF-16; save it as UTF-8\n");
    }
}

// Whatever a sentence quotes, it is one line and moves no cursor.
static void sentences_hold_no_control_characters(void **state)
{
    (void)state;
    const struct dp_error error =
        refuse("model: {width: \"1\\n2\\e[31m\\u009b\"}\n", (const char *const[]){"gamma=[0,\n 1]", NULL}, 2);
    assert_string_equal(error.text,
                        "s.yaml:1:16: width must be a whole number from 1 to 1e9, not \"1 2 [31m  \"\n"
                        "--set gamma=[0,  1]: must be one line\n");
    refuse("name: \"a\\e[31mb\"\n", NULL, 1);
    refuse("name: \"a\\u009bb\"\n", NULL, 1);
    refuse("name: \"a\\u202eb\"\n", NULL, 1);
    refuse("name: \"a\\u2028b\"\n", NULL, 1);
    struct dp_sweep sweep;
    assert_int_equal(dp_sweep_parse("d/a\n\x1b[1m.yaml", "model: {}\n", 10, NULL, 0, &sweep, NULL), DP_OK);
    assert_string_equal(sweep.name, "a__[1m");
    dp_sweep_free(&sweep);
}

// What the exclusions drop need not be valid: that is what they are for.
static void excluded_runs_are_not_checked(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse("init: {antisymmetric: true}\n"
                                  "axes: {width: [10, 11, 12], seed: {repeat: 3}}\n"
                                  "exclude: width == 11\n",
                                  NULL);
    assert_int_equal(sweep.runs, 6);
    dp_sweep_free(&sweep);
}

// A thousand million runs must cost no more memory than their axes.
static void a_large_sweep_is_cheap(void **state)
{
    (void)state;
    struct dp_sweep sweep =
        parse("axes: {width: {from: 1, to: 1000, step: 1}, seed: {repeat: 1000000}}\n", NULL);
    assert_int_equal(sweep.runs, DP_SWEEP_MAX_RUNS);
    assert_int_equal(run_at(&sweep, 999999999).width, 1000);
    assert_int_equal(run_at(&sweep, 999999999).seed, 999999);
    assert_int_equal(run_at(&sweep, 1234567).width, 2);
    assert_int_equal(run_at(&sweep, 1234567).seed, 234567);
    dp_sweep_free(&sweep);
}

static void the_digest_follows_the_runs_and_not_the_writing(void **state)
{
    (void)state;
    struct dp_sweep one = parse("axes: {gamma: {from: 0, to: 1, step: .5}, width: [1e3]}\n", NULL);
    struct dp_sweep other = parse("# a remark\nname: other\naxes:\n  width: [1000]\n  gamma: [0, 0.5, 1.0]\n"
                                  "train: {learning_rate: 1.0e-2}\n",
                                  NULL);
    struct dp_sweep third = parse("axes: {gamma: [0, 1, 0.5], width: [1000]}\n", NULL);
    assert_string_equal(one.digest, other.digest);
    assert_string_not_equal(one.digest, third.digest); // other rows
    assert_int_equal(strlen(one.digest), 16);
    char *const text = dp_sweep_canonical_text(&one);
    assert_non_null(strstr(text, "axis gamma: 0 0.5 1\n"));
    uint64_t hash = 14695981039346656037u; // FNV-1a as published: offset basis and prime in decimal
    for (const char *c = text; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 1099511628211u;
    char hex[17];
    snprintf(hex, sizeof hex, "%016llx", (unsigned long long)hash);
    assert_string_equal(one.digest, hex);
    free(text);
    dp_sweep_free(&one);
    dp_sweep_free(&other);
    dp_sweep_free(&third);
}

// A block's own values are part of its runs.
static void the_digest_tells_blocks_apart(void **state)
{
    (void)state;
    struct dp_sweep one = parse("blocks:\n- {data: {samples: 4}}\n- {data: {samples: 5}}\n", NULL);
    struct dp_sweep other = parse("blocks:\n- {data: {samples: 4}}\n- {data: {samples: 6}}\n", NULL);
    assert_int_equal(one.runs, other.runs);
    assert_string_not_equal(one.digest, other.digest);
    dp_sweep_free(&one);
    dp_sweep_free(&other);
}

static void files_are_read_or_refused(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    assert_int_equal(dp_sweep_read("no/such/sweep.yaml", NULL, 0, &sweep, &error), DP_BAD_INPUT);
    assert_non_null(strstr(error.text, "no/such/sweep.yaml: No such file"));
    error = (struct dp_error){0};
    assert_int_equal(dp_sweep_read(DP_SOURCE_DIR, NULL, 0, &sweep, &error), DP_BAD_INPUT);
    assert_non_null(strstr(error.text, "not a regular file"));
    const char *const path = DP_BINARY_DIR "/a.sweep.yaml";
    FILE *const file = fopen(path, "w");
    assert_non_null(file);
    fputs("axes: {seed: {repeat: 2}}\n", file);
    fclose(file);
    assert_int_equal(dp_sweep_read(path, NULL, 0, &sweep, NULL), DP_OK);
    assert_int_equal(sweep.runs, 2);
    assert_string_equal(sweep.name, "a.sweep");
    dp_sweep_free(&sweep);
    remove(path);
}

static void the_plan_shows_axes_counts_and_runs(void **state)
{
    (void)state;
    struct dp_sweep sweep = parse(blocks, NULL);
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    assert_non_null(out);
    dp_sweep_print(&sweep, out);
    fclose(out);
    assert_non_null(strstr(text, "\n  runs                    64\n"));
    assert_non_null(strstr(text, "\n  duplicates              16  in earlier blocks\n"));
    assert_non_null(strstr(text, "\n  gamma                    4  0, 1, 2, 3\n"));
    assert_non_null(strstr(text, "\nrun 63 "));
    free(text);
    dp_sweep_free(&sweep);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_sample_expands_to_its_product),
        cmocka_unit_test(a_file_without_axes_is_one_run),
        cmocka_unit_test(axes_have_the_values_that_their_digits_say),
        cmocka_unit_test(names_truths_and_files_are_swept_by_lists),
        cmocka_unit_test(columns_are_named_by_lists),
        cmocka_unit_test(paths_count_from_the_sweep_file_or_from_here),
        cmocka_unit_test(width_is_slowest_and_seed_fastest),
        cmocka_unit_test(zips_move_together),
        cmocka_unit_test(blocks_are_a_union),
        cmocka_unit_test(exclude_drops_what_the_condition_holds_for),
        cmocka_unit_test(conditions_read_as_people_write_them),
        cmocka_unit_test(weights_are_kept_of_the_runs_that_the_condition_holds_for),
        cmocka_unit_test(set_overrides_sections_axes_zips_and_blocks),
        cmocka_unit_test(the_name_of_a_file_becomes_a_text),
        cmocka_unit_test(set_mistakes_have_their_place),
        cmocka_unit_test(set_ignores_blanks_around_the_key),
        cmocka_unit_test(all_mistakes_of_a_file_are_told_at_once),
        cmocka_unit_test(every_mistake_has_one_clear_sentence_with_its_place),
        cmocka_unit_test(what_is_probably_not_meant_is_said),
        cmocka_unit_test(runs_that_nothing_ends_are_warned_of),
        cmocka_unit_test(marks_of_the_encoding_are_read),
        cmocka_unit_test(sentences_hold_no_control_characters),
        cmocka_unit_test(excluded_runs_are_not_checked),
        cmocka_unit_test(a_large_sweep_is_cheap),
        cmocka_unit_test(the_digest_follows_the_runs_and_not_the_writing),
        cmocka_unit_test(the_digest_tells_blocks_apart),
        cmocka_unit_test(files_are_read_or_refused),
        cmocka_unit_test(the_plan_shows_axes_counts_and_runs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
