// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/product/expansion.h"

/* Applies dp_run_check to the runs, and refuses axes that no run of their block reads.
 *
 * The check is complete for every sweep: dp_run_check sees each combination of values that occurs among the
 * kept runs, of all keys except those that stand alone (seed, learning_rate, ...). dp_run_check does not
 * depend on these, and a test ensures this. A mistake is reported at the place of a key that the sentence is
 * about. DP_OK or DP_NO_MEMORY. */
enum dp_status dp_runs_check(const struct dp_expansion *expansion, const char *name,
                             struct dp_faults *faults);

/* The keys that stand alone, NULL-terminated. */
extern const char *const dp_lone_keys[];
