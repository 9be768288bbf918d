// SPDX-License-Identifier: BSD-3-Clause
#include "bench/bench.h"
#include "bench/machine/pin.h"
#include "bench/results.h"
#include "dewpoint/kernels/isa.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum dp_status list_isas(const char *cap, struct dp_results *r, struct dp_error *error)
{
    const char *best = dp_isa_select(cap);
    if (!best)
        return dp_fail(error, DP_BAD_INPUT, "the instruction set %s is not known or not available here", cap);
    for (int i = 0; dp_isa_names[i] && r->isa_count < DP_MOST_ISAS; i++) {
        if (dp_isa_select(dp_isa_names[i]))
            r->isas[r->isa_count++] = dp_isa_names[i];
        if (dp_isa_names[i] == best)
            break;
    }
    return DP_OK;
}

static bool wants(const struct dp_bench_options *options, const struct dp_bench_case *c, int bits)
{
    char name[64];
    return dp_bench_wanted(dp_case_name(c, bits, name), options->pattern);
}

static bool wants_setup(const struct dp_bench_options *options, int bits)
{
    char name[64];
    snprintf(name, sizeof name, "%s-f%d", dp_setup_name, bits);
    return dp_bench_wanted(name, options->pattern);
}

static bool wants_anything(const struct dp_bench_options *options)
{
    bool any = wants_setup(options, 32) || wants_setup(options, 64);
    for (const struct dp_bench_case *c = dp_bench_cases; c->name; c++)
        any = any || wants(options, c, 32) || wants(options, c, 64);
    return any;
}

/* Streams of plain C loops are measured only if there are no others, because the loops themselves limit them,
 * not memory. */
static enum dp_status measure_streams(const struct dp_bench_options *options, struct dp_results *r,
                                      struct dp_error *error)
{
    for (int i = r->isa_count > 1; i < r->isa_count; i++) {
        struct dp_stream_rate *streams = r->streams[r->stream_count++];
        DP_TRY(dp_streams_measure(&r->machine, r->isas[i], options->seconds, streams, error));
        for (int level = 0; level <= DP_LEVELS; level++) {
            struct dp_stream_rate *best = &r->best[level];
            best->level = streams[level].level;
            best->read = fmax(best->read, streams[level].read);
            best->update = fmax(best->update, streams[level].update);
        }
    }
    return DP_OK;
}

static enum dp_status measure_limits(const struct dp_bench_options *options, struct dp_results *r,
                                     struct dp_error *error)
{
    for (int i = 0; i < r->isa_count; i++)
        for (int bits = 32; bits <= 64; bits += 32)
            r->limits[r->limit_count++] = dp_limit_measure(r->isas[i], bits, options->seconds);
    DP_TRY(measure_streams(options, r, error));
    dp_text_limits(options->text, r);
    return DP_OK;
}

// One case in one precision on all instruction sets, the best first; whether all left the same parameters.
static enum dp_status measure_case(const struct dp_bench_options *options, const struct dp_bench_case *c,
                                   int bits, struct dp_results *r, bool *same, struct dp_error *error)
{
    const struct dp_figure *first = &r->figures[r->figure_count];
    for (int i = r->isa_count - 1; i >= 0; i--) {
        if (r->figure_count == DP_MOST_FIGURES)
            return dp_fail(error, DP_INTERNAL, "more figures than there is room for");
        if (r->figure_count == 0)
            dp_text_figure_head(options->text);
        struct dp_figure *figure = &r->figures[r->figure_count++];
        const struct dp_limit *limit = &r->limits[2 * i + bits / 64];
        DP_TRY(dp_figure_measure(c, limit, options->seconds, &r->machine, r->best, figure, error));
        dp_text_figure(options->text, figure);
        *same = *same && figure->hash == first->hash;
    }
    return DP_OK;
}

static enum dp_status measure_all(const struct dp_bench_options *options, struct dp_results *r, bool *same,
                                  struct dp_error *error)
{
    DP_TRY(measure_limits(options, r, error));
    for (int bits = 32; bits <= 64; bits += 32)
        for (const struct dp_bench_case *c = dp_bench_cases; c->name; c++)
            if (wants(options, c, bits))
                DP_TRY(measure_case(options, c, bits, r, same, error));
    for (int bits = 32; bits <= 64; bits += 32)
        if (wants_setup(options, bits))
            DP_TRY(dp_setup_measure(r->isas[r->isa_count - 1], bits, options->seconds,
                                    &r->setups[r->setup_count++], error));
    dp_text_setups(options->text, r);
    if (options->json && !dp_json_write(options, r))
        return dp_fail(error, DP_IO, "the JSON could not be written");
    return DP_OK;
}

enum dp_status dp_bench(const struct dp_bench_options *options, bool *same, struct dp_error *error)
{
    *same = true;
    if (!wants_anything(options))
        return dp_fail(error, DP_BAD_INPUT, "no case has \"%s\" in its name", options->pattern);
    struct dp_results *results = calloc(1, sizeof *results);
    if (!results)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the figures");
    enum dp_status status = list_isas(options->isa, results, error);
    if (status == DP_OK) {
        dp_machine_read(dp_pin(), &results->machine);
        dp_text_machine(options, &results->machine);
        status = measure_all(options, results, same, error);
    }
    free(results);
    return status;
}
