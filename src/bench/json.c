// SPDX-License-Identifier: BSD-3-Clause
#include "bench/results.h"
#include <inttypes.h>

static void text_member(FILE *out, const char *key, const char *value)
{
    fprintf(out, "\"%s\": \"", key);
    for (; *value; value++)
        if (*value == '"' || *value == '\\')
            fprintf(out, "\\%c", *value);
        else if ((unsigned char)*value >= ' ')
            fputc(*value, out);
    fputs("\", ", out);
}

// Between the elements of an array.
static const char *comma(bool last)
{
    return last ? "" : ",";
}

static void write_limits(FILE *out, const struct dp_results *r)
{
    fprintf(out, " \"limits\": [\n");
    for (int i = 0; i < r->limit_count; i++)
        fprintf(out,
                "  {\"isa\": \"%s\", \"bits\": %d, \"fma_gflops\": %.6g, \"divisions_per_ns\": %.6g, "
                "\"fma_and_add_per_ns\": %.6g, \"ns_a_division_among_fma\": %.6g}%s\n",
                r->limits[i].isa, r->limits[i].bits, r->limits[i].fma, r->limits[i].divide, r->limits[i].both,
                r->limits[i].among, comma(i + 1 == r->limit_count));
    fprintf(out, " ],\n \"streams\": [\n");
    for (int i = 0; i < r->stream_count; i++)
        for (int level = 0; level <= DP_LEVELS; level++) {
            const struct dp_stream_rate *s = &r->streams[i][level];
            fprintf(out,
                    "  {\"isa\": \"%s\", \"level\": \"%s\", \"bytes\": %lld, \"read_gb_s\": %.6g, "
                    "\"update_gb_s\": %.6g}%s\n",
                    s->isa, s->level, (long long)s->bytes, s->read, s->update,
                    comma(i + 1 == r->stream_count && level == DP_LEVELS));
        }
    fprintf(out, " ],\n");
}

static void write_figure(FILE *out, const struct dp_figure *f, bool last)
{
    char name[64];
    fprintf(out, "  {\"case\": \"%s\", \"isa\": \"%s\", \"bits\": %d, \"nets\": %d, \"ns_per_step\": %.6g, ",
            dp_case_name(f->of, f->bits, name), f->isa, f->bits, f->nets, f->ns);
    fprintf(out, "\"gflops\": %.6g, \"peak_gflops\": %.6g, \"of_peak\": %.6g, ", f->gflops, f->peak,
            f->of_peak);
    fprintf(out, "\"of_units\": %.6g, \"level\": \"%s\", \"of_streams\": %.6g, ", f->of_units, f->level,
            f->of_streams);
    fprintf(out, "\"hashed_steps\": %lld, \"hash\": \"%016" PRIx64 "\"}%s\n", (long long)f->of->steps,
            f->hash, comma(last));
}

static void write_setups(FILE *out, const struct dp_results *r)
{
    fprintf(out, " \"setup\": [\n");
    for (int i = 0; i < r->setup_count; i++) {
        const struct dp_setup *s = &r->setups[i];
        fprintf(out,
                "  {\"case\": \"%s-f%d\", \"isa\": \"%s\", \"bits\": %d, \"data_us\": %.6g, "
                "\"init_us\": %.6g, \"observe_us\": %.6g, \"training_us\": %.6g, \"steps\": %lld, "
                "\"share\": %.6g}%s\n",
                dp_setup_name, s->bits, s->isa, s->bits, s->data, s->init, s->observe, s->training,
                (long long)s->steps, s->share, comma(i + 1 == r->setup_count));
    }
    fprintf(out, " ]\n");
}

bool dp_json_write(const struct dp_bench_options *options, const struct dp_results *r)
{
    FILE *out = options->json;
    fprintf(out, "{");
    text_member(out, "program", options->program);
    text_member(out, "compiler", options->build);
    text_member(out, "processor", r->machine.processor);
    fprintf(out, "\"core\": %d, \"cache_bytes\": [%lld, %lld, %lld],\n", r->machine.core,
            (long long)r->machine.cache[0], (long long)r->machine.cache[1], (long long)r->machine.cache[2]);
    write_limits(out, r);
    fprintf(out, " \"cases\": [\n");
    for (int i = 0; i < r->figure_count; i++)
        write_figure(out, &r->figures[i], i + 1 == r->figure_count);
    fprintf(out, " ],\n");
    write_setups(out, r);
    fprintf(out, "}\n");
    return fflush(out) == 0 && !ferror(out);
}
