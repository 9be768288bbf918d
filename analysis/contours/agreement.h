// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "contours/contour.h"

/* The distance between measured and published results. Pure. */

/* The distance of a contour from the published boundary, over the contour's length. */
struct dp_contour_distance {
    double length; // of the contour; 0: there is none and the others are NAN
    double mean, worst;
    double shift; // mean with a sign: negative towards the linear side
};

/* Mean and shift are integrals along the lines (each stretch between two points in STRETCHES parts), so that
 * a densely drawn piece weighs only as much as its length. */
struct dp_contour_distance dp_contour_distance(const struct dp_contour *contour);

/* The largest distance of the published boundary from the contour, within the window x0, x1, y0, y1. INFINITY
 * for a contour without lines, 0 for a window without a boundary. */
double dp_contour_missed(const struct dp_contour *contour, const double window[4]);

/* Differences of measured from predicted values. */
struct dp_residuals {
    int64_t count;
    double squares, worst; // sum of squares; the largest by size, with its sign
    double x, y;           // where the worst is
};

/* Adds one difference; NAN is ignored. */
void dp_residuals_add(struct dp_residuals *residuals, double x, double y, double difference);

/* Root mean square, NAN without any. */
double dp_residuals_rms(const struct dp_residuals *residuals);

/* Zeros of values along a line, between neighbouring points of different sign, by straight lines: fills
 * zero[max] and returns how many there are. A value of exactly 0 counts as positive; NAN interrupts the line.
 * x ascending. */
int dp_zeros(const double *x, const double *value, int64_t count, double *zero, int max);
