// SPDX-License-Identifier: BSD-3-Clause
#include "analysis/phase_tools.h"

/* Values other than S_w, axes other than gamma and gamma_prime, errors by seed: on stores whose answers are
 * known. */

static const char rates[] = "name: rates\ntrain: {method: adam, max_steps: 9}\naxes:\n  gamma: [0.5, 1.5]\n"
                            "  width: [100, 1000, 10000]\n  learning_rate: [0.1, 0.3]\n  seed: {repeat: 4}\n";

/* loss = width rate + seed; directions follow gamma; RD_w bends: log RD = .1 (log10 m)^2 with the seed's own
 * slope. */
static bool known_results(const struct dp_run *run, struct dp_record *record)
{
    static const double own[] = {-0.03, 0.01, 0.04, -0.02}; // they sum up to 0
    const double decades = log10((double)run->width), seed = (double)run->seed;
    record->loss = (double)run->width * run->learning_rate + seed;
    record->directions = run->gamma > 1 ? 2 : 1;
    record->rd_w = exp(0.1 * decades * decades + own[run->seed] * log((double)run->width));
    record->rd_a = pow((double)run->width, 0.25);
    record->flow_time = NAN;
    return true;
}

static char table[TEXT];

/* Runs on the store of rates with these words and reads the CSV into table. */
static void plane(const char *a, const char *b, const char *c, const char *d, const char *e)
{
    char store[PATH], csv[PATH];
    assert_int_equal(phase(out, complaints, place("rates.h5", store), "--csv", place("plane.csv", csv), a, b,
                           c, d, e, NULL),
                     0);
    assert_string_equal(complaints, "");
    read_file(csv, table);
}

static const char *line_of(int row)
{
    const char *line = table;
    for (int i = 0; i <= row; i++)
        line = strstr(line, "\r\n") + 2;
    return line;
}

// The mean of width rate + seed: 3700 rate + 1.5 over widths and seeds.
static void a_column_is_averaged_over_the_rest(void **state)
{
    (void)state;
    char store[PATH];
    make_store(place("rates.h5", store), rates, known_results);
    plane("--value=loss", "--y=learning_rate", NULL, NULL, NULL);
    has(out, "gamma  learning_rate  loss(100)  loss(1000)  loss(10000)");
    for (int row = 0; row < 4; row++) {
        const double rate = row < 2 ? 0.1 : 0.3;
        assert_true(fabs(number(table, line_of(row), "learning_rate") - rate) < 1e-15);
        assert_true(fabs(number(table, line_of(row), "loss") - 3700 * rate - 1.5) < 1e-9);
        assert_true(fabs(number(table, line_of(row), "loss_1000") - 1000 * rate - 1.5) < 1e-10);
        // the variance of seeds 0..3 is 5/3, and 12 runs
        assert_true(fabs(number(table, line_of(row), "loss_errors") - sqrt(5. / 3 / 12)) < 1e-10);
        assert_true(number(table, line_of(row), "runs") == 12);
    }
    plane("--value=loss", NULL, NULL, NULL, NULL);
    has(out, "averaged over learning_rate 0.1 0.3\n");
    assert_true(fabs(number(table, line_of(0), "loss") - 3700 * 0.2 - 1.5) < 1e-9);
}

static void the_width_may_be_an_axis_of_a_column(void **state)
{
    (void)state;
    plane("--value=loss", "--x=width", "--y=learning_rate", "--at=gamma=1.5", NULL);
    has(out, "6 cells (3 width x 2 learning_rate), 4 seeds\n");
    for (int row = 0; row < 6; row++) {
        const double width = pow(10, 2 + row % 3), rate = row < 3 ? 0.1 : 0.3;
        assert_true(number(table, line_of(row), "width") == width);
        assert_true(fabs(number(table, line_of(row), "loss") - width * rate - 1.5) < 1e-9);
    }
    plane("--value=directions", "--x=seed", "--y=gamma", NULL, NULL);
    has(out, "8 cells (4 seed x 2 gamma)");
    assert_true(number(table, line_of(3), "directions") == 1);
    assert_true(number(table, line_of(4), "directions") == 2);
}

static void a_column_without_values_has_no_mean(void **state)
{
    (void)state;
    plane("--value=flow_time", NULL, NULL, NULL, NULL);
    assert_true(isnan(number(table, line_of(0), "flow_time")));
    assert_true(number(table, line_of(0), "unusable") == 24);
    has(out, "24 without a usable value");
}

// log RD = .1 (log10 m)^2 at 2, 3, 4 decades: .4, .9, 1.6; the slope over all is .6 a decade, over the upper
// two .7.
static void drift_is_the_upper_half_less_all(void **state)
{
    (void)state;
    const double decade = log(10);
    plane("--value", "drift", "--at=learning_rate=0.1", NULL, NULL);
    has(out, "S_w: mean over lines of single seeds in 2 cells");
    for (int row = 0; row < 2; row++) {
        assert_true(fabs(number(table, line_of(row), "S_w") - 0.6 / decade) < 1e-12);
        assert_true(fabs(number(table, line_of(row), "S_w_drift") - 0.1 / decade) < 1e-12);
        assert_true(number(table, line_of(row), "S_w_drift_errors") < 1e-12); // seeds differ by a power law
        // seeds' slopes differ by own[]: sum of squares .003 over 4 x 3
        assert_true(fabs(number(table, line_of(row), "S_w_error_seeds") - sqrt(0.003 / 12)) < 1e-12);
        assert_true(number(table, line_of(row), "S_w_seeds") == 4);
        // residuals 1/30, -2/30, 1/30 with one degree of freedom over 2 decades^2
        assert_true(fabs(number(table, line_of(row), "S_w_error_misfit") - sqrt(6. / 900 / 2) / decade) <
                    1e-12);
        assert_true(fabs(number(table, line_of(row), "S_a") - 0.25) < 1e-12);
    }
    plane("--at=learning_rate=0.1", "--at=seed=0", NULL, NULL, NULL);
    has(out, "; rough intervals, from the misfit of lines, as there is one run at a width\n");
}

// With four seeds the interval of a bootstrap lies within their slopes and holds their mean; it is the same
// again.
static void bootstrap_intervals_are_reproducible(void **state)
{
    (void)state;
    static char first[TEXT];
    plane("--bootstrap=1000", "--at=learning_rate=0.1", NULL, NULL, NULL);
    has(out, "intervals from a bootstrap over seeds, 1000 replicates\n");
    const double s = 0.6 / log(10), low = number(table, line_of(0), "S_w_low"),
                 high = number(table, line_of(0), "S_w_high");
    assert_true(low >= s - 0.03 - 1e-12 && low < s - 0.015);
    assert_true(high <= s + 0.04 + 1e-12 && high > s + 0.015);
    memcpy(first, table, TEXT);
    plane("--bootstrap=1000", "--at=learning_rate=0.1", NULL, NULL, NULL);
    assert_string_equal(first, table);
}

// Weights runs x width lean on the upper widths: the bend pulls S from .6 towards .7 a decade.
static void weights_lean_on_large_widths(void **state)
{
    (void)state;
    plane("--weights=width", "--at=learning_rate=0.1", NULL, NULL, NULL);
    has(out, "weights runs x width;");
    // weights 1, 10, 100 at decades 2, 3, 4 and y .4, .9, 1.6: NumPy's polyfit
    assert_true(fabs(number(table, line_of(0), "S_w") * log(10) - 0.6702127659574456) < 1e-12);
}

/* S_w = gamma - 1.1 for gd, gamma - 0.9 for adam; seeds' slopes +- .02. */
static bool crossing(const struct dp_run *run, struct dp_record *record)
{
    static const double own[] = {-0.02, 0, 0.02};
    const double slope = run->gamma - (run->method == DP_ADAM ? 0.9 : 1.1) + own[run->seed];
    record->rd_w = pow((double)run->width, slope);
    return true;
}

/* RD_w = width^S, with S = 0, .05 and .3, and scatter over two seeds at width 100 alone. */
static bool scattered_at_width_100(const struct dp_run *run, struct dp_record *record)
{
    static const double slopes[] = {0, 0.05, 0.3};
    const double off = run->width == 100 ? 0.15 : 0, slope = slopes[(int)lround(2 * run->gamma) - 1];
    record->rd_w = exp(slope * log((double)run->width) + (run->seed % 2 ? off : -off));
    return true;
}

// With two seeds the standard error of S is .15 / log 100 = .033, with one degree of freedom: Student's 12.7
// of them decide nothing. 2.8 of them are .09, which decides S = 0 (critical) and .3, but not .05.
static void few_seeds_are_told_where_they_leave_cells_undecided(void **state)
{
    (void)state;
    char store[PATH], sweep[256];
    for (int seeds = 2; seeds <= 6; seeds += 4) {
        snprintf(sweep, sizeof sweep,
                 "name: few\naxes:\n  gamma: [0.5, 1, 1.5]\n  width: [100, 10000]\n  seed: {repeat: %d}\n",
                 seeds);
        make_store(place(seeds == 2 ? "two.h5" : "six.h5", store), sweep, scattered_at_width_100);
        assert_int_equal(phase(out, complaints, store, NULL), 0);
        if (seeds == 2)
            has(out, "2 of 3 undecided cells lack only seeds: with 2 seeds a 95 % interval reaches 12.7\n"
                     "standard errors to each side (Student's t), with 5 seeds 2.8\n");
        else
            assert_null(strstr(out, "Student"));
    }
}

// Along a line, or for each of several names, the zeros are told with the interval in which the band holds 0:
// 4.302653 x .02 / sqrt(3) = .0497 to either side.
static void zeros_are_told_where_there_is_no_contour(void **state)
{
    (void)state;
    char store[PATH];
    make_store(place("line.h5", store),
               "train: {max_steps: 9}\naxes:\n  gamma: {from: 0.7, to: 1.3, step: 0.04}\n"
               "  method: [gd, adam]\n  width: [100, 1000]\n  seed: {repeat: 3}\n",
               crossing);
    assert_int_equal(phase(out, complaints, store, "--y", "method", NULL), 0);
    has(out, "S_w = 0 at gamma = 1.1 (95 %: 1.05 to 1.15), method gd\n");
    has(out, "S_w = 0 at gamma = 0.9 (95 %: 0.8503 to 0.9497), method adam\n");
    assert_int_equal(phase(out, complaints, store, "--at", "method=gd", NULL), 0);
    has(out, "S_w = 0 at gamma = 1.1 (95 %: 1.05 to 1.15), gamma_prime 0\n");
}

static bool large_ones_first(const struct dp_run *run, struct dp_record *record)
{
    record->rd_w = pow((double)run->width, run->gamma - 1) * (1 + 0.01 * (double)run->seed);
    return run->width > 1000 || (run->width == 1000 && run->gamma < 1);
}

// A sweep in its course: the largest width is done everywhere, the next one in part. Every cell says how many
// widths it has, and what is there is used.
static void cells_of_a_store_in_the_making_say_how_far_they_are(void **state)
{
    (void)state;
    char store[PATH], csv[PATH];
    make_store(
        place("making.h5", store),
        "axes:\n  gamma: [0.5, 1.5]\n  gamma_prime: [0, 1]\n  width: [300, 1000, 3000, 10000]\n  seed: "
        "{repeat: 3}\n",
        large_ones_first);
    assert_int_equal(phase(out, complaints, store, "--csv", place("plane.csv", csv), NULL), 0);
    has(out, "30 of 48 runs done (62.5%); 18 pending\n");
    has(out, "widths with runs done: 3 of 4 in 2 cells, 2 of 4 in 2 cells\n");
    has(out, "  3/4      3  linear     3 pending\n");
    has(out, "  2/4      3  condensed  6 pending\n");
    read_file(csv, table);
    for (int row = 0; row < 4; row++) {
        assert_true(number(table, line_of(row), "S_w_widths") == (row % 2 ? 2 : 3));
        assert_true(fabs(number(table, line_of(row), "S_w") - number(table, line_of(row), "gamma") + 1) <
                    1e-12);
        assert_true(isnan(number(table, line_of(row), "rd_w_300")));
    }
}

/* RD = width^(gamma - 1). At the larger rate the loss of gd rises at width 1000, and a run at gamma 1.5
 * diverges. */
static bool too_large_a_rate(const struct dp_run *run, struct dp_record *record)
{
    record->rd_w = pow((double)run->width, run->gamma - 1) * (1 + 0.01 * (double)run->seed);
    record->loss_rises = run->width == 1000 ? 7 : 0;
    record->loss_rise = run->width != 1000 ? 0 : run->learning_rate > 1 ? 0.02 : 3e-4;
    if (run->learning_rate > 1 && run->gamma > 1 && run->width == 10000 && run->seed == 2)
        record->status = DP_DIVERGED;
    return true;
}

static const char two_rates[] = "axes:\n  gamma: [0.5, 1.5]\n  width: [100, 1000, 10000]\n"
                                "  learning_rate: [0.1, 2]\n  seed: {repeat: 3}\n";

// What is left of runs that diverged, or whose loss rose under gd, has no regime unless it is asked for; the
// table says where, how often and with which settings. adam may let the loss rise.
static void doubtful_cells_have_no_regime(void **state)
{
    (void)state;
    char store[PATH], csv[PATH], yaml[512], text[64];
    snprintf(yaml, sizeof yaml, "train: {method: gd, max_steps: 9}\n%s", two_rates);
    make_store(place("rose.h5", store), yaml, too_large_a_rate);
    assert_int_equal(
        phase(out, complaints, store, "--y", "learning_rate", "--csv", place("view.csv", csv), NULL), 0);
    has(out, "35 of 36 runs done (97.2%); 1 diverged, 6 whose loss rose\n");
    has(out, "  ! withheld\n");
    has(out, "withheld   3 whose loss rose\n");
    has(out, "withheld   1 diverged, 3 whose loss rose\n");
    has(out, "! marks widths at which runs diverged or their loss rose; 2 of 4 cells have one,\n"
             "and the regime of those is withheld (--doubtful shows it)\n");
    has(out,
        "1 run diverged: the loss grew without bound or was no longer a number (only with gamma 1.5, width "
        "10000, learning_rate 2)\n");
    has(out, "the loss of 6 runs of gd rose by 1 % or more: the rate is too large (only with width 1000, "
             "learning_rate 2)\n");
    read_file(csv, table);
    for (int row = 0; row < 4; row++) {
        assert_true(number(table, line_of(row), "loss_rose") == (row < 2 ? 0 : 3));
        assert_string_equal(field(table, line_of(row), "regime", text), row >= 2 ? "withheld"
                                                                        : row    ? "condensed"
                                                                                 : "linear");
    }
    assert_int_equal(phase(out, complaints, store, "--y", "learning_rate", "--doubtful", "--csv", csv, NULL),
                     0);
    assert_null(strstr(out, "withheld"));
    has(out, "! marks widths at which runs diverged or their loss rose; 2 of 4 cells have one\n");
    read_file(csv, table);
    assert_string_equal(field(table, line_of(3), "regime", text), "condensed");
    snprintf(yaml, sizeof yaml, "train: {method: adam, max_steps: 9}\n%s", two_rates);
    make_store(place("adam.h5", store), yaml, too_large_a_rate);
    assert_int_equal(phase(out, complaints, store, "--y", "learning_rate", "--at", "gamma=0.5", NULL), 0);
    assert_null(strstr(out, "!"));
    // weight decay raises it by itself; sgd on full batches is gd, on small ones it is not judged
    static const struct {
        const char *train;
        bool judged;
    } others[] = {{"method: gd, weight_decay: 0.01", false},
                  {"method: sgd, batch: 0", true},
                  {"method: sgd, batch: 2", false}};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        snprintf(yaml, sizeof yaml, "train: {%s, max_steps: 9}\n%s", others[i].train, two_rates);
        make_store(place("other.h5", store), yaml, too_large_a_rate);
        assert_int_equal(phase(out, complaints, store, "--y", "learning_rate", "--at", "gamma=0.5", NULL), 0);
        assert_true((strstr(out, "withheld") != NULL) == others[i].judged);
        remove(store);
    }
}

// A single cell, or a single width, has no map and no figure of slopes, and the program says why.
static void nothing_is_drawn_of_a_single_cell(void **state)
{
    (void)state;
    char store[PATH], png[PATH];
    static const char one[] = "train: {max_steps: 9}\naxes:\n  width: [100, 1000]\n  seed: {repeat: 2}\n";
    static const char narrow[] =
        "train: {max_steps: 9}\nmodel: {width: 100}\naxes:\n  gamma: [0.5, 1.5]\n  gamma_prime: [0, 1]\n";
    make_store(place("one.h5", store), one, NULL);
    assert_int_equal(phase(out, complaints, store, "--plot", place("one.png", png), NULL), 2);
    has(out, "no map: the plane has a single cell\n");
    has(complaints, "the plane of gamma and gamma_prime has a single cell, so there is nothing to draw");
    make_store(place("narrow.h5", store), narrow, NULL);
    assert_int_equal(phase(out, complaints, store, "--plot", png, NULL), 2);
    has(out, "no map: a slope needs two widths, and all runs have width 100\n");
    has(complaints,
        "s_w needs two widths, and all runs have width 100; draw a column instead, such as --value rd_w");
    assert_int_equal(phase(out, complaints, store, "--at", "gamma_prime=0", NULL), 0);
    assert_null(strstr(out, "nowhere")); // no slope is no slope without a zero
}

// Other values than a slope; and a line of slopes with doubtful ones.
static void other_views_are_drawn(void **state)
{
    (void)state;
    static const struct {
        const char *store, *option, *value;
    } views[] = {{"rates.h5", "--value", "drift"},
                 {"rates.h5", "--value", "loss"},
                 {"rates.h5", "--value", "s_a"},
                 {"rates.h5", "--value", "wall_time"},
                 {"rose.h5", "--at", "learning_rate=2"}};
    char store[PATH], png[PATH];
    for (int i = 0; i < (int)(sizeof views / sizeof *views); i++) {
        const int code = phase(out, complaints, place(views[i].store, store), views[i].option, views[i].value,
                               "--plot", place("plane.png", png), NULL);
        if (code == 1 && strstr(complaints, "gnuplot is not installed"))
            skip();
        assert_int_equal(code, 0);
        assert_string_equal(complaints, "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_column_is_averaged_over_the_rest),
        cmocka_unit_test(the_width_may_be_an_axis_of_a_column),
        cmocka_unit_test(a_column_without_values_has_no_mean),
        cmocka_unit_test(drift_is_the_upper_half_less_all),
        cmocka_unit_test(bootstrap_intervals_are_reproducible),
        cmocka_unit_test(weights_lean_on_large_widths),
        cmocka_unit_test(few_seeds_are_told_where_they_leave_cells_undecided),
        cmocka_unit_test(zeros_are_told_where_there_is_no_contour),
        cmocka_unit_test(cells_of_a_store_in_the_making_say_how_far_they_are),
        cmocka_unit_test(doubtful_cells_have_no_regime),
        cmocka_unit_test(nothing_is_drawn_of_a_single_cell),
        cmocka_unit_test(other_views_are_drawn),
    };
    return cmocka_run_group_tests(tests, begin, end);
}
