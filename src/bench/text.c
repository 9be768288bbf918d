// SPDX-License-Identifier: BSD-3-Clause
#include "bench/results.h"
#include <inttypes.h>

void dp_text_machine(const struct dp_bench_options *options, const struct dp_machine *machine)
{
    FILE *text = options->text;
    fprintf(text, "processor: %s; L1 %lld kB, L2 %lld kB, L3 %lld kB\n", machine->processor,
            (long long)machine->cache[0] / 1024, (long long)machine->cache[1] / 1024,
            (long long)machine->cache[2] / 1024);
    fprintf(text, "compiler: %s; %s\n", options->build, options->program);
    if (machine->core >= 0)
        fprintf(text, "pinned to core %d\n", machine->core);
    else
        fprintf(text, "not pinned: the system does not let us\n");
}

void dp_text_limits(FILE *text, const struct dp_results *r)
{
    fprintf(text, "\nlimits of the core      GFLOP/s  1e9/s: fma and add     div  ns a div among fma\n");
    for (int i = 0; i < r->limit_count; i++)
        fprintf(text, "  %-13s f%d %14.1f %19.1f %7.2f %19.3f\n", r->limits[i].isa, r->limits[i].bits,
                r->limits[i].fma, r->limits[i].both, r->limits[i].divide, r->limits[i].among);
    fprintf(text, "\nstreams, GB/s           read  update (in and out together)\n");
    for (int i = 0; i < r->stream_count; i++)
        for (int level = 0; level <= DP_LEVELS; level++) {
            const struct dp_stream_rate *stream = &r->streams[i][level];
            fprintf(text, "  %-7s %-6s %7lld kB %6.1f %7.1f\n", stream->isa, stream->level,
                    (long long)stream->bytes / 1024, stream->read, stream->update);
        }
    fflush(text);
}

void dp_text_figure_head(FILE *text)
{
    fprintf(text, "\n%-28s %-7s %12s %8s %6s  %-12s %s\n", "case", "isa", "ns a step", "GFLOP/s", "% FMA",
            "% of bound", "hash");
}

void dp_text_figure(FILE *text, const struct dp_figure *f)
{
    char name[64], bound[32];
    const bool streams = f->of_streams > f->of_units;
    snprintf(bound, sizeof bound, "%.0f %s", 100 * (streams ? f->of_streams : f->of_units),
             streams ? f->level : "units");
    fprintf(text, "%-28s %-7s %12.1f %8.2f %6.1f  %-12s %016" PRIx64 "\n", dp_case_name(f->of, f->bits, name),
            f->isa, f->ns, f->gflops, 100 * f->of_peak, bound, f->hash);
    fflush(text);
}

void dp_text_setups(FILE *text, const struct dp_results *r)
{
    if (r->setup_count == 0)
        return;
    fprintf(text, "\n%s, us        data     init  observe  training    steps  share\n", dp_setup_name);
    for (int i = 0; i < r->setup_count; i++) {
        const struct dp_setup *s = &r->setups[i];
        fprintf(text, "  f%d %-28s %8.1f %8.1f %8.1f %9.1f %8lld %5.1f%%\n", s->bits, s->isa, s->data,
                s->init, s->observe, s->training, (long long)s->steps, 100 * s->share);
    }
}
