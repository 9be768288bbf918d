// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Binary forms on the circle: F(c, s) = sum_j coefficient[j] c^(p - j) s^j at (c, s) = (cos t, sin t).
 *
 * Along any great circle of a sphere the function mean y (w.x)^p is such a form. With one input and a bias it
 * is one everywhere. Its derivative along the circle is a form of the same degree, whose roots are at most p
 * lines. All of them are found, by bisection between the roots of the derivatives, first with c = 1, then
 * with s = 1. */

enum { DP_BINARY_FORM_MOST = 8 }; // largest degree

struct dp_binary_form {
    int degree;
    double coefficient[DP_BINARY_FORM_MOST + 1];
};

double dp_binary_form_value(const struct dp_binary_form *form, double c, double s);

/* dF/dt as a form of the same degree. */
struct dp_binary_form dp_binary_form_slope(const struct dp_binary_form *form);

/* The lines on which a form is zero, as unit vectors (c, s) in the order of their angle, from -45 up to 135
 * degrees; roots within 1e-6 are one. Returns how many, at most the degree. */
int dp_binary_form_roots(const struct dp_binary_form *form, double root[DP_BINARY_FORM_MOST][2]);
