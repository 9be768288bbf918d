// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/core/model.h"
#include "core/data/data.h"
#include "core/math/linear.h"
#include <stdlib.h>

enum dp_status dp_run_data(const struct dp_run *run, const struct dp_samples *file, struct dp_samples *train,
                           struct dp_samples *test, struct dp_error *error)
{
    return dp_data_make(run, file, train, test, error);
}

enum dp_status dp_run_modes(const struct dp_run *run, const struct dp_samples *file, double *u, double *s,
                            double *v, struct dp_error *error)
{
    struct dp_run original = *run;
    struct dp_samples train, test;
    original.basis = DP_BASIS_ORIGINAL;
    DP_TRY(dp_data_make(&original, file, &train, &test, error));
    double *map = malloc((size_t)(train.inputs * train.outputs) * sizeof *map);
    enum dp_status status =
        map ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the linear map of the data");
    if (status == DP_OK)
        status = dp_linear_map(&train, map, error);
    if (status == DP_OK)
        status = dp_linear_modes(map, train.outputs, train.inputs, u, s, v, error);
    free(map);
    dp_samples_free(&train);
    dp_samples_free(&test);
    return status;
}
