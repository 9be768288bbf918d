// SPDX-License-Identifier: BSD-3-Clause
#include "farm/scheduling/costs.h"
#include "farm/scheduling/policies.h"
#include "farm/scheduling/priority.h"
#include "farm/scheduling/probes.h"
#include <math.h>
#include <stdlib.h>

/* LPT: what is handed out next is the kind whose runs take longest by the present estimate. The order is made
 * anew as the estimates change, ever less often. Runs that are short against a chunk are not told apart by
 * place: their order does not matter, and chunks of contiguous rows are few. */

static const double least_grain = .02, grain_a_rank = 5e-5; // s: a request takes the dispatcher 10 us or less
static const double least_training_share = 125;  // seconds of training in a chunk for a second of overhead,
static const double longest_amortised_chunk = 2; // but no chunk is made longer than this for that reason
static const double longest_prefetched = .04;    // seconds of a chunk beside which the next one is asked for
static const double short_part = 1. / 8;         // of a grain: a short run
static const double largest_slow_speed = .9;     // of a rank that does not get the longest runs at the end
static const double refresh_share = 1. / 8;      // reports, as a part of all so far, between two refreshes
static const double probed_share = .01;          // of the work that may be trained first in order to learn,
static const double least_run_share = .002; // if a run of mean length takes more than this of the whole job

struct dp_scheduler {
    struct dp_queue queue;
    struct dp_costs costs;
    struct dp_scheduler_options options;
    struct dp_rows_policy by_rows;
    int64_t row_front; // by_rows: the segment where pending rows begin
    double *seconds;   // [kind] of a row
    struct dp_priority priority;
    double queued, in_flight; // seconds, by the estimates
    double speed;             // sum over the ranks
    int64_t reports, next_refresh;
    struct dp_probes probes;
    double time_left, budget; // INFINITY: no end
};

static double is_short(const struct dp_scheduler *s)
{
    return short_part * s->options.grain;
}

static void refresh(struct dp_scheduler *s)
{
    dp_costs_refresh(&s->costs);
    s->queued = s->in_flight = s->speed = 0;
    for (int64_t k = 0; k < s->queue.kind_count; k++) {
        const struct dp_kind *kind = &s->queue.kinds[k];
        s->seconds[k] = dp_costs_seconds(&s->costs, kind, k);
        s->queued += s->seconds[k] * kind->list.queued;
        s->in_flight += s->seconds[k] * (kind->unfinished - kind->list.queued);
    }
    for (int i = 0; i < s->options.ranks; i++)
        s->speed += dp_costs_speed(&s->costs, i);
    dp_priority_make(&s->priority, &s->queue, s->seconds, is_short(s));
    s->next_refresh = s->reports + 1 + (int64_t)((double)s->reports * refresh_share);
    const int64_t most = 1 + s->priority.count + s->options.ranks / 8; // so that a report costs little
    if (s->next_refresh > s->reports + most)
        s->next_refresh = s->reports + most;
}

enum dp_status dp_scheduler_create(int64_t rows, const bool *done,
                                   struct dp_effort (*effort)(int64_t row, void *context), void *context,
                                   const struct dp_scheduler_options *options,
                                   struct dp_scheduler **scheduler, struct dp_error *error)
{
    struct dp_scheduler *s = calloc(1, sizeof *s);
    *scheduler = NULL;
    if (!s)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the queue of runs");
    s->options = *options;
    s->options.ranks = options->ranks > 0 ? options->ranks : 1;
    s->time_left = s->budget = INFINITY;
    bool memory = dp_queue_build(&s->queue, rows, done, effort, context) &&
                  dp_costs_open(&s->costs, s->queue.kind_count, s->options.ranks);
    if (memory) {
        s->seconds = malloc(((size_t)s->queue.kind_count + 1) * sizeof *s->seconds);
        s->priority.items = malloc(((size_t)s->queue.kind_count + 1) * sizeof *s->priority.items);
        memory = s->seconds && s->priority.items;
    }
    if (!memory) {
        dp_scheduler_free(s);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the queue of %lld runs", (long long)rows);
    }
    dp_rows_policy_begin(&s->by_rows, options->policy, s->options.ranks, s->queue.rows_queued);
    dp_probes_choose(&s->queue, &s->probes);
    refresh(s);
    *scheduler = s;
    return DP_OK;
}

/* What a rank may be given at once: guided self-scheduling, so that no chunk is more than half of a rank's
 * fair share of what is still queued. */
static double fair_share(const struct dp_scheduler *s)
{
    return s->queued / (2.0 * s->speed);
}

/* Seconds of training that a chunk should hold when there is plenty left. */
static double full_chunk(const struct dp_scheduler *s)
{
    return fmax(s->options.grain,
                fmin(least_training_share * dp_costs_overhead(&s->costs), longest_amortised_chunk));
}

/* In the tail, chunks shrink with the fair share, down to where training and overhead cost the same. */
static double chunk_seconds(const struct dp_scheduler *s)
{
    const double full = full_chunk(s);
    return fmin(full, fmax(fair_share(s), dp_costs_overhead(&s->costs)));
}

/* One, or the rows that train in the time of one, unless a rank would have none for that. */
static double fewest_rows(const struct dp_scheduler *s, int64_t segment)
{
    const struct dp_segment *const first = &s->queue.segments[segment];
    const double left = s->queue.shapes[s->queue.kinds[first->kind].shape].queued;
    return fmax(1, fmin((double)first->together, ceil(left / s->options.ranks)));
}

void dp_scheduler_limit(struct dp_scheduler *s, double seconds, double budget)
{
    s->time_left = seconds;
    s->budget = budget;
}

/* Whether runs of so many seconds may be handed out: what takes longer than the whole job would never have
 * its turn. */
static bool fits(const struct dp_scheduler *s, double seconds)
{
    return !s->costs.measured || seconds <= s->time_left || seconds > s->budget;
}

static void take(struct dp_scheduler *s, int64_t segment, int64_t count)
{
    const double seconds = s->seconds[s->queue.segments[segment].kind] * (double)count;
    s->queued = fmax(0, s->queued - seconds);
    s->in_flight += seconds;
    dp_queue_take(&s->queue, segment, count);
}

/* The segment whose rows follow those of this one, all of them pending; -1 if there is none. */
static int64_t following(const struct dp_queue *q, int64_t segment)
{
    if (segment + 1 == q->segment_count)
        return -1;
    const struct dp_segment *s = &q->segments[segment], *next = s + 1;
    return s->first + s->count == next->first && next->taken == 0 ? segment + 1 : -1;
}

/* Cuts a chunk of so many seconds, and at least `fewest` rows, from where a segment's pending rows begin. */
static struct dp_chunk cut(struct dp_scheduler *s, int64_t segment, double seconds, double fewest)
{
    const struct dp_queue *q = &s->queue;
    const int64_t together = q->segments[segment].together;
    struct dp_chunk chunk = {q->segments[segment].first + q->segments[segment].taken, 0};
    while (segment >= 0 && q->segments[segment].together == together) {
        const struct dp_segment *at = &q->segments[segment];
        const double each = s->seconds[at->kind], left = (double)(at->count - at->taken);
        const double room = s->costs.measured ? floor(seconds / each) : 0;
        const double wanted = fmin(left, fmax(room, fewest - (double)chunk.count));
        if (wanted < 1)
            break;
        chunk.count += (int64_t)wanted;
        seconds -= each * wanted;
        take(s, segment, (int64_t)wanted);
        segment = wanted == left ? following(q, segment) : -1;
    }
    return chunk;
}

/* When all is expected to end if the work is spread well, from now. */
static double expected_end(const struct dp_scheduler *s)
{
    return (s->queued + s->in_flight / 2) / s->speed;
}

/* The longest runs, but a slow rank takes none that would still be in training when all else is done. */
static struct dp_chunk next_by_length(struct dp_scheduler *s, int rank)
{
    const double speed = dp_costs_speed(&s->costs, rank), end = expected_end(s);
    int64_t segment = -1;
    struct dp_priority *const priority = &s->priority;
    for (int64_t i = priority->front; i < priority->count; i++) {
        const int64_t front = dp_priority_segment(&s->queue, &priority->items[i]);
        const double seconds = priority->items[i].seconds / speed;
        if (front < 0) {
            priority->front += i == priority->front;
            continue;
        }
        if (!fits(s, seconds))
            continue;
        segment = front;
        if (speed > largest_slow_speed || seconds <= end)
            break;
    }
    if (segment < 0)
        return (struct dp_chunk){0};
    return cut(s, segment, fmin(chunk_seconds(s), s->time_left) * speed, fewest_rows(s, segment));
}

static double longest_run(const struct dp_scheduler *s)
{
    const struct dp_priority *const priority = &s->priority;
    return priority->front < priority->count ? priority->items[priority->front].seconds : 0;
}

/* Whether it is worth training this kind first: where the longest runs are long against the job, and while
 * that costs little. */
static bool is_worth_probing(const struct dp_scheduler *s, int64_t kind)
{
    const double longest = longest_run(s);
    const double each = s->seconds[kind] + dp_costs_overhead(&s->costs);
    return longest * s->speed > least_run_share * s->queued &&
           each * (double)(s->probes.next + 1) <= probed_share * (s->queued + s->in_flight);
}

static struct dp_chunk next_probe(struct dp_scheduler *s)
{
    struct dp_probes *const probes = &s->probes;
    while (probes->next < probes->count && is_worth_probing(s, probes->kinds[probes->next])) {
        struct dp_kind *const kind = &s->queue.kinds[probes->kinds[probes->next++]];
        const int64_t segment = dp_queue_front(&s->queue, s->queue.by_kind, &kind->list);
        if (segment >= 0 && fits(s, s->seconds[s->queue.segments[segment].kind]))
            return cut(s, segment, 0, fewest_rows(s, segment));
    }
    return (struct dp_chunk){0};
}

/* So many rows in row order, or fewer if rows between them are done. */
static struct dp_chunk next_by_rows(struct dp_scheduler *s)
{
    struct dp_queue *q = &s->queue;
    while (s->row_front < q->segment_count &&
           q->segments[s->row_front].taken == q->segments[s->row_front].count)
        s->row_front++;
    if (s->row_front == q->segment_count || !fits(s, s->seconds[q->segments[s->row_front].kind]))
        return (struct dp_chunk){0};
    const int64_t wanted = dp_rows_policy_next(&s->by_rows, q->rows_queued);
    struct dp_chunk chunk = {q->segments[s->row_front].first + q->segments[s->row_front].taken, 0};
    for (int64_t segment = s->row_front; segment >= 0 && chunk.count < wanted;
         segment = following(q, segment)) {
        const int64_t left = q->segments[segment].count - q->segments[segment].taken;
        const int64_t count = left < wanted - chunk.count ? left : wanted - chunk.count;
        take(s, segment, count);
        chunk.count += count;
    }
    dp_rows_policy_took(&s->by_rows, chunk.count);
    return chunk;
}

double dp_scheduler_grain(int ranks)
{
    return fmax(least_grain, ranks * grain_a_rank);
}

struct dp_chunk dp_scheduler_next(struct dp_scheduler *s, int rank)
{
    if (s->time_left <= 0)
        return (struct dp_chunk){0};
    if (s->options.policy != DP_LPT)
        return next_by_rows(s);
    const struct dp_chunk probe = next_probe(s);
    return probe.count > 0 ? probe : next_by_length(s, rank);
}

// Whether few enough rows are left that every chunk counts.
static bool is_tail(const struct dp_scheduler *s)
{
    if (s->queue.rows_queued == 0)
        return true;
    const double longest = s->options.policy == DP_LPT ? longest_run(s) : 0;
    return fair_share(s) <= fmax(full_chunk(s), longest);
}

double dp_scheduler_expected(const struct dp_scheduler *s, struct dp_chunk chunk, double *evaluations)
{
    const int64_t end = chunk.first + chunk.count;
    double seconds = 0;
    for (int64_t i = dp_queue_find(&s->queue, chunk.first); chunk.first < end; i++) {
        const struct dp_segment *segment = &s->queue.segments[i];
        const int64_t last = segment->first + segment->count < end ? segment->first + segment->count : end;
        const double rows = (double)(last - chunk.first);
        seconds += s->seconds[segment->kind] * rows;
        if (evaluations)
            *evaluations += dp_costs_evaluations(&s->costs, &s->queue.kinds[segment->kind]) * rows;
        chunk.first = last;
    }
    return seconds;
}

bool dp_scheduler_prefetches(const struct dp_scheduler *s, struct dp_chunk chunk)
{
    return chunk.count > 0 && s->costs.measured && !is_tail(s) &&
           dp_scheduler_expected(s, chunk, NULL) <= longest_prefetched;
}

/* The rows of the chunk that lie in one segment, with their share of its seconds and evaluations. */
static void finish_rows(struct dp_scheduler *s, const struct dp_segment *segment, double rows, double seconds,
                        double evaluations)
{
    struct dp_kind *const kind = &s->queue.kinds[segment->kind];
    dp_costs_learn(&s->costs, kind, segment->kind, rows, seconds, evaluations, DP_FROM_HERE);
    kind->unfinished -= rows;
    s->in_flight = fmax(0, s->in_flight - s->seconds[segment->kind] * rows);
}

void dp_scheduler_finished(struct dp_scheduler *s, int rank, const struct dp_finished *finished)
{
    const struct dp_chunk chunk = finished->chunk;
    const int64_t end = chunk.first + chunk.count;
    if (chunk.count <= 0 || s->queue.segment_count == 0)
        return;
    const double expected = dp_scheduler_expected(s, chunk, NULL);
    const struct dp_segment *segment = &s->queue.segments[dp_queue_find(&s->queue, chunk.first)];
    const struct dp_kind *const kind = &s->queue.kinds[segment->kind];
    if (s->costs.reports[kind->family][kind->octave].reports > 1)
        dp_costs_learn_rank(&s->costs, rank, finished->seconds, expected);
    for (int64_t row = chunk.first; row < end; segment++) {
        const int64_t last = segment->first + segment->count < end ? segment->first + segment->count : end;
        const double rows = (double)(last - row), share = s->seconds[segment->kind] * rows / expected;
        finish_rows(s, segment, rows, finished->seconds * share,
                    finished->evaluations * rows / (double)chunk.count);
        row = last;
    }
    dp_costs_learn_overhead(&s->costs, finished->overhead);
    s->queue.rows_done += chunk.count;
    if (++s->reports >= s->next_refresh)
        refresh(s);
}

/* A kind of rows that need not be in the queue. */
static struct dp_kind kind_of(const struct dp_effort *effort)
{
    const double cost = effort->operations >= 1 ? effort->operations : 1;
    return (struct dp_kind){.family = effort->family,
                            .octave = dp_queue_octave(cost),
                            .place = effort->place,
                            .region = effort->region,
                            .cost = cost,
                            .evaluations = effort->evaluations};
}

void dp_scheduler_learn(struct dp_scheduler *s, const struct dp_effort *effort, double rows, double seconds,
                        double evaluations)
{
    const struct dp_kind kind = kind_of(effort);
    const int64_t known = evaluations > 0 ? dp_queue_kind(&s->queue, effort) : -1;
    dp_costs_learn(&s->costs, &kind, known, rows, seconds, evaluations, DP_FROM_ELSEWHERE);
}

double dp_scheduler_expected_of(const struct dp_scheduler *s, const struct dp_effort *effort)
{
    const struct dp_kind kind = kind_of(effort);
    return dp_costs_seconds(&s->costs, &kind, dp_queue_kind(&s->queue, effort));
}

void dp_scheduler_learned(struct dp_scheduler *s)
{
    s->probes.count = 0;
    refresh(s);
}

int64_t dp_scheduler_rows_done(const struct dp_scheduler *s)
{
    return s->queue.rows_done;
}

int64_t dp_scheduler_rows(const struct dp_scheduler *s)
{
    return s->queue.rows;
}

double dp_scheduler_work_left(const struct dp_scheduler *s)
{
    double training = 0;
    for (int64_t k = 0; k < s->queue.kind_count; k++)
        training += s->seconds[k] * s->queue.kinds[k].unfinished;
    return training * (1 + dp_costs_overhead(&s->costs) / full_chunk(s));
}

double dp_scheduler_row_seconds(const struct dp_scheduler *s, int64_t row)
{
    return s->queue.segment_count ? s->seconds[s->queue.segments[dp_queue_find(&s->queue, row)].kind] : 0;
}

void dp_scheduler_free(struct dp_scheduler *s)
{
    if (!s)
        return;
    dp_queue_free(&s->queue);
    dp_costs_close(&s->costs);
    free(s->seconds);
    free(s->priority.items);
    free(s);
}
