// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/extrema/binary_form.h"
#include <math.h>
#include <stdbool.h>

double dp_binary_form_value(const struct dp_binary_form *form, double c, double s)
{
    double value = form->coefficient[0], power = 1;
    for (int j = 1; j <= form->degree; j++) {
        power *= s;
        value = value * c + form->coefficient[j] * power;
    }
    return value;
}

struct dp_binary_form dp_binary_form_slope(const struct dp_binary_form *form)
{
    const int p = form->degree;
    struct dp_binary_form slope = {.degree = p};
    for (int j = 0; j <= p; j++) {
        if (j > 0)
            slope.coefficient[j - 1] += j * form->coefficient[j];
        if (j < p)
            slope.coefficient[j + 1] -= (p - j) * form->coefficient[j];
    }
    return slope;
}

struct polynomial {
    int degree;
    double coefficient[DP_BINARY_FORM_MOST + 1]; // of t^j
};

static double value_at(const struct polynomial *p, double t)
{
    double value = 0;
    for (int j = p->degree; j >= 0; j--)
        value = value * t + p->coefficient[j];
    return value;
}

static struct polynomial derivative(const struct polynomial *p)
{
    struct polynomial d = {.degree = p->degree - 1};
    for (int j = 1; j <= p->degree; j++)
        d.coefficient[j - 1] = j * p->coefficient[j];
    return d;
}

// The one root between low and high, where p has different signs, by Newton's method kept inside by
// bisection.
static double refine(const struct polynomial *p, const struct polynomial *slope, double low, double high)
{
    const bool rising = value_at(p, high) > 0;
    double t = (low + high) / 2;
    for (int round = 0; round < 100; round++) {
        const double value = value_at(p, t), next = t - value / value_at(slope, t);
        if (value == 0)
            return t;
        if ((value > 0) == rising)
            high = t;
        else
            low = t;
        const double middle = (low + high) / 2;
        const double to = next > low && next < high ? next : middle;
        if (fabs(to - t) < 1e-17 || middle == low || middle == high)
            return to;
        t = to;
    }
    return t;
}

/* Roots in [-1, 1] where the sign changes, in order. There is at most one between neighbouring roots of the
 * derivative. */
static int roots_between(const struct polynomial *p, double *root)
{
    if (p->degree == 0)
        return 0;
    const struct polynomial slope = derivative(p);
    double turn[DP_BINARY_FORM_MOST + 2];
    int turns = roots_between(&slope, turn + 1), count = 0;
    turn[0] = -1;
    turn[++turns] = 1;
    for (int i = 0; i < turns; i++) {
        const double before = value_at(p, turn[i]), after = value_at(p, turn[i + 1]);
        if (before == 0 && i == 0)
            root[count++] = -1;
        if (after == 0)
            root[count++] = turn[i + 1];
        else if ((before < 0 && after > 0) || (before > 0 && after < 0))
            root[count++] = refine(p, &slope, turn[i], turn[i + 1]);
    }
    return count;
}

// Roots of one chart to the list: (1, t), or (-t, 1), which comes after it.
static int add_chart(const struct polynomial *p, bool upper, int count, double root[DP_BINARY_FORM_MOST][2])
{
    double t[DP_BINARY_FORM_MOST + 2];
    const int found = roots_between(p, t);
    for (int i = 0; i < found; i++) {
        const double size = sqrt(1 + t[i] * t[i]), c = (upper ? -t[i] : 1) / size,
                     s = (upper ? 1 : t[i]) / size;
        bool known = count == DP_BINARY_FORM_MOST;
        for (int k = 0; k < count; k++)
            known = known || fabs(root[k][0] * s - root[k][1] * c) < 1e-6;
        if (known)
            continue;
        root[count][0] = c;
        root[count++][1] = s;
    }
    return count;
}

int dp_binary_form_roots(const struct dp_binary_form *form, double root[DP_BINARY_FORM_MOST][2])
{
    const int p = form->degree;
    struct polynomial right = {.degree = p}, upper = {.degree = p};
    for (int j = 0; j <= p; j++) {
        right.coefficient[j] = form->coefficient[j];
        upper.coefficient[p - j] = (p - j) % 2 ? -form->coefficient[j] : form->coefficient[j];
    }
    const int count = add_chart(&right, false, 0, root);
    return add_chart(&upper, true, count, root);
}
