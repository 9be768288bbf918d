// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/phase_tools.h"

static const char plane[] = "name: made up\n"
                            "axes:\n"
                            "  gamma: {from: 0.5, to: 2, step: 0.25}\n"
                            "  gamma_prime: {linspace: [-0.5, 1.5, 9]}\n"
                            "  width: [1000, 3000, 10000]\n"
                            "  seed: {repeat: 2}\n";

// All 63 cells carry the slope and the mean that went in; the sign agrees everywhere.
static void a_known_plane_comes_back(void **state)
{
    (void)state;
    char store[PATH], csv[PATH], text[64];
    static char table[TEXT];
    make_store(place("full.h5", store), plane, NULL);
    assert_int_equal(phase(out, complaints, store, "--csv", place("full.csv", csv), NULL), 0);
    assert_string_equal(complaints, "");
    has(out, "made up (");
    has(out, "378 of 378 runs done\n");
    has(out, "63 cells (7 gamma x 9 gamma_prime), widths 1000 3000 10000, 2 seeds\n");
    has(out, "S_w: one line through all seeds in 63 cells; weights runs; intervals from standard errors\n");
    has(out, "1000 to 10000          0.000  0.000  +0.000   0.000     0.000");
    has(out, "3000 to 10000          0.000  0.000  +0.000   0.000     0.000");
    read_file(csv, table);
    int lines = 0;
    for (const char *line = strstr(table, "\r\n") + 2; *line; line = strstr(line, "\r\n") + 2, lines++) {
        const double gamma = number(table, line, "gamma"), prime = number(table, line, "gamma_prime");
        const double expected = derived_slope(gamma, prime);
        assert_true(fabs(number(table, line, "S_w") - expected) < 1e-12);
        // s2 = log(1.01)^2 2 / 1 at each of three widths: sqrt(6 / 3) log(1.01) over sqrt(2 sum of squares)
        const double a = log(1000), b = log(3000), c = log(10000), mean = (a + b + c) / 3;
        const double sxx = 2 * ((a - mean) * (a - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean));
        assert_true(fabs(number(table, line, "S_w_errors") - sqrt(2 / sxx) * log(1.01)) < 1e-10);
        assert_true(fabs(number(table, line, "rd_w_1000") / (3 * pow(1000, expected)) - 1) < 1e-12);
        assert_string_equal(field(table, line, "regime", text), fabs(expected) < 0.05 ? "critical"
                                                                : expected < 0        ? "linear"
                                                                                      : "condensed");
    }
    assert_int_equal(lines, 63);
}

static bool first_width_only(const struct dp_run *run, struct dp_record *record)
{
    record->status = run->gamma == 0.5 && run->seed == 1 ? DP_DIVERGED : DP_DONE;
    return run->width == 1000;
}

// A store of which only one width is there has no slope, and says how partial it is.
static void a_partial_store_is_told_as_such(void **state)
{
    (void)state;
    char store[PATH];
    make_store(place("partial.h5", store), plane, first_width_only);
    assert_int_equal(phase(out, complaints, store, NULL), 0);
    has(out, "117 of 378 runs done (31.0%); 252 pending, 9 diverged\n");
    has(out, "widths with runs done: 1 of 3 in 63 cells\n");
    has(out, "S_w: none in 63 of 63 cells: a slope needs runs done at two widths or more");
    has(out, "1/3      -  no slope  4 pending, 1 diverged\n");
    assert_null(strstr(out, "+0.000"));
}

static bool step_limits(const struct dp_run *run, struct dp_record *record)
{
    if (run->width == 3000 && run->gamma == 1)
        record->status = run->seed ? DP_STEP_LIMIT : DP_RUN_FAILED;
    if (record->status != DP_DONE)
        record->rd_w = 1e9; // would be seen in the slope
    if (run->width == 1000 && run->gamma == 2)
        record->rd_w = 0;
    return true;
}

static void only_done_runs_enter_the_fit(void **state)
{
    (void)state;
    char store[PATH];
    make_store(place("limits.h5", store), plane, step_limits);
    assert_int_equal(phase(out, complaints, store, NULL), 0);
    has(out, "360 of 378 runs done (95.2%); 9 step limit, 9 failed, 18 without a usable value\n");
}

// A key with names that is swept beside the plane must be chosen; numbers are averaged over, and the report
// says so.
static void names_are_not_mixed_and_numbers_are_averaged(void **state)
{
    (void)state;
    static const char yaml[] = "train: {method: adam, max_steps: 9}\naxes:\n  gamma: [0.5, 1.5]\n  "
                               "activation: [relu, tanh, xtanh]\n  width: [100, 1000]\n"
                               "  learning_rate: [0.1, 0.3]\n  seed: {repeat: 2}\n";
    char store[PATH];
    make_store(place("mixed.h5", store), yaml, NULL);
    assert_int_equal(phase(out, complaints, store, NULL), 2);
    assert_string_equal(out, "");
    has(complaints, "activation takes 3 values (relu tanh xtanh) at the same gamma, gamma_prime and width");
    has(complaints, "--at activation=relu");
    assert_int_equal(phase(out, complaints, store, "--at", "activation=tanh", NULL), 0);
    has(out, "16 of 16 runs done");
    has(out, "averaged over learning_rate 0.1 0.3\n");
    assert_int_equal(phase(out, complaints, store, "--at", "activation=tanh", "--at=learning_rate=0.3", NULL),
                     0);
    has(out, "8 of 8 runs done");
    assert_null(strstr(out, "averaged over"));
    assert_null(strstr(out, "published boundary")); // it is ReLU's
    assert_int_equal(phase(out, complaints, store, "--y", "activation", "--at", "learning_rate=0.3", NULL),
                     0);
    has(out, "6 cells (2 gamma x 3 activation)");
    has(out, "xtanh");
    assert_int_equal(phase(out, complaints, store, "--average", "activation", "--average=multiplicity", NULL),
                     0);
    has(out, "48 of 48 runs done");
    has(out, "averaged over activation relu tanh xtanh\n");
    assert_int_equal(phase(out, complaints, store, "--at", "activation=tahn", NULL), 2);
    has(complaints, "did you mean tanh?");
    assert_int_equal(phase(out, complaints, store, "--at", "lerning_rate=0.1", NULL), 2);
    has(complaints, "did you mean learning_rate?");
    assert_int_equal(phase(out, complaints, store, "--at", "learning_rate=0.2", NULL), 2);
    has(complaints, "no run of the store has learning_rate=0.2");
}

static void bad_commands_are_refused(void **state)
{
    (void)state;
    char store[PATH], missing[PATH];
    static const struct {
        const char *first, *second, *complaint;
    } cases[] = {
        {"--plot", "a.jpg", "must end in .png, .svg or .pdf"},
        {"--plto", "a.png", "did you mean --plot?"},
        {"--x", "gama", "did you mean gamma?"},
        {"--x", "width", "width is no axis"},
        {"--y", "gamma", "both gamma"},
        {"--value", "rd_v", "did you mean rd_w?"},
        {"--value", "gamma", "no such value"},
        {"--weights", "height", "runs or width"},
        {"--bootstrap", "99", "a whole number from 100 to 100000"},
        {"--bootstrap", "1e3", "a whole number from 100 to 100000"},
        {"--average", "activaton", "no such coordinate"},
        {"--netcdf", "/no/such/place.nc", "there is no directory /no/such"},
        {"--at", "gamma", "write key=value"},
        {"--at", "gamma=one", "gamma must be"},
        {"--csv", "/no/such/place.csv", "there is no directory /no/such"},
        {"another.h5", "--x=gamma", "one store at a time"},
    };
    place("full.h5", store);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(phase(out, complaints, store, cases[i].first, cases[i].second, NULL), 2);
        has(complaints, cases[i].complaint);
        assert_string_equal(out, "");
    }
    assert_int_equal(phase(out, complaints, store, "--csv", store, NULL), 2);
    has(complaints, "that is the store");
    assert_int_equal(phase(out, complaints, store, "--csv", NULL), 2);
    assert_int_equal(phase(out, complaints, NULL), 2);
    assert_int_not_equal(phase(out, complaints, place("none.h5", missing), NULL), 0);
    has(complaints, missing);
    assert_int_equal(phase(out, complaints, "--help", NULL), 0);
    has(out, "usage: dewpoint phase STORE");
}

// Drawn where gnuplot is there; where it is not, the script stays and the exit code is 1.
static void figures_are_drawn(void **state)
{
    (void)state;
    static const struct {
        const char *name, *begin;
    } pictures[] = {{"it's $(a) map.png", "\x89PNG"}, {"map.svg", "<?xml"}, {"map.pdf", "%PDF"}};
    char store[PATH], path[PATH];
    static char content[TEXT];
    place("full.h5", store);
    for (int i = 0; i < 3; i++) {
        const int code = phase(out, complaints, store, "--plot", place(pictures[i].name, path), NULL);
        if (code == 1 && strstr(complaints, "gnuplot is not installed"))
            skip();
        assert_int_equal(code, 0);
        assert_string_equal(complaints, "");
        read_file(path, content);
        assert_memory_equal(content, pictures[i].begin, strlen(pictures[i].begin));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_plane_comes_back),
        cmocka_unit_test(a_partial_store_is_told_as_such),
        cmocka_unit_test(only_done_runs_enter_the_fit),
        cmocka_unit_test(names_are_not_mixed_and_numbers_are_averaged),
        cmocka_unit_test(bad_commands_are_refused),
        cmocka_unit_test(figures_are_drawn),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
