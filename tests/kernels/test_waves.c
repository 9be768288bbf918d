// SPDX-License-Identifier: BSD-3-Clause
// Relu neurons moved exactly, against Euler's method with tiny steps; K against its definition; eigenvectors
// against a spectrum that is given. All of it with the same bits on every instruction set.
#include "check.h"
#include "core/math/rng.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/waves.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_INPUTS = 8, MOST_SAMPLES = 64, NEURONS = 600, ROOM = 20000, LANES = DP_WAVE_STRANDS };

static double normal(uint64_t seed, int64_t index)
{
    return dp_normal((int64_t)seed, DP_STREAM_WEIGHTS, index, 0);
}

// Some points with a bias, and a neuron among them.
struct scene {
    double x[MOST_INPUTS * MOST_SAMPLES] __attribute__((aligned(64)));
    double square[MOST_SAMPLES] __attribute__((aligned(64)));
    double rho[MOST_SAMPLES] __attribute__((aligned(64)));
    struct dp_wave_points points;
    double start[MOST_INPUTS + 1];
};

// Coordinate j of point i of the smallest cube of n points or more, of side 2 about 0.
static double on_lattice(int i, int j, int n, int d)
{
    int side = 1, all = 0;
    while (all < n) {
        side++;
        all = 1;
        for (int k = 0; k < d; k++)
            all *= side;
    }
    while (j-- > 0)
        i /= side;
    return 2.0 * (i % side) / (side - 1) - 1;
}

static void make_scene(struct scene *s, uint64_t seed, bool lattice)
{
    const int d = 2 + (int)(seed % 5), n = 5 + (int)(seed % 28), stride = (n + 7) / 8 * 8;
    memset(s, 0, sizeof *s);
    s->points = (struct dp_wave_points){n, stride, d, s->x, s->square};
    int64_t next = 0;
    for (int i = 0; i < n; i++) {
        for (int j = 0; j < d; j++) {
            s->x[j * stride + i] = j == d - 1 ? 1
                                   : lattice  ? on_lattice(i, j, n, d - 1)
                                              : normal(seed, next++);
            s->square[i] += s->x[j * stride + i] * s->x[j * stride + i];
        }
        s->rho[i] = normal(seed, next++) * 3 / sqrt(n);
    }
    for (int j = 0; j <= d; j++)
        s->start[j] = normal(seed, next++);
    s->start[d] *= seed % 3 == 0 ? 0.1 : seed % 5 == 0 ? 5 : 1;
}

// w' = -a G, a' = -G.w with the samples active where w.x > 0, in steps of that many.
static void by_euler(const struct scene *s, int64_t steps, double *theta)
{
    const int d = s->points.inputs, n = s->points.n, stride = s->points.stride;
    memcpy(theta, s->start, (size_t)(d + 1) * sizeof *theta);
    for (int64_t k = 0; k < steps; k++) {
        double g[MOST_INPUTS] = {0}, along = 0;
        for (int i = 0; i < n; i++) {
            double z = 0;
            for (int j = 0; j < d; j++)
                z += theta[j] * s->x[j * stride + i];
            for (int j = 0; j < d && z > 0; j++)
                g[j] += s->rho[i] * s->x[j * stride + i];
        }
        for (int j = 0; j < d; j++)
            along += g[j] * theta[j];
        for (int j = 0; j < d; j++)
            theta[j] -= theta[d] * g[j] / (double)steps;
        theta[d] -= along / (double)steps;
    }
}

// One neuron as the kernels lay them out: eight in a block, the others of zeros.
struct one {
    double start[(MOST_INPUTS + 1) * LANES] __attribute__((aligned(64)));
    double moved[(MOST_INPUTS + 1) * LANES] __attribute__((aligned(64)));
    signed char side[MOST_SAMPLES * LANES];
};

static struct one lay_out(const struct scene *s, const double *moved, const signed char *side)
{
    struct one one = {0};
    memset(one.side, -1, sizeof one.side);
    for (int j = 0; j <= s->points.inputs; j++) {
        one.start[dp_wave_at(s->points.inputs + 1, 0, j)] = s->start[j];
        one.moved[dp_wave_at(s->points.inputs + 1, 0, j)] = moved ? moved[j] : 0;
    }
    for (int i = 0; side && i < s->points.stride; i++)
        one.side[dp_wave_at(s->points.stride, 0, i)] = side[i];
    return one;
}

static void pick_up(const struct scene *s, const struct one *one, double *moved, signed char *side)
{
    for (int j = 0; j <= s->points.inputs; j++)
        moved[j] = one->moved[dp_wave_at(s->points.inputs + 1, 0, j)];
    for (int i = 0; i < s->points.stride; i++)
        side[i] = one->side[dp_wave_at(s->points.stride, 0, i)];
}

// Over an interval, from `moved` and `side`, or from the start where they are NULL.
static void move_one(const char *isa, const struct scene *s, const double *moved, const signed char *side,
                     double *after, signed char *side_after, double *f)
{
    static double room[ROOM] __attribute__((aligned(64)));
    const struct dp_wave_kernels *kernels = dp_wave_kernels_select(isa);
    struct one from = lay_out(s, moved, side), to = from;
    const struct dp_wave_neurons before = {1, from.start, from.moved, from.side},
                                 then = {1, from.start, to.moved, to.side};
    assert_true(dp_wave_room(&s->points) <= ROOM);
    if (!side)
        kernels->start(&s->points, &before, f, room);
    struct dp_wave_sizes sizes;
    kernels->move(&s->points, &before, &then, 1, s->rho, f, &sizes, room);
    pick_up(s, &to, after, side_after);
}

static void by_waves(const char *isa, const struct scene *s, double *moved, signed char *side)
{
    double f[MOST_SAMPLES] __attribute__((aligned(64)));
    move_one(isa, s, NULL, NULL, moved, side, f);
}

static double distance(int count, const double *a, const double *b)
{
    double sum = 0;
    for (int j = 0; j < count; j++)
        sum += (a[j] - b[j]) * (a[j] - b[j]);
    return sqrt(sum);
}

/* Neurons pass lines, stay on one or several, die, pass the origin, and change signs. Where one that stays on
 * a line changes the sign of a, the line repels it from then on, and Euler's method may take it to either
 * side; past the origin it may follow one ray or another. */
static int count_close(bool lattice)
{
    int close = 0;
    for (uint64_t seed = 0; seed < NEURONS; seed++) {
        struct scene s;
        double moved[MOST_INPUTS + 1], now[MOST_INPUTS + 1], euler[2][MOST_INPUTS + 1],
            none[MOST_INPUTS + 1] = {0};
        signed char side[MOST_SAMPLES];
        make_scene(&s, seed, lattice);
        const int count = s.points.inputs + 1;
        by_waves("scalar", &s, moved, side);
        double largest = 0, nearest = INFINITY;
        for (int i = 0; i < s.points.n; i++)
            largest += fabs(s.rho[i]) * sqrt(s.square[i]);
        for (int j = 0; j < count; j++)
            now[j] = s.start[j] + moved[j];
        for (int k = 0; k < 2; k++) {
            by_euler(&s, (int64_t)(largest * (2000 + 500 * k)), euler[k]);
            nearest = fmin(nearest, distance(count, now, euler[k]));
        }
        close += nearest < 3e-3 * (distance(count, moved, none) + 1e-3);
    }
    return close;
}

static void neurons_go_where_tiny_steps_take_them(void **state)
{
    (void)state;
    assert_true(count_close(false) >= NEURONS - 3);
    assert_true(count_close(true) >= NEURONS - 3);
}

/* On one sample x = (1, 1) with pull rho, z = w.x obeys z' = -2 rho a and a' = -rho z, so that 2 a^2 - z^2
 * stays. The neuron comes to z = 0, dies there with the a that it has, and does not come back when the pull
 * turns. */
static void a_neuron_that_leaves_its_last_sample_is_dead(void **state)
{
    (void)state;
    struct scene s = {.start = {0.3, 0, 1}};
    s.points = (struct dp_wave_points){1, 8, 2, s.x, s.square};
    s.x[0] = s.x[8] = 1;
    s.square[0] = 2;
    s.rho[0] = 2;
    double moved[3], again[3];
    signed char side[8], later[8];
    by_waves("scalar", &s, moved, side);
    assert_near(0.3 + moved[0], 0.15, 1e-15);
    assert_near(moved[1], -0.15, 1e-15);
    assert_near(1 + moved[2], sqrt(1 - 0.045), 1e-14);
    assert_int_equal(side[0], -1);
    double f[8] __attribute__((aligned(64)));
    s.rho[0] = -2;
    move_one("scalar", &s, moved, side, again, later, f);
    assert_memory_equal(moved, again, sizeof moved);
    assert_true(f[0] == 0 && later[0] == -1);
}

// Between two pulls it stays on the line, and slides along it under the third: in (w, b) with x = (1, 1), (0,
// 1).
static void a_neuron_between_two_pulls_slides_along_the_line(void **state)
{
    (void)state;
    // on b = 0 of sample 2; sample 1 pulls towards +w and +b, sample 2 back where it is active
    struct scene s = {.start = {1, 0, 1}};
    s.points = (struct dp_wave_points){2, 8, 2, s.x, s.square};
    s.x[0] = 1, s.x[8] = 1, s.x[9] = 1; // x_1 = (1, 1), x_2 = (0, 1)
    s.square[0] = 2, s.square[1] = 1;
    s.rho[0] = -0.5, s.rho[1] = 1;
    double moved[3], rest[3] = {0};
    signed char first[8] = {1, 0, -1, -1, -1, -1, -1, -1}, side[8];
    double f[8] __attribute__((aligned(64)));
    move_one("scalar", &s, rest, first, moved, side, f);
    // G = (-.5, 0): w and a grow together as e^(t / 2)
    assert_near(1 + moved[0], exp(0.5), 1e-14);
    assert_near(moved[1], 0, 1e-15);
    assert_near(1 + moved[2], exp(0.5), 1e-14);
    assert_near(f[0], exp(1), 1e-13);
    assert_true(side[0] == 1 && side[1] == 0 && f[1] == 0);
}

enum { WIDTH = 37, PADDED = 40 };

// Some neurons among the points of a scene, a few of them on lines.
struct crowd {
    double start[PADDED * (MOST_INPUTS + 1)] __attribute__((aligned(64)));
    double moved[PADDED * (MOST_INPUTS + 1)] __attribute__((aligned(64)));
    signed char side[PADDED * MOST_SAMPLES];
    struct dp_wave_neurons neurons;
};

static void make_crowd(struct crowd *c, const struct scene *s, const char *isa)
{
    static double room[ROOM] __attribute__((aligned(64)));
    double f[MOST_SAMPLES] __attribute__((aligned(64)));
    const int d = s->points.inputs;
    memset(c, 0, sizeof *c);
    for (int k = 0; k < WIDTH; k++) {
        double off = 0;
        for (int j = 0; j <= d; j++)
            c->start[dp_wave_at(d + 1, k, j)] = normal(77, k * (d + 1) + j);
        if (fabs(s->x[0]) > 100) // among the points
            c->start[dp_wave_at(d + 1, k, d - 1)] -= 1000 * c->start[dp_wave_at(d + 1, k, 0)];
        for (int j = 0; j < d; j++)
            off += c->start[dp_wave_at(d + 1, k, j)] * s->x[j * s->points.stride + k % s->points.n];
        for (int j = 0; k % 3 == 0 && j < d; j++)
            c->start[dp_wave_at(d + 1, k, j)] -=
                off * s->x[j * s->points.stride + k % s->points.n] / s->square[k % s->points.n];
    }
    c->neurons = (struct dp_wave_neurons){WIDTH, c->start, c->moved, c->side};
    dp_wave_kernels_select(isa)->start(&s->points, &c->neurons, f, room);
    for (int k = 0; k < WIDTH; k += 3)
        c->side[dp_wave_at(s->points.stride, k, k % s->points.n)] = 0;
}

enum kind { PLAIN, FAR, BROKEN, AROUND };

/* K_ij = sum_k z_i z_j + a^2 (P x_i).(P x_j) over the neurons active on both; P takes out the line's x. The
 * first term is the part of a. In the plane this takes one pass, also FAR from the origin, unless a neuron is
 * active on points with others between them (BROKEN), or the points lie all around the origin. */
static void check_gram(uint64_t first, uint64_t step, enum kind kind)
{
    for (uint64_t seed = first; seed < 40; seed += step) {
        static struct scene s;
        static struct crowd c;
        static double room[ROOM] __attribute__((aligned(64))),
            gram[3 * MOST_SAMPLES * MOST_SAMPLES] __attribute__((aligned(64)));
        make_scene(&s, seed, false);
        for (int i = 0; kind == AROUND && i < s.points.n; i++) {
            s.x[i] = cos(2 * acos(-1) * i / s.points.n);
            s.x[s.points.stride + i] = sin(2 * acos(-1) * i / s.points.n);
            s.square[i] = 1;
        }
        for (int i = 0; kind == FAR && i < s.points.n; i++) {
            s.x[i] += 1000;
            s.square[i] += 1000 * (2 * s.x[i] - 1000);
        }
        make_crowd(&c, &s, "scalar");
        const int d = s.points.inputs, n = s.points.n, stride = s.points.stride;
        for (int i = 0; i < n; i++)
            c.side[dp_wave_at(stride, 1, i)] =
                kind == BROKEN ? (i % 2 ? 1 : -1) : c.side[dp_wave_at(stride, 1, i)];
        const int passes = dp_wave_kernels_select("scalar")->gram(&s.points, &c.neurons, gram, room);
        assert_int_equal(passes, d == 2 && kind <= FAR ? 1 : (n + 2 * d + 1) / (2 * d + 2));
        for (int i = 0; i < n; i++)
            for (int j = 0; j < n; j++) {
                long double sum = 0, of_a = 0;
                for (int k = 0; k < WIDTH; k++) {
                    double w[MOST_INPUTS + 1];
                    for (int q = 0; q <= d; q++)
                        w[q] = c.start[dp_wave_at(d + 1, k, q)];
                    const int line = k % 3 == 0 ? k % n : -1;
                    long double zi = 0, zj = 0, product = 0, along_i = 0, along_j = 0;
                    for (int q = 0; q < d; q++) {
                        const long double xi = s.x[q * stride + i], xj = s.x[q * stride + j];
                        zi += w[q] * xi;
                        zj += w[q] * xj;
                        product += xi * xj;
                        along_i += line >= 0 ? xi * s.x[q * stride + line] : 0;
                        along_j += line >= 0 ? xj * s.x[q * stride + line] : 0;
                    }
                    if (line >= 0)
                        product -= along_i * along_j / s.square[line];
                    if (c.side[dp_wave_at(stride, k, i)] > 0 && c.side[dp_wave_at(stride, k, j)] > 0) {
                        sum += zi * zj + w[d] * w[d] * product;
                        of_a += zi * zj;
                    }
                }
                assert_near(gram[i * stride + j], (double)sum, 1e-11 * (1 + fabs((double)sum)));
                assert_near(gram[(stride + i) * stride + j], (double)of_a, 1e-11 * (1 + fabs((double)of_a)));
            }
    }
}

static void gram_is_its_definition(void **state)
{
    (void)state;
    check_gram(3, 6, PLAIN);
    check_gram(0, 5, PLAIN);
    check_gram(5, 10, FAR);
    check_gram(5, 10, BROKEN);
    check_gram(5, 10, AROUND);
}

/* A = Q diag(values) Q^T with Q of reflections, values from 1 down to 1e-12 and zeros: found again to 1e-14
 * of the largest, with orthonormal eigenvectors. */
static void eigenvectors_are_those_of_a_given_spectrum(void **state)
{
    (void)state;
    static const int sizes[] = {1, 2, 3, 8, 17, 60, 120};
    for (size_t t = 0; t < sizeof sizes / sizeof *sizes; t++) {
        const int n = sizes[t], stride = (n + 7) / 8 * 8;
        double *a = aligned_alloc(64, (size_t)(3 * stride * stride + 16 * stride) * sizeof(double));
        double *keep = a + stride * stride, *v = keep + stride * stride, *values = v + stride * stride;
        double *given = values + stride, *room = given + stride;
        assert_non_null(a);
        memset(a, 0, (size_t)(stride * stride) * sizeof *a);
        for (int i = 0; i < n; i++)
            a[i * stride + i] = given[i] = i % 5 == 4 ? 0 : pow(10, -12.0 * i / n);
        for (int r = 0; r < 3; r++) { // A <- H A H, H = 1 - 2 v v^T / v.v
            double size = 0;
            for (int i = 0; i < n; i++) {
                v[i] = normal(5, r * 1000 + i);
                size += v[i] * v[i];
            }
            for (int side = 0; side < 2; side++)
                for (int i = 0; i < n; i++) {
                    double along = 0;
                    for (int j = 0; j < n; j++)
                        along += v[j] * (side ? a[j * stride + i] : a[i * stride + j]);
                    for (int j = 0; j < n; j++)
                        *(side ? &a[j * stride + i] : &a[i * stride + j]) -= 2 * along / size * v[j];
                }
        }
        for (int i = 0; i < n; i++)
            for (int j = 0; j < i; j++)
                a[j * stride + i] = a[i * stride + j];
        memcpy(keep, a, (size_t)(stride * stride) * sizeof *a);
        dp_wave_kernels_select("scalar")->eigen(n, stride, a, values, room);
        for (int i = 0; i < n; i++) {
            double nearest = INFINITY;
            for (int j = 0; j < n; j++)
                nearest = fmin(nearest, fabs(given[i] - values[j]));
            assert_true(nearest < 1e-14 * n);
            for (int j = 0; j < n; j++) {
                double product = 0, image = 0;
                for (int k = 0; k < n; k++) {
                    product += a[i * stride + k] * a[j * stride + k];
                    image += keep[j * stride + k] * a[i * stride + k];
                }
                assert_near(product, i == j, 1e-14 * n);
                assert_near(image, values[i] * a[i * stride + j], 1e-14 * n);
            }
        }
        free(a);
    }
}

static void bits_do_not_depend_on_the_instruction_set(void **state)
{
    (void)state;
    static struct crowd c;
    static double room[ROOM] __attribute__((aligned(64)));
    static double gram[2][3 * MOST_SAMPLES * MOST_SAMPLES] __attribute__((aligned(64))),
        values[2][MOST_SAMPLES];
    static double f[2][4 * MOST_SAMPLES] __attribute__((aligned(64))),
        pull[4 * MOST_SAMPLES] __attribute__((aligned(64)));
    static struct crowd moved[2];
    static struct dp_wave_sizes sizes[2];
    int compared = 0;
    for (int isa = 0; dp_isa_names[isa]; isa++) {
        if (!dp_isa_select(dp_isa_names[isa]))
            continue;
        for (uint64_t seed = 0; seed < 60; seed++) {
            struct scene s;
            make_scene(&s, seed, false);
            for (int k = 0; k < 2; k++) {
                const struct dp_wave_kernels *kernels =
                    dp_wave_kernels_select(k ? dp_isa_names[isa] : "scalar");
                const int stride = s.points.stride;
                make_crowd(&c, &s, kernels->isa);
                for (int j = 0; j < 4 * stride; j++)
                    pull[j] = s.rho[j % stride] * (1 + j / stride) / 10;
                memset(&moved[k], 0, sizeof moved[k]);
                struct dp_wave_neurons to = {WIDTH, c.start, moved[k].moved, moved[k].side};
                kernels->move(&s.points, &c.neurons, &to, 4, pull, f[k], &sizes[k], room);
                kernels->gram(&s.points, &to, gram[k], room);
                kernels->eigen(s.points.n, stride, gram[k], values[k], room);
                moved[k].start[0] = kernels->growth(&s.points, &to, s.rho, room);
            }
            assert_memory_equal(moved[0].start, moved[1].start, sizeof moved[0].start);
            assert_memory_equal(moved[0].moved, moved[1].moved, sizeof moved[0].moved);
            assert_memory_equal(moved[0].side, moved[1].side, sizeof moved[0].side);
            assert_memory_equal(f[0], f[1], sizeof f[0]);
            assert_memory_equal(&sizes[0], &sizes[1], sizeof sizes[0]);
            assert_memory_equal(gram[0], gram[1], sizeof gram[0]);
            assert_memory_equal(values[0], values[1], sizeof values[0]);
            compared++;
        }
    }
    assert_true(compared >= 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(neurons_go_where_tiny_steps_take_them),
        cmocka_unit_test(a_neuron_that_leaves_its_last_sample_is_dead),
        cmocka_unit_test(a_neuron_between_two_pulls_slides_along_the_line),
        cmocka_unit_test(gram_is_its_definition),
        cmocka_unit_test(eigenvectors_are_those_of_a_given_spectrum),
        cmocka_unit_test(bits_do_not_depend_on_the_instruction_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
