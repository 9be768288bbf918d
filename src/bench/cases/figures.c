// SPDX-License-Identifier: BSD-3-Clause
#include "bench/cases/figures.h"
#include "bench/cases/arithmetic.h"
#include "bench/cases/steps.h"
#include "bench/machine/repeat.h"
#include <math.h>

static const double peak_part = 0.1; // of the time for a figure goes to each of its two peaks

static void compare_to_streams(struct dp_figure *figure, const struct dp_machine *machine,
                               const struct dp_stream_rate *streams)
{
    const struct dp_traffic traffic = dp_case_traffic(figure->of, figure->bits);
    int level = 0;
    while (level < DP_LEVELS && traffic.resident * figure->nets > (double)machine->cache[level])
        level++;
    const double ns = traffic.read / streams[level].read + 2 * traffic.update / streams[level].update;
    figure->level = streams[level].level;
    figure->of_streams = ns / figure->ns;
}

// The limit may be of another clock than the case: their peaks tell.
static void compare_to_units(struct dp_figure *figure, const struct dp_limit *limit)
{
    const struct dp_arithmetic work = dp_case_arithmetic(figure->of, figure->bits);
    figure->of_units = dp_arithmetic_bound(&work, limit) * (limit->fma / figure->peak) / figure->ns;
}

// The steps that are hashed, then the time of many more.
static void take(struct dp_steps *steps, double seconds, struct dp_figure *figure)
{
    dp_steps_take(steps, figure->of->steps);
    figure->nets = steps->net.lanes;
    for (int l = 0; l < steps->net.lanes; l++)
        figure->loss += steps->loss[l] / figure->nets;
    figure->hash = dp_steps_hash(steps);
    figure->peak = dp_limit_fma(figure->isa, figure->bits, peak_part * seconds);
    figure->ns = dp_repeat(dp_steps_take, steps, seconds) / figure->nets;
    figure->peak = fmax(figure->peak, dp_limit_fma(figure->isa, figure->bits, peak_part * seconds));
}

enum dp_status dp_figure_measure(const struct dp_bench_case *c, const struct dp_limit *limit, double seconds,
                                 const struct dp_machine *machine, const struct dp_stream_rate *streams,
                                 struct dp_figure *figure, struct dp_error *error)
{
    struct dp_steps steps;
    *figure = (struct dp_figure){.of = c, .isa = limit->isa, .bits = limit->bits};
    const enum dp_status status = dp_steps_acquire(c, limit->isa, limit->bits, &steps, error);
    if (status == DP_OK) {
        const unsigned before = steps.net.kernels->enter();
        take(&steps, seconds, figure);
        steps.net.kernels->leave(before);
    }
    dp_steps_release(&steps);
    if (status != DP_OK)
        return status;
    figure->gflops = dp_case_flops(c) / figure->ns;
    figure->of_peak = figure->gflops / figure->peak;
    compare_to_streams(figure, machine, streams);
    compare_to_units(figure, limit);
    return DP_OK;
}
