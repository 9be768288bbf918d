// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Statistics of runs: from values at several widths and seeds to a slope with an error and a regime.
 *
 * A tally collects the runs of one cell at one width: how each ended, and of those that are done the mean and
 * the scatter over seeds of y = log(value). Only done runs (status 1) with a positive, finite value enter y; a
 * run that hit its step limit is counted, not used, because its value depends on where it was cut off.
 *
 * The slope S = d log(value) / d log(m) is a least-squares line through all runs of a cell. With x_j = log m_j,
 * n_j runs and mean y_j at width j, xm and ym the means over all runs, N = sum n_j, over J widths:
 *
 *     Sxx = sum n_j (x_j - xm)^2          S = sum n_j (x_j - xm) (y_j - ym) / Sxx
 *
 * Its error has two sources, and each gives an estimate of the variance of one run about the line:
 *
 *     scatter over seeds    s2 = sum_j sum_runs (y - y_j)^2 / (N - J)               (needs two seeds somewhere)
 *     misfit of the line    f2 = sum_j n_j (y_j - ym - S (x_j - xm))^2 / (J - 2)    (needs three widths)
 *
 *     error = sqrt(max(s2, f2) / Sxx)
 *
 * If the law is a pure power, both estimate the same thing. If it bends (finite width), the misfit is common to
 * all seeds and does not average out over them: pooling the two with N - 2 degrees of freedom would let many seeds
 * hide it, so the larger counts (the scale factor of the Particle Data Group). With one seed the misfit alone is
 * left, with two widths the scatter alone; with one seed at two widths there is no error and the regime is
 * undecided. Seeds share their random numbers between widths, so that part of their offsets cancels in S: the
 * error errs on the wide side (over a ReLU plane with three seeds it was half as large again as the scatter of
 * slopes fitted to each seed alone).
 *
 * Pure: no I/O, no allocation. */

enum { DP_STATUSES = 5 };

struct dp_tally {
    int64_t ended[DP_STATUSES]; // runs by enum dp_run_status; an unknown status counts as failed
    int64_t unusable;           // done, but the value is zero, negative or not finite: no logarithm
    int64_t used;               // runs in the two sums
    double mean, scatter;       // of y = log(value): mean, and sum of squares about it
};

struct dp_slope {
    int64_t widths, runs; // J and N
    double slope;         // S; NAN with fewer than two widths
    double error;         // standard error of S; NAN when nothing tells it
    double seed_error;    // sqrt(s2 / Sxx), NAN without repeats
    double misfit_error;  // sqrt(f2 / Sxx), NAN with fewer than three widths
};

enum dp_regime { DP_NO_SLOPE, DP_REGIME_LINEAR, DP_REGIME_CRITICAL, DP_REGIME_CONDENSED, DP_UNDECIDED };

/* A slope nearer to 0 than this is not told apart from 0: at widths of 10^3 to 10^4 the finite-size bias at the
 * boundary is about 0.07. */
#define DP_RESOLUTION 0.1

/* Counts one run. */
void dp_tally_add(struct dp_tally *tally, double status, double value);

/* Adds the counts of one tally to another; the sums over y are joined as well. */
void dp_tally_join(struct dp_tally *tally, const struct dp_tally *other);

/* Runs that did not finish: neither done nor unusable. */
int64_t dp_tally_unfinished(const struct dp_tally *tally);

/* All runs counted. */
int64_t dp_tally_runs(const struct dp_tally *tally);

/* Geometric mean of the values used, NAN without any. */
double dp_tally_value(const struct dp_tally *tally);

/* The line through the tallies of count widths (width[j] > 0, all different). */
struct dp_slope dp_slope_fit(const double *width, const struct dp_tally *tally, int64_t count);

/* With the interval S +- 2 error:
 *   linear     S < -DP_RESOLUTION and the interval lies below 0
 *   condensed  S > +DP_RESOLUTION and the interval lies above 0
 *   critical   the interval lies within +-DP_RESOLUTION
 *   undecided  anything else that has a slope. */
enum dp_regime dp_regime_of(const struct dp_slope *slope);

/* "linear", ...; "no slope". And its letter on a map: L X C ? and a dot. */
const char *dp_regime_name(enum dp_regime regime);
char dp_regime_letter(enum dp_regime regime);
