// SPDX-License-Identifier: BSD-3-Clause
// fail_row STORE ROW: writes the row anew, as that of a run that failed.
#include "dewpoint/store/open.h"
#include <stdio.h>
#include <stdlib.h>

static enum dp_status read_sweep(const char *path, struct dp_sweep *sweep, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    const enum dp_status status = dp_store_sweep(store, sweep, error);
    dp_store_close(store, NULL);
    return status;
}

static enum dp_status fail_row(const char *path, int64_t row, struct dp_error *error)
{
    const struct dp_record record = {.status = DP_RUN_FAILED};
    struct dp_sweep sweep;
    struct dp_store *store;
    DP_TRY(read_sweep(path, &sweep, error));
    DP_TRY(dp_store_open_parallel(path, MPI_COMM_SELF, &store, error));
    DP_TRY(dp_store_write(store, &sweep, row, 1, &record, NULL, error));
    dp_sweep_free(&sweep);
    return dp_store_close(store, error);
}

int main(int argc, char **argv)
{
    struct dp_error error = {0};
    if (argc != 3)
        return 2;
    dp_store_prepare();
    MPI_Init(&argc, &argv);
    const enum dp_status status = fail_row(argv[1], atoll(argv[2]), &error);
    fputs(error.text, stderr);
    MPI_Finalize();
    return dp_exit_code(status);
}
