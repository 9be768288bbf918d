// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/knowledge.h"
#include "farm/job/job.h"
#include "farm/scheduling/queue.h"
#include "farm/training/watch.h"
#include <math.h>
#include <stdlib.h>

/* Runs are tried in an order that spreads over the rows whatever their number: row k is at the part k phi of
 * the sweep, phi the golden ratio. Width is the slowest axis, so all widths have their turn. Each octave of
 * cost has a share of the time, half of it equal and half of it by the octave's part of the work, and a run
 * that takes more than its octave's share is stopped. Then it shows the seconds of an evaluation; how many
 * evaluations a run takes is left to smaller ones to show. */

enum { TOGETHER = 16, MOST_TRIALS = 100000, PASSES = 4 };

struct trial {
    const struct dp_efforts *efforts;
    const char *isa;
    double until;                                // on the clock
    double stop;                                 // of the run in training
    double share[DP_OCTAVES], spent[DP_OCTAVES]; // s
    int tried[DP_OCTAVES];
};

static enum dp_wish look(void *context, int64_t index, double steps, double loss)
{
    struct trial *t = context;
    (void)index;
    (void)steps;
    (void)loss;
    return dp_job_clock() < t->stop ? DP_GO_ON : DP_STOP_NOW;
}

static void save(void *context, int64_t index, const void *state, size_t size)
{
    (void)context;
    (void)index;
    (void)state;
    (void)size;
}

/* What count runs showed that took so many seconds together. If some were stopped before they had the
 * expected number of evaluations, they stand for as many rows as theirs would make, and the number is not
 * learned. */
static enum dp_status note(const struct dp_effort *effort, const struct dp_record *records, int64_t count,
                           double seconds, struct dp_knowledge *k, struct dp_error *error)
{
    struct dp_known_cost known = {.effort = *effort, .rows = (double)count, .seconds = seconds};
    bool stopped = false;
    for (int64_t i = 0; i < count; i++) {
        stopped = stopped || records[i].status == DP_PENDING;
        known.evaluations += (double)records[i].evaluations;
    }
    if (stopped && known.evaluations < effort->evaluations * (double)count) {
        known.rows = known.evaluations / effort->evaluations;
        known.evaluations = 0;
    }
    k->rows += count;
    return known.rows > 0 ? dp_knowledge_add(k, &known, error) : DP_OK;
}

/* Trains the rows from `row` on that train together. */
static enum dp_status try_rows(struct trial *t, int64_t row, const struct dp_effort *effort,
                               struct dp_knowledge *k, struct dp_error *error)
{
    const struct dp_sweep *const sweep = t->efforts->sweep;
    struct dp_run *const runs = malloc(TOGETHER * sizeof *runs);
    struct dp_work work[TOGETHER];
    struct dp_record records[TOGETHER];
    struct dp_watch watch = {.context = t, .look = look, .save = save};
    int64_t count = effort->together < TOGETHER ? effort->together : TOGETHER;
    if (!runs)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a trial run");
    if (count > sweep->runs - row)
        count = sweep->runs - row;
    for (int64_t i = 0; i < count; i++) {
        dp_sweep_run(sweep, row + i, &runs[i]);
        work[i] = (struct dp_work){.run = &runs[i],
                                   .file = dp_inputs_data(t->efforts->inputs, &runs[i]),
                                   .start = dp_inputs_start(t->efforts->inputs, &runs[i]),
                                   .record = &records[i]};
    }
    watch.apart = dp_watch_apart(&runs[0], work[0].file);
    const double began = dp_job_clock();
    enum dp_status status = dp_runs_execute_watched(work, count, t->isa, &watch, error);
    const double seconds = dp_job_clock() - began;
    t->spent[dp_queue_octave(effort->operations)] += seconds;
    t->tried[dp_queue_octave(effort->operations)]++;
    if (status == DP_OK)
        status = note(effort, records, count, seconds, k, error);
    free(runs);
    return status;
}

static int64_t row_at(int64_t k, int64_t rows)
{
    const double golden = .61803398874989485, at = (double)k * golden;
    return (int64_t)((at - floor(at)) * (double)rows);
}

static struct dp_effort effort_at(const struct trial *t, int64_t row)
{
    return dp_effort_of_row(row, (void *)(uintptr_t)t->efforts);
}

/* Divides the time among the octaves of cost, by some rows of the sweep. */
static void divide(struct trial *t, double seconds)
{
    double work[DP_OCTAVES] = {0}, all = 0;
    int octaves = 0;
    const int64_t rows = t->efforts->sweep->runs, looks = rows < 1000 ? rows : 1000;
    for (int64_t i = 0; i < looks; i++) {
        const double operations = effort_at(t, i * rows / looks).operations;
        work[dp_queue_octave(operations)] += operations;
        all += operations;
    }
    for (int i = 0; i < DP_OCTAVES; i++)
        octaves += work[i] > 0;
    for (int i = 0; i < DP_OCTAVES; i++)
        t->share[i] = work[i] > 0 ? seconds / 2 * (1. / octaves + work[i] / all) : seconds / (1 + octaves);
}

enum dp_status dp_knowledge_from_trial(const struct dp_efforts *efforts, double seconds, const char *isa,
                                       struct dp_knowledge *k, struct dp_error *error)
{
    const double began = dp_job_clock();
    const int64_t rows = efforts->sweep->runs;
    struct trial t = {.efforts = efforts, .isa = isa, .until = began + seconds};
    divide(&t, seconds);
    double now = began;
    for (int64_t i = 0; i < MOST_TRIALS && i < PASSES * rows && now < t.until; i++, now = dp_job_clock()) {
        const int64_t row = row_at(i, rows);
        const struct dp_effort effort = effort_at(&t, row);
        const int octave = dp_queue_octave(effort.operations);
        // one that began last would be stopped: its time is better spent on others
        const double each = t.tried[octave] ? t.spent[octave] / t.tried[octave] : 0;
        if (t.tried[octave] && (t.spent[octave] + each > t.share[octave] || now + each > t.until))
            continue;
        t.stop = fmin(t.until, now + t.share[octave]);
        DP_TRY(try_rows(&t, row, &effort, k, error));
    }
    return DP_OK;
}
