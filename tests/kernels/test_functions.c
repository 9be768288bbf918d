// SPDX-License-Identifier: BSD-3-Clause
// The activations of the kernels against correctly rounded values, and against each other on every
// instruction set.
#include "check.h"
#include "dewpoint/kernels/isa.h"
#include "kernels/functions/reference.h"
#include "kernels/kernels.h"
#include <float.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 16 };
static int64_t points_wanted = 1000000; // over all functions and both precisions

static const struct {
    const char *name;
    enum probe_function function;
    enum reference exact;
    double far; // |x| from which nothing happens any more, in single and double precision
    double far64;
    double step; // the argument is reduced by whole multiples of this
} functions[] = {
    {"tanh", PROBE_TANH, EXACT_TANH, 10, 20, 0.34657359027997264},
    {"sigmoid", PROBE_SIGMOID, EXACT_SIGMOID, 90, 712, 0.69314718055994529},
    {"softplus", PROBE_SOFTPLUS, EXACT_SOFTPLUS, 90, 712, 0.69314718055994529},
    {"exp(-|x|)", PROBE_EXP, EXACT_EXP, 90, 712, 0.69314718055994529},
    {"tanh(2 ln 2 x)", PROBE_TANH_SCALED, EXACT_TANH_SCALED, 7.25, 14.5, 0.25},
};

static uint64_t random_word(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static double random_unit(uint64_t *state)
{
    return (double)(random_word(state) >> 11) * 0x1p-53;
}

/* Four kinds in turn: any magnitude down to where the functions are trivial; evenly over the range where
 * something happens; evenly where most arguments of a training lie; and within some units of the places where
 * the reduced argument changes sides. */
static double random_point(uint64_t *state, int f, int bits)
{
    const double far = bits == 32 ? functions[f].far : functions[f].far64, u = random_unit(state);
    double x;
    switch (random_word(state) >> 40 & 3) {
    case 0:
        x = exp2(log2(far) - u * (bits == 32 ? 30 : 60));
        break;
    case 1:
        x = u * far;
        break;
    case 2:
        x = 4 * u;
        break;
    default:
        x = functions[f].step * (floor(u * far / functions[f].step) + 0.5);
        x *= 1 + (random_unit(state) - 0.5) * (bits == 32 ? 0x1p-18 : 0x1p-44);
    }
    return random_word(state) >> 63 ? x : -x;
}

static double load(const void *from, int64_t i, int bits)
{
    return bits == 32 ? (double)((const float *)from)[i] : ((const double *)from)[i];
}

static void save(void *to, int64_t i, int bits, double x)
{
    if (bits == 32)
        ((float *)to)[i] = (float)x;
    else
        ((double *)to)[i] = x;
}

// Applies a function with denormals flushed, as the kernels do, on every instruction set: all give the
// scalar's bits.
static void apply_everywhere(int f, int bits, const void *x, void *s, void *ds)
{
    const struct dp_kernels *kernels = dp_kernels_select("scalar", bits);
    const size_t size = BLOCK * (size_t)bits / 8;
    for (int isa = 0; dp_isa_names[isa]; isa++) {
        const struct probe *probe = probe_of(dp_isa_names[isa], bits);
        _Alignas(64) double s_too[BLOCK], ds_too[BLOCK];
        if (!probe)
            continue;
        const unsigned before = kernels->enter();
        probe->apply(functions[f].function, BLOCK, x, isa ? s_too : s, isa ? ds_too : ds);
        kernels->leave(before);
        if (isa && (memcmp(s, s_too, size) != 0 || memcmp(ds, ds_too, size) != 0))
            fail_msg("%s in %d bits near %.17g: %s differs from scalar", functions[f].name, bits,
                     load(x, 0, bits), probe->isa);
    }
}

static bool is_tanh(int f)
{
    return functions[f].function == PROBE_TANH || functions[f].function == PROBE_TANH_SCALED;
}

// sigma' against long double: within 8 units, for tanh of 1 (1 - tanh^2 cancels), for the others of the value
// itself.
static void check_slope(int f, int bits, double x, double ds)
{
    const long double epsilon = bits == 32 ? (long double)FLT_EPSILON : (long double)DBL_EPSILON;
    const long double least = bits == 32 ? (long double)FLT_MIN : (long double)DBL_MIN;
    const long double h =
        functions[f].function == PROBE_TANH_SCALED ? 1.386294361119890618834464242916L * x : x;
    const long double e = expl(-fabsl(h)), c = coshl(h), sigmoid = 1 / (1 + expl(-h));
    const long double expected = is_tanh(f) ? 1 / (c * c) : f == 1 ? e / ((1 + e) * (1 + e)) : sigmoid;
    const long double room = epsilon * (is_tanh(f) ? 3 : 4 * expected) + 2 * least;
    if (functions[f].function != PROBE_EXP && !(fabsl(ds - expected) <= room))
        fail_msg("%s' in %d bits at %.17g: %.17g, not %.17Lg", functions[f].name, bits, x, ds, expected);
}

struct worst {
    double units, at;
};

static void check_block(int f, int bits, const void *x, int64_t first, struct worst *worst)
{
    const double limit = bits == 32 ? 2.5 : 3, least = bits == 32 ? (double)FLT_MIN : DBL_MIN;
    _Alignas(64) double s[BLOCK], ds[BLOCK];
    apply_everywhere(f, bits, x, s, ds);
    for (int i = 0; i < BLOCK; i++) {
        const double given = load(x, i, bits), seen = fabs(given) < least ? 0 : given;
        const double got = load(s, i, bits);
        const double off =
            units_off(functions[f].exact, seen, got, bits, limit, (first + i) * 2654435761 % 20 == 0);
        if (!(off <= limit))
            fail_msg("%s(%.17g) in %d bits is %.17g: %.3f units off", functions[f].name, given, bits, got,
                     off);
        if (off > worst->units)
            *worst = (struct worst){off, given};
        if (!isnan(given))
            check_slope(f, bits, seen, load(ds, i, bits));
        if (is_tanh(f) && fabs(got) > 1)
            fail_msg("tanh(%.17g) in %d bits is beyond 1", given, bits);
    }
}

static void functions_are_accurate_everywhere(void **state)
{
    (void)state;
    uint64_t random = 0x9E3779B97F4A7C15U;
    const int64_t each = points_wanted / (2 * PROBE_FUNCTIONS);
    for (int f = 0; f < PROBE_FUNCTIONS; f++)
        for (int bits = 32; bits <= 64; bits += 32) {
            struct worst worst = {0, 0};
            for (int64_t first = 0; first < each; first += BLOCK) {
                _Alignas(64) double x[BLOCK];
                for (int i = 0; i < BLOCK; i++)
                    save(x, i, bits, random_point(&random, f, bits));
                check_block(f, bits, x, first, &worst);
            }
            print_message("%s, %d bits: at most %.3f units, at %.17g\n", functions[f].name, bits, worst.units,
                          worst.at);
        }
}

/* Each centre with the 8 floating-point numbers on either side: zeros, denormals, powers of two, every place
 * where the reduced argument changes sides, the clamps, and where a result leaves the normal numbers. */
static void check_around(int f, int bits, double centre, struct worst *worst)
{
    _Alignas(64) double x[BLOCK];
    for (int sign = -1; sign <= 1; sign += 2) {
        if (bits == 32) {
            float start = (float)(sign * centre);
            for (int i = 0; i < BLOCK / 2; i++)
                start = nextafterf(start, -INFINITY);
            for (int i = 0; i < BLOCK; i++, start = nextafterf(start, INFINITY))
                ((float *)x)[i] = start;
        } else {
            double start = sign * centre;
            for (int i = 0; i < BLOCK / 2; i++)
                start = nextafter(start, -INFINITY);
            for (int i = 0; i < BLOCK; i++, start = nextafter(start, INFINITY))
                x[i] = start;
        }
        check_block(f, bits, x, 0, worst);
    }
}

static void special_points_and_their_neighbours(void **state)
{
    (void)state;
    static const double centres[] = {0,
                                     FLT_MIN,
                                     DBL_MIN,
                                     FLT_MIN / 3,
                                     DBL_MIN / 3,
                                     FLT_MAX,
                                     1e300,
                                     9.0109,
                                     7.25,
                                     14.5,
                                     10,
                                     19.0615,
                                     20,
                                     87,
                                     88,
                                     88.37,
                                     87.336544751,
                                     87.6831,
                                     708.3964185322641,
                                     708.743,
                                     709,
                                     709.4,
                                     709.782712893384,
                                     745.13,
                                     88.72283905};
    for (int f = 0; f < PROBE_FUNCTIONS; f++)
        for (int bits = 32; bits <= 64; bits += 32) {
            struct worst worst = {0, 0};
            for (size_t c = 0; c < sizeof centres / sizeof *centres; c++)
                if (bits == 64 || centres[c] <= (double)FLT_MAX)
                    check_around(f, bits, centres[c], &worst);
            for (int k = bits == 32 ? -149 : -1074; k < (bits == 32 ? 128 : 1024); k++)
                check_around(f, bits, ldexp(1, k), &worst);
            for (int k = 0; k < (bits == 32 ? 260 : 2060); k++)
                check_around(f, bits, functions[f].step * k / 2, &worst);
            _Alignas(64) double x[BLOCK] = {0};
            const double special[] = {0, -0.0, INFINITY, -INFINITY, NAN};
            for (int i = 0; i < BLOCK; i++)
                save(x, i, bits, special[i % 5]);
            check_block(f, bits, x, 0, &worst);
        }
}

// The limits as a reader knows them; denormals count as 0.
static void limits_are_exact(void **state)
{
    (void)state;
    static const double expected[PROBE_FUNCTIONS][5] = {
        // at 0, -0, inf, -inf, NaN
        {0, 0, 1, -1, NAN},
        {0.5, 0.5, 1, 0, NAN},
        {0.69314718055994529, 0.69314718055994529, INFINITY, 0, NAN},
        {1, 1, 0, 0, NAN},
        {0, 0, 1, -1, NAN},
    };
    for (int f = 0; f < PROBE_FUNCTIONS; f++)
        for (int bits = 32; bits <= 64; bits += 32) {
            _Alignas(64) double x[BLOCK], s[BLOCK], ds[BLOCK];
            const double special[] = {0, -0.0, INFINITY, -INFINITY, NAN};
            for (int i = 0; i < BLOCK; i++)
                save(x, i, bits, special[i % 5]);
            apply_everywhere(f, bits, x, s, ds);
            for (int i = 0; i < 5; i++) {
                const double got = load(s, i, bits), want = expected[f][i];
                assert_true(isnan(want) ? isnan(got)
                                        : got == want || (f == 2 && i < 2 && fabs(got - want) < 1e-7));
            }
        }
}

// tanh is odd to the last bit.
static void tanh_is_odd(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int f = 0; f < PROBE_FUNCTIONS; f++)
        for (int block = 0; is_tanh(f) && block < 4000; block++) {
            const int bits = block % 2 ? 32 : 64;
            _Alignas(64) double x[BLOCK], s[BLOCK], ds[BLOCK];
            for (int i = 0; i < BLOCK; i += 2) {
                const double point = random_point(&random, f, bits);
                save(x, i, bits, point);
                save(x, i + 1, bits, -point);
            }
            apply_everywhere(f, bits, x, s, ds);
            for (int i = 0; i < BLOCK; i += 2)
                assert_true(load(s, i, bits) == -load(s, i + 1, bits));
        }
}

int main(int count, char **arguments)
{
    if (count > 1)
        points_wanted = strtoll(arguments[1], NULL, 10);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(special_points_and_their_neighbours),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(tanh_is_odd),
        cmocka_unit_test(functions_are_accurate_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
