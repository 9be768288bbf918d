// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/state/repetition.h"
#include "core/observe/observe.h"
#include "core/train/state/begin.h"
#include "core/train/state/run_state.h"
#include <math.h>
#include <stdlib.h>

static const double COARSER = 3;      // the tolerance of a repetition, over that of the run
static const double FITTED = 1e-6;    // of the first loss: what ends there has no plateau behind it
static const double COARSEST = 0.1;   // beyond which it takes a third of the run's tolerance instead
static const int64_t MOST_LONGER = 2; // a repetition ends after this many times the evaluations of the run
static const double SURE = 3;         // bound on the error of RD, over how far those of two ends differ
static const double SURE_OF_PARAMETERS = 0.25; // the same, over how far the parameters differ

static bool has_converged(enum dp_stop stop)
{
    return stop == DP_STOP_LOSS || stop == DP_STOP_DROP || stop == DP_STOP_FLOOR || stop == DP_STOP_TIME;
}

bool dp_repetition_is_due(const struct dp_training *t, const struct dp_method *method, int lane,
                          const struct dp_outcome *outcome)
{
    const bool on_plateau = outcome->stop == DP_STOP_FLOOR && outcome->loss > FITTED * outcome->loss_first;
    return !t->repetition[lane] && has_converged(outcome->stop) && method->doubts &&
           (on_plateau || method->doubts(t, lane));
}

// max_evaluations bounds a run and its repetition together.
static int64_t most_evaluations(const struct dp_run *run, int64_t evaluations)
{
    const int64_t most = MOST_LONGER * evaluations, left = run->max_evaluations - evaluations;
    return run->max_evaluations == 0 || most < left ? most : left > 1 ? left : 1;
}

/* Makes the run in a place one that is repeated. It owns the state, and frees it on failure, when it is NULL.
 */
static struct dp_repetition *new_repetition(struct dp_training *t, int lane, const struct dp_outcome *outcome,
                                            char *state, size_t size)
{
    struct dp_repetition *const r = malloc(sizeof *r);
    if (!r || !state) {
        free(r);
        free(state);
        return NULL;
    }
    *r = (struct dp_repetition){.run = *t->run[lane], .outcome = *outcome, .state = state, .size = size};
    r->run.tolerance *= COARSER * r->run.tolerance <= COARSEST ? COARSER : 1 / COARSER;
    r->run.max_evaluations = most_evaluations(t->run[lane], outcome->evaluations);
    r->run.alignment = 0; // its initial stage has been seen
    t->repetition[lane] = r;
    t->run[lane] = &r->run;
    return r;
}

enum dp_status dp_repetition_begin(struct dp_training *t, const struct dp_method *method,
                                   const struct dp_source *source, int lane, const struct dp_outcome *outcome,
                                   struct dp_error *error)
{
    size_t size;
    char *const state = dp_run_state_save(dp_run_state_archive, t, method, source, lane, &size);
    if (!new_repetition(t, lane, outcome, state, size))
        return dp_fail(error, DP_NO_MEMORY, "no memory to repeat a run (%zu bytes)", size);
    dp_network_clear_lane(t->net, lane, t->net->layer.moved);
    dp_training_clear(t, lane);
    dp_training_begin(t, method, lane);
    return DP_OK;
}

static double apart(double x, double y)
{
    return x == y ? 0 : fabs(x - y) / fmax(fabs(x), fabs(y));
}

/* The error of RD_w and RD_a that the two ends show; again: the columns of the second end. Both RD and the
 * parameters themselves count, because two networks may have the same RD by chance. Infinite if the second
 * end is not finite. */
static double error_of(const struct dp_network *net, int lane, const struct dp_order *second,
                       const double *again)
{
    const struct dp_order first = dp_observe_order(net, lane);
    const int rows = net->layer.inputs + 1 + net->layer.outputs;
    double off[2] = {0}, moved[2] = {0};
    for (int j = 0; j < rows; j++)
        for (int64_t k = 0; k < net->layer.width; k++) {
            const double end = dp_network_get(net, lane, k, j, true);
            const double o = again[j * net->layer.width + k] - end;
            const double m = end - dp_network_get(net, lane, k, j, false);
            off[j > net->layer.inputs] += o * o;
            moved[j > net->layer.inputs] += m * m;
        }
    const double parameters = sqrt(fmax(off[0] / moved[0], off[1] / moved[1]));
    const double rd = fmax(apart(first.rd_w, second->rd_w), apart(first.rd_a, second->rd_a));
    const double error = fmax(SURE * rd, SURE_OF_PARAMETERS * parameters);
    return isfinite(off[0] + off[1]) ? error : INFINITY;
}

enum dp_status dp_repetition_end(struct dp_training *t, const struct dp_method *method,
                                 const struct dp_source *source, int lane, struct dp_outcome *outcome,
                                 struct dp_error *error)
{
    struct dp_repetition *const r = t->repetition[lane];
    const int64_t numbers = t->net->layer.width * (t->net->layer.inputs + 1 + t->net->layer.outputs);
    double *const again = malloc((size_t)numbers * sizeof *again);
    if (!again)
        return dp_fail(error, DP_NO_MEMORY, "no memory to compare a run with its repetition");
    const struct dp_order second = dp_observe_order(t->net, lane);
    dp_network_columns(t->net, lane, true, again);
    t->run[lane] = t->placed[lane].run;
    struct dp_archive archive = {.bytes = r->state, .size = r->size, .loading = true};
    dp_run_state_archive(t, method, source, lane, &archive);
    r->outcome.flow_error = fmax(r->outcome.flow_error, error_of(t->net, lane, &second, again));
    r->outcome.evaluations += outcome->evaluations;
    r->outcome.jacobians += outcome->jacobians;
    *outcome = r->outcome;
    dp_repetition_drop(t, lane);
    free(again);
    return DP_OK;
}

int64_t dp_repetition_evaluations(const struct dp_training *t, int lane)
{
    return t->repetition[lane] ? t->repetition[lane]->outcome.evaluations : 0;
}

double dp_repetition_steps(const struct dp_training *t, int lane)
{
    return t->repetition[lane] ? (double)t->repetition[lane]->outcome.steps : 0;
}

void dp_repetition_archive(struct dp_training *t, int lane, struct dp_archive *archive)
{
    struct dp_repetition *r = t->repetition[lane];
    size_t size = r ? r->size : 0;
    DP_ARCHIVE(archive, size);
    if (size == 0)
        return;
    if (!r) { // loading
        const struct dp_outcome none = {0};
        r = new_repetition(t, lane, &none, malloc(size), size);
        if (!r)
            return;
    }
    DP_ARCHIVE(archive, r->outcome);
    DP_ARCHIVE(archive, r->run.max_evaluations);
    dp_archive_bytes(archive, r->state, r->size);
}

void dp_repetition_drop(struct dp_training *t, int lane)
{
    struct dp_repetition *const r = t->repetition[lane];
    if (!r)
        return;
    free(r->state);
    free(r);
    t->repetition[lane] = NULL;
}
