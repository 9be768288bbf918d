// SPDX-License-Identifier: BSD-3-Clause
// Predicted directions: the published table, eigenvectors, scans by brute force, data turned in space,
// degenerate data.
#include "check.h"
#include "core/data/data.h"
#include "core/math/rng.h"
#include "core/prediction/extrema/extrema.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ROWS = 21 };

struct prediction {
    struct dp_extrema extrema;
    struct dp_extremum line[DP_EXTREMA_LINES];
    double unit[DP_EXTREMA_LINES * MOST_ROWS];
};

static void predict(const struct dp_samples *samples, int power, bool bias, struct prediction *p)
{
    p->extrema = (struct dp_extrema){.capacity = DP_EXTREMA_LINES, .line = p->line, .unit = p->unit};
    const struct dp_extrema_options options = {.power = power, .bias = bias, .starts = 128};
    assert_int_equal(dp_extrema_find(samples, &options, &p->extrema, NULL), DP_OK);
}

static struct dp_samples data_of(enum dp_target target, int64_t samples, int64_t inputs, int64_t seed)
{
    struct dp_run run = dp_run_defaults();
    struct dp_samples train, test;
    run.target = target;
    run.samples = samples;
    run.inputs = inputs;
    run.data_seed = seed;
    run.test_samples = 0;
    assert_int_equal(dp_data_make(&run, NULL, &train, &test, NULL), DP_OK);
    return train;
}

static double product(const double *u, const double *v, int rows)
{
    double sum = 0;
    for (int j = 0; j < rows; j++)
        sum += u[j] * v[j];
    return sum;
}

static double value_at(const struct dp_samples *s, int power, bool bias, const double *w)
{
    double sum = 0;
    for (int64_t i = 0; i < s->count; i++)
        sum += s->y[i] *
               pow(product(w, s->x + i * s->inputs, (int)s->inputs) + (bias ? w[s->inputs] : 0), power);
    return sum / (double)s->count;
}

static bool predicts_angle(const struct prediction *p, double angle)
{
    for (int64_t i = 0; i < p->extrema.lines; i++)
        for (int side = 0; side < 2; side++) {
            const double found = atan2(side ? -p->unit[2 * i + 1] : p->unit[2 * i + 1],
                                       side ? -p->unit[2 * i] : p->unit[2 * i]);
            if (fabs(remainder(found - angle, 2 * acos(-1))) < 6e-5)
                return true;
        }
    return false;
}

// The table of growing angles derived with algebra (four digits).
static void the_derived_table_of_angles_is_reproduced(void **state)
{
    (void)state;
    static const struct {
        enum dp_target target;
        int power, count, listed;
        double angle[6];
    } table[] = {
        {DP_TWO_KINKS, 1, 2, 2, {1.5708, -1.5708}},
        {DP_TWO_KINKS, 3, 4, 4, {0.7854, -0.7854, 2.3562, -2.3562}},
        {DP_SINE_MIX, 1, 2, 2, {-0.3653, 2.7763}},
        {DP_SINE_MIX, 2, 4, 4, {-2.2589, -0.6881, 0.8827, 2.4535}},
        {DP_SINE_MIX, 3, 6, 6, {-2.8837, -1.9926, -0.9230, 0.2578, 1.1489, 2.2186}},
        {DP_THREE_POINTS, 1, 2, 2, {0.5880, -2.5536}},
        {DP_THREE_POINTS, 2, 4, 4, {-2.2337, -0.6629, 0.9079, 2.4787}},
        {DP_THREE_POINTS, 3, 4, 0, {0}},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct prediction p;
        struct dp_samples data = data_of(table[i].target, 0, 0, 0);
        predict(&data, table[i].power, true, &p);
        assert_int_equal(p.extrema.kind, DP_EXTREMA_COUNTED);
        assert_int_equal(p.extrema.count, table[i].count);
        for (int k = 0; k < table[i].listed; k++)
            assert_true(predicts_angle(&p, table[i].angle[k]));
        dp_samples_free(&data);
    }
}

// F at 36,000 angles, with the neighbours of each: extrema that grow, where they are.
static void every_extremum_of_a_circle_is_found(void **state)
{
    (void)state;
    enum { ANGLES = 36000 };
    static double f[ANGLES];
    int most[DP_EXTREMA_LINES] = {0};
    for (int power = 1; power <= 8; power++)
        for (int seed = 0; seed < 60; seed++) {
            struct prediction p;
            struct dp_samples data = data_of(DP_RANDOM, 3 + seed % 20, 1, seed);
            predict(&data, power, true, &p);
            for (int i = 0; i < ANGLES; i++) {
                const double angle = i * 2 * acos(-1) / ANGLES, w[2] = {cos(angle), sin(angle)};
                f[i] = value_at(&data, power, true, w);
            }
            int count = 0;
            for (int i = 0; i < ANGLES; i++) {
                const double before = f[(i + ANGLES - 1) % ANGLES], after = f[(i + 1) % ANGLES];
                const bool grows = f[i] > 0 ? f[i] > before && f[i] >= after : f[i] < before && f[i] <= after;
                count += grows;
                double nearest = 0;
                const double angle = i * 2 * acos(-1) / ANGLES, w[2] = {cos(angle), sin(angle)};
                for (int64_t k = 0; k < p.extrema.lines; k++)
                    nearest = fmax(nearest, fabs(product(w, p.unit + 2 * k, 2)));
                if (grows)
                    assert_true(nearest > cos(4e-4));
            }
            for (int64_t k = 0; k < p.extrema.lines; k++) { // pull = -F'' / (p F) along the circle
                const double *u = p.unit + 2 * k, step = 1e-3;
                const double ahead[] = {cos(step) * u[0] - sin(step) * u[1],
                                        cos(step) * u[1] + sin(step) * u[0]};
                const double back[] = {cos(step) * u[0] + sin(step) * u[1],
                                       cos(step) * u[1] - sin(step) * u[0]};
                const double here = value_at(&data, power, true, u);
                const double bend =
                    (value_at(&data, power, true, ahead) + value_at(&data, power, true, back) - 2 * here) /
                    (step * step);
                assert_near(p.line[k].pull, -bend / (power * here), 1e-4 * (1 + fabs(bend / here)));
            }
            assert_int_equal(p.extrema.count, count);
            assert_true(count <= 2 * power);
            most[power] = count > most[power] ? count : most[power];
            dp_samples_free(&data);
        }
    assert_int_equal(most[3], 6); // the claim's bound is met
}

static void multiplicity_one_predicts_the_mean_of_y_x(void **state)
{
    (void)state;
    for (int inputs = 1; inputs <= 20; inputs += 3) {
        struct prediction p;
        struct dp_samples data = data_of(DP_RANDOM, 17, inputs, inputs);
        double v[MOST_ROWS] = {0};
        for (int64_t i = 0; i < 17; i++)
            for (int j = 0; j <= inputs; j++)
                v[j] += data.y[i] * (j < inputs ? data.x[i * inputs + j] : 1) / 17;
        const double size = sqrt(product(v, v, inputs + 1));
        predict(&data, 1, true, &p);
        assert_int_equal(p.extrema.count, 2);
        assert_near(p.line[0].value, size, 1e-14);
        for (int j = 0; j <= inputs; j++)
            assert_near(p.unit[j], v[j] / size, 1e-14);
        dp_samples_free(&data);
    }
}

// Where sigma(0) > 0 all a go with mean y: one direction, to the side of v that lowers the loss.
static void a_constant_part_leaves_one_direction(void **state)
{
    (void)state;
    for (int inputs = 1; inputs <= 5; inputs += 2)
        for (int sign = -1; sign <= 1; sign += 2) {
            struct prediction p, q;
            struct dp_samples data = data_of(DP_RANDOM, 17, inputs, inputs);
            double mean = 0;
            for (int64_t i = 0; i < 17; i++)
                mean += data.y[i] *= sign;
            p.extrema = (struct dp_extrema){.capacity = DP_EXTREMA_LINES, .line = p.line, .unit = p.unit};
            const struct dp_extrema_options options = {
                .power = 1, .bias = true, .constant = true, .starts = 128};
            assert_int_equal(dp_extrema_find(&data, &options, &p.extrema, NULL), DP_OK);
            predict(&data, 1, true, &q);
            assert_true(p.extrema.one_sided && !q.extrema.one_sided);
            assert_int_equal(p.extrema.count, 1);
            assert_int_equal(p.extrema.lines, 1);
            for (int j = 0; j <= inputs; j++)
                assert_near(p.unit[j], mean > 0 ? q.unit[j] : -q.unit[j], 1e-15);
            dp_samples_free(&data);
        }
}

// Eigenvectors of a symmetric matrix by Jacobi rotations: a becomes diagonal, the columns of v are they.
static void jacobi(int rows, double a[MOST_ROWS][MOST_ROWS], double v[MOST_ROWS][MOST_ROWS])
{
    for (int i = 0; i < rows; i++)
        for (int j = 0; j < rows; j++)
            v[i][j] = i == j;
    for (int round = 0; round < 30; round++)
        for (int p = 0; p < rows; p++)
            for (int q = p + 1; q < rows; q++) {
                if (a[p][q] == 0)
                    continue;
                const double angle = 0.5 * atan2(2 * a[p][q], a[q][q] - a[p][p]), c = cos(angle),
                             s = sin(angle);
                for (int k = 0; k < rows; k++) {
                    const double left = a[k][p], right = a[k][q];
                    a[k][p] = c * left - s * right;
                    a[k][q] = s * left + c * right;
                }
                for (int k = 0; k < rows; k++) {
                    const double up = a[p][k], down = a[q][k];
                    a[p][k] = c * up - s * down;
                    a[q][k] = s * up + c * down;
                    const double left = v[k][p], right = v[k][q];
                    v[k][p] = c * left - s * right;
                    v[k][q] = s * left + c * right;
                }
            }
}

static void multiplicity_two_predicts_the_outer_eigenvectors(void **state)
{
    (void)state;
    static const int inputs[] = {1, 2, 5, 20};
    for (int i = 0; i < 4; i++)
        for (int seed = 0; seed < 20; seed++) {
            const int rows = inputs[i] + 1;
            struct prediction p;
            struct dp_samples data = data_of(DP_RANDOM, 4 + seed * 2, inputs[i], seed);
            double a[MOST_ROWS][MOST_ROWS] = {0}, v[MOST_ROWS][MOST_ROWS];
            for (int64_t k = 0; k < data.count; k++) {
                double x[MOST_ROWS];
                memcpy(x, data.x + k * data.inputs, (size_t)data.inputs * sizeof *x);
                x[inputs[i]] = 1;
                for (int j = 0; j < rows; j++)
                    for (int l = 0; l < rows; l++)
                        a[j][l] += data.y[k] * x[j] * x[l] / (double)data.count;
            }
            jacobi(rows, a, v);
            int lowest = 0, highest = 0;
            for (int j = 0; j < rows; j++) {
                lowest = a[j][j] < a[lowest][lowest] ? j : lowest;
                highest = a[j][j] > a[highest][highest] ? j : highest;
            }
            predict(&data, 2, true, &p);
            double second[2] = {INFINITY, -INFINITY}; // the eigenvalues next to the lowest and the highest
            for (int j = 0; j < rows; j++) {
                second[0] = j == lowest ? second[0] : fmin(second[0], a[j][j]);
                second[1] = j == highest ? second[1] : fmax(second[1], a[j][j]);
            }
            const int ends[] = {lowest, highest};
            int expected = 0;
            for (int end = 0; end < 2; end++) {
                const double value = a[ends[end]][ends[end]];
                if (end == 0 ? value > -1e-12 : value < 1e-12)
                    continue;
                bool found = false;
                for (int64_t k = 0; k < p.extrema.lines; k++) {
                    double along = 0;
                    for (int j = 0; j < rows; j++)
                        along += p.unit[k * rows + j] * v[j][ends[end]];
                    found = found || (fabs(along) > 1 - 1e-10 && fabs(p.line[k].value - value) < 1e-12 &&
                                      fabs(p.line[k].pull - 1 + second[end] / value) < 1e-9);
                }
                assert_true(found);
                expected++;
            }
            assert_int_equal(p.extrema.lines, expected);
            dp_samples_free(&data);
        }
}

// x turned by reflections; the bias becomes an ordinary input, and inputs that are always 0 are mixed in.
static struct dp_samples turned(const struct dp_samples *data, int rows, double reflect[2][MOST_ROWS])
{
    struct dp_samples s;
    assert_int_equal(dp_samples_alloc(&s, data->count, rows, 1, NULL), DP_OK);
    memcpy(s.y, data->y, (size_t)data->count * sizeof *s.y);
    for (int64_t i = 0; i < data->count; i++) {
        double *x = s.x + i * rows;
        for (int j = 0; j < rows; j++)
            x[j] = j == 0 ? data->x[i] : j == 1;
        for (int plane = 0; plane < 2; plane++) {
            const double along = product(x, reflect[plane], rows);
            for (int j = 0; j < rows; j++)
                x[j] -= 2 * along * reflect[plane][j];
        }
    }
    return s;
}

/* The growing extrema of a circle's data are those of the same data in any plane of a higher space, where off
 * the plane |F| is less: what the search finds there is known exactly. */
static void the_search_finds_what_the_circle_has(void **state)
{
    (void)state;
    static const int spaces[] = {3, 6, 21};
    int wrong = 0, cases = 0;
    for (int power = 2; power <= 6; power++)
        for (int seed = 0; seed < 30; seed++)
            for (int space = 0; space < 3; space++) {
                const int rows = spaces[space];
                struct prediction exact, searched;
                struct dp_samples data = data_of(DP_RANDOM, 12, 1, seed);
                double reflect[2][MOST_ROWS];
                for (int plane = 0; plane < 2; plane++) {
                    for (int j = 0; j < rows; j++)
                        reflect[plane][j] = dp_normal(seed, DP_STREAM_TEST, plane, j);
                    const double size = sqrt(product(reflect[plane], reflect[plane], rows));
                    for (int j = 0; j < rows; j++)
                        reflect[plane][j] /= size;
                }
                struct dp_samples wide = turned(&data, rows, reflect);
                predict(&data, power, true, &exact);
                predict(&wide, power, false, &searched);
                bool right = exact.extrema.lines == searched.extrema.lines;
                for (int64_t k = 0; right && k < exact.extrema.lines; k++)
                    right = fabs(fabs(exact.line[k].value) - fabs(searched.line[k].value)) < 1e-10;
                if (!right && searched.extrema.unseen < 0.02)
                    print_message("power %d, seed %d, %d rows: %lld lines of %lld, unseen %g\n", power, seed,
                                  rows, (long long)searched.extrema.lines, (long long)exact.extrema.lines,
                                  searched.extrema.unseen);
                wrong += !right;
                cases++;
                dp_samples_free(&data);
                dp_samples_free(&wide);
            }
    assert_true(wrong <= cases / 100);
}

static void data_without_a_count_are_told(void **state)
{
    (void)state;
    struct prediction p;
    struct dp_samples data = data_of(DP_TWO_KINKS, 0, 0, 0);
    predict(&data, 2, true, &p); // F = |w|^2 / 15
    assert_int_equal(p.extrema.kind, DP_EXTREMA_FLAT);
    assert_int_equal(p.extrema.count, 0);
    memset(data.y, 0, (size_t)data.count * sizeof *data.y);
    for (int power = 1; power <= 4; power++) {
        predict(&data, power, true, &p);
        assert_int_equal(p.extrema.kind, DP_EXTREMA_ZERO);
    }
    dp_samples_free(&data);
    // the corners of an octahedron: F = |w|^2, and in the fourth power maxima at the corners alone
    assert_int_equal(dp_samples_alloc(&data, 3, 3, 1, NULL), DP_OK);
    for (int i = 0; i < 3; i++) {
        data.y[i] = 3;
        for (int j = 0; j < 3; j++)
            data.x[3 * i + j] = i == j;
    }
    predict(&data, 2, false, &p);
    assert_int_equal(p.extrema.kind, DP_EXTREMA_FLAT);
    predict(&data, 4, false, &p);
    assert_int_equal(p.extrema.kind, DP_EXTREMA_COUNTED);
    assert_int_equal(p.extrema.count, 6);
    assert_near(p.line[2].value, 1, 1e-14);
    memset(data.y, 0, 3 * sizeof *data.y);
    predict(&data, 3, false, &p);
    assert_int_equal(p.extrema.kind, DP_EXTREMA_ZERO);
    dp_samples_free(&data);
    // one input without a bias: two directions where the mean of y x^p is not zero
    data = data_of(DP_THREE_POINTS, 0, 0, 0);
    predict(&data, 3, false, &p);
    assert_int_equal(p.extrema.count, 2);
    assert_near(p.line[0].value, (0.5 * 0.125 + 0.125) / 3, 1e-15);
    dp_samples_free(&data);
}

// In sizes, F is homogeneous of degree p in x and of degree 1 in y.
static void units_of_the_data_do_not_matter(void **state)
{
    (void)state;
    for (int power = 2; power <= 6; power += 2) {
        struct prediction p, q;
        struct dp_samples data = data_of(DP_SINE_SUM, 30, 4, power);
        predict(&data, power, false, &p);
        for (int64_t i = 0; i < 30; i++)
            data.y[i] *= -1e-6;
        for (int64_t i = 0; i < 120; i++)
            data.x[i] *= 1e-3;
        predict(&data, power, false, &q);
        assert_int_equal(p.extrema.count, q.extrema.count);
        assert_near(q.line[0].value / pow(1e-3, power) / -1e-6 / p.line[0].value, 1, 1e-9);
        dp_samples_free(&data);
    }
}

// With an even p nothing else: 80 samples in five dimensions, where each found place is checked to be an
// extremum.
static void what_is_found_are_extrema(void **state)
{
    (void)state;
    for (int power = 2; power <= 6; power++)
        for (int seed = 0; seed < 5; seed++) {
            struct prediction p;
            struct dp_samples data = data_of(DP_SINE_SUM, 80, 5, seed);
            predict(&data, power, true, &p);
            assert_int_equal(p.extrema.kind, DP_EXTREMA_COUNTED);
            assert_true(p.extrema.lines >= 1);
            double basins = 0;
            for (int64_t k = 0; k < p.extrema.lines; k++) {
                const double *w = p.unit + 6 * k, here = value_at(&data, power, true, w);
                assert_near(here / p.line[k].value, 1, 1e-12);
                basins += p.line[k].basin;
                for (int trial = 0; trial < 50; trial++) {
                    double near[6], square = 0;
                    for (int j = 0; j < 6; j++) {
                        near[j] = w[j] + 1e-3 * dp_normal(trial, DP_STREAM_TEST, k, j);
                        square += near[j] * near[j];
                    }
                    const double there = value_at(&data, power, true, near) / pow(square, 0.5 * power);
                    assert_true(there / here < 1);
                }
            }
            assert_true(basins <= 1 + 1e-12);
            dp_samples_free(&data);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_derived_table_of_angles_is_reproduced),
        cmocka_unit_test(every_extremum_of_a_circle_is_found),
        cmocka_unit_test(multiplicity_one_predicts_the_mean_of_y_x),
        cmocka_unit_test(a_constant_part_leaves_one_direction),
        cmocka_unit_test(multiplicity_two_predicts_the_outer_eigenvectors),
        cmocka_unit_test(the_search_finds_what_the_circle_has),
        cmocka_unit_test(data_without_a_count_are_told),
        cmocka_unit_test(units_of_the_data_do_not_matter),
        cmocka_unit_test(what_is_found_are_extrema),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
