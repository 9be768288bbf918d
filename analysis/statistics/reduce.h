// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Statistics of runs: from values at several widths and seeds to a slope with an error and a regime.
 *
 * A tally collects the runs of one cell at one width: how each ended, and of those that are done the mean and
 * the scatter of y, which is log(value) where a slope is wanted. Only done runs (status 1) with a finite y
 * enter the mean; a run that hit its step limit is counted, not used, because its value depends on where it
 * was cut off.
 *
 * The slope S = d log(value) / d log(m) is the weighted least-squares line through the means y_j of
 * log(value) at the widths m_j. With x_j = log m_j, n_j runs at width j and weights w_j = n_j m_j^q:
 *
 *     xm = sum w_j x_j / sum w_j      Sxx = sum w_j (x_j - xm)^2      l_j = w_j (x_j - xm) / Sxx      S = sum
 * l_j y_j
 *
 * q = 0 counts every run the same, as published. q = 1 is the weight of least variance when the scatter over
 * seeds is that of a mean over m neurons, variance ~ 1/m: then the small widths, which scatter most and carry
 * most of the finite-size bias, count least.
 *
 * Its error has two sources, and the larger one counts (the scale factor of the Particle Data Group):
 *
 *     scatter over seeds    sqrt(sum l_j^2 s_j^2 / n_j),   s_j^2 the variance of y over the runs of width j
 *     misfit of the line    sqrt(F / Sxx),   F = sum w_j (y_j - line)^2 / (J - 2) over J widths
 *
 * If the law is a pure power, both estimate the same thing. If it bends (finite width), the misfit is common
 * to all seeds and does not average out over them. With one seed the misfit alone is left, with two widths
 * the scatter alone; with one seed at two widths there is no error and the regime is undecided.
 *
 * A seed has the same random numbers at every width, so its deviations at different widths are not
 * independent and the scatter above is only a stand-in. Lines fitted to each seed alone do not need
 * independence: seed_lines.h replaces the pooled estimate by theirs where it can.
 *
 * The interval low..high holds the true slope of a power law with 95 % confidence: Student's quantile times
 * the error from seeds (few seeds know their own scatter badly: 4.3 errors for three, 2.8 for five), or 1.96
 * misfit errors, whichever is wider.
 *
 * Pure: no I/O, no allocation. */

enum { DP_STATUSES = 5 };

struct dp_tally {
    int64_t ended[DP_STATUSES]; // runs by enum dp_run_status; an unknown status counts as failed
    int64_t unusable;           // done, but without a finite y
    int64_t floors;             // done: flow converged above the loss that it was to reach
    int64_t rose;               // done, but the training loss rose on the way where it had to fall
    int64_t used;               // runs in the two sums
    double mean, scatter;       // of y: mean, and sum of squares about it
};

enum dp_estimate { DP_POOLED, DP_BY_SEED };

struct dp_slope {
    int64_t widths, runs; // with runs in use: J and N
    enum dp_estimate estimate;
    int64_t seeds;       // lines that a DP_BY_SEED estimate is the mean of
    double slope;        // S; NAN with fewer than two widths
    double error;        // standard error of S: the larger of the next two; NAN when nothing tells it
    double seed_error;   // NAN without repeats
    double misfit_error; // NAN with fewer than three widths
    double low, high;    // 95 % interval; NAN without an error
    double chi2;  // goodness of fit: misfit per degree of freedom over that expected from the seeds' scatter;
                  // about 1 for a power law, more where it bends; NAN without repeats or a third width
    double r2;    // goodness of fit: share of the means' variance that the line explains
    double drift; // finite size: slope over the upper half of the widths minus S; NAN below three widths
    double drift_error; // standard error of drift from seeds
};

enum dp_regime {
    DP_NO_SLOPE,
    DP_REGIME_LINEAR,
    DP_REGIME_CRITICAL,
    DP_REGIME_CONDENSED,
    DP_UNDECIDED,
    DP_WITHHELD, // runs diverged, or their loss rose: what is left of them does not represent the cell
    DP_REGIMES
};

/* A slope nearer to 0 than this is not told apart from 0: at widths of 10^3 to 10^4 the finite-size bias at
 * the boundary is about 0.07. */
#define DP_RESOLUTION 0.1

/* log(value), NAN unless value is positive and finite. */
double dp_log_value(double value);

/* Counts one run. */
void dp_tally_add(struct dp_tally *tally, double status, double y);

/* Adds the counts of one tally to another; the sums over y are joined as well. */
void dp_tally_join(struct dp_tally *tally, const struct dp_tally *other);

/* Did runs diverge, or did their loss rise? Then those that are done do not stand for all. */
bool dp_tally_is_doubtful(const struct dp_tally *tally);

/* All runs counted. */
int64_t dp_tally_runs(const struct dp_tally *tally);

/* Mean of y, NAN without any. */
double dp_tally_mean(const struct dp_tally *tally);

/* How the least-squares slope over count widths depends on the means there: slope = sum lever_j y_j, with the
 * weights given (0: no mean there). Fills lever[count]; returns Sxx, 0 when fewer than two widths have weight
 * (all levers are 0 then). center: receives xm, may be NULL. */
double dp_levers(const double *width, const double *weight, int64_t count, double *lever, double *center);

/* The same for the upper half of the widths that have weight: the larger ones, the middle one included; none
 * with fewer than three widths. */
void dp_upper_levers(const double *width, const double *weight, int64_t count, double *lever);

/* The line through the tallies of count <= DP_WIDTHS widths (ascending, positive) with weights n_j
 * m_j^power. */
enum { DP_WIDTHS = 1024 };
struct dp_slope dp_slope_fit(const double *width, const struct dp_tally *tally, int64_t count, double power);

/* Sets error, low and high from the two errors. freedom: degrees of freedom of the error from seeds. */
void dp_slope_bound(struct dp_slope *slope, double freedom);

/* By the interval low..high:
 *   linear     S < -DP_RESOLUTION and the interval lies below 0
 *   condensed  S > +DP_RESOLUTION and the interval lies above 0
 *   critical   the interval lies within +-DP_RESOLUTION
 *   undecided  anything else that has a slope. */
enum dp_regime dp_regime_of(const struct dp_slope *slope);

/* "linear", ...; "no slope". And its letter on a map: L X C ? ! and a dot. */
const char *dp_regime_name(enum dp_regime regime);
char dp_regime_letter(enum dp_regime regime);
