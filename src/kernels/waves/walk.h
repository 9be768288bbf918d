// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/strands.h"

/* The paths of neurons: with g = |G| and u = G.w / g, after a time t up to 1 / g
 *
 *     w(t) = w + c(t) G,   c(t) = (u (cosh gt - 1) - a sinh gt) / g,   c' = -a(t)
 *     a(t) = a cosh gt - u sinh gt
 *
 * These are rational in h = tanh(gt / 2): sinh gt = 2 h / (1 - h^2), cosh gt - 1 = 2 h^2 / (1 - h^2). */

// sinh x and cosh x - 1 by series
INLINE void hyperbolic(strands x, strands *sine, strands *cosine)
{
    static const double odd[] = {1.0 / 355687428096000, 1.0 / 1307674368000, 1.0 / 6227020800, 1.0 / 39916800,
                                 1.0 / 362880,          1.0 / 5040,          1.0 / 120,        1.0 / 6};
    static const double even[] = {
        1.0 / 6402373705728000, 1.0 / 20922789888000, 1.0 / 87178291200, 1.0 / 479001600,
        1.0 / 3628800,          1.0 / 40320,          1.0 / 720,         1.0 / 24};
    const strands z = x * x;
    strands s = strand_all(odd[0]), c = strand_all(even[0]);
    for (int k = 1; k < 8; k++) {
        s = strand_fma(s, z, strand_all(odd[k]));
        c = strand_fma(c, z, strand_all(even[k]));
    }
    *sine = strand_fma(x * z, s, x);
    *cosine = z * strand_fma(c, z, strand_all(0.5));
}

INLINE void hyperbolic_of_half(strands h, strands *sine, strands *cosine)
{
    *sine = 2 * h / (1 - h * h);
    *cosine = h * *sine;
}

// artanh h for h from 0 to .5: halved twice, then by series
INLINE strands artanh(strands h)
{
    const strands zero = {0};
    for (int k = 0; k < 2; k++)
        h = h / (1 + strand_root(1 - h * h));
    const strands z = h * h;
    strands sum = zero + 1.0 / 19;
    for (int k = 8; k >= 0; k--)
        sum = strand_fma(z, sum, strand_all(1.0 / (2 * k + 1)));
    return 4 * h * sum;
}
