// SPDX-License-Identifier: BSD-3-Clause
// The kernels' normals, 16 indices at once: words, uniforms, logarithm, sine and cosine, moments.
#include "check.h"
#include "core/math/rng.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/functions/reference.h"
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 };

static const struct probe *each_probe(int isa)
{
    return probe_of(dp_isa_names[isa], 64);
}

// The known answers that come with Random123 (kat_vectors, philox4x32 10).
static void words_are_the_published_ones(void **state)
{
    (void)state;
    static const struct {
        uint64_t seed, first;
        uint32_t pair, stream, answer[4];
    } known[] = {
        {0, 0, 0, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {UINT64_MAX, UINT64_MAX, 0xffffffff, 0xffffffff, {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {0x299f31d0a4093822U,
         0x85a308d3243f6a88U,
         0x13198a2e,
         0x03707344,
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (int isa = 0; dp_isa_names[isa]; isa++)
        for (size_t i = 0; each_probe(isa) && i < sizeof known / sizeof *known; i++) {
            uint32_t word[BLOCK][4];
            each_probe(isa)->words(known[i].seed, known[i].stream, known[i].first, known[i].pair, word);
            assert_memory_equal(word[0], known[i].answer, sizeof known[i].answer);
        }
}

// Lanes are successive counters, also where the lower half of the index wraps.
static void lanes_are_successive_counters(void **state)
{
    (void)state;
    static const uint64_t firsts[] = {0, 5, 4294967290U, 0x123456789ABCDEFU};
    for (int isa = 0; dp_isa_names[isa]; isa++)
        for (size_t i = 0; each_probe(isa) && i < 4; i++) {
            uint32_t word[BLOCK][4], expected[4];
            each_probe(isa)->words(7000000001U, 2, firsts[i], 9, word);
            for (uint64_t l = 0; l < BLOCK; l++) {
                const uint64_t index = firsts[i] + l;
                const uint32_t key[2] = {(uint32_t)7000000001U, (uint32_t)(7000000001U >> 32)};
                const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32), 9, 2};
                dp_philox(key, counter, expected);
                assert_memory_equal(word[l], expected, sizeof expected);
            }
        }
}

// The same 53 bits as the scalar generator's.
static void uniforms_are_those_of_the_core(void **state)
{
    (void)state;
    for (int64_t first = 0; first < 4000; first += BLOCK) {
        _Alignas(64) double u[BLOCK], t[BLOCK];
        probe_of("scalar", 64)->uniforms(3, DP_STREAM_WEIGHTS, (uint64_t)first, 1, u, t);
        for (int l = 0; l < BLOCK; l++) {
            assert_true(u[l] == dp_uniform(3, DP_STREAM_WEIGHTS, first + l, 2));
            assert_true(t[l] == dp_uniform(3, DP_STREAM_WEIGHTS, first + l, 3));
        }
    }
}

static double check(enum reference function, double x, double got, double limit, int64_t i)
{
    const double off = units_off(function, x, got, 64, limit, i % 20 == 0);
    if (!(off <= limit))
        fail_msg("function %d of %.17g is %.17g: %.3f units off", (int)function, x, got, off);
    return off;
}

// log on (0, 1] and sine and cosine of turns within 2.5 units, on uniforms and near 0, 1 and the eighths.
static void log_sine_and_cosine_are_accurate(void **state)
{
    (void)state;
    const struct probe *probe = probe_of("scalar", 64);
    double worst[3] = {0, 0, 0};
    for (int64_t first = 0; first < 320000; first += BLOCK) {
        _Alignas(64) double x[BLOCK], u[BLOCK], t[BLOCK], y[BLOCK], sine[BLOCK], cosine[BLOCK];
        probe->uniforms(1, 1, (uint64_t)first, 0, x, t);
        for (int l = 0; l < BLOCK; l++) {
            const double near = (x[l] - 0.5) * 0x1p-40;
            u[l] = l % 4 == 0 ? 1 - fabs(near) : l % 4 == 1 ? ldexp(x[l], -(int)(first / BLOCK % 53)) : x[l];
            u[l] = l == 2 ? 0x1.6a09e667f3bcdp-1 + near : l == 3 ? 1 : u[l];
            if (l % 4 == 3)
                t[l] = fabs((double)(first / BLOCK % 9) / 8 - fabs(near));
        }
        probe->log(BLOCK, u, y);
        probe->sincos(BLOCK, t, sine, cosine);
        for (int l = 0; l < BLOCK; l++) {
            worst[0] = fmax(worst[0], check(EXACT_LOG, u[l], y[l], 2.5, first / BLOCK + l));
            worst[1] = fmax(worst[1], check(EXACT_SIN, t[l], sine[l], 2.5, first / BLOCK + l));
            worst[2] = fmax(worst[2], check(EXACT_COS, t[l], cosine[l], 2.5, first / BLOCK + l));
        }
    }
    print_message("log %.3f, sine %.3f, cosine %.3f units at most\n", worst[0], worst[1], worst[2]);
}

// All instruction sets give the same bits, the core hands them out, and they are Box and Muller's formula.
static void normals_are_the_same_everywhere(void **state)
{
    (void)state;
    for (int64_t first = 0; first < 100000; first += BLOCK) {
        _Alignas(64) double z[2][BLOCK], again[2][BLOCK], expected[2];
        probe_of("scalar", 64)->normals(5, DP_STREAM_WEIGHTS, (uint64_t)first, 3, z[0], z[1]);
        for (int isa = 1; dp_isa_names[isa]; isa++)
            if (each_probe(isa)) {
                each_probe(isa)->normals(5, DP_STREAM_WEIGHTS, (uint64_t)first, 3, again[0], again[1]);
                assert_memory_equal(z, again, sizeof z);
            }
        for (int l = 0; l < BLOCK; l++) {
            const long double turn = 6.28318530717958647692528676655900577L;
            const long double radius = sqrtl(-2 * logl(dp_uniform(5, DP_STREAM_WEIGHTS, first + l, 6)));
            const long double angle = turn * dp_uniform(5, DP_STREAM_WEIGHTS, first + l, 7);
            expected[0] = (double)(radius * cosl(angle));
            expected[1] = (double)(radius * sinl(angle));
            for (int j = 0; j < 2; j++) {
                assert_near(z[j][l], expected[j], 8 * 0x1p-52 * fabs(expected[j]) + 1e-18);
                assert_true(z[j][l] == dp_normal(5, DP_STREAM_WEIGHTS, first + l, 6 + j));
            }
        }
    }
}

// Moments of 3.2 million draws within 5 standard errors of those of the normal distribution: 0, 1, 0, 3.
static void normals_have_the_moments_of_a_normal(void **state)
{
    (void)state;
    enum { N = 3200000 };
    const struct probe *probe = probe_of(dp_isa_select(NULL), 64);
    double sum[5] = {0}, product = 0;
    for (uint64_t first = 0; first < N / 2; first += BLOCK) {
        _Alignas(64) double z[2][BLOCK];
        probe->normals(11, DP_STREAM_WEIGHTS, first, 0, z[0], z[1]);
        for (int l = 0; l < BLOCK; l++) {
            product += z[0][l] * z[1][l];
            for (int j = 0; j < 2; j++) {
                double power = 1;
                for (int p = 1; p <= 4; p++)
                    sum[p] += power *= z[j][l];
            }
        }
    }
    assert_near(sum[1] / N, 0, 5 * sqrt(1.0 / N));
    assert_near(sum[2] / N, 1, 5 * sqrt(2.0 / N));
    assert_near(sum[3] / N, 0, 5 * sqrt(15.0 / N));
    assert_near(sum[4] / N, 3, 5 * sqrt(96.0 / N));
    assert_near(product / (N / 2), 0, 5 * sqrt(2.0 / N));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_are_the_published_ones),
        cmocka_unit_test(lanes_are_successive_counters),
        cmocka_unit_test(uniforms_are_those_of_the_core),
        cmocka_unit_test(log_sine_and_cosine_are_accurate),
        cmocka_unit_test(normals_are_the_same_everywhere),
        cmocka_unit_test(normals_have_the_moments_of_a_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
