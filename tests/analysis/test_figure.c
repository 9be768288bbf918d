// SPDX-License-Identifier: BSD-3-Clause
#include "figures/figure.h"
#include "figures/heat_map.h"
#include "figures/line_plot.h"
#include "figures/scale.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// after its prerequisites
#include <cmocka.h>

enum { NX = 3, NY = 2, ROOM = 1 << 16 };

static const double xs[NX] = {0.5, 1, 2}, ys[NY] = {-0.5, 0.5};
static const double values[NX * NY] = {-0.5, 0.25, NAN, -1, -0.5, 0.75};
static const double lows[NX * NY] = {-0.75, -0.25, NAN, -1.5, -0.75, 0.5};
static const double highs[NX * NY] = {-0.25, 0.75, NAN, -0.5, -0.25, 1};
static const bool marked[NX * NY] = {false, true, false, false, false, false};

static struct dp_heat_map small_map(void)
{
    return (struct dp_heat_map){.title = "it's $(a) `title`\n",
                                .x_name = "gamma",
                                .y_name = "gamma_prime",
                                .label = "{/:Italic S}_{w}",
                                .nx = NX,
                                .ny = NY,
                                .x = xs,
                                .y = ys,
                                .value = values,
                                .low = lows,
                                .high = highs,
                                .marked = marked,
                                .contour = "{/:Italic S}_{w} = 0",
                                .boundary = "published boundary",
                                .named = true};
}

static void write_script(const struct dp_heat_map *map, char *text)
{
    struct dp_error error = {0};
    FILE *const file = tmpfile();
    assert_int_equal(
        dp_heat_map_write(map, &(struct dp_canvas){.terminal = "dumb", .output = "./o'ut.png"}, file, &error),
        DP_OK);
    rewind(file);
    text[fread(text, 1, ROOM - 1, file)] = 0;
    fclose(file);
}

// Edges lie half way, so uneven cells touch; the outer cells are symmetrical about their centres.
static void edges_lie_half_way(void **state)
{
    (void)state;
    double edge[NX + 1];
    dp_cell_edges(xs, NX, false, edge);
    assert_true(edge[0] == 0.25 && edge[1] == 0.75 && edge[2] == 1.5 && edge[3] == 2.5);
    const double rates[] = {0.01, 1, 100};
    const double widths[] = {1000, 5000, 10000, 20000, 40000}, even[] = {0.1, 1.1, 2.1, 3.1};
    assert_true(dp_log_axis(rates, 3) && !dp_log_axis(xs, NX));
    assert_true(dp_log_axis(widths, 5) && !dp_log_axis(even, 4));
    assert_true(dp_log_axis(rates, 2) && !dp_log_axis(xs, 2) && !dp_log_axis(rates, 1)); // no edge below 0
    dp_cell_edges(rates, 3, true, edge);
    const double expected[] = {0.001, 0.1, 10, 1000};
    for (int i = 0; i < 4; i++)
        assert_true(fabs(edge[i] / expected[i] - 1) < 1e-14);
    dp_cell_edges(xs, 1, false, edge);
    assert_true(edge[0] == 0 && edge[1] == 1);
}

static void colour_ranges_are_round(void **state)
{
    (void)state;
    static const double pairs[][2] = {{0.75, 0.8}, {1, 1}, {2.51, 3}, {0.013, 0.015},
                                      {9.5, 10},   {0, 1}, {NAN, 1}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_true(fabs(dp_colour_range(pairs[i][0]) - pairs[i][1]) < 1e-12);
}

// From .01 to 100,000 numbers are short as they stand.
static void long_numbers_have_a_power(void **state)
{
    (void)state;
    static const double pairs[][2] = {{0.01, 0},    {99999, 0}, {1e5, 5}, {2e7, 7},     {0.0099, -3},
                                      {1.5e-9, -9}, {0, 0},     {NAN, 0}, {INFINITY, 0}};
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        assert_int_equal(dp_axis_power(pairs[i][0]), (int)pairs[i][1]);
}

// Texts from outside stand in single quotes, with their own doubled, on one line.
static void the_script_quotes_what_it_is_given(void **state)
{
    (void)state;
    static char text[ROOM];
    const struct dp_heat_map map = small_map();
    write_script(&map, text);
    assert_non_null(strstr(text, "set title 'it''s $(a) `title` ' noenhanced"));
    assert_non_null(strstr(text, "set output './o''ut.png'\n"));
    assert_non_null(strstr(text, "set cbrange [-1:1]"));
    assert_non_null(strstr(text, "0.5 -0.5 0.25 0.759 "));
    assert_non_null(strstr(text, "$missing << EOD\n2 -0.5 1.5 2.5 -1 0\nEOD"));
    assert_null(strstr(text, "'undecided'")); // the band says more
    assert_non_null(strstr(text, "'published boundary'"));
    assert_null(strstr(text, "nan"));
}

/* The numbers of a data block, two a line, those of empty lines left out; returns how many lines. */
static int block(const char *text, const char *name, double (*point)[2], int room)
{
    char begin[32];
    int count = 0;
    snprintf(begin, sizeof begin, "$%s << EOD\n", name);
    const char *line = strstr(text, begin);
    assert_non_null(line);
    for (line += strlen(begin); strncmp(line, "EOD", 3); line = strchr(line, '\n') + 1)
        if (*line != '\n' && sscanf(line, "%lf %lf", &point[count][0], &point[count][1]) == 2)
            assert_true(++count < room);
    return count;
}

// Values x - 1 with intervals +- .25 on a fine grid: the hatching covers .75 <= x <= 1.25 and nothing else,
// and the band's edges are where the intervals end.
static void the_band_is_where_the_interval_holds_0(void **state)
{
    (void)state;
    enum { N = 21, POINTS = 4096 };
    static char text[1 << 20];
    static double x[N], y[N], value[N * N], low[N * N], high[N * N], point[POINTS][2];
    for (int i = 0; i < N; i++) {
        x[i] = 0.5 + 1.5 * i / (N - 1);
        y[i] = -0.5 + 2. * i / (N - 1);
    }
    for (int k = 0; k < N * N; k++) {
        value[k] = x[k % N] - 1;
        low[k] = value[k] - 0.25;
        high[k] = value[k] + 0.25;
    }
    struct dp_heat_map map = small_map();
    map.nx = map.ny = N;
    map.x = x;
    map.y = y;
    map.value = value;
    map.low = low;
    map.high = high;
    map.marked = NULL;
    struct dp_error error = {0};
    FILE *const file = tmpfile();
    assert_int_equal(
        dp_heat_map_write(&map, &(struct dp_canvas){.terminal = "dumb", .output = "o.png"}, file, &error),
        DP_OK);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    const int points = block(text, "band", point, POINTS);
    double least = 2, most = 0;
    for (int k = 0; k < points; k++) {
        least = fmin(least, point[k][0]);
        most = fmax(most, point[k][0]);
    }
    assert_true(points > 100 && fabs(least - 0.75) < 1e-6 && fabs(most - 1.25) < 1e-6);
    // Hatches are diagonals: along each the sum of both coordinates, as drawn, stays the same.
    const double slope = -(y[N - 1] - y[0]) / (x[N - 1] - x[0]);
    for (int k = 0; k + 1 < points; k += 2) {
        if (point[k][0] == point[k + 1][0])
            continue; // an edge of the band
        assert_true(fabs((point[k + 1][1] - point[k][1]) / (point[k + 1][0] - point[k][0]) - slope) < 1e-4);
    }
    assert_int_equal(block(text, "named", point, POINTS), 3);
    assert_non_null(strstr(text, "set label 'NTK' at 0.5,0 left"));
    assert_non_null(strstr(text, "(E et al. 2020)'"));
}

// Of one square two opposite corners are in the band. The hatching joins them, so the band ends before the
// two other corners, a third of the way from the corners that are in it; a dot marks an undecided corner
// outside.
static void the_band_of_a_saddle_ends_where_its_hatching_does(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double x[] = {-1, 2}, value[] = {-0.1, -1.2, -1.2, -0.1}, low[] = {-1, -2, -2, -1},
                        high[] = {1, -2, -2, 1}, end[2][2][2] = {{{0, -1}, {2, 1}}, {{1, 2}, {-1, 0}}};
    static const bool undecided[] = {true, true, false, true};
    struct dp_heat_map map = small_map();
    double point[256][2];
    map.nx = map.ny = 2;
    map.x = map.y = x;
    map.value = value;
    map.low = low;
    map.high = high;
    map.marked = undecided;
    write_script(&map, text);
    const int points = block(text, "band", point, 256);
    for (int e = 0; e < 2; e++) {
        bool found = false;
        for (int k = 0; k + 1 < points; k += 2)
            found = found || (hypot(point[k][0] - end[e][0][0], point[k][1] - end[e][0][1]) < 1e-6 &&
                              hypot(point[k + 1][0] - end[e][1][0], point[k + 1][1] - end[e][1][1]) < 1e-6);
        assert_true(found);
    }
    assert_non_null(strstr(text, "$marks << EOD\n2 -1\nEOD\n"));
    assert_non_null(strstr(text, "'undecided'"));
}

static void keys_have_symbols_and_values_their_names(void **state)
{
    (void)state;
    static char text[ROOM];
    static const char *const ticks[] = {"relu", "tanh"};
    struct dp_heat_map map = small_map();
    map.x_name = "learning_rate";
    map.y_name = "activation";
    map.y_ticks = ticks;
    map.boundary = NULL;
    map.named = false;
    write_script(&map, text);
    assert_non_null(strstr(text, "set xlabel 'learning rate {/:Italic η}' enhanced"));
    assert_non_null(strstr(text, "set ytics noenhanced ('relu' 0, 'tanh' 1)"));
    assert_null(strstr(text, "'published boundary'"));
}

static const char *lines_of(const char *title, int *count)
{
    static char text[1024];
    FILE *const file = tmpfile();
    *count = dp_figure_lines(title, file);
    rewind(file);
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

// A title that fits stands on one line; a longer one is broken after the name, then after commas, so that
// every value is seen; only a name that is longer than a line is cut.
static void titles_are_broken_and_not_clipped(void **state)
{
    (void)state;
    int count;
    assert_string_equal(lines_of("short: run 1, γ 1", &count), "'short: run 1, γ 1'");
    assert_int_equal(count, 1);
    assert_string_equal(
        lines_of("phase-relu: run 123, step 20000, γ 0.5, γ′ 0.25, m 1000, seed 4, η 0.001", &count),
        "'phase-relu:'.\"\\n\".'run 123, step 20000, γ 0.5, γ′ 0.25, m 1000,'.\"\\n\".'seed 4, η 0.001'");
    assert_int_equal(count, 3);
    assert_string_equal(
        lines_of("a-name-without-any-blank-that-is-far-too-long-for-a-figure-of-one-column: seed 1", &count),
        "'a-name-without-any-blank-that-is-far-too-long-…'.\"\\n\".'seed 1'");
    assert_int_equal(count, 2);
    assert_string_equal(lines_of("a: γ′ = 0 or 0.1 or 0.2 or 0.3 or 0.4 or 0.5 or 0.6 or 0.7", &count),
                        "'a:'.\"\\n\".'γ′ = 0 or 0.1 or 0.2 or 0.3 or 0.4 or 0.5 or'.\"\\n\".'0.6 or 0.7'");
}

// A cell whose value is doubtful has a cross, and neither the contour nor the range of the colours heeds it.
static void doubtful_cells_are_crossed(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double wild[NX * NY] = {-0.5, 0.25, 1e6, -1, -0.5, 0.75};
    static const bool crossed[NX * NY] = {false, false, true, false, false, false};
    struct dp_heat_map map = small_map();
    map.value = wild;
    map.crossed = crossed;
    write_script(&map, text);
    assert_non_null(strstr(text, "set cbrange [-1:1]"));
    assert_non_null(strstr(text, "$crosses << EOD\n2 -0.5\nEOD"));
    assert_non_null(strstr(text, "title 'doubtful'"));
    // without the cross the contour runs between 1e6 and 0.75 at the right edge too; with it only to the left
    // of x = 1
    const char *const contour = strstr(text, "$contour << EOD\n");
    for (const char *line = contour + strlen("$contour << EOD\n"); strncmp(line, "EOD", 3);
         line = strchr(line, '\n') + 1)
        assert_true(*line == '\n' || strtod(line, NULL) <= 1);
}

// Cells without a value say why: runs are pending, diverged, or only a loss rose; or another reason.
static void blanks_say_why(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double holes[NX * NY] = {-0.5, NAN, NAN, -1, NAN, NAN};
    static const bool pending[NX * NY] = {false, true, false, false, false, false};
    static const bool diverged[NX * NY] = {false, false, true, false, false, false};
    static const bool crossed[NX * NY] = {false, false, true, false, false, true};
    struct dp_heat_map map = small_map();
    map.value = holes;
    map.pending = pending;
    map.diverged = diverged;
    map.crossed = crossed;
    write_script(&map, text);
    assert_non_null(strstr(text, "$pending << EOD\n1 -0.5 0.75 1.5 -1 0\nEOD"));
    assert_non_null(strstr(text, "$diverged << EOD\n2 -0.5 1.5 2.5 -1 0\nEOD"));
    assert_non_null(strstr(text, "$doubtful << EOD\n2 0.5 1.5 2.5 0 1\nEOD"));
    assert_non_null(strstr(text, "$missing << EOD\n1 0.5 0.75 1.5 0 1\nEOD"));
    const char *const names[] = {"title 'pending'", "title 'diverged'", "title 'doubtful, no value'",
                                 "title 'no value'"};
    for (int i = 0; i < 4; i++)
        assert_non_null(strstr(text, names[i]));
    assert_null(strstr(text, "$missing using 1:2 with")); // grey marks on grey would hide lines alone
    assert_null(strstr(text, "'doubtful'"));
}

// A word of a side stands in a corner that is on this side, and not in one that is undecided.
static void words_stand_where_they_hold(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double full[NX * NY] = {-0.5, 0.25, 0.3, -1, -0.5, 0.75};
    signed char side[NX * NY] = {-1, 0, 0, -1, -1, 1};
    struct dp_heat_map map = small_map();
    map.value = full;
    map.side = side;
    map.negative = "linear";
    map.positive = "condensed";
    write_script(&map, text);
    assert_non_null(strstr(text, "set label 'linear' at graph 0.03,0.94"));
    assert_non_null(strstr(text, "set label 'condensed' at graph 0.97,0.94"));
    side[3] = 0; // now the corner beside the lowest value is undecided
    side[0] = -1;
    side[5] = 0;
    write_script(&map, text);
    assert_null(strstr(text, "'condensed'"));
    assert_non_null(strstr(text, "set label 'linear' at graph 0.03,0.06"));
    static const double wide[NX * NY] = {0.25, 0.25, 0.3,
                                         -1,   0.75, 0.1}; // the corner beside .75 is undecided
    memcpy(side, (const signed char[]){1, 1, 1, -1, 1, 0}, sizeof side);
    map.value = wide;
    write_script(&map, text);
    assert_non_null(strstr(text, "set label 'condensed' at graph 0.500,0.250 center"));
}

// The label of the colours keeps its place beside long numbers, which are shown in units of a power of ten;
// and a map whose values are all doubtful, or infinite, has a range.
static void small_values_have_a_unit(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double small[NX * NY] = {2e-7, 3e-7, 4e-7, 5e-7, 9.9e-7, 6e-7};
    static const bool all[NX * NY] = {true, true, true, true, true, true};
    struct dp_heat_map map = small_map();
    map.colours = DP_SEQUENTIAL;
    map.value = small;
    map.low = map.high = NULL;
    map.contour = NULL;
    map.label = "training loss";
    for (int i = 0; i < 2; i++) {
        map.crossed = i ? all : NULL;
        write_script(&map, text);
        assert_non_null(strstr(text, "set label 'training loss / 10^{−7}' at screen 0.972, graph 0.5"));
        assert_non_null(strstr(text, "set cbrange [2:9.9]"));
    }
    static const double wild[NX * NY] = {INFINITY, NAN, INFINITY, NAN, NAN, NAN};
    map.value = wild;
    write_script(&map, text);
    assert_null(strstr(text, "nan"));
}

// The numbers of a log axis are powers of ten, wherever it begins. Between numbers that are several decades
// apart there are no small tics, which gnuplot would put into one decade of them.
static void log_axes_have_tics_at_powers_of_ten(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double wide[NX * NY] = {2e-16, 3, 1, 1, 1, 1}, narrow[NX * NY] = {2e-3, 3, 1, 1, 1, 1};
    struct dp_heat_map map = small_map();
    map.colours = DP_SEQUENTIAL;
    map.value = wide;
    map.low = map.high = NULL;
    map.contour = NULL;
    write_script(&map, text);
    assert_non_null(strstr(text, "set logscale cb\nset format cb '10^{%L}'\nset cbtics 1e-18,1e3\n"
                                 "set mcbtics 1\n"));
    map.value = narrow;
    write_script(&map, text);
    assert_non_null(strstr(text, "set cbtics 1e-3,1e1\nset mcbtics default\n"));
}

// At the lower edge the name of an initialisation stands beside its mark, where it does not hide the
// boundary, and over the word in the corner.
static void names_leave_the_boundary_free(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double from_zero[] = {0, 0.25, 0.5, 0.75, 1}, flat[NX * 5] = {0};
    struct dp_heat_map map = small_map();
    write_script(&map, text);
    assert_non_null(strstr(text, "set label 'Xavier, mean field' at 1,0 left offset 0.9,-0.85 boxed"));
    map.value = flat;
    map.low = map.high = NULL;
    map.marked = NULL;
    map.ny = 5;
    map.y = from_zero;
    write_script(&map, text);
    assert_non_null(strstr(text, "set label 'Xavier, mean field' at 1,0 left offset 0.9,0.308 boxed"));
}

static void the_ending_decides(void **state)
{
    (void)state;
    static const char *const good[] = {"a.png", "/tmp/b.svg", "c.d.pdf"}, *const bad[] = {"a.jpg", "png",
                                                                                          ".png", "a.PNG"};
    for (int i = 0; i < 3; i++)
        assert_int_equal(dp_picture_check("--plot", good[i], false, NULL), DP_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(dp_picture_check("--plot", bad[i], false, NULL), DP_BAD_INPUT);
}

// Two series, one with a gap and a point without a bar, and a doubtful value; a line at 0 since values have
// both signs.
static void lines_have_bars_and_gaps(void **state)
{
    (void)state;
    static char text[ROOM];
    static const double value[] = {-1, 0.5, 2, 1, NAN, 3}, low[] = {-2, NAN, 1, 0.5, NAN, 2},
                        high[] = {0, NAN, 3, 2, NAN, 4};
    static const bool crossed[] = {false, false, false, false, true, true};
    static const char *const names[] = {"flow", "it's adam"};
    const struct dp_line_plot plot = {.title = "title",
                                      .x_name = "gamma",
                                      .label = "label",
                                      .series = 2,
                                      .points = NX,
                                      .names = names,
                                      .x = xs,
                                      .value = value,
                                      .low = low,
                                      .high = high,
                                      .bars = "95 % interval",
                                      .crossed = crossed};
    FILE *const file = tmpfile();
    assert_int_equal(
        dp_line_plot_write(&plot, &(struct dp_canvas){.terminal = "dumb", .output = "o.png"}, file, NULL),
        DP_OK);
    rewind(file);
    text[fread(text, 1, ROOM - 1, file)] = 0;
    fclose(file);
    assert_non_null(strstr(text, "$series0 << EOD\n0.5 -1 -2 0 0\n1 0.5 0.5 0.5 0\n2 2 1 3 0\nEOD\n"));
    assert_non_null(strstr(text, "$series1 << EOD\n0.5 1 0.5 2 0\n\n2 3 2 4 1\nEOD\n"));
    assert_non_null(strstr(text, "title 'it''s adam'"));
    assert_non_null(strstr(text, "title 'doubtful'"));
    assert_non_null(strstr(text, "title '95 % interval'"));
    assert_non_null(strstr(text, "first 0 to graph 1"));
    assert_null(strstr(text, "nan"));
}

// Without gnuplot nothing is drawn, the script stays, and the sentence says so.
static void without_gnuplot_the_script_stays(void **state)
{
    (void)state;
    char directory[] = "/tmp/dewpoint-test-XXXXXX", picture[64], script[64];
    assert_non_null(mkdtemp(directory));
    snprintf(picture, sizeof picture, "%s/map.png", directory);
    snprintf(script, sizeof script, "%s/map.png.gp", directory);
    char *const path = strdup(getenv("PATH") ? getenv("PATH") : "");
    const struct dp_heat_map map = small_map();
    struct dp_error error = {0};
    setenv("PATH", directory, 1);
    assert_int_equal(dp_figure_draw(picture, dp_heat_map_write, &map, &error), DP_IO);
    setenv("PATH", path, 1);
    free(path);
    assert_non_null(strstr(error.text, "gnuplot is not installed"));
    assert_non_null(strstr(error.text, script));
    struct stat there;
    assert_int_equal(stat(script, &there), 0);
    assert_int_not_equal(stat(picture, &there), 0);
    unlink(script);
    assert_int_equal(rmdir(directory), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_lie_half_way),
        cmocka_unit_test(colour_ranges_are_round),
        cmocka_unit_test(long_numbers_have_a_power),
        cmocka_unit_test(the_script_quotes_what_it_is_given),
        cmocka_unit_test(the_band_is_where_the_interval_holds_0),
        cmocka_unit_test(the_band_of_a_saddle_ends_where_its_hatching_does),
        cmocka_unit_test(keys_have_symbols_and_values_their_names),
        cmocka_unit_test(titles_are_broken_and_not_clipped),
        cmocka_unit_test(doubtful_cells_are_crossed),
        cmocka_unit_test(blanks_say_why),
        cmocka_unit_test(words_stand_where_they_hold),
        cmocka_unit_test(small_values_have_a_unit),
        cmocka_unit_test(log_axes_have_tics_at_powers_of_ten),
        cmocka_unit_test(names_leave_the_boundary_free),
        cmocka_unit_test(the_ending_decides),
        cmocka_unit_test(lines_have_bars_and_gaps),
        cmocka_unit_test(without_gnuplot_the_script_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
