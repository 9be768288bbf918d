// SPDX-License-Identifier: BSD-3-Clause
#include "farm/scheduling/queue.h"
#include <math.h>
#include <stdlib.h>

enum { MOST_SEGMENTS = 1 << 18, FEW_SEGMENTS = 1 << 14 };

int dp_queue_octave(double cost)
{
    const int exponent = cost >= 1 ? ilogb(cost) : 0;
    return exponent < DP_OCTAVES ? exponent : DP_OCTAVES - 1;
}

int dp_queue_shape(double cost)
{
    const int octave = dp_queue_octave(cost);
    const double above = fmin(ldexp(cost, -octave), 2) - 1; // 0..1 over the octave
    return 4 * octave + (above < .19 ? 0 : above < .41 ? 1 : above < .68 ? 2 : 3);
}

static bool append(struct dp_queue *q, struct dp_segment segment)
{
    if (q->segment_count == q->room) {
        const int64_t room = q->room ? 2 * q->room : 64;
        struct dp_segment *more = realloc(q->segments, (size_t)room * sizeof *more);
        if (!more)
            return false;
        q->segments = more;
        q->room = room;
    }
    q->segments[q->segment_count++] = segment;
    return true;
}

/* How alike rows must be to share a segment. */
struct likeness {
    double tolerance; // factor between costs
    bool place, region;
};

enum built { BUILT, TOO_MANY_CHANGES, OUT_OF_MEMORY };

/* A segment that is being made of rows, with the first of them and sums over them. */
struct open_segment {
    struct dp_segment segment;
    struct dp_effort first;
    double cost, evaluations;
};

static struct dp_effort clean(struct dp_effort e)
{
    e.operations = e.operations >= 1 ? e.operations : 1; // also for a NAN
    e.alike = e.alike > 1 ? e.alike : 1;
    return e;
}

static bool belongs(const struct open_segment *open, const struct dp_effort *e, const struct likeness *like)
{
    const struct dp_effort *first = &open->first;
    return open->first.together == e->together && first->family == e->family &&
           e->operations <= first->operations * like->tolerance &&
           first->operations <= e->operations * like->tolerance &&
           (!like->place || first->place == e->place) && (!like->region || first->region == e->region);
}

static void add(struct open_segment *open, const struct dp_effort *e, int64_t count)
{
    open->segment.count += count;
    open->cost += e->operations * (double)count;
    open->evaluations += e->evaluations * (double)count;
}

static bool close_segment(struct dp_queue *q, struct open_segment *open, bool exact)
{
    struct dp_segment *s = &open->segment;
    if (s->count == 0)
        return true;
    s->cost = exact ? open->first.operations : open->cost / (double)s->count;
    s->evaluations = exact ? open->first.evaluations : open->evaluations / (double)s->count;
    return append(q, *s);
}

static struct open_segment begin_segment(int64_t row, const struct dp_effort *e, const struct likeness *like)
{
    return (struct open_segment){.segment = {.first = row,
                                             .together = e->together,
                                             .family = e->family,
                                             .place = like->place ? e->place : 0,
                                             .region = like->region ? e->region : 0},
                                 .first = *e};
}

/* Cuts the pending rows into segments. */
static enum built build(struct dp_queue *q, const bool *done, struct dp_effort (*effort)(int64_t, void *),
                        void *context, const struct likeness *like, int64_t most_changes)
{
    struct open_segment open = {.segment = {0}};
    int64_t changes = 0, known = 0; // rows below `known` have the effort e
    struct dp_effort e = {0};
    q->segment_count = 0;
    q->rows_done = 0;
    for (int64_t row = 0, next; row < q->rows; row = next) {
        next = row + 1;
        if (done && done[row]) {
            q->rows_done++;
            continue;
        }
        if (row >= known) {
            e = clean(effort(row, context));
            known = e.alike < q->rows - row ? row + e.alike : q->rows;
        }
        while (next < known && !(done && done[next]))
            next++;
        const bool adjacent = open.segment.count && open.segment.first + open.segment.count == row;
        const bool joins = adjacent && belongs(&open, &e, like);
        if (adjacent && !joins && ++changes > most_changes)
            return TOO_MANY_CHANGES;
        if (!joins) {
            if (!close_segment(q, &open, like->tolerance == 1))
                return OUT_OF_MEMORY;
            open = begin_segment(row, &e, like);
        }
        add(&open, &e, next - row);
    }
    return close_segment(q, &open, like->tolerance == 1) ? BUILT : OUT_OF_MEMORY;
}

static bool build_coarsely_enough(struct dp_queue *q, const bool *done,
                                  struct dp_effort (*effort)(int64_t, void *), void *context)
{
    static const struct likeness likenesses[] = {{1, true, true},     {1, false, true},  {1, false, false},
                                                 {1.5, false, false}, {4, false, false}, {64, false, false}};
    int64_t most = q->rows / 8;
    most = most < FEW_SEGMENTS ? FEW_SEGMENTS : most > MOST_SEGMENTS ? MOST_SEGMENTS : most;
    for (size_t i = 0; i < sizeof likenesses / sizeof *likenesses; i++) {
        const enum built outcome = build(q, done, effort, context, &likenesses[i], most);
        if (outcome != TOO_MANY_CHANGES)
            return outcome == BUILT;
    }
    return build(q, done, effort, context, &(struct likeness){INFINITY, false, false}, q->rows) == BUILT;
}

/* A segment on its way into the lists. */
struct sorted {
    int64_t shape, place, index;
};

static int64_t shape_key(int family, double cost)
{
    return (int64_t)family * 4 * DP_OCTAVES + dp_queue_shape(cost);
}

static int64_t place_key(int place, int region)
{
    return place + (int64_t)DP_PLACES * region;
}

static int by_place(const void *left, const void *right)
{
    const struct sorted *a = left, *b = right;
    if (a->shape != b->shape)
        return a->shape < b->shape ? -1 : 1;
    if (a->place != b->place)
        return a->place < b->place ? -1 : 1;
    return a->index < b->index ? -1 : a->index > b->index;
}

static void add_to_kind(struct dp_kind *kind, const struct dp_segment *s, int64_t at)
{
    const double rows = (double)s->count, all = kind->unfinished + rows;
    kind->cost += (s->cost - kind->cost) * rows / all;
    kind->evaluations += (s->evaluations - kind->evaluations) * rows / all;
    kind->list.queued = kind->unfinished = all;
    kind->list.end = at + 1;
}

/* Lists of the sorted segments: one for each run of equal shapes, and of equal places within. */
static void make_lists(struct dp_queue *q, const struct sorted *sorted)
{
    for (int64_t i = 0; i < q->segment_count; i++) {
        struct dp_segment *s = &q->segments[sorted[i].index];
        const bool new_shape = i == 0 || sorted[i].shape != sorted[i - 1].shape;
        if (new_shape)
            q->shapes[q->shape_count++] = (struct dp_segment_list){.begin = i, .at = i};
        q->shapes[q->shape_count - 1].end = i + 1;
        q->shapes[q->shape_count - 1].queued += (double)s->count;
        if (new_shape || sorted[i].place != sorted[i - 1].place)
            q->kinds[q->kind_count++] = (struct dp_kind){.list = {.begin = i, .at = i},
                                                         .family = s->family,
                                                         .octave = dp_queue_octave(s->cost),
                                                         .place = s->place,
                                                         .region = s->region,
                                                         .shape = q->shape_count - 1,
                                                         .shape_key = sorted[i].shape,
                                                         .place_key = sorted[i].place};
        s->kind = q->kind_count - 1;
        add_to_kind(&q->kinds[s->kind], s, i);
    }
}

static bool sort_segments(struct dp_queue *q)
{
    const size_t n = (size_t)q->segment_count;
    struct sorted *sorted = malloc((n + 1) * sizeof *sorted);
    q->by_kind = malloc((n + 1) * sizeof *q->by_kind);
    q->by_shape = malloc((n + 1) * sizeof *q->by_shape);
    q->kinds = malloc((n + 1) * sizeof *q->kinds);
    q->shapes = malloc((n + 1) * sizeof *q->shapes);
    const bool memory = sorted && q->by_kind && q->by_shape && q->kinds && q->shapes;
    if (memory) {
        for (size_t i = 0; i < n; i++) {
            const struct dp_segment *s = &q->segments[i];
            sorted[i] =
                (struct sorted){shape_key(s->family, s->cost), place_key(s->place, s->region), (int64_t)i};
        }
        qsort(sorted, n, sizeof *sorted, by_place);
        make_lists(q, sorted);
        for (size_t i = 0; i < n; i++) {
            q->by_kind[i] = sorted[i].index;
            sorted[i].place = 0;
        }
        qsort(sorted, n, sizeof *sorted, by_place);
        for (size_t i = 0; i < n; i++)
            q->by_shape[i] = sorted[i].index;
    }
    free(sorted);
    return memory;
}

bool dp_queue_build(struct dp_queue *q, int64_t rows, const bool *done,
                    struct dp_effort (*effort)(int64_t, void *), void *context)
{
    *q = (struct dp_queue){.rows = rows};
    const bool built = build_coarsely_enough(q, done, effort, context) && sort_segments(q);
    q->rows_queued = rows - q->rows_done;
    return built;
}

void dp_queue_free(struct dp_queue *q)
{
    free(q->segments);
    free(q->by_kind);
    free(q->by_shape);
    free(q->kinds);
    free(q->shapes);
}

int64_t dp_queue_find(const struct dp_queue *q, int64_t row)
{
    int64_t low = 0, high = q->segment_count;
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (q->segments[middle].first <= row)
            low = middle;
        else
            high = middle;
    }
    return low;
}

static int64_t find_kind(const struct dp_queue *q, int64_t shape, int64_t place)
{
    int64_t low = 0, high = q->kind_count;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        const struct dp_kind *kind = &q->kinds[middle];
        if (kind->shape_key < shape || (kind->shape_key == shape && kind->place_key < place))
            low = middle + 1;
        else
            high = middle;
    }
    const bool found =
        low < q->kind_count && q->kinds[low].shape_key == shape && q->kinds[low].place_key == place;
    return found ? low : -1;
}

/* The queue may count places coarsely, or not at all. */
int64_t dp_queue_kind(const struct dp_queue *q, const struct dp_effort *effort)
{
    const int64_t shape = shape_key(effort->family, effort->operations >= 1 ? effort->operations : 1);
    int64_t kind = find_kind(q, shape, place_key(effort->place, effort->region));
    if (kind < 0)
        kind = find_kind(q, shape, place_key(0, effort->region));
    return kind < 0 ? find_kind(q, shape, place_key(0, 0)) : kind;
}

int64_t dp_queue_front(const struct dp_queue *q, const int64_t *order, struct dp_segment_list *list)
{
    while (list->at < list->end && q->segments[order[list->at]].taken == q->segments[order[list->at]].count)
        list->at++;
    return list->at < list->end ? order[list->at] : -1;
}

void dp_queue_take(struct dp_queue *q, int64_t segment, int64_t count)
{
    struct dp_segment *s = &q->segments[segment];
    s->taken += count;
    q->kinds[s->kind].list.queued -= (double)count;
    q->shapes[q->kinds[s->kind].shape].queued -= (double)count;
    q->rows_queued -= count;
}
