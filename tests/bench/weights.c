// SPDX-License-Identifier: BSD-3-Clause
/* weights CASE FILE: a case of `dewpoint bench` as numbers, so that other programs can do the same work.
 *
 * Writes doubles to FILE: nets, m, d, n, steps, rate; the points x [n][d] and y [n]; the initial parameters
 * and those after `steps` steps, both [nets][m][d + 2] (weights, bias, amplitude). Prints the hash that
 * `dewpoint bench` gives for the latter: it is the very training that is timed. */
#include "bench/cases/steps.h"
#include "dewpoint/kernels/isa.h"
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool write_all(FILE *file, const double *values, int64_t count)
{
    return fwrite(values, sizeof *values, (size_t)count, file) == (size_t)count;
}

static bool write_parameters(FILE *file, const struct dp_steps *steps)
{
    bool written = true;
    for (int lane = 0; lane < steps->net.lanes; lane++)
        for (int64_t k = 0; k < steps->of->width; k++)
            for (int component = 0; component < steps->of->inputs + 2; component++) {
                const double value = dp_network_get(&steps->net, lane, k, component, true);
                written = write_all(file, &value, 1) && written;
            }
    return written;
}

static bool write_case(FILE *file, struct dp_steps *steps)
{
    const struct dp_bench_case *c = steps->of;
    const double head[] = {steps->net.lanes,   (double)c->width, (double)c->inputs,
                           (double)c->samples, (double)c->steps, c->rate};
    struct dp_samples samples;
    if (dp_case_samples(c, &samples, NULL) != DP_OK)
        return false;
    bool written = write_all(file, head, sizeof head / sizeof *head) &&
                   write_all(file, samples.x, c->samples * c->inputs) &&
                   write_all(file, samples.y, c->samples) && write_parameters(file, steps);
    const unsigned before = steps->net.kernels->enter();
    dp_steps_take(steps, c->steps);
    steps->net.kernels->leave(before);
    dp_samples_free(&samples);
    return written && write_parameters(file, steps);
}

// The case called name, and its precision; NULL if there is none.
static const struct dp_bench_case *find(const char *name, int *bits)
{
    char text[64];
    for (const struct dp_bench_case *c = dp_bench_cases; c->name; c++)
        for (*bits = 32; *bits <= 64; *bits += 32)
            if (strcmp(dp_case_name(c, *bits, text), name) == 0)
                return c;
    return NULL;
}

int main(int argc, char **argv)
{
    int bits;
    struct dp_steps steps;
    const struct dp_bench_case *c = argc == 3 ? find(argv[1], &bits) : NULL;
    FILE *file = c ? fopen(argv[2], "wb") : NULL;
    if (!file) {
        fprintf(stderr, "usage: weights CASE FILE\n");
        return 2;
    }
    bool well =
        dp_steps_acquire(c, dp_isa_select(NULL), bits, &steps, NULL) == DP_OK && write_case(file, &steps);
    if (well)
        printf("%016" PRIx64 "\n", dp_steps_hash(&steps));
    dp_steps_release(&steps);
    well = fclose(file) == 0 && well;
    return well ? 0 : 1;
}
