// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/functions.h"
#include "dewpoint/core/model.h"
#include "dewpoint/sweep/formula.h"
#include "dewpoint/sweep/sweep.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double value(const char *text, int64_t inputs, const double *x)
{
    struct dp_formula *formula;
    struct dp_error error = {0};
    if (dp_formula_create(text, inputs, &formula, &error) != DP_OK)
        fail_msg("%s", error.text);
    const double y = dp_formula_value(formula, x);
    dp_formula_free(formula);
    return y;
}

// Operators bind and group as in mathematics; the values are exact in binary.
static void formulas_have_the_values_of_mathematics(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"-2^2", -4},
        {"2^3^2", 512},
        {"2*3^2", 18},
        {"2^-1", 0.5},
        {"-x1^2", -1.5625},
        {"8/4/2", 1},
        {"3-2-1", 0},
        {"(1+2)*-x2", -1.5},
        {"x1*x2 + 1e2", 100.625},
        {"max(x1, x2, 3) - min(x1, x2)", 2.5},
        {"relu(x1) + relu(-x1)", 1.25},
        {"abs(-x1) + sqrt(4)", 3.25},
        {" +x1 ", 1.25},
        {"exp(0) + cos(0) + tanh(0) + log(1) + ln(1)", 2},
        {"0^0 + 0^2 + 2^10", 1025},
    };
    const double x[] = {1.25, 0.5};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (value(cases[i].text, 2, x) != cases[i].value)
            fail_msg("%s is %.17g", cases[i].text, value(cases[i].text, 2, x));
    assert_true(value("x + x2", 0, x) == 1.75); // any number of inputs
    assert_true(value("x", 1, x) == 1.25 && value("x1", 1, x) == 1.25);
    assert_true(value("pi", 1, x) == 3.14159265358979323846);
    assert_true(isnan(value("exp(log(-x))", 1, x)) && isinf(value("exp(1e3)", 1, x)) &&
                value("exp(-1e3)", 1, x) == 0);
    assert_true(isnan(value("tanh(log(-x)) + sin(1/0)", 1, x)));
    assert_true(isnan(value("log(-x)", 1, x)) && isinf(value("1/(x - 1.25)", 1, x)));
    // one rounding for each operation, in the order in which they stand
    const double third = 1.0 / 3;
    assert_true(value("x*3*0.1", 1, &third) == third * 3 * 0.1);
    assert_true(value("x + 0.1 + 0.2", 1, &third) == third + 0.1 + 0.2);
}

// The C library as the other source; its own errors are below a unit in the last place.
static void functions_agree_with_the_c_library(void **state)
{
    (void)state;
    static double (*const others[])(double) = {fabs, cos, exp, log, log, NULL, sin, sqrt, tanh};
    for (double x = 1e-3; x < 20; x += 0.0137)
        for (int i = 0; dp_functions[i].name; i++) {
            const double expected = others[i] ? others[i](x) : x, found = dp_functions[i].value(x);
            const double size =
                fabs(expected) > 1 || dp_functions[i].value == dp_functions[8].value ? fabs(expected) : 1;
            if (!(fabs(found - expected) <= 1e-15 * size))
                fail_msg("%s %.17g is %.17g, not %.17g", dp_functions[i].name, x, found, expected);
        }
    for (double x = 0.01; x < 30; x += 0.37)
        for (double y = -3.3; y < 4; y += 0.61)
            assert_true(fabs(dp_power(x, y) - pow(x, y)) <= 4e-15 * pow(x, y));
    assert_true(dp_power(-2, 3) == -8 && isnan(dp_power(-2, 0.5)) && dp_power(2, -1000) == 0x1p-1000);
}

static void mistakes_name_their_character(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sentence;
    } cases[] = {
        {"x", "has several inputs, x1, x2 and so on, so there is no \"x\" (character 1)"},
        {"x1 + x3", "has 2 inputs and no \"x3\" (character 6)"},
        {"x1 + x0", "knows no \"x0\" (character 6)"},
        {"sin x1", "has no parenthesis after the function \"sin\" (character 1)"},
        {"sine(x1)", "knows no \"sine\"; did you mean sin? (character 1)"},
        {"x1 x2", "has no operator before \"x2\" (character 4)"},
        {"x1 + * x2", "has no value before \"* x2\" (character 6)"},
        {"x1 +", "has no value at its end \"\" (character 5)"},
        {"", "has no value at its end"},
        {"(x1", "has no closing parenthesis for \"(\" (character 1)"},
        {"x1)", "has no opening parenthesis for \")\" (character 3)"},
        {"sin(x1, x2)", "has a comma outside min and max, at \", x2)\" (character 7)"},
        {"1,5*x1", "has a comma in a number (write 1.5 or 1500), at \",5*x1\" (character 2)"},
        {"max(x1)", "min and max take two values or more, before \")\" (character 7)"},
        {"x1 = 2", "cannot be read at \"= 2\" (character 4)"},
        {"x1 > 2", "cannot be read at \"> 2\" (character 4)"},
        {"x1 ? 1 : 2", "cannot be read at \"? 1 : 2\" (character 4)"},
        {"x1**2", "writes powers with ^, not \"**\" (character 3)"},
        {"\"x1\"", "cannot be read at"},
        {"not x1", "knows no \"not\""},
        {"_pi", "knows no \"_pi\"; did you mean pi?"},
        {"rnd(1)", "knows no \"rnd\""},
        {"x1 + 1e", "has no number in \"1e\" (character 6)"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_formula *formula;
        struct dp_error error = {0};
        const enum dp_status status = dp_formula_create(cases[i].text, 2, &formula, &error);
        if (status != DP_BAD_INPUT || error.count != 1 || !strstr(error.text, cases[i].sentence))
            fail_msg("%s\nexpected %s\nbut got  %s", cases[i].text, cases[i].sentence, error.text);
        assert_null(formula);
    }
}

static void assert_refused(const char *yaml, const char *sentence)
{
    struct dp_sweep sweep;
    struct dp_error error = {0};
    if (dp_sweep_parse("s.yaml", yaml, strlen(yaml), NULL, 0, &sweep, &error) != DP_BAD_INPUT ||
        error.count != 1 || !strstr(error.text, sentence))
        fail_msg("%s\nexpected %s\nbut got  %s", yaml, sentence, error.text);
}

static void a_sweep_checks_its_formulas(void **state)
{
    (void)state;
    assert_refused("data: {target: formula}\n", "s.yaml:1:8: target formula needs the key formula");
    assert_refused(
        "data: {formula: x}\n",
        "s.yaml:1:8: target two-kinks does not read formula; formula does, so write target: formula");
    assert_refused("data: {target: formula, formula: sin(3*x1) + foo}\n",
                   "s.yaml:1:25: the formula \"sin(3*x1) + foo\": knows no \"foo\" (character 13)");
    assert_refused("data: {target: formula, formula: x2}\n",
                   "s.yaml:1:25: the formula \"x2\": has 1 input and no");
    assert_refused("data: {target: formula}\naxes: {formula: [x, \"x +\"]}\n",
                   "s.yaml:2:8: the formula \"x +\": has no value at its end");
    assert_refused("data: {target: formula, formula: x2}\naxes: {inputs: [2, 1, 3]}\n", "has 1 input and no");
    struct dp_sweep sweep;
    const char yaml[] = "data: {target: formula}\naxes: {formula: [x1 + 1, x1*x1], seed: {repeat: 3}}\n";
    assert_int_equal(dp_sweep_parse("s.yaml", yaml, strlen(yaml), NULL, 0, &sweep, NULL), DP_OK);
    const char *texts[3];
    assert_int_equal(dp_sweep_formulas(&sweep, texts, 3), 2);
    assert_string_equal(texts[1], "x1*x1");
    dp_sweep_free(&sweep);
}

/* The data of a run that takes its labels from a formula. */
static void make_data(struct dp_run *run, struct dp_samples *train, struct dp_samples *test)
{
    struct dp_formula *formula;
    assert_int_equal(dp_formula_create(run->formula, dp_run_inputs(run, NULL), &formula, NULL), DP_OK);
    const struct dp_samples given = {.function = {dp_formula_value, formula}};
    struct dp_error error = {0};
    assert_int_equal(dp_run_check(run, &error), DP_OK);
    if (dp_run_data(run, &given, train, test, &error) != DP_OK)
        fail_msg("%s", error.text);
    dp_formula_free(formula);
}

static void assert_same(const struct dp_samples *a, const struct dp_samples *b)
{
    assert_true(a->count > 0 && a->count == b->count && a->inputs == b->inputs);
    assert_memory_equal(a->x, b->x, (size_t)(a->count * a->inputs) * sizeof *a->x);
    assert_memory_equal(a->y, b->y, (size_t)a->count * sizeof *a->y);
}

// A target with a name and its formula have the same data, bit for bit, of training and of test.
static void a_formula_stands_for_the_named_target(void **state)
{
    (void)state;
    static const struct {
        enum dp_target target;
        const char *formula;
        int64_t samples, inputs;
        double low, high;
    } cases[] = {
        {DP_TWO_KINKS, "0.2*relu(x - 1/3) + 0.2*relu(-x - 1/3)", 4, 1, -1, 1},
        {DP_SINE_MIX, "sin(3*x) + sin(6*x)/2", 40, 1, -1, 1.5},
        {DP_SINE_SUM, "3.5*sin(5*x1 + 1) + 3.5*sin(5*x2 + 1) + 3.5*sin(5*x3 + 1)", 30, 3, -4, 2},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct dp_samples train[2], test[2];
        struct dp_run run = dp_run_defaults();
        run.target = cases[i].target;
        run.samples = cases[i].samples;
        run.inputs = cases[i].inputs;
        assert_int_equal(dp_run_data(&run, NULL, &train[0], &test[0], NULL), DP_OK);
        run.target = DP_FORMULA;
        strcpy(run.formula, cases[i].formula);
        run.low = cases[i].low;
        run.high = cases[i].high;
        make_data(&run, &train[1], &test[1]);
        assert_same(&train[0], &train[1]);
        assert_same(&test[0], &test[1]);
        for (int j = 0; j < 2; j++) {
            dp_samples_free(&train[j]);
            dp_samples_free(&test[j]);
        }
    }
}

static void labels_that_are_not_finite_are_refused(void **state)
{
    (void)state;
    struct dp_formula *formula;
    struct dp_samples train, test;
    struct dp_error error = {0};
    struct dp_run run = dp_run_defaults();
    run.target = DP_FORMULA;
    run.samples = 3;
    assert_int_equal(dp_formula_create("1/x", 1, &formula, NULL), DP_OK);
    const struct dp_samples given = {.function = {dp_formula_value, formula}};
    assert_int_equal(dp_run_data(&run, &given, &train, &test, &error), DP_BAD_INPUT);
    assert_string_equal(error.text, "the label of sample 2, at x = 0, is not finite\n");
    dp_formula_free(formula);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_have_the_values_of_mathematics),
        cmocka_unit_test(functions_agree_with_the_c_library),
        cmocka_unit_test(mistakes_name_their_character),
        cmocka_unit_test(a_sweep_checks_its_formulas),
        cmocka_unit_test(a_formula_stands_for_the_named_target),
        cmocka_unit_test(labels_that_are_not_finite_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
