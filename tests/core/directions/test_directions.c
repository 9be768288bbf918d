// SPDX-License-Identifier: BSD-3-Clause
// Counting directions: against planted ones, against the definition by brute force, and under the symmetries.
#include "check.h"
#include "core/math/rng.h"
#include "dewpoint/core/directions.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static const double RADIANS = 3.14159265358979323846 / 180;
static const struct dp_direction_options OPTIONS = {.resolution = 10, .share = 0.03};
enum { MOST_PLANTED = 12 };

// Draws of one case by counter.
struct draws {
    int64_t seed, next;
};

static double uniform(struct draws *d, double low, double high)
{
    return low + (high - low) * dp_uniform(d->seed, DP_STREAM_INPUTS, d->next++, 0);
}

static double normal(struct draws *d)
{
    return dp_normal(d->seed, DP_STREAM_TARGETS, d->next++, 0);
}

struct planted {
    int64_t count;
    int inputs, directions;
    double *columns; // [inputs + 2][count]
    double unit[MOST_PLANTED][21];
    double share[MOST_PLANTED];
};

static double product(const double *u, const double *v, int rows)
{
    double sum = 0;
    for (int j = 0; j < rows; j++)
        sum += u[j] * v[j];
    return sum;
}

static void normalise(double *u, int rows)
{
    const double size = sqrt(product(u, u, rows));
    for (int j = 0; j < rows; j++)
        u[j] /= size;
}

static void random_unit(struct draws *d, int rows, double *u)
{
    for (int j = 0; j < rows; j++)
        u[j] = normal(d);
    normalise(u, rows);
}

// Directions apart by more than the angle, as lines too: on the circle by gaps, elsewhere by trial.
static void plant_units(struct draws *d, double apart, struct planted *p)
{
    const int rows = p->inputs + 1;
    if (rows == 2) {
        double gap[MOST_PLANTED], sum = 0, angle = uniform(d, 0, 360);
        for (int i = 0; i < p->directions; i++)
            sum += gap[i] = -log(uniform(d, 0, 1));
        for (int i = 0; i < p->directions; i++) {
            p->unit[i][0] = cos(angle * RADIANS);
            p->unit[i][1] = sin(angle * RADIANS);
            angle += apart + gap[i] / sum * (360 - p->directions * apart);
        }
        return;
    }
    for (int i = 0; i < p->directions; i++) {
        bool clear = false;
        while (!clear) {
            random_unit(d, rows, p->unit[i]);
            clear = true;
            for (int k = 0; k < i; k++)
                clear = clear && product(p->unit[i], p->unit[k], rows) < cos(apart * RADIANS);
        }
    }
}

static void plant_neuron(struct planted *p, int64_t k, const double *unit, double size, double amplitude)
{
    for (int j = 0; j <= p->inputs; j++)
        p->columns[j * p->count + k] = size * unit[j];
    p->columns[(p->inputs + 1) * p->count + k] = amplitude / size;
}

/* Neurons around `directions` directions with a root mean square angle of `noise` degrees, uneven shares (the
 * largest at most 2.5 times the smallest), uneven amplitudes within a direction, and a `rest` spread over the
 * sphere. */
static struct planted plant(int64_t seed, int inputs, int64_t count, int directions, double noise,
                            double rest)
{
    struct draws d = {seed, 0};
    struct planted p = {.count = count, .inputs = inputs, .directions = directions};
    p.columns = calloc((size_t)((inputs + 2) * count), sizeof(double));
    assert_non_null(p.columns);
    plant_units(&d, OPTIONS.resolution + 6 * noise / sqrt(inputs) + 1, &p);
    const int64_t spread = rest > 0 ? count / 4 : 0;
    double *amplitude = malloc((size_t)count * sizeof *amplitude), sum[MOST_PLANTED + 1] = {0}, all = 0;
    for (int i = 0; i < directions; i++)
        all += p.share[i] = uniform(&d, 1, 2.5);
    for (int64_t k = 0; k < count; k++)
        sum[k < spread ? MOST_PLANTED : k % directions] += amplitude[k] = exp(normal(&d) / 2);
    for (int i = 0; i < directions; i++)
        p.share[i] *= (1 - rest) / all;
    for (int64_t k = 0; k < count; k++) {
        const int at = (int)(k % directions);
        double unit[21];
        if (k < spread)
            random_unit(&d, inputs + 1, unit);
        for (int j = 0; k >= spread && j <= inputs; j++)
            unit[j] = p.unit[at][j] + normal(&d) * noise * RADIANS / sqrt(inputs);
        normalise(unit, inputs + 1);
        const double share = k < spread ? rest / sum[MOST_PLANTED] : p.share[at] / sum[at];
        plant_neuron(&p, k, unit, exp(normal(&d)), share * amplitude[k] * (k % 3 ? 1 : -1));
    }
    free(amplitude);
    return p;
}

static struct dp_neurons view(const struct planted *p)
{
    return (struct dp_neurons){p->columns, p->count, p->inputs, 1};
}

struct answer {
    struct dp_direction_set directions, lines;
    struct dp_direction kept[2][DP_DIRECTIONS_KEPT];
    double unit[2][DP_DIRECTIONS_KEPT * 21];
};

static void count(const struct planted *p, const struct dp_direction_options *options, struct answer *answer)
{
    const struct dp_neurons neurons = view(p);
    answer->directions = (struct dp_direction_set){
        .capacity = DP_DIRECTIONS_KEPT, .kept = answer->kept[0], .unit = answer->unit[0]};
    answer->lines = (struct dp_direction_set){
        .capacity = DP_DIRECTIONS_KEPT, .kept = answer->kept[1], .unit = answer->unit[1]};
    assert_int_equal(dp_directions_count(&neurons, options, &answer->directions, &answer->lines, NULL),
                     DP_OK);
}

/* Every planted direction found once, where it is, with its share. On a circle a direction also holds the
 * part of an even rest that lies within the cap. */
static bool finds(const struct planted *p, const struct answer *answer, double noise, double rest)
{
    const int rows = p->inputs + 1;
    const double leak = p->inputs == 1 ? rest * OPTIONS.resolution / 360 : 0;
    if (answer->directions.count != p->directions ||
        fabs(answer->directions.rest - rest + leak * p->directions) > 0.05)
        return false;
    for (int i = 0; i < p->directions; i++) {
        bool found = false;
        for (int k = 0; k < p->directions; k++)
            found = found || (product(p->unit[i], answer->unit[0] + k * rows, rows) >
                                  cos((2 * noise + 0.5) * RADIANS) &&
                              fabs(answer->kept[0][k].share - p->share[i] - leak) < 0.04);
        if (!found)
            return false;
    }
    return true;
}

static int wrong_of(int64_t cases, int inputs, int64_t width)
{
    static struct answer answer;
    int wrong = 0;
    const int most = width < 20 ? 4 : width < 50 ? 6 : MOST_PLANTED;
    for (int64_t seed = 0; seed < cases; seed++) {
        struct draws d = {seed + 1000 * width + inputs, 1 << 30};
        const double noise = uniform(&d, 0, 2),
                     rest = width < 100 ? 0 : uniform(&d, 0, width < 300 ? 0.1 : 0.2);
        const int directions = 2 + (int)(seed % (most - 1));
        struct planted p = plant(seed, inputs, width, directions, noise, rest);
        count(&p, &OPTIONS, &answer);
        const bool right = finds(&p, &answer, noise, rest);
        if (!right)
            print_message("d %d, width %lld, seed %lld: %lld of %d, noise %.2f, rest %.3f of %.3f\n", inputs,
                          (long long)width, (long long)seed, (long long)answer.directions.count, directions,
                          noise, answer.directions.rest, rest);
        wrong += !right;
        free(p.columns);
    }
    return wrong;
}

static void planted_directions_are_found_in_99_of_100_cases(void **state)
{
    (void)state;
    static const int inputs[] = {1, 2, 5, 20};
    static const int64_t width[] = {10, 30, 100, 1000};
    for (int i = 0; i < 4; i++)
        for (int w = 0; w < 4; w++)
            assert_true(wrong_of(100, inputs[i], width[w]) <= 1);
}

static void planted_directions_are_found_in_wide_networks(void **state)
{
    (void)state;
    static const int inputs[] = {1, 2, 5, 20};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(wrong_of(11, inputs[i], 10000), 0);
        assert_int_equal(wrong_of(2, inputs[i], 100000), 0);
    }
}

// The same neurons in another order: neuron k becomes neuron (a k + b) mod count.
static struct planted shuffled(const struct planted *p)
{
    struct planted q = *p;
    const int rows = p->inputs + 2;
    q.columns = malloc((size_t)(rows * p->count) * sizeof(double));
    assert_non_null(q.columns);
    for (int64_t k = 0; k < p->count; k++)
        for (int j = 0; j < rows; j++)
            q.columns[j * p->count + (k * 7919 + 13) % p->count] = p->columns[j * p->count + k];
    return q;
}

static struct planted scaled(const struct planted *p, double w, double a)
{
    struct planted q = *p;
    const int rows = p->inputs + 1;
    q.columns = malloc((size_t)((rows + 1) * p->count) * sizeof(double));
    assert_non_null(q.columns);
    for (int64_t k = 0; k < (rows + 1) * p->count; k++)
        q.columns[k] = p->columns[k] * (k < rows * p->count ? w : a);
    return q;
}

// Reflected in two random planes, one after the other, which is a rotation.
static struct planted rotated(const struct planted *p)
{
    struct planted q = scaled(p, 1, 1);
    struct draws d = {4711, 0};
    const int rows = p->inputs + 1;
    for (int plane = 0; plane < 2; plane++) {
        double u[21];
        random_unit(&d, rows, u);
        for (int64_t k = 0; k < p->count; k++) {
            double along = 0;
            for (int j = 0; j < rows; j++)
                along += u[j] * q.columns[j * p->count + k];
            for (int j = 0; j < rows; j++)
                q.columns[j * p->count + k] -= 2 * along * u[j];
        }
    }
    return q;
}

static void assert_same_answer(const struct planted *p, struct planted q, double tolerance)
{
    static struct answer first, second;
    count(p, &OPTIONS, &first);
    count(&q, &OPTIONS, &second);
    assert_true(first.directions.count > 0);
    assert_int_equal(first.directions.count, second.directions.count);
    assert_int_equal(first.lines.count, second.lines.count);
    assert_near(first.directions.rest, second.directions.rest, tolerance);
    assert_near(first.lines.rest, second.lines.rest, tolerance);
    for (int64_t i = 0; i < first.directions.count; i++) {
        assert_near(first.kept[0][i].share, second.kept[0][i].share, tolerance);
        assert_near(first.kept[0][i].width, second.kept[0][i].width, 1e-6 + 0.2 * tolerance);
    }
    free(q.columns);
}

static void order_rotation_and_scale_change_nothing(void **state)
{
    (void)state;
    static const int inputs[] = {1, 2, 5, 20};
    static const int64_t width[] = {10, 100, 1000, 10000};
    for (int i = 0; i < 4; i++)
        for (int w = 0; w < 4; w++)
            for (int seed = 0; seed < 5; seed++) {
                const double rest = w > 1 ? 0.15 : 0;
                struct planted p = plant(seed, inputs[i], width[w], w == 0 ? 3 : 2 + 2 * seed, 1, rest);
                assert_same_answer(&p, shuffled(&p), 1e-12);
                assert_same_answer(&p, scaled(&p, 3e-7, -1e5), 1e-12);
                assert_same_answer(&p, scaled(&p, 1e-180, 1e160), 1e-12);
                assert_same_answer(&p, scaled(&p, 1e170, 1e150), 1e-12);
                // a sector of the circle is taken or left as a whole
                assert_same_answer(&p, rotated(&p), inputs[i] == 1 ? 0.01 : 1e-12);
                free(p.columns);
            }
}

// A circle of the sphere S^2 and the circle itself are searched in different ways.
static void a_circle_on_the_sphere_counts_the_same(void **state)
{
    (void)state;
    static struct answer flat, lifted;
    for (int seed = 0; seed < 40; seed++) {
        struct planted p = plant(seed, 1, 500, 2 + seed % 11, 1, 0), q = p;
        q.inputs = 2;
        q.columns = calloc(4 * 500, sizeof(double));
        assert_non_null(q.columns);
        memcpy(q.columns, p.columns, 1000 * sizeof(double));
        memcpy(q.columns + 1500, p.columns + 1000, 500 * sizeof(double));
        count(&p, &OPTIONS, &flat);
        count(&q, &OPTIONS, &lifted);
        assert_int_equal(flat.directions.count, lifted.directions.count);
        assert_int_equal(flat.lines.count, lifted.lines.count);
        assert_near(flat.directions.rest, lifted.directions.rest, 0.01);
        for (int64_t i = 0; i < flat.directions.count; i++)
            assert_near(flat.kept[0][i].share, lifted.kept[0][i].share, 0.01);
        free(p.columns);
        free(q.columns);
    }
}

/* The definition without sectors: g at every tenth of a degree, and of each place that is the highest until
 * the next rise, the pass by walking both ways. Returns -1 where the count hangs on less than a sector's
 * worth. */
enum { PLACES = 3600 };

static double pass_by_walking(const double *g, int from, int step, bool *higher)
{
    double low = g[from];
    for (int i = 1; i < PLACES; i++) {
        const double here = g[(from + i * step + PLACES * 2) % PLACES];
        if (here > g[from]) {
            *higher = true;
            return low;
        }
        low = fmin(low, here);
    }
    return low;
}

static double by_brute_force(const struct planted *p, double resolution, double *g)
{
    double total = 0, square = 0;
    memset(g, 0, PLACES * sizeof *g);
    for (int64_t k = 0; k < p->count; k++) {
        const double x = p->columns[k], y = p->columns[p->count + k];
        const double amplitude = fabs(p->columns[2 * p->count + k]) * hypot(x, y);
        const double angle = atan2(y, x) / RADIANS * 10, reach = resolution * 5;
        for (int i = (int)ceil(angle - reach); i <= angle + reach; i++)
            g[(i + 2 * PLACES) % PLACES] += amplitude;
        total += amplitude;
        square += amplitude * amplitude;
    }
    for (int i = 0; i < PLACES; i++)
        g[i] /= total;
    return total * total / square;
}

static int64_t count_by_brute_force(const struct planted *p, const struct dp_direction_options *options)
{
    static double g[PLACES], peak[PLACES], pass[PLACES];
    const double effective = by_brute_force(p, options->resolution, g);
    int count = 0;
    bool close = false;
    for (int i = 0; i < PLACES; i++) {
        if (g[i] == g[(i + PLACES - 1) % PLACES])
            continue; // a place on a plateau, not its first
        bool left = false, right = false;
        const double back = pass_by_walking(g, i, -1, &left), ahead = pass_by_walking(g, i, 1, &right);
        peak[count] = g[i];
        pass[count] = left && right ? fmax(back, ahead) : left ? back : right ? ahead : fmin(back, ahead);
        close = close || fabs(peak[count] - pass[count] - options->share) < 0.16 / options->resolution;
        count += peak[count] - pass[count] >= options->share;
    }
    for (int before = -1; before != count && !close;) {
        double rest = 1;
        for (int i = 0; i < count; i++)
            rest -= peak[i];
        const double bare = 360 - count * options->resolution;
        const double spread = bare > options->resolution ? fmax(0, rest) * options->resolution / bare : 0;
        before = count;
        count = 0;
        for (int i = 0; i < before; i++) {
            const double level = fmax(pass[i], spread),
                         need = fmax(options->share, 3 * sqrt(level / effective));
            close = close || fabs(peak[i] - level - need) < 0.16 / options->resolution;
            peak[count] = peak[i];
            pass[count] = pass[i];
            count += peak[i] - level >= need;
        }
    }
    return close ? -1 : count;
}

static void the_circle_is_counted_by_the_definition(void **state)
{
    (void)state;
    static struct answer answer;
    int compared = 0;
    for (int seed = 0; seed < 600; seed++) {
        struct draws d = {seed, 1 << 29};
        const struct dp_direction_options options = {.resolution = 8 + seed % 5 * 4,
                                                     .share = 0.03 + seed / 5 % 3 * 0.04};
        struct planted p =
            plant(seed, 1, 400 + seed % 7 * 200, 1 + seed % 9, uniform(&d, 0, 2), seed % 3 * 0.3);
        if (seed % 2) { // broad, and overlapping
            for (int64_t k = 0; k < p.count; k++) {
                const double size = exp(normal(&d)), angle = (seed % 5 + 1) * 15 * RADIANS * normal(&d);
                p.columns[k] = size * cos(angle + (double)(k % (seed % 4 + 1)));
                p.columns[p.count + k] = size * sin(angle + (double)(k % (seed % 4 + 1)));
            }
        }
        const int64_t expected = count_by_brute_force(&p, &options);
        count(&p, &options, &answer);
        if (expected >= 0) {
            if (answer.directions.count != expected)
                print_message("seed %d\n", seed);
            assert_int_equal(answer.directions.count, expected);
        }
        compared += expected >= 0;
        free(p.columns);
    }
    assert_true(compared > 200);
}

static void two_bundles_are_two_beyond_the_resolution(void **state)
{
    (void)state;
    static struct answer answer;
    for (int inputs = 1; inputs <= 20; inputs += 4)
        for (int apart = 1; apart <= 20; apart++) {
            struct planted p = plant(0, inputs, 20, 1, 0, 0);
            for (int64_t k = 0; k < 20; k++) {
                for (int j = 0; j <= inputs; j++)
                    p.columns[j * 20 + k] = 0;
                p.columns[k] = cos((double)(k % 2 * apart + 40) * RADIANS);
                p.columns[inputs * 20 + k] = sin((double)(k % 2 * apart + 40) * RADIANS);
            }
            count(&p, &OPTIONS, &answer);
            if (apart != 10 && apart != 11)
                assert_int_equal(answer.directions.count, apart < 10 ? 1 : 2);
            assert_int_equal(answer.lines.count, answer.directions.count);
            free(p.columns);
        }
}

static void opposite_directions_are_one_line(void **state)
{
    (void)state;
    static struct answer answer;
    for (int inputs = 1; inputs <= 20; inputs += 4) {
        struct planted p = plant(3, inputs, 600, 4, 1, 0);
        for (int64_t k = 0; k < 600; k++)
            for (int j = 0; k / 4 % 3 == 0 && j <= inputs; j++)
                p.columns[j * 600 + k] *= -1;
        count(&p, &OPTIONS, &answer);
        assert_int_equal(answer.directions.count, 8);
        assert_int_equal(answer.lines.count, 4);
        double held = answer.lines.rest;
        for (int i = 0; i < 4; i++) {
            double nearest = 0;
            for (int k = 0; k < 4; k++)
                nearest = fmax(nearest, product(p.unit[i], answer.unit[1] + k * (inputs + 1), inputs + 1));
            assert_true(nearest > cos(0.5 * RADIANS)); // on the side that has two thirds of the neurons
            held += answer.kept[1][i].share;
        }
        assert_near(held, 1, 1e-12);
        free(p.columns);
    }
}

static void isotropic_networks_have_no_directions(void **state)
{
    (void)state;
    static struct answer answer;
    static const int inputs[] = {1, 2, 5, 20};
    for (int i = 0; i < 4; i++)
        for (int seed = 0; seed < 5; seed++) {
            struct planted p = plant(seed, inputs[i], 2000, 1, 0, 1);
            struct draws d = {seed, 0};
            for (int64_t k = 0; k < (inputs[i] + 2) * 2000; k++)
                p.columns[k] = normal(&d);
            count(&p, &OPTIONS, &answer);
            assert_int_equal(answer.directions.count, 0);
            assert_int_equal(answer.lines.count, 0);
            assert_near(answer.directions.rest, 1, 0);
            free(p.columns);
        }
}

// Ten directions of a bundle each, the i-th with amplitude i: shares i / 55, and 36 / 52 of it once 1, 2 are
// cut.
static void weak_neurons_can_be_left_out(void **state)
{
    (void)state;
    static struct answer answer;
    struct planted p = plant(1, 1, 100, 10, 0, 0);
    for (int64_t k = 0; k < 100; k++)
        plant_neuron(&p, k, p.unit[k % 10], 2, (double)(k % 10 + 1));
    count(&p, &(struct dp_direction_options){.resolution = 10, .share = 0.03}, &answer);
    assert_int_equal(answer.directions.count, 9);
    assert_near(answer.kept[0][0].share, 10.0 / 55, 1e-12);
    assert_near(answer.directions.rest, 1.0 / 55, 1e-12);
    count(&p, &(struct dp_direction_options){.resolution = 10, .share = 0.01}, &answer);
    assert_int_equal(answer.directions.count, 10);
    count(&p, &(struct dp_direction_options){.resolution = 10, .amplitude_cut = 0.25, .share = 0.01},
          &answer);
    assert_int_equal(answer.directions.count, 8);
    assert_near(answer.kept[0][0].share, 10.0 / 52, 1e-12);
    free(p.columns);
}

static void the_grid_holds_the_single_counts(void **state)
{
    (void)state;
    static struct answer answer;
    const double resolution[] = {2, 10, 40}, cut[] = {0, 0.1}, share[] = {0.02, 0.1};
    int64_t directions[12], lines[12];
    struct planted p = plant(7, 2, 300, 9, 2, 0.1);
    const struct dp_neurons neurons = view(&p);
    assert_int_equal(dp_directions_grid(&neurons,
                                        &(struct dp_direction_grid){.resolution = resolution,
                                                                    .cut = cut,
                                                                    .share = share,
                                                                    .resolutions = 3,
                                                                    .cuts = 2,
                                                                    .shares = 2,
                                                                    .directions = directions,
                                                                    .lines = lines},
                                        NULL),
                     DP_OK);
    for (int i = 0; i < 12; i++) {
        const struct dp_direction_options options = {resolution[i / 4], cut[i / 2 % 2], share[i % 2]};
        count(&p, &options, &answer);
        assert_int_equal(directions[i], answer.directions.count);
        assert_int_equal(lines[i], answer.lines.count);
    }
    free(p.columns);
}

static void nothing_and_what_is_not_finite_have_none(void **state)
{
    (void)state;
    static struct answer answer;
    for (int inputs = 1; inputs <= 2; inputs++) {
        struct planted p = plant(7, inputs, 100, 2, 1, 0);
        const double before = p.columns[7];
        static const double bad[] = {NAN, INFINITY, -INFINITY};
        for (int i = 0; i < 3; i++) {
            p.columns[7] = bad[i];
            count(&p, &OPTIONS, &answer);
            assert_int_equal(answer.directions.count, 0);
            assert_true(isnan(answer.directions.rest));
        }
        p.columns[7] = before;
        memset(p.columns + (inputs + 1) * 100, 0, 100 * sizeof(double));
        count(&p, &OPTIONS, &answer);
        assert_int_equal(answer.lines.count, 0);
        free(p.columns);
    }
}

// Two outputs (3, 4) weigh as one output 5.
static void several_outputs_weigh_by_their_norm(void **state)
{
    (void)state;
    for (int inputs = 1; inputs <= 2; inputs++) {
        struct planted p = plant(7, inputs, 300, 5, 1, 0), q = p;
        const size_t before = (size_t)((inputs + 1) * 300), after = before + 600;
        q.columns = malloc(after * sizeof(double));
        assert_non_null(q.columns);
        memcpy(q.columns, p.columns, (before + 300) * sizeof(double));
        for (size_t k = 0; k < 300; k++) {
            q.columns[before + k] = 0.6 * p.columns[before + k];
            q.columns[before + 300 + k] = -0.8 * p.columns[before + k];
        }
        struct dp_direction kept[2][DP_DIRECTIONS_KEPT];
        double unit[DP_DIRECTIONS_KEPT * 3];
        for (int outputs = 1; outputs <= 2; outputs++) {
            const struct dp_neurons neurons = {outputs == 1 ? p.columns : q.columns, 300, inputs, outputs};
            struct dp_direction_set set = {
                .capacity = DP_DIRECTIONS_KEPT, .kept = kept[outputs - 1], .unit = unit};
            assert_int_equal(dp_directions_count(&neurons, &OPTIONS, &set, NULL, NULL), DP_OK);
            assert_int_equal(set.count, 5);
        }
        for (int i = 0; i < 5; i++)
            assert_near(kept[0][i].share, kept[1][i].share, 1e-12);
        free(p.columns);
        free(q.columns);
    }
}

// The strongest are kept, the count is of all.
static void a_small_capacity_keeps_the_strongest(void **state)
{
    (void)state;
    struct planted p = plant(7, 2, 300, 9, 1, 0);
    const struct dp_neurons neurons = view(&p);
    struct dp_direction all[9], some[4];
    double unit[9 * 3], few[4 * 3];
    struct dp_direction_set whole = {.capacity = 9, .kept = all, .unit = unit};
    struct dp_direction_set part = {.capacity = 4, .kept = some, .unit = few};
    assert_int_equal(dp_directions_count(&neurons, &OPTIONS, &whole, NULL, NULL), DP_OK);
    assert_int_equal(dp_directions_count(&neurons, &OPTIONS, &part, NULL, NULL), DP_OK);
    assert_int_equal(part.count, 9);
    assert_memory_equal(some, all, sizeof some);
    assert_memory_equal(few, unit, sizeof few);
    assert_near(part.rest, whole.rest, 0);
    for (int i = 1; i < 9; i++)
        assert_true(all[i].share <= all[i - 1].share);
    free(p.columns);
}

static void planted_directions_are_found_among_a_million_neurons(void **state)
{
    (void)state;
    static const int inputs[] = {1, 2, 5, 20};
    for (int i = 0; i < 4; i++)
        assert_int_equal(wrong_of(2, inputs[i], 1000000), 0);
}

// With an argument the long test.
int main(int count, char **unused)
{
    (void)unused;
    const struct CMUnitTest nightly[] = {
        cmocka_unit_test(planted_directions_are_found_among_a_million_neurons),
    };
    if (count > 1)
        return cmocka_run_group_tests(nightly, NULL, NULL);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_directions_are_found_in_99_of_100_cases),
        cmocka_unit_test(planted_directions_are_found_in_wide_networks),
        cmocka_unit_test(order_rotation_and_scale_change_nothing),
        cmocka_unit_test(a_circle_on_the_sphere_counts_the_same),
        cmocka_unit_test(the_circle_is_counted_by_the_definition),
        cmocka_unit_test(two_bundles_are_two_beyond_the_resolution),
        cmocka_unit_test(opposite_directions_are_one_line),
        cmocka_unit_test(isotropic_networks_have_no_directions),
        cmocka_unit_test(weak_neurons_can_be_left_out),
        cmocka_unit_test(the_grid_holds_the_single_counts),
        cmocka_unit_test(nothing_and_what_is_not_finite_have_none),
        cmocka_unit_test(several_outputs_weigh_by_their_norm),
        cmocka_unit_test(a_small_capacity_keeps_the_strongest),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
