// SPDX-License-Identifier: BSD-3-Clause
#include "figure.h"
#include "script.h"
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
    assert_int_equal(dp_script_write(map, "dumb", "./o'ut.png", file, &error), DP_OK);
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
    assert_true(dp_log_axis(rates, 3) && !dp_log_axis(xs, NX));
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
    assert_non_null(strstr(text, "0.5 -0.5 0.25 "));
    assert_non_null(strstr(text, "$missing << EOD\n2 -0.5 1.5 2.5 -1 0\nEOD"));
    assert_non_null(strstr(text, "'undecided'"));
    assert_non_null(strstr(text, "'published boundary'"));
    assert_null(strstr(text, "nan"));
}

static void other_keys_and_names_are_drawn_as_they_are(void **state)
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
    assert_non_null(strstr(text, "set xlabel 'learning_rate' noenhanced"));
    assert_non_null(strstr(text, "set ytics noenhanced ('relu' 0, 'tanh' 1)"));
    assert_null(strstr(text, "'published boundary'"));
}

static void the_ending_decides(void **state)
{
    (void)state;
    static const char *const good[] = {"a.png", "/tmp/b.svg", "c.d.pdf"}, *const bad[] = {"a.jpg", "png",
                                                                                          ".png", "a.PNG"};
    for (int i = 0; i < 3; i++)
        assert_int_equal(dp_figure_check(good[i], NULL), DP_OK);
    for (int i = 0; i < 4; i++)
        assert_int_equal(dp_figure_check(bad[i], NULL), DP_BAD_INPUT);
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
    assert_int_equal(dp_figure_draw(picture, &map, &error), DP_IO);
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
        cmocka_unit_test(the_script_quotes_what_it_is_given),
        cmocka_unit_test(other_keys_and_names_are_drawn_as_they_are),
        cmocka_unit_test(the_ending_decides),
        cmocka_unit_test(without_gnuplot_the_script_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
