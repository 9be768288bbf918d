// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stdint.h>

/* Statistics of runs: from values at several widths and seeds to a slope with an error and a regime.
 *
 * A tally collects the runs of one cell at one width: how each ended, and for the done runs the mean and the
 * scatter of y. y is log(value) if a slope is needed. Only done runs (status 1) with a finite y enter the
 * mean. A run at its step limit is counted but not used, because its value depends on where it was cut off.
 *
 * The slope S = d log(value) / d log(m) is the weighted least-squares line through the means y_j of
 * log(value) at the widths m_j. With x_j = log m_j, n_j runs at width j and weights w_j = n_j m_j^q:
 *
 *     xm = sum w_j x_j / sum w_j      Sxx = sum w_j (x_j - xm)^2
 *     l_j = w_j (x_j - xm) / Sxx      S = sum l_j y_j
 *
 * q = 0 weighs every run the same, as published. q = 1 has the least variance when the scatter over seeds is
 * that of a mean over m neurons, variance ~ 1/m. The small widths, which scatter most and have most of the
 * finite-size bias, then weigh least.
 *
 * The error of S has two sources, and the larger one is used (the scale factor of the Particle Data Group):
 *
 *     scatter over seeds    sqrt(sum l_j^2 s_j^2 / n_j),   s_j^2 the variance of y over the runs of width j
 *     misfit of the line    sqrt(F / Sxx),   F = sum w_j (y_j - line)^2 / (J - 2) over J widths
 *
 * For a pure power law, both estimate the same quantity. If the law bends (finite width), the misfit is
 * common to all seeds and does not average out over them. With one seed only the misfit remains, with two
 * widths only the scatter. With one seed at two widths there is no error, and the regime is undecided.
 *
 * A seed has the same random numbers at every width. Its deviations at different widths are therefore not
 * independent, and the scatter above is only a substitute. Lines fitted to each seed alone do not need
 * independence: seed_lines.h replaces the pooled estimate by theirs where possible.
 *
 * The interval low..high holds the true slope of a power law with 95 % confidence. It is Student's quantile
 * times the error from seeds (4.3 errors for three seeds, 2.8 for five), or 1.96 misfit errors, whichever is
 * wider.
 *
 * Pure: no I/O, no allocation. */

enum { DP_STATUSES = 5 };

struct dp_tally {
    int64_t ended[DP_STATUSES]; // runs by enum dp_run_status; an unknown status counts as failed
    int64_t unusable;           // done, but without a finite y
    int64_t floors;             // done: flow converged above stop_loss
    int64_t rose;               // done, but the training loss rose where it should fall
    int64_t used;               // runs in the two sums
    double mean, scatter;       // of y: mean, and sum of squares about it
};

enum dp_estimate { DP_POOLED, DP_BY_SEED };

struct dp_slope {
    int64_t widths, runs; // with runs in use: J and N
    enum dp_estimate estimate;
    int64_t seeds;       // lines that a DP_BY_SEED estimate is the mean of
    double slope;        // S; NAN with fewer than two widths
    double error;        // standard error of S: the larger of the next two; NAN if both are
    double seed_error;   // NAN without repeats
    double misfit_error; // NAN with fewer than three widths
    double low, high;    // 95 % interval; NAN without an error
    double chi2;  // goodness of fit: misfit per degree of freedom over that expected from the seeds' scatter;
                  // about 1 for a power law, larger where it bends; NAN without repeats or a third width
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
    DP_WITHHELD, // runs diverged, or their loss rose: the other runs do not represent the cell
    DP_REGIMES
};

/* A slope nearer to 0 than this cannot be distinguished from 0: at widths of 10^3 to 10^4 the finite-size
 * bias at the boundary is about 0.07. */
#define DP_RESOLUTION 0.1

/* log(value), NAN unless value is positive and finite. */
double dp_log_value(double value);

/* Counts one run. */
void dp_tally_add(struct dp_tally *tally, double status, double y);

/* Adds the counts of one tally to another; the sums over y are joined as well. */
void dp_tally_join(struct dp_tally *tally, const struct dp_tally *other);

/* Whether runs diverged or their loss rose. The done runs then do not represent all runs. */
bool dp_tally_is_doubtful(const struct dp_tally *tally);

/* All runs counted. */
int64_t dp_tally_runs(const struct dp_tally *tally);

/* Mean of y, NAN without any. */
double dp_tally_mean(const struct dp_tally *tally);

/* The levers of the least-squares slope over count widths: slope = sum lever_j y_j for means y_j with the
 * given weights (0: no mean). Fills lever[count]. Returns Sxx, or 0 when fewer than two widths have weight
 * (all levers are then 0). center: receives xm, may be NULL. */
double dp_levers(const double *width, const double *weight, int64_t count, double *lever, double *center);

/* The same for the larger half of the widths that have weight, including the middle one; none with fewer than
 * three widths. */
void dp_upper_levers(const double *width, const double *weight, int64_t count, double *lever);

/* The line through the tallies of count <= DP_WIDTHS ascending positive widths, with weights n_j
 * m_j^power. */
enum { DP_WIDTHS = 1024 };
struct dp_slope dp_slope_fit(const double *width, const struct dp_tally *tally, int64_t count, double power);

/* Sets error, low and high from the two errors. freedom: degrees of freedom of the error from seeds. */
void dp_slope_bound(struct dp_slope *slope, double freedom);

/* The regime by the interval low..high:
 *
 *   linear     S < -DP_RESOLUTION and the interval lies below 0
 *   condensed  S > +DP_RESOLUTION and the interval lies above 0
 *   critical   the interval lies within +-DP_RESOLUTION
 *   undecided  any other slope */
enum dp_regime dp_regime_of(const struct dp_slope *slope);

/* The name of a regime: "linear", ...; "no slope". Its letter on a map: L X C ? ! and a dot. */
const char *dp_regime_name(enum dp_regime regime);
char dp_regime_letter(enum dp_regime regime);
