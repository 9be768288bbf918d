// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/cases/figures.h"
#include "bench/cases/setup.h"
#include "bench/machine/limits.h"
#include "bench/options.h"
#include <stdbool.h>

/* All measurements, and the two ways to print them. */

enum { DP_MOST_ISAS = 4, DP_MOST_FIGURES = 256 };

struct dp_results {
    struct dp_machine machine;
    int isa_count, limit_count, stream_count, figure_count, setup_count;
    const char *isas[DP_MOST_ISAS];
    struct dp_limit limits[2 * DP_MOST_ISAS];
    struct dp_stream_rate streams[DP_MOST_ISAS][DP_LEVELS + 1]; // [stream_count]
    struct dp_stream_rate best[DP_LEVELS + 1];                  // of any instruction set
    struct dp_figure figures[DP_MOST_FIGURES];
    struct dp_setup setups[2];
};

/* text.c. As figures come: each head once, then its lines. */
void dp_text_machine(const struct dp_bench_options *options, const struct dp_machine *machine);
void dp_text_limits(FILE *text, const struct dp_results *results);
void dp_text_figure_head(FILE *text);
void dp_text_figure(FILE *text, const struct dp_figure *figure);
void dp_text_setups(FILE *text, const struct dp_results *results);

/* json.c. Writes all results at the end; false when the file could not be written. */
bool dp_json_write(const struct dp_bench_options *options, const struct dp_results *results);
