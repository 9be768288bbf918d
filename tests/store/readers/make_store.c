// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/open.h"
#include "store/store_tools.h"
#include <stdio.h>

/* `make_store FILE DATA1 DATA2`: a store with every kind of column, for readers that are not ours. Rows 0, 1
 * and 2 of every four are written, the fourth stays pending. */

static const char text[] =
    "name: readers\n"
    "data: {target: file}\n"
    "train: {method: gd, max_steps: 100}\n"
    "observe: {curve_ratio: 2}\n"
    "store: {weights: seed < 2 or width == 6, trajectories: seed == 1 and activation == tanh}\n"
    "axes:\n"
    "  activation: [relu, tanh]\n"
    "  antisymmetric: [false, true]\n"
    "  learning_rate: [0.1, 0.25]\n"
    "  file: [\"%s\", \"%s\"]\n"
    "  width: [4, 6]\n"
    "  seed: {repeat: 4}\n";

static enum dp_status make(const char *path, const struct dp_sweep *sweep, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_create(path, sweep, &(struct dp_samples){.inputs = 2, .outputs = 2}, &provenance_of_test,
                           error));
    DP_TRY(dp_store_restart(path, &provenance_of_test, error));
    DP_TRY(dp_store_open_parallel(path, MPI_COMM_SELF, &store, error));
    for (int64_t first = 0; first < sweep->runs; first += 4) {
        struct dp_record records[3];
        struct dp_trace traces[3];
        for (int64_t i = 0; i < 3; i++) {
            struct dp_run run;
            dp_sweep_run(sweep, first + i, &run);
            records[i] = record_of_row(first + i);
            traces[i] = trace_of_row(first + i, run.width, 5);
        }
        DP_TRY(dp_store_write(store, sweep, first, 3, records, traces, error));
        for (int64_t i = 0; i < 3; i++)
            free_trace(&traces[i]);
    }
    return dp_store_close(store, error);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    struct dp_error error = {0};
    struct dp_sweep sweep;
    char sweep_text[2000];
    snprintf(sweep_text, sizeof sweep_text, text, argv[2], argv[3]);
    dp_store_prepare();
    MPI_Init(&argc, &argv);
    sweep_of_text(sweep_text, &sweep);
    const enum dp_status status = make(argv[1], &sweep, &error);
    fputs(error.text, stderr);
    dp_sweep_free(&sweep);
    MPI_Finalize();
    return dp_exit_code(status);
}
