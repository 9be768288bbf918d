// SPDX-License-Identifier: BSD-3-Clause
#include "core/math/ranking.h"
#include <string.h>

enum { DIGIT_BITS = 11, DIGITS = 6, DIGIT_VALUES = 1 << DIGIT_BITS };

// Digit k of a number's bits, turned over: they rise as the number falls.
static int digit_of(double value, int k)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return (int)(~bits >> (DIGIT_BITS * k) & (DIGIT_VALUES - 1));
}

void dp_ranking_sort(struct dp_ranked *ranked, int64_t count, struct dp_ranked *room)
{
    struct dp_ranked *from = ranked, *to = room;
    for (int k = 0; k < DIGITS && count > 0; k++) {
        int64_t place[DIGIT_VALUES] = {0}, sum = 0;
        for (int64_t i = 0; i < count; i++)
            place[digit_of(from[i].value, k)]++;
        if (place[digit_of(from[0].value, k)] == count)
            continue; // they all agree in it
        for (int v = 0; v < DIGIT_VALUES; v++) {
            const int64_t here = place[v];
            place[v] = sum;
            sum += here;
        }
        for (int64_t i = 0; i < count; i++)
            to[place[digit_of(from[i].value, k)]++] = from[i];
        struct dp_ranked *const other = from;
        from = to;
        to = other;
    }
    if (from != ranked)
        memcpy(ranked, from, (size_t)count * sizeof *ranked);
}
