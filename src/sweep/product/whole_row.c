// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/sweep.h"

/* The rows of a part are ranges of the whole sweep's rows, found by bisection. */
int64_t dp_sweep_whole_row(const struct dp_sweep *sweep, int64_t row)
{
    int64_t low = 0, high = sweep->range_count - 1;
    if (!sweep->part)
        return row;
    while (low < high) {
        const int64_t middle = (low + high + 1) / 2;
        if (sweep->ranges[middle].before <= row)
            low = middle;
        else
            high = middle - 1;
    }
    return sweep->ranges[low].first + (row - sweep->ranges[low].before);
}
