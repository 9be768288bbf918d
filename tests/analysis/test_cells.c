// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include "statistics/cell_seeds.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

static void add(struct dp_cells *cells, double x, double y, double width, double status, double value,
                double other)
{
    struct dp_error error = {0};
    assert_int_equal(dp_cells_add(cells, x, y, width, status, dp_log_value(value), &other, &error), DP_OK);
}

// 100 x 90 cells at 3 widths with 2 seeds, in an order as bad as can be, come out sorted, complete and with
// the exponent that each was given.
static void every_cell_gets_its_own_runs(void **state)
{
    (void)state;
    enum { NX = 100, NY = 90, NW = 3, SEEDS = 2, RUNS = NX * NY * NW * SEEDS, STRIDE = 7919 };
    struct dp_cells cells;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 1, &error), DP_OK);
    for (int64_t k = 0; k < RUNS; k++) { // STRIDE is prime to RUNS, so every row comes once
        const int64_t row = k * STRIDE % RUNS, i = row / SEEDS % NX, j = row / SEEDS / NX % NY,
                      w = row / SEEDS / NX / NY;
        const double x = -1 + 0.1 * (double)i, y = 0.01 * (double)j, width = pow(10, 2 + (double)w);
        add(&cells, x, y, width, DP_DONE, 3 * pow(width, x + y), 0);
    }
    assert_int_equal(dp_cells_finish(&cells, 0, &error), DP_OK);
    assert_int_equal(cells.count, NX * NY);
    assert_int_equal(cells.groups, NX * NY * NW);
    assert_int_equal(cells.total.ended[DP_DONE], RUNS);
    for (int64_t k = 0; k < cells.count; k++) {
        const struct dp_cell *const cell = &cells.cell[k];
        assert_true(cell->x == -1 + 0.1 * (double)(k % NX) && cell->y == 0.01 * (double)(k / NX));
        assert_int_equal(cell->slope.runs, NW * SEEDS);
        assert_true(fabs(cell->slope.slope - cell->x - cell->y) < 1e-12);
        assert_true(dp_cells_group(&cells, cell, 1000)->width == 1000);
        assert_null(dp_cells_group(&cells, cell, 1001));
    }
    assert_false(cells.mixed[0]);
    dp_cells_free(&cells);
}

static void a_coordinate_that_varies_within_a_group_is_marked(void **state)
{
    (void)state;
    struct dp_cells cells;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 1, &error), DP_OK);
    add(&cells, 0, 0, 100, DP_DONE, 1, 0.5);
    add(&cells, 0, 0, 1000, DP_DONE, 1, 0.05); // goes with the width, as a zip does: fine
    add(&cells, 0, 0, 100, DP_DONE, 1, 0.5);
    add(&cells, 1, 0, 100, DP_DONE, 1, NAN);
    add(&cells, 1, 0, 100, DP_DONE, 1, NAN); // unset is a value like any other
    assert_false(cells.mixed[0]);
    add(&cells, 0, 0, 100, DP_DONE, 1, 0.05);
    assert_true(cells.mixed[0]);
    dp_cells_free(&cells);
}

// Exponents recomputed from logarithms at each width differ in their last bits; they are one cell all the
// same.
static void values_that_differ_by_rounding_are_one(void **state)
{
    (void)state;
    struct dp_cells cells;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 1, &error), DP_OK);
    for (int w = 2; w <= 6; w++)
        for (int i = 0; i < 9; i++) {
            const double width = pow(10, w), t = 0.25 * i, scale = pow(width, -t);
            add(&cells, -log(scale * scale) / log(width), 0, width, DP_DONE, pow(width, -t), 0);
        }
    add(&cells, -0.0, 0, 1e7, DP_DONE, 1, 0); // and the two zeros are one
    assert_int_equal(dp_cells_finish(&cells, 0, &error), DP_OK);
    assert_int_equal(cells.count, 9);
    assert_int_equal(cells.x.count, 9);
    for (int64_t k = 0; k < 9; k++) {
        assert_int_equal(cells.cell[k].slope.widths, k ? 5 : 6);
        assert_true(fabs(cells.cell[k].slope.slope + cells.cell[k].x / 2) < 1e-12);
    }
    dp_cells_free(&cells);
}

static void small_values_are_not_merged(void **state)
{
    (void)state;
    struct dp_cells cells;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 1, &error), DP_OK);
    for (int i = 0; i < 13; i++)
        add(&cells, pow(10, -i), 0, 100, DP_DONE, 1, 0); // learning rates from 1 to 1e-12
    assert_int_equal(dp_cells_finish(&cells, 0, &error), DP_OK);
    assert_int_equal(cells.count, 13);
    dp_cells_free(&cells);
}

static double slope_of(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    (void)cells;
    (void)context;
    return cell->slope.slope;
}

static void the_grid_has_nan_where_no_slope_is(void **state)
{
    (void)state;
    struct dp_cells cells;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 1, &error), DP_OK);
    for (int i = 0; i < 2; i++)
        for (int w = 2; w <= 4; w++)
            add(&cells, i, i, pow(10, w), i && w > 2 ? DP_PENDING : DP_DONE, pow(10, w), 0);
    assert_int_equal(dp_cells_finish(&cells, 0, &error), DP_OK);
    double *const slope = dp_cells_grid(&cells, slope_of, NULL);
    assert_non_null(slope);
    assert_true(fabs(slope[0] - 1) < 1e-13);
    assert_true(isnan(slope[1]) && isnan(slope[2]) &&
                isnan(slope[3])); // two empty places, one cell with one width
    assert_int_equal(cells.cell[1].regime, DP_NO_SLOPE);
    free(slope);
    dp_cells_free(&cells);
}

/* The y of a run: slope x + y in the mean, and each seed a slope and an offset of its own. */
static double of_seed(double x, double y, double width, int seed)
{
    return (x + y + 0.01 * (seed - 1.5)) * log(width) + 3 * seed;
}

// The second pass finds every cell's lines, whatever the order and though coordinates differ by rounding, and
// fits each seed alone: large offsets between seeds make the pooled error large and that of the seeds' slopes
// not.
static void every_cell_gets_its_own_seeds(void **state)
{
    (void)state;
    enum { NX = 12, NY = 9, NW = 3, SEEDS = 4, RUNS = NX * NY * NW * SEEDS, STRIDE = 1009 };
    struct dp_cells cells;
    struct dp_cell_seeds seeds;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 0, &error), DP_OK);
    for (int pass = 0; pass < 2; pass++) {
        for (int64_t k = 0; k < RUNS; k++) {
            const int64_t row = k * STRIDE % RUNS;
            const int seed = (int)(row % SEEDS), w = (int)(row / SEEDS / NX / NY);
            const double x = -1 + 0.1 * (double)(row / SEEDS % NX),
                         y = 0.01 * (double)(row / SEEDS / NX % NY), width = pow(10, 2 + w);
            const double rounded = x * (1 + 1e-14 * w); // as if worked out at each width
            const double value = of_seed(x, y, width, seed);
            if (pass)
                dp_cell_seeds_add(&seeds, rounded, y, width, seed, value);
            else
                assert_int_equal(dp_cells_add(&cells, rounded, y, width, DP_DONE, value, NULL, &error),
                                 DP_OK);
        }
        if (!pass) {
            assert_int_equal(dp_cells_finish(&cells, 0, &error), DP_OK);
            assert_true(cells.cell[0].slope.error > 0.1);
            assert_int_equal(dp_cell_seeds_start(&seeds, &cells, SEEDS, &error), DP_OK);
        }
    }
    dp_cell_seeds_fit(&seeds);
    assert_int_equal(cells.count, NX * NY);
    for (int64_t k = 0; k < cells.count; k++) {
        const struct dp_slope *const slope = &cells.cell[k].slope;
        assert_int_equal(slope->seeds, SEEDS);
        assert_true(fabs(slope->slope - cells.cell[k].x - cells.cell[k].y) < 1e-12);
        assert_true(fabs(slope->error - 0.01 * sqrt(5. / 12)) < 1e-12); // -1.5, -.5, .5, 1.5: 5 / (4 x 3)
    }
    dp_cell_seeds_add(&seeds, 77, 0, 100, 0, 1); // in no cell
    dp_cell_seeds_free(&seeds);
    dp_cells_free(&cells);
}

static void an_empty_store_has_no_cells(void **state)
{
    (void)state;
    struct dp_cells cells;
    struct dp_error error = {0};
    assert_int_equal(dp_cells_start(&cells, 0, &error), DP_OK);
    assert_int_equal(dp_cells_finish(&cells, 0, &error), DP_OK);
    assert_int_equal(cells.count, 0);
    dp_cells_free(&cells);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_cell_gets_its_own_runs),
        cmocka_unit_test(a_coordinate_that_varies_within_a_group_is_marked),
        cmocka_unit_test(values_that_differ_by_rounding_are_one),
        cmocka_unit_test(small_values_are_not_merged),
        cmocka_unit_test(the_grid_has_nan_where_no_slope_is),
        cmocka_unit_test(every_cell_gets_its_own_seeds),
        cmocka_unit_test(an_empty_store_has_no_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
