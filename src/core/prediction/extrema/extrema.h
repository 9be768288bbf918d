// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/samples.h"
#include <stdbool.h>

/* The directions that the small-weight limit predicts: growing extrema of F(w) = mean_i y_i (w.x_i)^p on the
 * sphere.
 *
 * While f is small and sigma(z) ~ c z^p with c > 0, gradient flow moves each neuron alone: dw/dt ~ a grad
 * F(w) and da/dt ~ F(w). The direction of a neuron climbs a F. Neurons with a > 0 go to maxima of F and those
 * with a < 0 to minima, and |w| grows only where a F > 0. A maximum with F < 0 is not reached: w shrinks
 * there while a falls, a changes sign, and the neuron leaves for a minimum. The growing extrema are therefore
 * the maxima with F > 0 (a > 0) and the minima with F < 0 (a < 0). Because F(-w) = (-1)^p F(w), w and -w grow
 * together: the number of growing extrema is even, and they lie on half as many lines. There is one
 * exception. If sigma(0) > 0 (sigmoid, softplus; p = 1), da/dt ~ sigma(0) mean y dominates while w is tiny.
 * All a then take the sign of mean y, and all neurons go to one side. (The angle holds until f fits the mean
 * of y.)
 *
 * On a circle (one input and a bias) all extrema are found from the roots of a form (binary_form.h). For p =
 * 1 there is one line, the mean of y x. In other cases F is climbed from start points drawn evenly from the
 * sphere, by conjugate gradients with exact searches along great circles. The number of times that each
 * extremum is met tells how much has not been met (Good-Turing: the next start finds a new extremum with the
 * probability of those met once). Data can make F constant, or constant along whole curves of extrema. There
 * is then nothing to count, and the result says so. */

enum { DP_EXTREMA_LINES = 64 }; // most lines that are distinguished

struct dp_extrema_options {
    int power;     // p, 1 to 8
    bool bias;     // x is augmented by 1
    bool constant; // sigma(0) > 0
    int starts;    // of the search, at least 2; the circle and p = 1 need none
};

enum dp_extrema_kind {
    DP_EXTREMA_COUNTED,
    DP_EXTREMA_FLAT, // a continuum of extrema, or far more than the starts could tell apart
    DP_EXTREMA_ZERO, // F vanishes to rounding
};

struct dp_extremum {
    double value; // F at the extremum, of the order of sum |y| |x|^p / n
    double basin; // share of the starts that came to this line; NAN without a search
    double pull;  // the angle of a neuron to it falls as |w|^-pull (pull.h); 1 for p = 1
};

struct dp_extrema {
    enum dp_extrema_kind kind;
    int64_t count; // growing directions, twice the lines unless one_sided; 0 unless counted
    int64_t lines;
    bool one_sided;           // a line's vector is its one direction
    int64_t capacity;         // in lines, of the arrays of the caller
    struct dp_extremum *line; // [capacity], the largest |F| first
    double *unit;             // [capacity][inputs + bias]; the other direction of the line is its opposite
    double unseen;  // estimated chance that a further start would find a new line; 0 without a search
    int64_t starts; // starts that were made
};

/* DP_NO_MEMORY. */
enum dp_status dp_extrema_find(const struct dp_samples *samples, const struct dp_extrema_options *options,
                               struct dp_extrema *extrema, struct dp_error *error);
