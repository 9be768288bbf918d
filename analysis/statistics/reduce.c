// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/reduce.h"
#include "dewpoint/core/run.h"
#include "statistics/student.h"
#include <math.h>
#include <stddef.h>

_Static_assert(DP_RUN_FAILED == DP_STATUSES - 1, "a tally has a place for every status");

double dp_log_value(double value)
{
    return value > 0 && !isinf(value) ? log(value) : (double)NAN;
}

void dp_tally_add(struct dp_tally *tally, double status, double y)
{
    if (!(status >= DP_PENDING && status <= DP_RUN_FAILED)) // also NaN
        status = DP_RUN_FAILED;
    tally->ended[(int)status]++;
    if ((int)status != DP_DONE)
        return;
    if (!isfinite(y)) {
        tally->unusable++;
        return;
    }
    // Welford's update: the scatter between seeds is small against the mean, and sums of squares would lose
    // it.
    const double off = y - tally->mean;
    tally->used++;
    tally->mean += off / (double)tally->used;
    tally->scatter += off * (y - tally->mean);
}

void dp_tally_join(struct dp_tally *tally, const struct dp_tally *other)
{
    for (int i = 0; i < DP_STATUSES; i++)
        tally->ended[i] += other->ended[i];
    tally->unusable += other->unusable;
    tally->rose += other->rose;
    tally->floors += other->floors;
    if (!other->used)
        return;
    const double mine = (double)tally->used, theirs = (double)other->used, off = other->mean - tally->mean;
    tally->scatter += other->scatter + off * off * mine * theirs / (mine + theirs);
    tally->mean += off * theirs / (mine + theirs);
    tally->used += other->used;
}

bool dp_tally_is_doubtful(const struct dp_tally *tally)
{
    return tally->ended[DP_DIVERGED] > 0 || tally->rose > 0;
}

int64_t dp_tally_runs(const struct dp_tally *tally)
{
    int64_t runs = 0;
    for (int i = 0; i < DP_STATUSES; i++)
        runs += tally->ended[i];
    return runs;
}

double dp_tally_mean(const struct dp_tally *tally)
{
    return tally->used ? tally->mean : (double)NAN;
}

double dp_levers(const double *width, const double *weight, int64_t count, double *lever, double *center)
{
    double total = 0, middle = 0, sxx = 0;
    int64_t widths = 0;
    for (int64_t j = 0; j < count; j++) {
        lever[j] = 0;
        if (!(weight[j] > 0))
            continue;
        widths++;
        total += weight[j];
        middle += weight[j] / total * (log(width[j]) - middle);
    }
    if (center)
        *center = middle;
    if (widths < 2)
        return 0;
    for (int64_t j = 0; j < count; j++)
        if (weight[j] > 0) {
            const double x = log(width[j]) - middle;
            sxx += weight[j] * x * x;
            lever[j] = weight[j] * x;
        }
    for (int64_t j = 0; j < count; j++)
        lever[j] /= sxx;
    return sxx;
}

void dp_upper_levers(const double *width, const double *weight, int64_t count, double *lever)
{
    int64_t widths = 0, first = count;
    for (int64_t j = 0; j < count; j++) {
        widths += weight[j] > 0;
        lever[j] = 0;
    }
    for (int64_t left = widths - widths / 2; left > 0;)
        left -= weight[--first] > 0;
    if (widths > 2)
        dp_levers(width + first, weight + first, count - first, lever + first, NULL);
}

/* The variance of y over the runs of one width, or the common one of all widths if this width has no
 * repeats. */
static double variance(const struct dp_tally *tally, double common)
{
    return tally->used > 1 ? tally->scatter / (double)(tally->used - 1) : common;
}

/* The standard error of a sum of levers times means that results from scatter over seeds, and its degrees of
 * freedom (Welch-Satterthwaite). */
static double scatter_error(const struct dp_tally *tally, const double *lever, int64_t count, double common,
                            double *freedom)
{
    double sum = 0, squares = 0;
    for (int64_t j = 0; j < count; j++) {
        if (!tally[j].used)
            continue;
        const double part = lever[j] * lever[j] * variance(&tally[j], common) / (double)tally[j].used;
        sum += part;
        squares += part * part / (double)(tally[j].used > 1 ? tally[j].used - 1 : 1);
    }
    *freedom = squares > 0 ? sum * sum / squares : INFINITY;
    return sqrt(sum);
}

/* Misfit and goodness of fit of a known line. */
static void judge_fit(const double *width, const struct dp_tally *tally, const double *weight, int64_t count,
                      double center, double sxx, double power, struct dp_slope *fit)
{
    double total = 0, mean = 0, spread = 0, misfit = 0, noise = 0;
    int64_t repeats = 0;
    for (int64_t j = 0; j < count; j++)
        if (tally[j].used) {
            total += weight[j];
            mean += weight[j] / total * (tally[j].mean - mean);
            noise += pow(width[j], power) * tally[j].scatter;
            repeats += tally[j].used - 1;
        }
    for (int64_t j = 0; j < count; j++)
        if (tally[j].used) {
            const double off = tally[j].mean - mean, rest = off - fit->slope * (log(width[j]) - center);
            spread += weight[j] * off * off;
            misfit += weight[j] * rest * rest;
        }
    fit->r2 = spread > 0 ? 1 - misfit / spread : (double)NAN;
    if (fit->widths < 3)
        return;
    misfit /= (double)(fit->widths - 2);
    fit->misfit_error = sqrt(misfit / sxx);
    if (noise > 0)
        fit->chi2 = misfit / (noise / (double)repeats);
}

struct dp_slope dp_slope_fit(const double *width, const struct dp_tally *tally, int64_t count, double power)
{
    struct dp_slope fit = {.slope = NAN,
                           .error = NAN,
                           .seed_error = NAN,
                           .misfit_error = NAN,
                           .low = NAN,
                           .high = NAN,
                           .chi2 = NAN,
                           .r2 = NAN,
                           .drift = NAN,
                           .drift_error = NAN};
    double weight[DP_WIDTHS], lever[DP_WIDTHS], upper[DP_WIDTHS], scatter = 0, center, freedom = NAN;
    if (count < 1)
        return fit;
    for (int64_t j = 0; j < count; j++) {
        weight[j] = (double)tally[j].used * pow(width[j], power);
        fit.widths += tally[j].used > 0;
        fit.runs += tally[j].used;
        scatter += tally[j].scatter;
    }
    const double sxx = dp_levers(width, weight, count, lever, &center);
    if (fit.widths < 2)
        return fit;
    dp_upper_levers(width, weight, count, upper);
    double slope = 0, above = 0;
    for (int64_t j = 0; j < count; j++) { // an empty tally has the mean 0
        slope += lever[j] * tally[j].mean;
        above += upper[j] * tally[j].mean;
        upper[j] -= lever[j];
    }
    fit.slope = slope;
    judge_fit(width, tally, weight, count, center, sxx, power, &fit);
    if (fit.runs > fit.widths) {
        const double common = scatter / (double)(fit.runs - fit.widths);
        double unused;
        fit.seed_error = scatter_error(tally, lever, count, common, &freedom);
        if (fit.widths > 2)
            fit.drift_error = scatter_error(tally, upper, count, common, &unused);
    }
    if (fit.widths > 2)
        fit.drift = above - slope;
    dp_slope_bound(&fit, freedom);
    return fit;
}

void dp_slope_bound(struct dp_slope *slope, double freedom)
{
    // fmax passes over a NaN
    const double reach = fmax(dp_student_95(freedom) * slope->seed_error, DP_NORMAL_95 * slope->misfit_error);
    slope->error = fmax(slope->seed_error, slope->misfit_error);
    slope->low = slope->slope - reach;
    slope->high = slope->slope + reach;
}

enum dp_regime dp_regime_of(const struct dp_slope *slope)
{
    if (isnan(slope->slope))
        return DP_NO_SLOPE;
    if (slope->low >= -DP_RESOLUTION && slope->high <= DP_RESOLUTION)
        return DP_REGIME_CRITICAL;
    if (slope->slope < -DP_RESOLUTION && slope->high < 0)
        return DP_REGIME_LINEAR;
    if (slope->slope > DP_RESOLUTION && slope->low > 0)
        return DP_REGIME_CONDENSED;
    return DP_UNDECIDED; // also when there is no interval
}

static const struct {
    const char *name;
    char letter;
} regimes[] = {
    [DP_NO_SLOPE] = {"no slope", '.'},        [DP_REGIME_LINEAR] = {"linear", 'L'},
    [DP_REGIME_CRITICAL] = {"critical", 'X'}, [DP_REGIME_CONDENSED] = {"condensed", 'C'},
    [DP_UNDECIDED] = {"undecided", '?'},      [DP_WITHHELD] = {"withheld", '!'},
};
_Static_assert(sizeof regimes / sizeof *regimes == DP_REGIMES, "a regime has a name and a letter");

const char *dp_regime_name(enum dp_regime regime)
{
    return regimes[regime].name;
}

char dp_regime_letter(enum dp_regime regime)
{
    return regimes[regime].letter;
}
