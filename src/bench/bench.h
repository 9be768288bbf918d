// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/options.h"
#include "dewpoint/core/status.h"
#include <stdbool.h>

/* How fast this processor is, how fast the kernels are on it, and what share of its limits they reach.
 *
 * Everything is measured in one run on one core. Text is printed as figures come; the JSON has the same
 * figures with all digits. The benchmark needs a clock, files and system information about the machine, so it
 * is not part of the core. */

/* *same: whether all instruction sets left the same parameters. DP_BAD_INPUT when isa is not available here
 * or no case has the pattern. */
enum dp_status dp_bench(const struct dp_bench_options *options, bool *same, struct dp_error *error);
