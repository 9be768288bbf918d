// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Time, and how a figure is taken from it.
 *
 * Interruptions, other programs and a clock that has not risen yet only ever make work slower, so a figure is
 * the minimum over repetitions, each short enough (a third of a millisecond or more) to fall between two
 * interruptions. */

enum { DP_REPETITIONS = 7 }; // at least

double dp_seconds(void); // of a clock that only goes forward

/* Does something `times` times. */
typedef void dp_repeated(void *context, int64_t times);

/* Nanoseconds of doing it once: the minimum of at least DP_REPETITIONS repetitions, more until `seconds` are
 * over. */
double dp_repeat(dp_repeated *work, void *context, double seconds);
