// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/data.h"
#include "dewpoint/core/run.h"

/* The number of arrays of parameters that a run keeps while it trains: start and moved, and those of its
 * method. */
static int arrays_of(const struct dp_run *run)
{
    return run->method == DP_ADAM ? 4 : run->method == DP_FLOW ? 3 : 2;
}

double dp_run_memory(const struct dp_run *run, const struct dp_samples *file)
{
    const double inputs = (double)dp_run_inputs(run, file), outputs = (double)dp_run_outputs(run, file);
    const double parameters = (double)run->width * (inputs + 1 + outputs);
    const double samples = (double)dp_data_count(run, file) + (double)run->test_samples;
    return parameters * arrays_of(run) * (double)(dp_run_bits(run) / 8) +
           samples * (inputs + outputs) * sizeof(double);
}
