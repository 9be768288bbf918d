// SPDX-License-Identifier: BSD-3-Clause
// Every row of the table of activations against calculus and against the kernels' vector functions.
#include "check.h"
#include "dewpoint/core/activations.h"
#include "dewpoint/kernels/isa.h"
#include "dewpoint/sweep/keys.h"
#include "kernels/kernels.h"
#include <stdlib.h>

enum { POWERS = 4 };

static int64_t power_of(int activation, int more)
{
    return activation == DP_TANH ? 1 + more : dp_activations[activation].multiplicity;
}

// sigma' and sigma'' are the limits of differences of sigma.
static void slopes_and_bends_are_derivatives(void **state)
{
    (void)state;
    const double step = 1e-4;
    for (int a = 0; a < DP_ACTIVATIONS; a++)
        for (int more = 0; more < POWERS; more++)
            for (double h = -3.03; h < 3; h += 0.17) {
                const struct dp_activation_row *row = &dp_activations[a];
                const int64_t p = power_of(a, more);
                const double left = row->sigma(h - step, p), right = row->sigma(h + step, p);
                const double size = 1 + pow(fabs(h), (double)p);
                assert_near(row->slope(h, p), (right - left) / (2 * step), 1e-6 * size);
                assert_near(row->bend(h, p), (right - 2 * row->sigma(h, p) + left) / (step * step),
                            1e-5 * size);
            }
}

/* Multiplicity p: near 0, sigma(h) - sigma(0) is c h^p, so that halving h divides it by 2^p. relu is not
 * smooth there. */
static void multiplicities_are_the_orders_at_zero(void **state)
{
    (void)state;
    for (int a = 0; a < DP_ACTIVATIONS; a++) {
        const struct dp_activation_row *row = &dp_activations[a];
        const int64_t p = row->multiplicity;
        assert_near(row->sigma(0, p), row->at_zero, 1e-16);
        const double near = row->sigma(1e-3, p) - row->at_zero, far = row->sigma(2e-3, p) - row->at_zero;
        if (a != DP_RELU)
            assert_near(log2(far / near), (double)p, 1e-3);
        else
            assert_true(p == 0 && row->sigma(-1e-3, p) == 0 && near == 1e-3);
    }
}

static void the_kernels_compute_the_same_functions(void **state)
{
    (void)state;
    enum { N = 64 };
    double *h = aligned_alloc(64, 4 * N * sizeof *h), *s = h + N, *ds = s + N, *dds = ds + N;
    const struct dp_kernels *kernels = dp_kernels_select(dp_isa_select(NULL), 64);
    for (int i = 0; i < N; i++)
        h[i] = (i - 31.5) / 8;
    for (int a = 0; a < DP_ACTIVATIONS; a++)
        for (int more = 0; more < POWERS; more++) {
            const struct dp_activation_row *row = &dp_activations[a];
            const int64_t p = power_of(a, more);
            kernels->activate((int)row->kernel, (int)p, N, h, s, ds, dds);
            for (int i = 0; i < N; i++) {
                const double size = 1e-13 * (1 + pow(fabs(h[i]), (double)p));
                assert_near(s[i], row->sigma(h[i], p), size);
                assert_near(ds[i], row->slope(h[i], p), size);
                assert_near(dds[i], row->bend(h[i], p), 10 * size);
            }
        }
    free(h);
}

// What the table says of rows kept is what the kernels ask room for.
static void the_kernels_keep_the_rows_of_the_table(void **state)
{
    (void)state;
    for (int a = 0; a < DP_ACTIVATIONS; a++) {
        const struct dp_activation_row *row = &dp_activations[a];
        const struct dp_layer layer = {
            .activation = (int)row->kernel, .power = (int)row->multiplicity, .inputs = 3, .outputs = 2};
        assert_int_equal(dp_kept_rows(&layer, 10), 10 * row->kept);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(slopes_and_bends_are_derivatives),
        cmocka_unit_test(multiplicities_are_the_orders_at_zero),
        cmocka_unit_test(the_kernels_compute_the_same_functions),
        cmocka_unit_test(the_kernels_keep_the_rows_of_the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
