// SPDX-License-Identifier: BSD-3-Clause
#include "reduce.h"
#include "dewpoint/run.h"
#include <math.h>

_Static_assert(DP_RUN_FAILED == DP_STATUSES - 1, "a tally has a place for every status");

void dp_tally_add(struct dp_tally *tally, double status, double value)
{
    if (!(status >= DP_PENDING && status <= DP_RUN_FAILED)) // also NaN
        status = DP_RUN_FAILED;
    tally->ended[(int)status]++;
    if ((int)status != DP_DONE)
        return;
    if (!(value > 0) || isinf(value)) {
        tally->unusable++;
        return;
    }
    // Welford's update: the scatter between seeds is small against the mean, and sums of squares would lose it.
    const double y = log(value), off = y - tally->mean;
    tally->used++;
    tally->mean += off / (double)tally->used;
    tally->scatter += off * (y - tally->mean);
}

void dp_tally_join(struct dp_tally *tally, const struct dp_tally *other)
{
    for (int i = 0; i < DP_STATUSES; i++)
        tally->ended[i] += other->ended[i];
    tally->unusable += other->unusable;
    if (!other->used)
        return;
    const double mine = (double)tally->used, theirs = (double)other->used, off = other->mean - tally->mean;
    tally->scatter += other->scatter + off * off * mine * theirs / (mine + theirs);
    tally->mean += off * theirs / (mine + theirs);
    tally->used += other->used;
}

int64_t dp_tally_runs(const struct dp_tally *tally)
{
    int64_t runs = 0;
    for (int i = 0; i < DP_STATUSES; i++)
        runs += tally->ended[i];
    return runs;
}

int64_t dp_tally_unfinished(const struct dp_tally *tally)
{
    return dp_tally_runs(tally) - tally->ended[DP_DONE];
}

double dp_tally_value(const struct dp_tally *tally)
{
    return tally->used ? exp(tally->mean) : NAN;
}

struct dp_slope dp_slope_fit(const double *width, const struct dp_tally *tally, int64_t count)
{
    struct dp_slope fit = {.slope = NAN, .error = NAN, .seed_error = NAN, .misfit_error = NAN};
    double x_mean = 0, y_mean = 0, scatter = 0;
    for (int64_t j = 0; j < count; j++) {
        if (!tally[j].used)
            continue;
        fit.widths++;
        fit.runs += tally[j].used;
        scatter += tally[j].scatter;
        const double share = (double)tally[j].used / (double)fit.runs;
        x_mean += share * (log(width[j]) - x_mean);
        y_mean += share * (tally[j].mean - y_mean);
    }
    if (fit.widths < 2)
        return fit;
    double sxx = 0, sxy = 0, misfit = 0;
    for (int64_t j = 0; j < count; j++) {
        const double x = log(width[j]) - x_mean, n = (double)tally[j].used;
        sxx += n * x * x;
        sxy += n * x * (tally[j].mean - y_mean); // an empty tally has n = 0 and mean = 0
    }
    fit.slope = sxy / sxx;
    for (int64_t j = 0; j < count; j++) {
        const double off = tally[j].mean - y_mean - fit.slope * (log(width[j]) - x_mean);
        misfit += (double)tally[j].used * off * off;
    }
    if (fit.runs > fit.widths)
        fit.seed_error = sqrt(scatter / (double)(fit.runs - fit.widths) / sxx);
    if (fit.widths > 2)
        fit.misfit_error = sqrt(misfit / (double)(fit.widths - 2) / sxx);
    fit.error = fmax(fit.seed_error, fit.misfit_error); // fmax passes over a NaN
    return fit;
}

enum dp_regime dp_regime_of(const struct dp_slope *slope)
{
    if (isnan(slope->slope))
        return DP_NO_SLOPE;
    const double size = fabs(slope->slope), reach = 2 * slope->error;
    if (size + reach <= DP_RESOLUTION)
        return DP_REGIME_CRITICAL;
    if (size > DP_RESOLUTION && size > reach)
        return slope->slope < 0 ? DP_REGIME_LINEAR : DP_REGIME_CONDENSED;
    return DP_UNDECIDED; // also when the error is NAN
}

static const struct {
    const char *name;
    char letter;
} regimes[] = {
    [DP_NO_SLOPE] = {"no slope", '.'},        [DP_REGIME_LINEAR] = {"linear", 'L'},
    [DP_REGIME_CRITICAL] = {"critical", 'X'}, [DP_REGIME_CONDENSED] = {"condensed", 'C'},
    [DP_UNDECIDED] = {"undecided", '?'},
};

const char *dp_regime_name(enum dp_regime regime)
{
    return regimes[regime].name;
}

char dp_regime_letter(enum dp_regime regime)
{
    return regimes[regime].letter;
}
