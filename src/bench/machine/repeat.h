// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Time, and how a figure is derived from it.
 *
 * Interruptions, other programs and a clock that has not yet risen only make work slower. A figure is
 * therefore the minimum over repetitions, each short enough (a third of a millisecond or more) to fall
 * between two interruptions. */

enum { DP_REPETITIONS = 7 }; // at least

double dp_seconds(void); // of a clock that only goes forward

/* Does something `times` times. */
typedef void dp_repeated(void *context, int64_t times);

/* Nanoseconds for doing it once: the minimum of at least DP_REPETITIONS repetitions, and more until `seconds`
 * are over. */
double dp_repeat(dp_repeated *work, void *context, double seconds);
