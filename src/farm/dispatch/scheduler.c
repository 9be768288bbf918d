// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/scheduler.h"
#include <math.h>
#include <stdlib.h>

/* The queue is a list of segments: contiguous pending rows of one cost, as (first, count, cost), so a sweep
 * of a billion rows with a dozen widths is a dozen segments. They stay in row order, which finds the segment
 * of a chunk that comes back; `order` lists them biggest cost first, and chunks are cut from its front.
 *
 * Costs that change from row to row would make every row a segment, and every tiny run a message. If there
 * are too many changes, rows whose costs agree within a factor count as equal, and a segment keeps their
 * mean.
 *
 * Seconds per operation differ between small and large runs (overheads, caches), so the rate is learned for
 * each octave of cost; an octave that nothing is known about yet takes the nearest one's. */

enum { OCTAVES = 96 };

static const double first_guess = 5e-10;        // seconds an operation, only until the first chunk comes back
static const double report_decay = 0.98;        // the weight of a report when the next one arrives
static const double largest_correction = 4;     // a report counts at most this factor away from the estimate,
static const int reports_before_correction = 4; // but for the first few
static const double least_training_share = 16;  // seconds of training in a chunk for a second of overhead,
static const double longest_prefetched = .04;   // seconds of a chunk beside which the next one is asked for
static const double longest_amortised_chunk = 2; // but no chunk is made longer than this for that reason

struct segment {
    int64_t first, count;
    double cost; // mean of its rows
    int64_t together;
};

struct rate {
    double seconds, cost; // sums over reports, old ones fading
    int reports;
};

struct dp_scheduler {
    struct segment *segments; // in row order
    int64_t *order;           // indices of segments, biggest cost first
    int64_t segment_count, room;
    int64_t at, taken; // the front: segment order[at], of which `taken` rows are gone
    int64_t rows, rows_done;
    double queued[OCTAVES], unfinished[OCTAVES]; // operations not handed out, and not come back
    struct rate reports[OCTAVES];
    double rate[OCTAVES]; // seconds an operation
    bool measured;        // has any chunk come back?
    struct rate overhead; // a chunk; `cost` counts chunks
    int ranks;
    double grain;
    double time_left, budget; // INFINITY: no end
};

static int octave(double cost)
{
    const int exponent = ilogb(cost);
    return exponent < 0 ? 0 : exponent < OCTAVES ? exponent : OCTAVES - 1;
}

static double positive(double cost)
{
    return cost >= 1 ? cost : 1; // also for a NAN
}

static bool append(struct dp_scheduler *s, struct segment segment)
{
    if (s->segment_count == s->room) {
        const int64_t room = s->room ? 2 * s->room : 64;
        struct segment *more = realloc(s->segments, (size_t)room * sizeof *more);
        if (!more)
            return false;
        s->segments = more;
        s->room = room;
    }
    s->segments[s->segment_count++] = segment;
    return true;
}

enum built { BUILT, TOO_MANY_CHANGES, OUT_OF_MEMORY };

/* Cuts the pending rows into segments; costs within a factor of `tolerance` of a segment's first are equal.
 */
static enum built build(struct dp_scheduler *s, const bool *done, struct dp_effort (*effort)(int64_t, void *),
                        void *context, double tolerance, int64_t most_changes)
{
    struct segment open = {0};
    double sum = 0, first_cost = 0;
    int64_t changes = 0;
    s->segment_count = 0;
    s->rows_done = 0;
    for (int64_t row = 0; row < s->rows; row++) {
        if (done && done[row]) {
            s->rows_done++;
            continue;
        }
        const struct dp_effort e = effort(row, context);
        const double c = positive(e.operations);
        const bool adjacent = open.count && open.first + open.count == row && open.together == e.together;
        const bool equal = c <= first_cost * tolerance && first_cost <= c * tolerance;
        if (adjacent && !equal && ++changes > most_changes)
            return TOO_MANY_CHANGES;
        if (!adjacent || !equal) {
            if (open.count && !append(s, open))
                return OUT_OF_MEMORY;
            open = (struct segment){.first = row, .together = e.together};
            first_cost = c;
            sum = 0;
        }
        sum += c;
        open.count++;
        open.cost = equal && tolerance == 1 ? c : sum / (double)open.count;
    }
    return open.count && !append(s, open) ? OUT_OF_MEMORY : BUILT;
}

static enum built build_coarsely_enough(struct dp_scheduler *s, const bool *done,
                                        struct dp_effort (*effort)(int64_t, void *), void *context)
{
    static const double tolerances[] = {1, 1.5, 4, 64};
    int64_t most_changes = s->rows / 64;
    most_changes = most_changes < 1024 ? 1024 : most_changes > 1 << 20 ? 1 << 20 : most_changes;
    for (size_t i = 0; i < sizeof tolerances / sizeof *tolerances; i++) {
        const enum built outcome = build(s, done, effort, context, tolerances[i], most_changes);
        if (outcome != TOO_MANY_CHANGES)
            return outcome;
    }
    return build(s, done, effort, context, INFINITY, s->rows);
}

struct ranked {
    double cost;
    int64_t index;
};

static int by_cost_then_row(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static bool rank_segments(struct dp_scheduler *s)
{
    const size_t n = (size_t)s->segment_count;
    struct ranked *ranked = malloc((n + 1) * sizeof *ranked);
    s->order = malloc((n + 1) * sizeof *s->order);
    if (ranked && s->order) {
        for (size_t i = 0; i < n; i++)
            ranked[i] = (struct ranked){s->segments[i].cost, (int64_t)i};
        qsort(ranked, n, sizeof *ranked, by_cost_then_row);
        for (size_t i = 0; i < n; i++)
            s->order[i] = ranked[i].index;
    }
    free(ranked);
    return ranked && s->order;
}

enum dp_status dp_scheduler_create(int64_t rows, const bool *done,
                                   struct dp_effort (*effort)(int64_t row, void *context), void *context,
                                   int ranks, double grain, struct dp_scheduler **scheduler,
                                   struct dp_error *error)
{
    struct dp_scheduler *s = calloc(1, sizeof *s);
    *scheduler = NULL;
    if (!s)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the queue of runs");
    s->rows = rows;
    s->ranks = ranks > 0 ? ranks : 1;
    s->grain = grain;
    s->time_left = s->budget = INFINITY;
    if (build_coarsely_enough(s, done, effort, context) != BUILT || !rank_segments(s)) {
        dp_scheduler_free(s);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the queue of %lld runs", (long long)rows);
    }
    for (int64_t i = 0; i < s->segment_count; i++) {
        const struct segment *segment = &s->segments[i];
        s->queued[octave(segment->cost)] += segment->cost * (double)segment->count;
    }
    for (int i = 0; i < OCTAVES; i++) {
        s->unfinished[i] = s->queued[i];
        s->rate[i] = first_guess;
    }
    *scheduler = s;
    return DP_OK;
}

static double seconds_of(const struct dp_scheduler *s, const double operations[OCTAVES])
{
    double seconds = 0;
    for (int i = 0; i < OCTAVES; i++)
        seconds += operations[i] > 0 ? operations[i] * s->rate[i] : 0; // below zero only by rounding
    return seconds;
}

/* What a rank may be given at once: guided self-scheduling, so that no chunk is more than half of a rank's
 * fair share of what is still queued. */
static double fair_share(const struct dp_scheduler *s)
{
    return seconds_of(s, s->queued) / (2.0 * s->ranks);
}

static double overhead(const struct dp_scheduler *s)
{
    return s->measured ? s->overhead.seconds / s->overhead.cost : 0;
}

/* Seconds of training that a chunk should hold when there is plenty left. */
static double full_chunk(const struct dp_scheduler *s)
{
    return fmax(s->grain, fmin(least_training_share * overhead(s), longest_amortised_chunk));
}

static double front_seconds(const struct dp_scheduler *s)
{
    const double cost = s->segments[s->order[s->at]].cost;
    return cost * s->rate[octave(cost)];
}

/* In the tail, chunks shrink with the fair share, down to where training and overhead cost the same. */
static double chunk_seconds(const struct dp_scheduler *s)
{
    const double full = full_chunk(s);
    return fmin(full, fmax(fair_share(s), overhead(s)));
}

/* One, or the rows that train in the time of one, unless a rank would have none for that. */
static double fewest_rows(const struct dp_scheduler *s, const struct segment *front, int64_t left)
{
    const double share = ceil((double)left / s->ranks);
    return fmax(1, fmin((double)front->together, share));
}

void dp_scheduler_limit(struct dp_scheduler *s, double seconds, double budget)
{
    s->time_left = seconds;
    s->budget = budget;
}

/* Whether the front's runs may be handed out: what takes longer than the whole job would never have its turn.
 */
static bool fits(const struct dp_scheduler *s)
{
    const double seconds = front_seconds(s);
    return !s->measured || seconds <= s->time_left || seconds > s->budget;
}

struct dp_chunk dp_scheduler_next(struct dp_scheduler *s)
{
    while (s->at < s->segment_count && !fits(s)) { // there will not be more time later
        s->at++;
        s->taken = 0;
    }
    if (s->at == s->segment_count || s->time_left <= 0)
        return (struct dp_chunk){0};
    const struct segment *front = &s->segments[s->order[s->at]];
    const int64_t left = front->count - s->taken;
    // Until a chunk came back nobody knows how long a run takes: the fewest are never too many.
    const double seconds = fmin(chunk_seconds(s), s->time_left);
    const double wanted = s->measured ? floor(seconds / front_seconds(s)) : 1;
    const double fewest = fewest_rows(s, front, left);
    const int64_t count = fmax(wanted, fewest) >= (double)left ? left : (int64_t)fmax(wanted, fewest);
    const struct dp_chunk chunk = {front->first + s->taken, count};
    s->queued[octave(front->cost)] -= front->cost * (double)count;
    s->taken += count;
    if (s->taken == front->count) {
        s->at++;
        s->taken = 0;
    }
    return chunk;
}

static const struct segment *segment_of(const struct dp_scheduler *s, int64_t row)
{
    int64_t low = 0, high = s->segment_count;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (s->segments[middle].first <= row)
            low = middle;
        else
            high = middle;
    }
    return &s->segments[low];
}

// Whether few enough rows are left that every chunk counts.
static bool is_tail(const struct dp_scheduler *s)
{
    if (s->at == s->segment_count)
        return true;
    const double chunk = s->measured ? fmax(full_chunk(s), front_seconds(s)) : front_seconds(s);
    return fair_share(s) <= chunk;
}

bool dp_scheduler_prefetches(const struct dp_scheduler *s, struct dp_chunk chunk)
{
    if (chunk.count == 0 || !s->measured || is_tail(s))
        return false;
    const double cost = segment_of(s, chunk.first)->cost;
    return cost * (double)chunk.count * s->rate[octave(cost)] <= longest_prefetched;
}

/* Fills s->rate from the reports; an octave without any takes the nearest one's below, else above. */
static void refresh_rates(struct dp_scheduler *s)
{
    int below = -1;
    for (int i = 0; i < OCTAVES; i++) {
        if (s->reports[i].reports) {
            s->rate[i] = s->reports[i].seconds / s->reports[i].cost;
            below = i;
            continue;
        }
        int above = i + 1;
        while (above < OCTAVES && !s->reports[above].reports)
            above++;
        const bool none_above = above == OCTAVES;
        if (below < 0 && none_above)
            continue;
        const int nearest = none_above || (below >= 0 && i - below <= above - i) ? below : above;
        s->rate[i] = s->reports[nearest].seconds / s->reports[nearest].cost;
    }
}

/* Adds a report of seconds for so much cost; old reports fade. */
static void learn(struct rate *rate, double seconds, double cost)
{
    double each = fmax(seconds, 1e-9) / cost;
    // A rank that was suspended for a minute tells nothing about the cost of a run.
    if (rate->reports >= reports_before_correction) {
        const double known = rate->seconds / rate->cost;
        each = fmin(fmax(each, known / largest_correction), known * largest_correction);
    }
    rate->seconds = report_decay * rate->seconds + each * cost;
    rate->cost = report_decay * rate->cost + cost;
    rate->reports += rate->reports < reports_before_correction;
}

void dp_scheduler_finished(struct dp_scheduler *s, struct dp_chunk chunk, double seconds, double beside)
{
    if (chunk.count <= 0 || s->segment_count == 0)
        return;
    const double cost = segment_of(s, chunk.first)->cost;
    const double operations = cost * (double)chunk.count;
    learn(&s->reports[octave(cost)], seconds, operations);
    learn(&s->overhead, beside, 1);
    s->measured = true;
    s->rows_done += chunk.count;
    s->unfinished[octave(cost)] -= operations;
    refresh_rates(s);
}

int64_t dp_scheduler_rows_done(const struct dp_scheduler *s)
{
    return s->rows_done;
}

int64_t dp_scheduler_rows(const struct dp_scheduler *s)
{
    return s->rows;
}

double dp_scheduler_work_left(const struct dp_scheduler *s)
{
    const double training = s->rows_done == s->rows ? 0 : seconds_of(s, s->unfinished);
    return training * (1 + overhead(s) / full_chunk(s));
}

void dp_scheduler_free(struct dp_scheduler *s)
{
    if (!s)
        return;
    free(s->segments);
    free(s->order);
    free(s);
}
