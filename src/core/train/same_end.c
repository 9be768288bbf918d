// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/run.h"
#include <math.h>

/* The stops and limits of a run matter only if they end it, with two exceptions. The integrators of flow
 * shorten steps in order to land on stop_loss and stop_time, so these change the steps long before. And a
 * limit ends a run as done or at its step limit, depending on whether the run had another end to reach. The
 * order of the checks is that of stop.c: loss, time, growth, floor, then the limits. */

static bool is_limit(int64_t stop)
{
    return stop == DP_STOP_STEPS || stop == DP_STOP_EPOCHS || stop == DP_STOP_EVALUATIONS;
}

static bool same(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

static bool same_stops(const struct dp_run *a, const struct dp_run *b)
{
    return same(a->stop_loss, b->stop_loss) && same(a->stop_drop, b->stop_drop) &&
           same(a->stop_time, b->stop_time) && same(a->stop_growth, b->stop_growth);
}

/* Whether the run has a loss to reach. */
static bool has_goal(const struct dp_run *run)
{
    return run->stop_loss > 0 || run->stop_drop > 0;
}

static bool has_stop(const struct dp_run *run)
{
    return has_goal(run) || isfinite(run->stop_time) || isfinite(run->stop_growth);
}

/* Whether none of the other stops would have ended the run earlier, or with another reason, than its record
 * says. */
static bool passes_stops(const struct dp_run *run, const struct dp_record *record, const struct dp_run *other)
{
    if (same_stops(run, other))
        return true;
    if (run->method == DP_FLOW || run->method == DP_NORMALIZED_FLOW || has_goal(run) != has_goal(other) ||
        has_stop(run) != has_stop(other))
        return false;
    const int64_t stop = record->stop;
    const bool by_loss = stop == DP_STOP_LOSS || stop == DP_STOP_DROP;
    // a goal that was not reached is not reached by asking for more
    const bool loss =
        by_loss ? other->stop_loss == run->stop_loss && other->stop_drop == run->stop_drop
                : other->stop_loss <= run->stop_loss &&
                      (other->stop_drop == run->stop_drop ||
                       (run->stop_drop > 0 && (other->stop_drop == 0 || other->stop_drop > run->stop_drop)));
    const bool time =
        other->stop_time == run->stop_time || (stop != DP_STOP_TIME && other->stop_time > record->flow_time);
    const bool growth = other->stop_growth == run->stop_growth ||
                        (stop != DP_STOP_GROWTH && other->stop_growth > run->stop_growth);
    return loss && time && growth;
}

/* A limit (0: none) that was not reached is not reached either when it is as high or higher. */
static bool is_as_high(int64_t other, int64_t limit)
{
    return other == limit || other == 0 || (limit > 0 && other > limit);
}

static bool passes_limits(const struct dp_run *run, const struct dp_record *record,
                          const struct dp_run *other)
{
    // outside of flow a step counts as an evaluation
    const int64_t steps = record->steps, spent = record->evaluations > steps ? record->evaluations : steps;
    const int64_t stop = record->stop;
    const bool at_limit = is_limit(stop);
    const bool by_steps = stop == DP_STOP_STEPS    ? other->max_steps == run->max_steps
                          : stop == DP_STOP_EPOCHS ? other->max_steps > steps
                                                   : other->max_steps >= steps;
    const bool by_epochs = stop == DP_STOP_EPOCHS ? other->max_epochs == run->max_epochs
                                                  : is_as_high(other->max_epochs, run->max_epochs);
    const bool by_evaluations = stop == DP_STOP_EVALUATIONS ? other->max_evaluations == run->max_evaluations
                                                            : other->max_evaluations == 0 ||
                                                                  other->max_evaluations > spent - !at_limit;
    return by_steps && by_epochs && by_evaluations;
}

bool dp_run_ends_alike(const struct dp_run *run, const struct dp_record *record, const struct dp_run *other)
{
    const bool same_limits = run->max_steps == other->max_steps && run->max_epochs == other->max_epochs &&
                             run->max_evaluations == other->max_evaluations;
    if (same_limits && same_stops(run, other))
        return true;
    return passes_stops(run, record, other) && (same_limits || passes_limits(run, record, other));
}
