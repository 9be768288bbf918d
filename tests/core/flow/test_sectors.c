// SPDX-License-Identifier: BSD-3-Clause
// The small system of gradient flow by sectors, and the pass that takes the neurons along, against plain
// integration.
#include "check.h"
#include "core/flow/sectors/sectors.h"
#include "core/math/rng.h"
#include "core/network/start.h"
#include "dewpoint/kernels/isa.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 203, SAMPLES = 5 };

static const double points[SAMPLES] = {0.9, -0.4, 0.1, -1, 0.55}; // in no order

// A wide relu network on SAMPLES points, its neurons set from theta [WIDTH][3].
static void make(double theta[WIDTH][3], struct dp_network *net)
{
    struct dp_run run = dp_run_defaults();
    run.width = WIDTH;
    run.scheme = DP_SCHEME_DIRECT;
    run.alpha = 3;
    run.beta1 = run.beta2 = 1;
    struct dp_samples samples;
    assert_int_equal(dp_samples_alloc(&samples, SAMPLES, 1, 1, NULL), DP_OK);
    for (int i = 0; i < SAMPLES; i++) {
        samples.x[i] = points[i];
        samples.y[i] = cos(3 * i);
    }
    const struct dp_kernels *kernels = dp_kernels_select(dp_isa_select(NULL), 64);
    run.target = DP_FILE;
    const struct dp_shape shape = dp_run_shape(&run, &samples);
    assert_int_equal(dp_network_acquire(&shape, false, kernels, net, NULL), DP_OK);
    assert_true(dp_sectors_serve(net));
    dp_network_place(net, 0, &run);
    dp_network_fill(net, 0, &net->now, &samples, NULL, SAMPLES);
    for (int k = 0; k < WIDTH; k++)
        for (int j = 0; j < 3; j++)
            dp_network_set(net, 0, k, j, theta[k][j]);
    dp_samples_free(&samples);
}

// The number of a neuron's sector, and which samples are active there.
static int sector_of(const double theta[3], bool on[SAMPLES])
{
    int active = 0;
    for (int i = 0; i < SAMPLES; i++)
        active += on[i] = theta[0] * points[i] + theta[1] > 0;
    return theta[0] > 0 ? 2 * SAMPLES - active : active;
}

static void random_neurons(double theta[WIDTH][3])
{
    for (int k = 0; k < WIDTH; k++)
        for (int j = 0; j < 3; j++)
            theta[k][j] = 0.3 * dp_normal(5, DP_STREAM_WEIGHTS, k, j);
}

// d theta / dt of a neuron by the residuals' pull r, at a time when `on` samples are active (NULL: those that
// are).
static void velocity(const double theta[3], const double *r, const bool *on, double d[3])
{
    d[0] = d[1] = d[2] = 0;
    for (int i = 0; i < SAMPLES; i++) {
        const double h = theta[0] * points[i] + theta[1];
        if (on ? !on[i] : !(h > 0))
            continue;
        d[0] -= theta[2] * r[i] * points[i];
        d[1] -= theta[2] * r[i];
        d[2] -= h * r[i];
    }
}

// e(t) and its integrals against Runge and Kutta's method with tiny steps, for eigenvalues over three
// decades.
static void modes_relax_like_the_equation(void **state)
{
    (void)state;
    enum { N = 4, STEPS = 40000 };
    static const double rates[N] = {0.01, 0.3, 2, 40};
    const double time = 3;
    double basis[N][N], g[DP_MODES][DP_MODES], e[N] = {1, -0.5, 0.3, 0.8}, swirl[DP_MODES][DP_MODES];
    for (int i = 0; i < N; i++) // a reflection
        for (int j = 0; j < N; j++)
            basis[i][j] = (i == j) - 2.0 * (i + 1) * (j + 1) / 30;
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            g[i][j] = 0;
            for (int k = 0; k < N; k++)
                g[i][j] += basis[i][k] * rates[k] * basis[j][k];
        }
    struct dp_modes modes;
    double copy[DP_MODES][DP_MODES], last[N], integral[N];
    memcpy(copy, g, sizeof g);
    dp_modes_find(&modes, N, copy, e);
    dp_modes_relax(&modes, time, last, integral);
    dp_modes_swirl(&modes, time, swirl);
    double sum[N] = {0}, ordered[N][N] = {{0}}; // int e and int e_i(t1) int^t1 e_k
    const double h = time / STEPS;
    for (int step = 0; step < STEPS; step++) {
        double k[4][N], at[4][N], halfway[N];
        for (int s = 0; s < 4; s++)
            for (int i = 0; i < N; i++) {
                at[s][i] = e[i] + (s == 0 ? 0 : (s == 3 ? h : h / 2) * k[s - 1][i]);
                if (i == N - 1)
                    for (int p = 0; p < N; p++) {
                        k[s][p] = 0;
                        for (int q = 0; q < N; q++)
                            k[s][p] -= g[p][q] * at[s][q];
                    }
            }
        for (int i = 0; i < N; i++)
            halfway[i] = sum[i] + h / 2 * e[i] + h * h / 8 * k[0][i];
        for (int i = 0; i < N; i++)
            for (int j = 0; j < N; j++) // Simpson
                ordered[i][j] += h / 6 *
                                 (e[i] * sum[j] + 4 * at[1][i] * halfway[j] +
                                  at[3][i] * (sum[j] + h * (e[j] + 4 * at[1][j] + at[3][j]) / 6));
        for (int i = 0; i < N; i++) {
            sum[i] += h / 6 * (e[i] + 4 * at[2][i] + at[3][i]);
            e[i] += h / 6 * (k[0][i] + 2 * k[1][i] + 2 * k[2][i] + k[3][i]);
        }
    }
    for (int i = 0; i < N; i++) {
        assert_near(last[i], e[i], 1e-9);
        assert_near(integral[i], sum[i], 1e-6);
        for (int k = 0; k < i; k++)
            assert_near(swirl[i][k], ordered[i][k] - ordered[k][i], 1e-5);
    }
    double square = 0;
    for (int i = 0; i < N; i++)
        square += e[i] * e[i];
    assert_near(dp_modes_landing(&modes, square, 2 * time), time, 1e-6);
}

// The moments of a pass that moves nothing are the sums over each sector's neurons, and make the network's
// output.
static void moments_are_sums_over_sectors(void **state)
{
    (void)state;
    double theta[WIDTH][3], f[SAMPLES];
    struct dp_network net;
    struct dp_sectors s;
    random_neurons(theta);
    make(theta, &net);
    dp_sectors_begin(&s, &net);
    double sums[DP_SECTORS][DP_SECTOR_MOMENTS] = {{0}};
    for (int k = 0; k < WIDTH; k++) {
        bool on[SAMPLES];
        double *q = sums[sector_of(theta[k], on)];
        const double w = theta[k][0], b = theta[k][1], a = theta[k][2];
        const double products[DP_SECTOR_MOMENTS] = {w * w, w * b, b * b, w * a, b * a, a * a};
        for (int j = 0; j < DP_SECTOR_MOMENTS; j++)
            q[j] += products[j];
    }
    for (int sector = 1; sector < 2 * SAMPLES; sector++)
        for (int j = 0; j < DP_SECTOR_MOMENTS; j++)
            assert_near(s.moments.sum[sector][j], sums[sector][j], 1e-13);
    net.kernels->output(&net.layer, &net.now.batch, f);
    for (int i = 0; i < SAMPLES; i++)
        assert_near(s.e[i], f[i] / 3 - net.now.y[i], 1e-14);
    dp_network_release(&net);
}

/* While no line is passed, a planned step takes every neuron where Runge and Kutta's method takes the whole
 * network, whose neurons keep the active samples that they start with; residuals and the time of landing
 * agree. */
static void a_planned_step_is_the_flow_of_the_network(void **state)
{
    (void)state;
    enum { STEPS = 4000 };
    double theta[WIDTH][3], e[SAMPLES];
    bool on[WIDTH][SAMPLES];
    struct dp_network net;
    struct dp_sectors s;
    struct dp_sector_step step;
    random_neurons(theta);
    make(theta, &net);
    dp_sectors_begin(&s, &net);
    const double time = dp_sectors_plan(&s, 1.5, 0, 1e-7, &step, e), factor = 2.0 / SAMPLES / 3;
    assert_true(time == 1.5);
    double now[WIDTH][3];
    memcpy(now, theta, sizeof now);
    for (int k = 0; k < WIDTH; k++)
        sector_of(theta[k], on[k]);
    const double h = time / STEPS;
    double residual[SAMPLES];
    for (int n = 0; n <= STEPS; n++) { // midpoint rule
        double middle[WIDTH][3];
        for (int half = 0; half < 2; half++) {
            double(*at)[3] = half ? middle : now;
            double r[SAMPLES];
            for (int i = 0; i < SAMPLES; i++) {
                double f = 0;
                for (int k = 0; k < WIDTH; k++)
                    f += on[k][i] ? at[k][2] * (at[k][0] * points[i] + at[k][1]) : 0;
                residual[i] = f / 3 - net.now.y[i];
                r[i] = factor * residual[i];
            }
            if (n == STEPS)
                break;
            for (int k = 0; k < WIDTH; k++) {
                double d[3];
                velocity(at[k], r, on[k], d);
                for (int j = 0; j < 3; j++) {
                    if (half)
                        now[k][j] += h * d[j];
                    else
                        middle[k][j] = now[k][j] + h / 2 * d[j];
                }
            }
        }
    }
    for (int i = 0; i < SAMPLES; i++)
        assert_near(e[i], residual[i], 2e-6);
    for (int k = 0; k < WIDTH; k++) {
        const int sector = sector_of(theta[k], on[k]);
        for (int j = 0; j < 3; j++) {
            double to = theta[k][j];
            for (int l = 0; l < 3; l++)
                to += step.map[3 * j + l][sector] * theta[k][l];
            assert_near(to, now[k][j], 2e-6);
        }
    }
    double loss = 0, landed[SAMPLES];
    for (int i = 0; i < SAMPLES; i++)
        loss += e[i] * e[i] / SAMPLES;
    s.part = 0;
    assert_near(dp_sectors_plan(&s, 100, loss, 1e-7, &step, landed), time, 1e-4);
    dp_network_release(&net);
}

// The map of a sector over a time of constant pulls, by the series of its exponential.
static void fill_map(int sector, const bool *on, const double *r, double time, struct dp_sector_step *step)
{
    for (int j = 0; j < 3; j++) {
        double power[3] = {j == 0, j == 1, j == 2}, d[3];
        for (int l = 0; l < 3; l++)
            step->map[3 * l + j][sector] = 0;
        for (int n = 1; n <= 12; n++) {
            velocity(power, r, on, d);
            for (int l = 0; l < 3; l++) {
                power[l] = time / n * d[l];
                step->map[3 * l + j][sector] += power[l];
            }
        }
    }
}

/* Neurons under a constant pull for a time: the errors (squares added) of the pass, and of maps alone,
 * against the equation with the samples that are active at each moment. */
static void take_along(double time, double *right, double *alone, int *passed)
{
    enum { PARTS = 20000 };
    static const double r[SAMPLES] = {0.5, -0.8, 0.3, 0.6, -0.4};
    double theta[WIDTH][3];
    struct dp_network net;
    struct dp_sector_step step;
    struct dp_moments moments;
    memset(&step, 0, sizeof step);
    random_neurons(theta);
    make(theta, &net);
    for (int i = 0; i < SAMPLES; i++)
        step.pull[i] = r[i] * time;
    bool on[WIDTH][SAMPLES];
    for (int k = 0; k < WIDTH; k++)
        fill_map(sector_of(theta[k], on[k]), on[k], r, time, &step);
    void *turned = aligned_alloc(64, (dp_network_block_bytes(&net) + 63) / 64 * 64), *old = net.layer.moved;
    net.kernels->sectors(&net.layer, &net.now.batch, &step, turned, &moments.sum[0][0]);
    net.layer.moved = turned;
    *right = *alone = *passed = 0;
    for (int k = 0; k < WIDTH; k++) {
        double at[3] = {theta[k][0], theta[k][1], theta[k][2]}, d[3], middle[3];
        for (int n = 0; n < PARTS; n++) {
            velocity(at, r, NULL, d);
            for (int j = 0; j < 3; j++)
                middle[j] = at[j] + time / PARTS / 2 * d[j];
            velocity(middle, r, NULL, d);
            for (int j = 0; j < 3; j++)
                at[j] += time / PARTS * d[j];
        }
        bool now[SAMPLES];
        const int sector = sector_of(theta[k], on[k]);
        *passed += sector_of(at, now) != sector;
        for (int j = 0; j < 3; j++) {
            double mapped = theta[k][j];
            for (int l = 0; l < 3; l++)
                mapped += step.map[3 * j + l][sector] * theta[k][l];
            *alone += pow(mapped - at[j], 2);
            *right += pow(dp_network_get(&net, 0, k, j, true) - at[j], 2);
        }
    }
    net.layer.moved = old;
    free(turned);
    dp_network_release(&net);
}

/* In a quarter of the time a quarter of the neurons pass a line. Left alone they are wrong in first order of
 * the time (sum of squares: times 4^3), put right in second (4^5). */
static void neurons_that_pass_a_line_are_put_right(void **state)
{
    (void)state;
    double right[2], alone[2];
    int passed[2];
    take_along(0.8, &right[0], &alone[0], &passed[0]);
    take_along(0.2, &right[1], &alone[1], &passed[1]);
    assert_true(passed[1] >= 10 && passed[0] > passed[1]);
    assert_true(right[0] < 0.2 * alone[0] && right[1] < 0.01 * alone[1]);
    assert_true(alone[0] / alone[1] < 4 * 64 && right[0] / right[1] > 4 * 64);
}

/* Neurons whose sample at x = -1 pulls them off its line while the others pull them back on: they stay on it,
 * not active, from either side. */
static void neurons_between_two_pulls_stay_on_the_line(void **state)
{
    (void)state;
    static const double r[SAMPLES] = {-1, -1, -1, 2, -1}, time = 0.05; // 3 is the sample at -1
    double theta[WIDTH][3];
    struct dp_network net;
    struct dp_sector_step step;
    struct dp_moments moments;
    memset(&step, 0, sizeof step);
    for (int k = 0; k < WIDTH; k++) {
        theta[k][0] = 1 + 0.01 * k;
        theta[k][1] = theta[k][0] + (k % 2 ? 0.005 : -0.005);
        theta[k][2] = 1 + 0.003 * k;
    }
    make(theta, &net);
    for (int i = 0; i < SAMPLES; i++)
        step.pull[i] = r[i] * time;
    bool on[SAMPLES];
    for (int k = 0; k < 2; k++)
        fill_map(sector_of(theta[k], on), on, r, time, &step);
    void *turned = aligned_alloc(64, (dp_network_block_bytes(&net) + 63) / 64 * 64), *old = net.layer.moved;
    net.kernels->sectors(&net.layer, &net.now.batch, &step, turned, &moments.sum[0][0]);
    net.layer.moved = turned;
    for (int k = 0; k < WIDTH; k++) {
        const double h = dp_network_get(&net, 0, k, 1, true) - dp_network_get(&net, 0, k, 0, true);
        assert_true(h <= 0 && h > -1e-13);
        assert_true(dp_network_get(&net, 0, k, 2, true) > theta[k][2]);
    }
    net.layer.moved = old;
    free(turned);
    dp_network_release(&net);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(modes_relax_like_the_equation),
        cmocka_unit_test(moments_are_sums_over_sectors),
        cmocka_unit_test(a_planned_step_is_the_flow_of_the_network),
        cmocka_unit_test(neurons_that_pass_a_line_are_put_right),
        cmocka_unit_test(neurons_between_two_pulls_stay_on_the_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
