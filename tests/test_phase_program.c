// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store_open.h"
#include <fcntl.h>
#include <math.h>
#include <mpi.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
// after its prerequisites
#include <cmocka.h>

/* dewpoint-phase from the outside, on stores whose runs were made up: RD_w = 3 width^S with the slope S that
 * SCIENCE.md derives for ReLU, so that every cell's answer is known. */

enum { TEXT = 1 << 17, ARGUMENTS = 16, PATH = 512 };

static char directory[] = "/tmp/dewpoint-phase-XXXXXX";
extern char **environ;

static const char *place(const char *name, char path[PATH])
{
    snprintf(path, PATH, "%s/%s", directory, name);
    return path;
}

static double derived_slope(double gamma, double gamma_prime)
{
    if (gamma_prime <= fmin(0, 1 - gamma))
        return gamma - 1;
    if (gamma <= 1)
        return gamma - 1 - 2 * gamma_prime;
    return gamma_prime >= gamma - 1 ? 2 * (gamma - 1 - gamma_prime) : (gamma - 1 - gamma_prime) / 2;
}

static struct dp_record made_up(const struct dp_run *run)
{
    const double value = 3 * pow((double)run->width, derived_slope(run->gamma, run->gamma_prime));
    const double shift = run->seed % 2 ? 1.01 : 1 / 1.01; // two seeds scatter by +-1% about the law
    return (struct dp_record){.status = DP_DONE, .rd_w = value * shift, .rd_a = 2 * value, .rd = value};
}

/* Makes a store of the sweep and writes those rows for which edit (NULL: all, as they are) says so. */
static void make_store(const char *path, const char *yaml,
                       bool (*edit)(const struct dp_run *, struct dp_record *))
{
    struct dp_sweep sweep;
    struct dp_store *store = NULL;
    struct dp_error error = {0};
    const struct dp_provenance provenance = {
        .program = "test", .build = "", .isa = "", .hosts = "", .ranks = 1};
    if (dp_sweep_parse("test.yaml", yaml, strlen(yaml), NULL, 0, &sweep, &error) ||
        dp_store_create(path, &sweep, 0, &provenance, &error) ||
        dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error))
        fail_msg("%s", error.text);
    for (int64_t row = 0; row < sweep.runs; row++) {
        struct dp_run run;
        dp_sweep_run(&sweep, row, &run);
        struct dp_record record = made_up(&run);
        if ((!edit || edit(&run, &record)) && dp_store_write(store, &sweep, row, 1, &record, NULL, &error))
            fail_msg("%s", error.text);
    }
    assert_int_equal(dp_store_close(store, &error), DP_OK);
    dp_sweep_free(&sweep);
}

static void read_file(const char *path, char *text)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, TEXT - 1, file)] = 0;
    fclose(file);
}

/* Runs dewpoint-phase with the words up to NULL; returns its exit code and what it wrote. */
static int phase(char *out, char *complaints, const char *word, ...)
{
    char *arguments[ARGUMENTS] = {strdup("dewpoint-phase")}, outputs[2][PATH];
    int count = 1, outcome = 0;
    va_list words;
    va_start(words, word);
    for (; word; word = va_arg(words, const char *))
        arguments[count++] = strdup(word);
    va_end(words);
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, place("out", outputs[0]), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&actions, 2, place("err", outputs[1]), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    assert_int_equal(posix_spawn(&child, DP_PHASE, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    for (int i = 0; i < count; i++)
        free(arguments[i]);
    read_file(outputs[0], out);
    read_file(outputs[1], complaints);
    return WIFEXITED(outcome) ? WEXITSTATUS(outcome) : -1;
}

static void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static const char plane[] = "name: made up\n"
                            "axes:\n"
                            "  gamma: {from: 0.5, to: 2, step: 0.25}\n"
                            "  gamma_prime: {linspace: [-0.5, 1.5, 9]}\n"
                            "  width: [1000, 3000, 10000]\n"
                            "  seed: {repeat: 2}\n";

static char out[TEXT], complaints[TEXT];

// Columns of the CSV, counted from 0, of a plane with three widths and two seeds.
enum { GAMMA, GAMMA_PRIME, RD_1000, RUNS_1000, SLOPE = 8, ERROR, REGIME = 14, DISTANCE = 20, COLUMNS };

static const char *field(const char *line, int column, char text[64])
{
    for (int i = 0; i < column; i++)
        line = strchr(line, ',') + 1;
    snprintf(text, 64, "%.*s", (int)strcspn(line, ",\r"), line);
    return text;
}

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
    has(out, "in 56 of 56 cells off it, and in 42 of 42 farther than 0.25 from it\n");
    read_file(csv, table);
    int lines = 0;
    for (const char *line = strstr(table, "\r\n") + 2; *line; line = strstr(line, "\r\n") + 2, lines++) {
        const double gamma = strtod(field(line, GAMMA, text), NULL),
                     prime = strtod(field(line, GAMMA_PRIME, text), NULL);
        const double expected = derived_slope(gamma, prime);
        assert_true(fabs(strtod(field(line, SLOPE, text), NULL) - expected) < 1e-12);
        // s2 = log(1.01)^2 2 / 1 at each of three widths: sqrt(6 / 3) log(1.01) over sqrt(2 sum of squares)
        const double a = log(1000), b = log(3000), c = log(10000), mean = (a + b + c) / 3;
        const double sxx = 2 * ((a - mean) * (a - mean) + (b - mean) * (b - mean) + (c - mean) * (c - mean));
        assert_true(fabs(strtod(field(line, ERROR, text), NULL) - sqrt(2 / sxx) * log(1.01)) < 1e-10);
        assert_true(fabs(strtod(field(line, RD_1000, text), NULL) / (3 * pow(1000, expected)) - 1) < 1e-12);
        assert_string_equal(field(line, REGIME, text), fabs(expected) < 0.05 ? "critical"
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
    has(out, "117 of 378 runs done (30.9%); 252 pending, 9 diverged\n");
    has(out, "no S_w in 63 of 63 cells: a slope needs runs done at two widths or more\n");
    has(out, "no slope  4 pending, 1 diverged\n");
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
    has(out, "360 of 378 runs done (95.2%); 9 step limit, 9 failed, 18 not positive\n");
    has(out, "and in 42 of 42 farther than 0.25 from it\n");
}

// A key that is swept beside the plane must be chosen.
static void unlike_runs_are_not_mixed(void **state)
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
    has(complaints, "--at learning_rate=0.1");
    assert_int_equal(phase(out, complaints, store, "--at", "activation=tanh", NULL), 2);
    assert_null(strstr(complaints, "activation takes"));
    assert_int_equal(phase(out, complaints, store, "--at", "activation=tanh", "--at=learning_rate=0.3", NULL),
                     0);
    has(out, "8 of 8 runs done");
    assert_null(strstr(out, "published boundary")); // it is ReLU's
    assert_int_equal(phase(out, complaints, store, "--y", "activation", "--at", "learning_rate=0.3", NULL),
                     0);
    has(out, "6 cells (2 gamma x 3 activation)");
    has(out, "xtanh");
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
        {"--value", "rd_v", "did you mean"},
        {"--at", "gamma", "write key=value"},
        {"--at", "gamma=one", "gamma must be"},
        {"--csv", "/no/such/place.csv", "no file can be made there"},
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

static int begin(void **state)
{
    (void)state;
    dp_store_prepare();
    MPI_Init(NULL, NULL);
    return mkdtemp(directory) ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    static const char *const names[] = {"out",        "err",       "full.h5",  "full.csv",
                                        "partial.h5", "limits.h5", "mixed.h5", "it's $(a) map.png",
                                        "map.svg",    "map.pdf"};
    char path[PATH];
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        unlink(place(names[i], path));
    rmdir(directory);
    MPI_Finalize();
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_known_plane_comes_back),     cmocka_unit_test(a_partial_store_is_told_as_such),
        cmocka_unit_test(only_done_runs_enter_the_fit), cmocka_unit_test(unlike_runs_are_not_mixed),
        cmocka_unit_test(bad_commands_are_refused),     cmocka_unit_test(figures_are_drawn),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
