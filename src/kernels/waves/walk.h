// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "kernels/waves/strands.h"

/* The path of a neuron: with g = |G| and u = G.w / g, after a time t
 *
 *     w(t) = w + c(t) G,   c(t) = (u (cosh gt - 1) - a sinh gt) / g,   c' = -a(t)
 *     a(t) = a cosh gt - u sinh gt */

struct walk {
    double a, u, g;
};

struct walk_end {
    double c, a; // c(t), and what a(t) has gained
};

// sinh and cosh - 1: series up to 1, doubled as often as it takes. 1e300 beyond 600, which no step survives.
INLINE void hyperbolic(double x, double *sine, double *cosine)
{
    int doublings = 0;
    if (!(x < 600)) {
        *sine = *cosine = x == x ? 1e300 : x;
        return;
    }
    while (x > 1) {
        x *= 0.5;
        doublings++;
    }
    const double z = x * x;
    double s = 1, c = 1;
    for (int k = 8; k > 0; k--) {
        s = 1 + z * (1.0 / (2 * k * (2 * k + 1))) * s;
        c = 1 + z * (1.0 / ((2 * k + 1) * (2 * k + 2))) * c;
    }
    s *= x;
    c *= z * 0.5;
    for (; doublings > 0; doublings--) {
        const double twice = 2 * s * (1 + c);
        c = 2 * s * s;
        s = twice;
    }
    *sine = s;
    *cosine = c;
}

INLINE struct walk_end walk_after(const struct walk *by, double time)
{
    double s, c;
    hyperbolic(by->g * time, &s, &c);
    return (struct walk_end){(by->u * c - by->a * s) / by->g, by->a * c - by->u * s};
}

/* The time, before `most`, at which c reaches `target`, or with turns at which a reaches 0, which happens
 * once. Newton's method, kept between bounds. */
static double walk_time(const struct walk *by, double target, bool turns, double most)
{
    double low = 0, high = most, t = turns ? most / 2 : most;
    const struct walk_end last = walk_after(by, most);
    if (!turns && last.c != 0)
        t = most * (target / last.c);
    for (int k = 0; k < 80; k++) {
        const struct walk_end at = walk_after(by, t);
        const double a = by->a + at.a, c = by->u + by->g * at.c; // c: G.w / g there, and -a' / g
        const double off = turns ? a : at.c - target, slope = turns ? -by->g * c : -a;
        const bool beyond = turns ? (a > 0) != (by->a > 0) : fabs(at.c) > fabs(target);
        if (beyond)
            high = t;
        else
            low = t;
        double next = t - off / slope;
        if (!(next > low && next < high))
            next = low + (high - low) / 2;
        if (fabs(next - t) <= 1e-15 * most)
            return next;
        t = next;
    }
    return t;
}
