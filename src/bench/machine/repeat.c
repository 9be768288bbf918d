// SPDX-License-Identifier: BSD-3-Clause
#include "bench/machine/repeat.h"
#include <math.h>
#include <time.h>

static const double shortest = 3e-4; // s, of a repetition

double dp_seconds(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double time_of(dp_repeated *work, void *context, int64_t times)
{
    const double begin = dp_seconds();
    work(context, times);
    return dp_seconds() - begin;
}

double dp_repeat(dp_repeated *work, void *context, double seconds)
{
    const double end = dp_seconds() + seconds;
    int64_t times = 1;
    double least = time_of(work, context, times);
    while (least < shortest && times < INT64_MAX / 2) {
        times *= 2;
        least = time_of(work, context, times);
    }
    for (int i = 1; i < DP_REPETITIONS || dp_seconds() < end; i++)
        least = fmin(least, time_of(work, context, times));
    return least / (double)times * 1e9;
}
