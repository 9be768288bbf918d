// SPDX-License-Identifier: BSD-3-Clause
#include "farm/scheduling/probes.h"

static void find_cheapest(const struct dp_queue *queue, int64_t cheapest[DP_PLACES])
{
    for (int p = 0; p < DP_PLACES; p++)
        cheapest[p] = -1;
    for (int64_t k = 0; k < queue->kind_count; k++) {
        const struct dp_kind *kind = &queue->kinds[k];
        if (cheapest[kind->place] < 0 || kind->cost < queue->kinds[cheapest[kind->place]].cost)
            cheapest[kind->place] = k;
    }
}

void dp_probes_choose(const struct dp_queue *queue, struct dp_probes *probes)
{
    int64_t cheapest[DP_PLACES];
    bool region_known[DP_REGIONS] = {false};
    *probes = (struct dp_probes){0};
    find_cheapest(queue, cheapest);
    for (int turn = 0; turn < 2; turn++)
        for (int p = 0; p < DP_PLACES; p++) {
            const int64_t k = cheapest[p];
            if (k < 0 || (turn == 0 && region_known[queue->kinds[k].region]))
                continue;
            probes->kinds[probes->count++] = k;
            cheapest[p] = -1;
            if (turn == 0)
                region_known[queue->kinds[k].region] = true;
        }
    if (probes->count == 1)
        probes->count = 0;
}
