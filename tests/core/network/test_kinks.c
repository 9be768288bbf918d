// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/math/rng.h"
#include "core/network/kinks.h"
#include <stdlib.h>

enum { M = 700, N = 900 };

// The sum over neurons itself, in extended precision, on sorted and on unsorted points, with kinks that
// coincide.
static void the_walk_gives_the_sum_over_neurons(void **state)
{
    (void)state;
    static double columns[3 * M], x[N], f[N];
    for (int sorted = 0; sorted < 2; sorted++) {
        for (int k = 0; k < M; k++) {
            columns[k] = k % 50 == 0 ? 0 : dp_normal(1, DP_STREAM_WEIGHTS, k, 0);
            columns[M + k] = k % 30 == 0 ? 0 : dp_normal(1, DP_STREAM_WEIGHTS, k, 1);
            columns[2 * M + k] = dp_normal(1, DP_STREAM_WEIGHTS, k, 2);
        }
        for (int i = 0; i < N; i++)
            x[i] = sorted ? -1.5 + 3.0 * i / (N - 1) : 2 * dp_normal(2, DP_STREAM_TEST, i, 0);
        x[N / 2] = 0; // on a kink
        if (sorted)
            for (int i = 1; i < N; i++)
                x[i] = fmax(x[i], x[i - 1]);
        assert_int_equal(dp_kinks_output(columns, M, x, N, f, NULL), DP_OK);
        for (int i = 0; i < N; i++) {
            long double sum = 0, size = 0;
            for (int k = 0; k < M; k++) {
                const long double h = (long double)columns[k] * x[i] + columns[M + k];
                sum += h > 0 ? columns[2 * M + k] * h : 0;
                size += fabsl(columns[2 * M + k] * h);
            }
            assert_near(f[i], (double)sum, 1e-13 * (double)size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_walk_gives_the_sum_over_neurons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
