// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/elementary.h"
#include <math.h>
#include <stdint.h>
#include <string.h>

// 2^k for -1022 <= k <= 1023
static double power_of_two(int64_t k)
{
    const uint64_t bits = (uint64_t)(k + 1023) << 52;
    double power;
    memcpy(&power, &bits, sizeof power);
    return power;
}

double dp_exp(double x)
{
    // Taylor to r^13, |r| <= ln 2 / 2: even and odd powers apart, two short chains instead of a long one
    static const double even[] = {1.0 / 2, 1.0 / 24, 1.0 / 720, 1.0 / 40320, 1.0 / 3628800, 1.0 / 479001600};
    static const double odd[] = {1.0 / 6,      1.0 / 120,      1.0 / 5040,
                                 1.0 / 362880, 1.0 / 39916800, 1.0 / 6227020800};
    const double shift = 0x1.8p52, k = (x * 0x1.71547652b82fep+0 + shift) - shift;
    // the upper part of ln 2 has so few bits that its product with k is exact
    const double r = (x - k * 0x1.62e42feep-1) - k * 0x1.a39ef35793c76p-33, z = r * r;
    double p = even[5], q = odd[5];
    for (int n = 4; n >= 0; n--) {
        p = p * z + even[n];
        q = q * z + odd[n];
    }
    return (1 + (r + (z * p + r * (z * q)))) * power_of_two((int64_t)k);
}

double dp_log(double x)
{
    int k;
    double m = frexp(x, &k);
    if (m < 0x1.6a09e667f3bcdp-1) { // sqrt(1/2): keep m - 1 small on both sides
        m *= 2;
        k--;
    }
    // log m = 2 atanh(s), |s| <= .172
    const double s = (m - 1) / (m + 1), z = s * s;
    double sum = 2.0 / 25;
    for (int n = 23; n >= 3; n -= 2)
        sum = sum * z + 2.0 / n;
    return fma(k, 0x1.62e42fefa39efp-1, fma(k, 0x1.abc9e3b39803fp-56, s * z * sum + 2 * s));
}

// sin and cos of 2 pi t for |t| <= 1/8: Chebyshev fits in t^2.
static void sincos_eighth(double t, double *sine, double *cosine)
{
    static const double s[] = {0x1.921fb54442d18p+2,  -0x1.4abbce625be53p+5, 0x1.466bc6775aad9p+6,
                               -0x1.32d2cce62ac22p+6, 0x1.50783485cbd83p+5,  -0x1.e3074b4ff3058p+3,
                               0x1.e8eed12ee00a3p+1,  -0x1.6c5b875d4e739p-1};
    static const double c[] = {1.0,
                               -0x1.3bd3cc9be45dep+4,
                               0x1.03c1f081b5ac4p+6,
                               -0x1.55d3c7e3cbfedp+6,
                               0x1.e1f5068919a8ap+5,
                               -0x1.a6d1f29f1c7fap+4,
                               0x1.f9d3854812ae6p+2,
                               -0x1.b6dd6cfa280afp+0,
                               0x1.1e2a69fa47a81p-2};
    const double z = t * t;
    double p = s[7], q = c[8];
    for (int n = 6; n >= 0; n--)
        p = p * z + s[n];
    for (int n = 7; n >= 0; n--)
        q = q * z + c[n];
    *sine = p * t;
    *cosine = q;
}

void dp_sincos_turns(double t, double *sine, double *cosine)
{
    const double quarters = nearbyint(4 * t);
    double s, c;
    sincos_eighth(t - quarters / 4, &s, &c);
    switch ((long long)quarters & 3) {
    case 0:
        *sine = s, *cosine = c;
        break;
    case 1:
        *sine = c, *cosine = -s;
        break;
    case 2:
        *sine = -s, *cosine = -c;
        break;
    default:
        *sine = -c, *cosine = s;
    }
}

double dp_sin(double x)
{
    const double quarters = nearbyint(x * 0x1.45f306dc9c883p-1);
    const double r = fma(-quarters, 0x1.1a62633145c07p-54, fma(-quarters, 0x1.921fb54442d18p+0, x));
    double s, c;
    dp_sincos_turns(r * 0x1.45f306dc9c883p-3, &s, &c);
    switch ((long long)quarters & 3) {
    case 0:
        return s;
    case 1:
        return c;
    case 2:
        return -s;
    default:
        return -c;
    }
}

struct pair {
    double high, low;
};

// c - p, with c the larger
static struct pair reflect(struct pair c, struct pair p)
{
    const double high = c.high - p.high;
    return (struct pair){high, (c.high - high) - p.high + (c.low - p.low)};
}

double dp_atan2(double y, double x)
{
    static const struct pair eighths[] = {
        {0, 0}, // atan(k / 8)
        {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
        {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
        {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
        {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
        {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
        {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
        {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
        {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55},
    };
    static const struct pair half_turn = {0x1.921fb54442d18p+1, 0x1.1a62633145c07p-53};
    static const struct pair quarter_turn = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54};
    const double across = fabs(x), up = fabs(y);
    const double small = across < up ? across : up, large = across < up ? up : across;
    if (large == 0)
        return 0;
    // atan(s/l) = atan(k/8) + atan(z), |z| <= 1/16, by its series to z^13
    const int k = (int)nearbyint(8 * (small / large));
    const double z = fma(-k, large, 8 * small) / fma(k, small, 8 * large), square = z * z;
    double sum = 1.0 / 13;
    for (int n = 11; n >= 3; n -= 2)
        sum = 1.0 / n - square * sum;
    struct pair angle = {eighths[k].high, eighths[k].low + (z - z * (square * sum))};
    if (across < up)
        angle = reflect(quarter_turn, angle);
    if (x < 0)
        angle = reflect(half_turn, angle);
    const double size = angle.high + angle.low;
    return y < 0 ? -size : size;
}
