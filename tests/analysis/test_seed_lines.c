// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/core/run.h"
#include "statistics/distinct.h"
#include "statistics/seed_lines.h"
#include <stdlib.h>
#include <string.h>

/* Lines of single seeds, against sums written out over the single runs, and against the truth in simulated
 * data whose widths are correlated as those of real runs are. */

enum { J = 4, SEEDS = 6 };

static const double width[J] = {1000, 3000, 10000, 40000};

/* The cell that values[seeds][widths] make; NAN: no run. lines: one a seed. */
struct laid_out {
    struct dp_seed_design design;
    struct dp_slope slope;
    struct dp_seed_line line[DP_LOTS];
};

static struct laid_out lay_out(const double *values, int seeds, int widths, double power)
{
    struct laid_out cell = {.line = {{0}}};
    struct dp_tally tally[J] = {0}, total = {0};
    struct dp_lever lever[J];
    for (int k = 0; k < seeds * widths; k++) {
        const bool done = !isnan(values[k]);
        dp_tally_add(&tally[k % widths], done ? DP_DONE : DP_PENDING, values[k]);
        dp_tally_add(&total, done ? DP_DONE : DP_PENDING, values[k]);
    }
    cell.slope = dp_slope_fit(width, tally, widths, power);
    cell.design = dp_seed_levers(width, tally, widths, power, lever);
    for (int k = 0; k < seeds * widths; k++)
        if (!isnan(values[k]))
            dp_seed_add(&cell.line[k / widths], &lever[k % widths], values[k] - total.mean);
    dp_seeds_fit(cell.line, seeds, &cell.design, &cell.slope);
    return cell;
}

static const double runs[SEEDS][J] = {{.31, .22, .14, .07}, {.29, .2, .13, .065},   {.35, .23, .12, .06},
                                      {.3, .21, .14, .073}, {.33, .19, .125, .062}, {.28, .22, .15, .081}};

static void logarithms(double *y)
{
    for (int k = 0; k < SEEDS * J; k++)
        y[k] = log(runs[k / J][k % J]);
}

// NumPy's polyfit for each seed, and the two-way analysis of variance of the residuals.
static void slopes_of_single_seeds_and_their_scatter(void **state)
{
    (void)state;
    static const struct {
        double power, slope, error, drift, drift_error, chi2;
    } expected[] = {
        {0, -0.40866049415024824, 0.020864281473467416, -0.07800743251237076, 0.0141123475133785,
         12.672591861257045},
        {1, -0.4444629619966531, 0.015416279622491038, -0.042204964665965315, 0.008802619438063177,
         17.651126714968864},
    };
    double y[SEEDS * J];
    logarithms(y);
    for (int k = 0; k < 2; k++) {
        const struct laid_out cell = lay_out(y, SEEDS, J, expected[k].power);
        assert_int_equal(cell.slope.estimate, DP_BY_SEED);
        assert_int_equal(cell.slope.seeds, SEEDS);
        assert_near(cell.slope.slope, expected[k].slope, 1e-13);
        assert_near(cell.slope.seed_error, expected[k].error, 1e-13);
        assert_near(cell.slope.drift, expected[k].drift, 1e-13);
        assert_near(cell.slope.drift_error, expected[k].drift_error, 1e-13);
        assert_near(cell.slope.chi2, expected[k].chi2, 1e-9);
    }
}

// With all seeds complete the mean of their slopes is the slope through the means.
static void complete_seeds_give_the_slope_through_the_means(void **state)
{
    (void)state;
    double y[SEEDS * J];
    logarithms(y);
    struct dp_tally tally[J] = {0};
    for (int k = 0; k < SEEDS * J; k++)
        dp_tally_add(&tally[k % J], DP_DONE, y[k]);
    for (int power = 0; power < 2; power++)
        assert_near(lay_out(y, SEEDS, J, power).slope.slope, dp_slope_fit(width, tally, J, power).slope,
                    1e-14);
}

// Seed 1 lacks a width, so the lines of seeds 0, 2 and 3 count; with seed 2 lacking one as well, too few are
// left.
static void incomplete_seeds_are_left_out(void **state)
{
    (void)state;
    double y[SEEDS * J];
    logarithms(y);
    y[1 * J + 2] = NAN;
    struct laid_out cell = lay_out(y, 4, J, 0);
    assert_int_equal(cell.slope.seeds, 3);
    assert_near(cell.slope.slope, -0.42291024076159883, 1e-13);
    assert_near(cell.slope.seed_error, 0.03189124592737871, 1e-13);
    y[2 * J + 0] = NAN;
    cell = lay_out(y, 4, J, 0);
    assert_int_equal(cell.slope.estimate, DP_POOLED);
    assert_int_equal(cell.slope.seeds, 0);
    assert_true(cell.slope.seed_error > 0);
    // A width that nobody has is no width of the cell.
    logarithms(y);
    for (int b = 0; b < SEEDS; b++)
        y[b * J + 2] = NAN;
    cell = lay_out(y, SEEDS, J, 0);
    assert_int_equal(cell.slope.seeds, SEEDS);
    assert_int_equal(cell.slope.widths, J - 1);
}

// A run too many at one width and one too few at another is not complete, though the number of runs is right.
static void completeness_counts_every_width(void **state)
{
    (void)state;
    struct dp_lever lever[J];
    struct dp_tally tally[J] = {0};
    for (int j = 0; j < J; j++)
        dp_tally_add(&tally[j], DP_DONE, j);
    const struct dp_seed_design design = dp_seed_levers(width, tally, J, 0, lever);
    struct dp_seed_line line = {0};
    for (int j = 0; j < J; j++)
        dp_seed_add(&line, &lever[j ? j : 1], j);
    assert_int_equal(line.runs, J);
    assert_int_equal(dp_seed_weight(&line, &design), 0);
    line = (struct dp_seed_line){0};
    for (int k = 0; k < 2 * J; k++) // two runs a width, as when another coordinate is averaged over
        dp_seed_add(&line, &lever[k % J], 0.5 * log(width[k % J]));
    assert_int_equal(dp_seed_weight(&line, &design), 2);
    assert_near(dp_seed_slope(&line, &design), 0.5, 1e-14);
    assert_int_equal(dp_seed_weight(&(struct dp_seed_line){0}, &design), 0);
}

static double uniform(uint64_t *counter)
{
    return ((double)(dp_value_hash(77, (*counter)++) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *counter)
{
    const double radius = sqrt(-2 * log(uniform(counter)));
    return radius * cos(2 * acos(-1) * uniform(counter));
}

/* A cell whose true slope is 0: a seed's deviation at width m_j is a random walk towards small widths, so
 * widths are correlated and the smaller ones scatter more, as those of real runs. */
static void simulate(int seeds, uint64_t *counter, double *y)
{
    for (int b = 0; b < seeds; b++) {
        double walk = 0;
        for (int j = J - 1; j >= 0; j--)
            y[b * J + j] = walk += 0.1 * normal(counter) * (j == 0 ? 3 : 1);
    }
}

// Of 4000 intervals of 95 %, 3800 +- 14 hold the truth; the misfit can only widen them.
static void intervals_hold_the_truth_as_often_as_they_say(void **state)
{
    (void)state;
    enum { TRIALS = 4000 };
    uint64_t counter = 0;
    for (int seeds = 3; seeds <= 12; seeds += 3) {
        int held = 0, held_by_seeds = 0;
        for (int t = 0; t < TRIALS; t++) {
            double y[12 * J];
            simulate(seeds, &counter, y);
            struct laid_out cell = lay_out(y, seeds, J, 0);
            held += cell.slope.low <= 0 && cell.slope.high >= 0;
            cell.slope.misfit_error = NAN;
            dp_slope_bound(&cell.slope, seeds - 1);
            held_by_seeds += cell.slope.low <= 0 && cell.slope.high >= 0;
        }
        assert_near((double)held_by_seeds / TRIALS, 0.95, 4 * sqrt(0.95 * 0.05 / TRIALS));
        assert_true(held >= held_by_seeds);
    }
}

// The bootstrap's intervals too, for seeds enough that their least and largest slope do not limit them.
static void bootstrap_intervals_hold_the_truth(void **state)
{
    (void)state;
    enum { TRIALS = 400, REPLICATES = 400, LOTS = 16 };
    uint64_t counter = 1u << 30;
    static int draws[REPLICATES][LOTS];
    for (int r = 0; r < REPLICATES; r++)
        dp_bootstrap_draw(r, LOTS, draws[r]);
    int held = 0;
    for (int t = 0; t < TRIALS; t++) {
        double y[LOTS * J], slopes[REPLICATES], low, high;
        simulate(LOTS, &counter, y);
        const struct laid_out cell = lay_out(y, LOTS, J, 0);
        for (int r = 0; r < REPLICATES; r++)
            slopes[r] = dp_bootstrap_slope(cell.line, LOTS, &cell.design, draws[r]);
        dp_bootstrap_interval(slopes, REPLICATES, LOTS, &low, &high);
        held += low <= 0 && high >= 0;
    }
    assert_near((double)held / TRIALS, 0.95, 4 * sqrt(0.95 * 0.05 / TRIALS));
}

// The same draws on every machine: the hash written out in Python. Every replicate draws as many as there
// are, and over many replicates each lot equally often.
static void draws_are_reproducible_and_even(void **state)
{
    (void)state;
    enum { LOTS = 5, REPLICATES = 20000 };
    static const struct {
        int64_t replicate;
        int draws[LOTS];
    } expected[] = {{0, {0, 1, 1, 1, 2}}, {1, {1, 0, 1, 2, 1}}, {999, {0, 2, 1, 1, 1}}};
    int draws[LOTS], total[LOTS] = {0};
    for (int k = 0; k < 3; k++) {
        dp_bootstrap_draw(expected[k].replicate, LOTS, draws);
        assert_memory_equal(draws, expected[k].draws, sizeof draws);
    }
    for (int r = 0; r < REPLICATES; r++) {
        int sum = 0;
        dp_bootstrap_draw(r, LOTS, draws);
        for (int b = 0; b < LOTS; b++) {
            sum += draws[b];
            total[b] += draws[b];
        }
        assert_int_equal(sum, LOTS);
    }
    for (int b = 0; b < LOTS; b++) // variance of a binomial count
        assert_near(total[b], REPLICATES, 4 * sqrt(REPLICATES * (LOTS - 1.) / LOTS));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_of_single_seeds_and_their_scatter),
        cmocka_unit_test(complete_seeds_give_the_slope_through_the_means),
        cmocka_unit_test(incomplete_seeds_are_left_out),
        cmocka_unit_test(completeness_counts_every_width),
        cmocka_unit_test(intervals_hold_the_truth_as_often_as_they_say),
        cmocka_unit_test(bootstrap_intervals_hold_the_truth),
        cmocka_unit_test(draws_are_reproducible_and_even),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
