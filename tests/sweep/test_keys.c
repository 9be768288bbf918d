// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "dewpoint/sweep/sweep.h"
#include "sweep/keys/key_value.h"
#include "sweep/keys/number.h"
#include "sweep/runs_check.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static size_t size_of(const struct dp_key *key)
{
    return key->type == DP_STRING ? DP_TEXT : 8;
}

// struct dp_run has no padding, so its keys cover it exactly when no byte is claimed twice and none is left.
static void every_field_of_a_run_has_one_key(void **state)
{
    (void)state;
    static unsigned char claimed[sizeof(struct dp_run)];
    for (int i = 0; i < dp_key_count; i++)
        for (size_t b = 0; b < size_of(&dp_keys[i]); b++)
            claimed[dp_keys[i].offset + b]++;
    for (size_t b = 0; b < sizeof claimed; b++)
        assert_int_equal(claimed[b], 1);
}

static void names_are_unique_and_found(void **state)
{
    (void)state;
    for (int i = 0; i < dp_key_count; i++)
        assert_ptr_equal(dp_key_find(dp_keys[i].name), &dp_keys[i]);
    assert_null(dp_key_find("gama"));
    assert_null(dp_key_find(""));
}

static void sweepable_keys_fit_the_axes_of_a_sweep(void **state)
{
    (void)state;
    int sweepable = 0;
    for (int i = 0; i < dp_key_count; i++)
        sweepable += dp_keys[i].sweepable;
    assert_in_range(sweepable, 1, DP_SWEEP_AXES);
    assert_false(dp_key_find("curve_ratio")->sweepable);
    assert_false(dp_key_find("weights")->sweepable || dp_key_find("trajectories")->sweepable);
}

static void the_defaults_are_those_of_the_manual(void **state)
{
    (void)state;
    const struct dp_run run = dp_run_defaults();
    assert_int_equal(run.activation, DP_RELU);
    assert_int_equal(run.width, 1000);
    assert_int_equal(run.scheme, DP_SCHEME_PHASE);
    assert_true(run.gamma == 1 && run.gamma_prime == 0);
    assert_true(isnan(run.t) && isnan(run.alpha) && isnan(run.beta1) && isnan(run.beta2));
    assert_true(isnan(run.alpha_exponent) && isnan(run.low) && isnan(run.high));
    assert_int_equal(run.antisymmetric, 0);
    assert_int_equal(run.target, DP_TWO_KINKS);
    assert_string_equal(run.file, "");
    assert_int_equal(run.test_samples, 100);
    assert_int_equal(run.method, DP_FLOW);
    assert_int_equal(run.precision, DP_FLOAT64);
    assert_true(run.learning_rate == 0.01 && run.stop_loss == 0 && isinf(run.stop_time) &&
                run.tolerance == 0.01);
    assert_true(run.adam_beta1 == 0.9 && run.adam_beta2 == 0.999 && run.adam_epsilon == 1e-8);
    assert_int_equal(run.max_steps, 1000000);
    assert_string_equal(run.weights, "none");
    assert_string_equal(run.trajectories, "none");
    assert_int_equal(dp_run_check(&run, NULL), DP_OK);
}

static void defaults_format_as_they_are_written(void **state)
{
    (void)state;
    const struct dp_run run = dp_run_defaults();
    char text[DP_TEXT];
    for (int i = 0; i < dp_key_count; i++)
        assert_string_equal(dp_key_format(&dp_keys[i], &run, text, sizeof text), dp_keys[i].fallback);
}

// What is written comes back as it was, in the shortest form.
static void values_survive_a_round_trip(void **state)
{
    (void)state;
    static const struct {
        const char *key, *given, *written;
        double value;
    } cases[] = {
        {"gamma", "0.30000000000000004", "0.30000000000000004", 0.30000000000000004},
        {"gamma", "0.3", "0.3", 0.3},
        {"gamma", "-.5e+0", "-0.5", -0.5},
        {"gamma", "-0", "0", 0},
        {"stop_loss", "1.0e-6", "1e-6", 1e-6},
        {"stop_loss", "1e300", "1e300", 1e300},
        {"stop_time", ".inf", ".inf", INFINITY},
        {"stop_time", "+.Inf", ".inf", INFINITY},
        {"learning_rate", "auto", "auto", 0},
        {"learning_rate", "1e-3", "0.001", 1e-3},
        {"width", "1e6", "1000000", 1e6},
        {"width", "3000.0", "3000", 3000},
        {"seed", "9007199254740992", "9007199254740992", 9007199254740992.0},
        {"max_steps", "1000000000000", "1000000000000", 1e12},
        {"antisymmetric", "True", "true", 1},
        {"antisymmetric", "false", "false", 0},
        {"activation", "x2tanh", "x2tanh", DP_X2TANH},
        {"target", "two-kinks", "two-kinks", DP_TWO_KINKS},
    };
    char text[DP_TEXT];
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_run run = dp_run_defaults();
        const struct dp_key *const key = dp_key_find(cases[i].key);
        assert_int_equal(dp_key_parse(key, cases[i].given, "here", &run, NULL), DP_OK);
        assert_true(dp_key_number(key, &run) == cases[i].value);
        assert_string_equal(dp_key_format(key, &run, text, sizeof text), cases[i].written);
    }
    struct dp_run run = dp_run_defaults();
    assert_int_equal(dp_key_parse(dp_key_find("file"), "data/a b.csv", "here", &run, NULL), DP_OK);
    assert_string_equal(run.file, "data/a b.csv");
    assert_true(isnan(dp_key_number(dp_key_find("file"), &run)));
}

static void refusals_name_key_value_and_expectation(void **state)
{
    (void)state;
    static const struct {
        const char *key, *text, *sentence;
    } cases[] = {
        {"width", "ten", "s:1:2: width must be a whole number from 1 to 1e9, not \"ten\"\n"},
        {"width", "1e12", "s:1:2: width must be a whole number from 1 to 1e9, not \"1e12\"\n"},
        {"width", "10.5", "s:1:2: width must be a whole number from 1 to 1e9, not \"10.5\"\n"},
        {"width", "0x10", "s:1:2: width must be a whole number from 1 to 1e9, not \"0x10\"\n"},
        {"width", " 10", "s:1:2: width must be a whole number from 1 to 1e9, not \" 10\"\n"},
        {"width", "1e-99999999999999999999", "s:1:2: width must be"},
        {"seed", "9007199254740993", "s:1:2: seed must be a whole number from 0 to 9007199254740992, not"},
        {"seed", "99999999999999999999999", "s:1:2: seed must be"},
        {"gamma", "nan", "s:1:2: gamma must be a number from -8 to 8, not \"nan\"\n"},
        {"gamma", "8.000001", "s:1:2: gamma must be a number from -8 to 8, not \"8.000001\"\n"},
        {"gamma", "", "s:1:2: gamma must be a number from -8 to 8, not \"\"\n"},
        {"low", ".inf", "s:1:2: low must be a number, not \".inf\"\n"},
        {"low", "1e999", "s:1:2: low must be a number, not \"1e999\"\n"},
        {"alpha", "0", "s:1:2: alpha must be a number above 0, not \"0\"\n"},
        {"stop_loss", "-1e-9", "s:1:2: stop_loss must be a number of at least 0, not \"-1e-9\"\n"},
        {"learning_rate", "0", "s:1:2: learning_rate must be a number above 0 or auto, not \"0\"\n"},
        {"tolerance", "0", "s:1:2: tolerance must be a number above 0 and at most 0.5, not \"0\"\n"},
        {"adam_beta1", "1", "s:1:2: adam_beta1 must be a number from 0 to below 1, not \"1\"\n"},
        {"antisymmetric", "yes", "s:1:2: antisymmetric must be true or false, not \"yes\"\n"},
        {"method", "adams",
         "s:1:2: method must be one of gd, sgd, adam, flow, normalized_flow, not \"adams\"; did you mean "
         "adam?\n"},
        {"activation", "ReLU", "not \"ReLU\"; did you mean relu?\n"},
        {"target", "two_kinks", "not \"two_kinks\"; did you mean two-kinks?\n"},
        {"file", "a\nb", "s:1:2: file must be a text of at most 255 bytes without control characters"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_run run = dp_run_defaults();
        struct dp_error error = {0};
        assert_int_equal(dp_key_parse(dp_key_find(cases[i].key), cases[i].text, "s:1:2", &run, &error),
                         DP_BAD_INPUT);
        if (!strstr(error.text, cases[i].sentence))
            fail_msg("expected %s but got %s", cases[i].sentence, error.text);
        const struct dp_run defaults = dp_run_defaults();
        assert_memory_equal(&run, &defaults, sizeof run);
    }
    char text[DP_TEXT + 2] = "";
    memset(text, 'a', DP_TEXT);
    struct dp_run run = dp_run_defaults();
    assert_int_equal(dp_key_parse(dp_key_find("file"), text, "s", &run, NULL), DP_BAD_INPUT);
}

static void near_names_are_near(void **state)
{
    (void)state;
    static const char *const names[] = {"gamma", "gamma_prime", "width", "seed", "t", "learning_rate"};
    assert_string_equal(dp_nearest_name("gmama", names, 6), "gamma");             // one swap
    assert_string_equal(dp_nearest_name("gama", names, 6), "gamma");              // one missing
    assert_string_equal(dp_nearest_name("Gamma-Prime", names, 6), "gamma_prime"); // case and dash are free
    assert_string_equal(dp_nearest_name("learnig_rat", names, 6), "learning_rate");
    assert_null(dp_nearest_name("see", (const char *const[]){"width"}, 1));
    assert_null(dp_nearest_name("x", names, 6));
    assert_null(dp_nearest_name("", names, 6));
    assert_null(dp_nearest_name("a_word_much_longer_than_any_of_the_keys_could_ever_be", names, 6));
}

static void even_spacing_gives_the_doubles_of_the_decimals(void **state)
{
    (void)state;
    const double tenths[] = {0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1};
    for (int k = 0; k <= 10; k++)
        assert_true(dp_number_linear("0", "1", k, 11) == tenths[k]);
    assert_true(dp_number_linear("-0.5", "1.5", 3, 9) == 0.25);
    assert_true(dp_number_linear("1", "2", 1, 4) == 4.0 / 3);
    assert_true(dp_number_linear("2", "1", 3, 4) == 1);
    const double decades[] = {1e-3, 1e-2, 1e-1, 1, 10, 100, 1000};
    for (int k = 0; k < 7; k++)
        assert_true(dp_number_geometric(1e-3, 1e3, k, 7) == decades[k]);
    assert_true(fabs(dp_number_geometric(1, 2, 1, 3) - sqrt(2)) < 1e-12);
}

static void decimals_are_exact(void **state)
{
    (void)state;
    struct dp_decimal pair[2];
    assert_true(dp_decimal_read("-12.50", &pair[0]));
    assert_true(dp_decimal_read("1e3", &pair[1]));
    assert_true(dp_decimal_align(pair, 2));
    assert_int_equal(pair[0].digits, -125);
    assert_int_equal(pair[1].digits, 10000);
    assert_int_equal(pair[0].places, 1);
    assert_true(dp_decimal_double(pair[0]) == -12.5);
    assert_false(dp_decimal_read("0.1234567890123456789", pair)); // 19 digits
    assert_false(dp_decimal_read(".inf", pair));
    assert_true(dp_decimal_read("1e-30", &pair[0]));
    assert_true(dp_decimal_read("1", &pair[1]));
    assert_false(dp_decimal_align(pair, 2));
}

// dp_runs_check leaves these keys out of the combinations that it tries, so no answer may hang on them.
static void the_check_of_a_run_does_not_depend_on_lone_keys(void **state)
{
    (void)state;
    static const char *const settings[][2] = {
        {"width", "1000"},      {"antisymmetric", "true"}, {"width", "1001"},      {"multiplicity", "2"},
        {"activation", "tanh"}, {"scheme", "direct"},      {"alpha", "1"},         {"scheme", "power"},
        {"t", "0.5"},           {"target", "file"},        {"target", "sine-mix"}, {"method", "adam"},
        {"method", "gd"},       {"points", "normal"},      {"target", "random"},   {"inputs", "3"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        for (size_t j = 0; j < sizeof settings / sizeof *settings; j++) {
            struct dp_run run = dp_run_defaults();
            dp_key_parse(dp_key_find(settings[i][0]), settings[i][1], "", &run, NULL);
            dp_key_parse(dp_key_find(settings[j][0]), settings[j][1], "", &run, NULL);
            const enum dp_status expected = dp_run_check(&run, NULL);
            for (int k = 0; dp_lone_keys[k]; k++) {
                const struct dp_key *const key = dp_key_find(dp_lone_keys[k]);
                static const char *const values[] = {"0", "1", "0.5", "8", "-8", "1e7", "float32"};
                for (int v = 0; v < 7; v++) {
                    struct dp_run other = run;
                    dp_key_parse(key, values[v], "", &other, NULL);
                    assert_int_equal(dp_run_check(&other, NULL), expected);
                }
            }
        }
}

static void the_printed_table_is_narrow_and_complete(void **state)
{
    (void)state;
    char *text = NULL;
    size_t size = 0;
    FILE *const out = open_memstream(&text, &size);
    assert_non_null(out);
    dp_keys_print(NULL, out);
    fclose(out);
    for (int i = 0; i < dp_key_count; i++) {
        char line[80];
        snprintf(line, sizeof line, "\n  %s ", dp_keys[i].name);
        assert_non_null(strstr(text, line));
    }
    assert_non_null(strstr(text, "1..1e9"));
    for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
        assert_in_range(strcspn(line, "\n"), 0, 110);
    free(text);
}

// Two runs share their data when all data keys agree, and no other key matters: so a key that is new to the
// section keeps apart what differs in it.
static void runs_share_data_by_the_keys_of_that_section(void **state)
{
    (void)state;
    const struct dp_run run = dp_run_defaults();
    for (int i = 0; i < dp_key_count; i++) {
        struct dp_run other = run;
        if (dp_keys[i].type == DP_STRING)
            strcpy(dp_key_text(&dp_keys[i], &other), "else");
        else
            dp_key_put(&dp_keys[i], &other, 5);
        assert_int_equal(dp_keys_agree(dp_keys, dp_key_count, "data", &run, &other),
                         strcmp(dp_keys[i].section, "data") != 0);
    }
    struct dp_key keys[DP_KEYS_MAX + 1];
    memcpy(keys, dp_keys, (size_t)dp_key_count * sizeof *keys);
    keys[dp_key_count] = (struct dp_key){
        .name = "new", .section = "data", .type = DP_REAL, .offset = offsetof(struct dp_run, resolution)};
    struct dp_run other = run;
    other.resolution = 20;
    assert_true(dp_keys_agree(dp_keys, dp_key_count, "data", &run, &other));
    assert_false(dp_keys_agree(keys, dp_key_count + 1, "data", &run, &other));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_of_a_run_has_one_key),
        cmocka_unit_test(names_are_unique_and_found),
        cmocka_unit_test(sweepable_keys_fit_the_axes_of_a_sweep),
        cmocka_unit_test(the_defaults_are_those_of_the_manual),
        cmocka_unit_test(defaults_format_as_they_are_written),
        cmocka_unit_test(values_survive_a_round_trip),
        cmocka_unit_test(refusals_name_key_value_and_expectation),
        cmocka_unit_test(near_names_are_near),
        cmocka_unit_test(even_spacing_gives_the_doubles_of_the_decimals),
        cmocka_unit_test(decimals_are_exact),
        cmocka_unit_test(the_check_of_a_run_does_not_depend_on_lone_keys),
        cmocka_unit_test(the_printed_table_is_narrow_and_complete),
        cmocka_unit_test(runs_share_data_by_the_keys_of_that_section),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
