// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/knowledge.h"
#include "farm/dispatch/queue.h"
#include "farm/job/job.h"
#include <math.h>
#include <stdlib.h>

/* Runs are tried in an order that spreads over the rows whatever their number: row k is at the part k phi of
 * the sweep, phi the golden ratio. Width is the slowest axis, so all widths have their share of the runs; a
 * width that has had its share of the time already is passed over. A run is stopped when the time is up. */

enum { TOGETHER = 16, MOST_TRIALS = 100000, PASSES = 4 };

struct trial {
    const struct dp_efforts *efforts;
    const char *isa;
    double until; // on the clock
    double steps; // of the run in training
    double spent[DP_OCTAVES];
    int tried[DP_OCTAVES];
    int octaves;
};

static enum dp_wish look(void *context, int64_t index, double steps, double loss)
{
    struct trial *t = context;
    (void)index;
    (void)loss;
    t->steps = steps;
    return dp_job_clock() < t->until ? DP_GO_ON : DP_STOP_NOW;
}

static void save(void *context, int64_t index, const void *state, size_t size)
{
    (void)context;
    (void)index;
    (void)state;
    (void)size;
}

/* What count runs showed that took so many seconds together. Those that were stopped show the rate of their
 * steps only. */
static enum dp_status note(const struct trial *t, const struct dp_effort *effort,
                           const struct dp_record *records, int64_t count, double seconds,
                           struct dp_knowledge *k, struct dp_error *error)
{
    struct dp_known_cost known = {.effort = *effort, .seconds = seconds};
    for (int64_t i = 0; i < count; i++)
        if (records[i].status != DP_PENDING) {
            known.rows++;
            known.evaluations += (double)records[i].evaluations;
        }
    if (known.rows < (double)count) {
        const double part = effort->evaluations > 0 ? fmin(t->steps / effort->evaluations, 1) : 0;
        known.rows = part * (double)count;
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
    const struct dp_watch watch = {.context = t, .look = look, .save = save};
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
    const double began = dp_job_clock();
    enum dp_status status = dp_runs_execute_watched(work, count, t->isa, &watch, error);
    const double seconds = dp_job_clock() - began;
    t->spent[dp_queue_octave(effort->operations)] += seconds;
    t->tried[dp_queue_octave(effort->operations)]++;
    if (status == DP_OK)
        status = note(t, effort, records, count, seconds, k, error);
    free(runs);
    return status;
}

static int64_t row_at(int64_t k, int64_t rows)
{
    const double golden = .61803398874989485, at = (double)k * golden;
    return (int64_t)((at - floor(at)) * (double)rows);
}

/* How many octaves of cost the sweep has, by some of its rows. */
static void count_octaves(struct trial *t)
{
    bool seen[DP_OCTAVES] = {false};
    const int64_t rows = t->efforts->sweep->runs, looks = rows < 1000 ? rows : 1000;
    for (int64_t i = 0; i < looks; i++) {
        const int octave =
            dp_queue_octave(dp_effort_of_row(i * rows / looks, (void *)(uintptr_t)t->efforts).operations);
        t->octaves += !seen[octave];
        seen[octave] = true;
    }
}

enum dp_status dp_knowledge_from_trial(const struct dp_efforts *efforts, double seconds, const char *isa,
                                       struct dp_knowledge *k, struct dp_error *error)
{
    const double began = dp_job_clock();
    const int64_t rows = efforts->sweep->runs;
    struct trial t = {.efforts = efforts, .isa = isa, .until = began + seconds};
    count_octaves(&t);
    const double share = seconds / t.octaves;
    for (int64_t i = 0; i < MOST_TRIALS && i < PASSES * rows && dp_job_clock() < t.until; i++) {
        const int64_t row = row_at(i, rows);
        const struct dp_effort effort = dp_effort_of_row(row, (void *)(uintptr_t)efforts);
        const int octave = dp_queue_octave(effort.operations);
        // one that began last would be stopped: its time is better spent on others
        const double each = t.tried[octave] ? t.spent[octave] / t.tried[octave] : 0;
        if (t.tried[octave] && (t.spent[octave] + each > share || dp_job_clock() + each > t.until))
            continue;
        DP_TRY(try_rows(&t, row, &effort, k, error));
    }
    return DP_OK;
}
