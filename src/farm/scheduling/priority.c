// SPDX-License-Identifier: BSD-3-Clause
#include "farm/scheduling/priority.h"
#include <stdlib.h>

static int longest_first(const void *left, const void *right)
{
    const struct dp_priority_item *a = left, *b = right;
    if (a->seconds != b->seconds)
        return a->seconds > b->seconds ? -1 : 1;
    return a->first < b->first ? -1 : a->first > b->first;
}

static void add(struct dp_priority *priority, const struct dp_queue *queue, int64_t segment,
                struct dp_priority_item item)
{
    if (segment < 0)
        return;
    item.first = queue->segments[segment].first;
    priority->items[priority->count++] = item;
}

void dp_priority_make(struct dp_priority *priority, struct dp_queue *queue, const double *seconds,
                      double is_short)
{
    priority->count = priority->front = 0;
    for (int64_t k = 0, end; k < queue->kind_count; k = end) {
        const int64_t shape = queue->kinds[k].shape;
        double sum = 0, rows = 0;
        for (end = k; end < queue->kind_count && queue->kinds[end].shape == shape; end++) {
            sum += seconds[end] * queue->kinds[end].list.queued;
            rows += queue->kinds[end].list.queued;
        }
        const struct dp_priority_item whole = {.seconds = sum / rows, .shape = shape, .kind = -1};
        if (sum <= rows * is_short) {
            add(priority, queue, dp_priority_segment(queue, &whole), whole);
            continue;
        }
        for (int64_t i = k; i < end; i++) {
            const struct dp_priority_item item = {.seconds = seconds[i], .shape = shape, .kind = i};
            add(priority, queue, dp_priority_segment(queue, &item), item);
        }
    }
    qsort(priority->items, (size_t)priority->count, sizeof *priority->items, longest_first);
}

int64_t dp_priority_segment(struct dp_queue *queue, const struct dp_priority_item *item)
{
    return item->kind < 0 ? dp_queue_front(queue, queue->by_shape, &queue->shapes[item->shape])
                          : dp_queue_front(queue, queue->by_kind, &queue->kinds[item->kind].list);
}
