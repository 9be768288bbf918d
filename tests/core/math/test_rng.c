// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/math/rng.h"

// The known answers that come with Random123 (kat_vectors, philox4x32 10).
static void philox_gives_the_published_vectors(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], answer[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        uint32_t out[4];
        dp_philox(known[i].key, known[i].counter, out);
        assert_memory_equal(out, known[i].answer, sizeof out);
    }
}

// Moments of 10^6 draws within 5 standard errors of those of the normal distribution: 0, 1, 0, 3.
static void normals_have_the_moments_of_a_normal(void **state)
{
    (void)state;
    enum { N = 1000000 };
    double sum[5] = {0};
    for (int64_t k = 0; k < N / 4; k++)
        for (int64_t j = 0; j < 4; j++) {
            const double z = dp_normal(7, DP_STREAM_WEIGHTS, k, j);
            for (int p = 1; p <= 4; p++)
                sum[p] += pow(z, p);
        }
    assert_near(sum[1] / N, 0, 5 * sqrt(1.0 / N));
    assert_near(sum[2] / N, 1, 5 * sqrt(2.0 / N));
    assert_near(sum[3] / N, 0, 5 * sqrt(15.0 / N));
    assert_near(sum[4] / N, 3, 5 * sqrt(96.0 / N));
}

// Neighbouring counters, components, streams and seeds must not be related.
static void neighbours_are_uncorrelated(void **state)
{
    (void)state;
    enum { N = 200000 };
    double product[4] = {0};
    for (int64_t k = 0; k < N; k++) {
        const double z = dp_normal(3, DP_STREAM_WEIGHTS, k, 0);
        product[0] += z * dp_normal(3, DP_STREAM_WEIGHTS, k, 1);
        product[1] += z * dp_normal(3, DP_STREAM_WEIGHTS, k + 1, 0);
        product[2] += z * dp_normal(4, DP_STREAM_WEIGHTS, k, 0);
        product[3] += z * dp_normal(3, DP_STREAM_INPUTS, k, 0);
    }
    for (int i = 0; i < 4; i++)
        assert_near(product[i] / N, 0, 5 / sqrt(N));
}

static void uniforms_fill_the_open_interval(void **state)
{
    (void)state;
    enum { N = 100000, BINS = 10 };
    int bins[BINS] = {0};
    for (int64_t k = 0; k < N; k++) {
        const double u = dp_uniform(1, DP_STREAM_INPUTS, k, k % 3);
        assert_true(u > 0 && u < 1);
        bins[(int)(u * BINS)]++;
    }
    double chi_square = 0;
    for (int b = 0; b < BINS; b++)
        chi_square += pow(bins[b] - N / BINS, 2) / (N / BINS);
    assert_true(chi_square < 27.9); // 99.9 % of chi square with 9 degrees of freedom
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_vectors),
        cmocka_unit_test(normals_have_the_moments_of_a_normal),
        cmocka_unit_test(neighbours_are_uncorrelated),
        cmocka_unit_test(uniforms_fill_the_open_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
