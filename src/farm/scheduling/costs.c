// SPDX-License-Identifier: BSD-3-Clause
#include "farm/scheduling/costs.h"
#include <math.h>
#include <stdlib.h>

static const double first_guess = 1e-10;        // seconds an operation, only until something comes back
static const double report_decay = 0.98;        // the weight of a report when the next one arrives
static const double largest_correction = 4;     // a report counts at most this factor away from the estimate,
static const int reports_before_correction = 4; // but for the first few
static const double most_weight = 8;            // rows of one report that count for their place
static const double region_weight = 2; // rows at a place that weigh as much as what its region shows,
static const double all_weight = .5;   // and in a region, as much as the whole sweep
static const double model_weight = 1;  // rows of a kind that weigh as much as the model
static const double least_speed = .05, most_speed = 20;

bool dp_costs_open(struct dp_costs *c, int64_t kinds, int ranks)
{
    for (int f = 0; f < DP_FAMILIES; f++)
        for (int i = 0; i < DP_OCTAVES; i++)
            c->rate[f][i] = first_guess;
    c->kinds = calloc((size_t)kinds + 1, sizeof *c->kinds);
    c->ranks = calloc((size_t)ranks, sizeof *c->ranks);
    return c->kinds && c->ranks;
}

void dp_costs_close(struct dp_costs *c)
{
    free(c->kinds);
    free(c->ranks);
}

/* Adds a report of seconds for so much cost; old reports fade. */
static void learn(struct dp_rate *rate, double seconds, double cost, enum dp_cost_origin origin)
{
    double each = fmax(seconds, 1e-9) / cost;
    if (origin == DP_FROM_ELSEWHERE) {
        rate->seconds += each * cost;
        rate->cost += cost;
        rate->reports = reports_before_correction;
        return;
    }
    // A rank that was suspended for a minute tells nothing about the cost of a run.
    if (rate->reports >= reports_before_correction) {
        const double known = rate->seconds / rate->cost;
        each = fmin(fmax(each, known / largest_correction), known * largest_correction);
    }
    rate->seconds = report_decay * rate->seconds + each * cost;
    rate->cost = report_decay * rate->cost + cost;
    rate->reports += rate->reports < reports_before_correction;
}

static void add(struct dp_mean *mean, double value, double weight)
{
    mean->sum += value * weight;
    mean->weight += weight;
}

/* The mean, drawn to an expected value of a weight. */
static double drawn(const struct dp_mean *mean, double expected, double weight)
{
    return (mean->sum + expected * weight) / (mean->weight + weight);
}

/* Evaluations over those assumed, at the place of a kind. */
static double ratio_at(const struct dp_costs *c, const struct dp_kind *kind)
{
    if (c->all.weight <= 0)
        return 1;
    const double region = drawn(&c->regions[kind->region], c->all.sum / c->all.weight, all_weight);
    return drawn(&c->places[kind->place], region, region_weight);
}

void dp_costs_learn(struct dp_costs *c, const struct dp_kind *kind, int64_t index, double rows,
                    double seconds, double evaluations, enum dp_cost_origin origin)
{
    const double operations = kind->cost * rows;
    double ratio = 1;
    if (evaluations > 0 && kind->evaluations > 0) {
        ratio = evaluations / (kind->evaluations * rows);
        const double weight = fmin(rows, most_weight);
        add(&c->places[kind->place], ratio, weight);
        add(&c->regions[kind->region], ratio, weight);
        add(&c->all, ratio, weight);
    }
    learn(&c->reports[kind->family][kind->octave], seconds, operations * ratio, origin);
    if (index >= 0)
        learn(&c->kinds[index], seconds, rows, origin);
    c->measured = true;
}

static double known_rate(const struct dp_rate *rate)
{
    return rate->seconds / rate->cost;
}

/* An octave without a report takes the nearest one's below, else above. */
static void refresh_family(struct dp_rate *reports, double *rate)
{
    int below = -1, above = 0;
    for (int i = 0; i < DP_OCTAVES; i++) {
        if (reports[i].reports) {
            rate[i] = known_rate(&reports[i]);
            below = i;
            continue;
        }
        if (above <= i)
            for (above = i + 1; above < DP_OCTAVES && !reports[above].reports;)
                above++;
        const bool none_above = above == DP_OCTAVES;
        if (below < 0 && none_above)
            return;
        const int nearest = none_above || (below >= 0 && i - below <= above - i) ? below : above;
        rate[i] = known_rate(&reports[nearest]);
    }
}

void dp_costs_refresh(struct dp_costs *c)
{
    for (int f = 0; f < DP_FAMILIES; f++)
        refresh_family(c->reports[f], c->rate[f]);
}

void dp_costs_learn_rank(struct dp_costs *c, int rank, double seconds, double estimate)
{
    learn(&c->ranks[rank], seconds, estimate, DP_FROM_HERE);
}

void dp_costs_learn_overhead(struct dp_costs *c, double seconds)
{
    learn(&c->overhead, seconds, 1, DP_FROM_HERE);
}

double dp_costs_evaluations(const struct dp_costs *c, const struct dp_kind *kind)
{
    return kind->evaluations * ratio_at(c, kind);
}

double dp_costs_seconds(const struct dp_costs *c, const struct dp_kind *kind, int64_t index)
{
    const double model = kind->cost * c->rate[kind->family][kind->octave] * ratio_at(c, kind);
    const struct dp_rate *own = index >= 0 ? &c->kinds[index] : NULL;
    if (!own || own->reports == 0)
        return model;
    return (own->seconds + model * model_weight) / (own->cost + model_weight);
}

double dp_costs_speed(const struct dp_costs *c, int rank)
{
    const struct dp_rate *r = &c->ranks[rank];
    return r->reports < 2 ? 1 : fmin(fmax(r->cost / r->seconds, least_speed), most_speed);
}

double dp_costs_overhead(const struct dp_costs *c)
{
    return c->overhead.reports ? known_rate(&c->overhead) : 0;
}
