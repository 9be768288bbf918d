// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/open.h"
#include "store/store_tools.h"
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* `test_store_mpi MODE FILE` on several ranks makes a store and writes it, batches of rows in turn to each
 * rank; in the modes kill_... the last rank dies half way. `test_store_mpi check_MODE FILE`, alone, looks at
 * what is left. */

static const char text[] = "train: {max_steps: 10}\n"
                           "store: {weights: all}\n"
                           "axes:\n"
                           "  gamma: {linspace: [0, 1, 20]}\n"
                           "  width: [4, 6]\n"
                           "  seed: {repeat: 50}\n";

enum { BATCH = 7 };

static int failed(const struct dp_error *error)
{
    fputs(error->text, stderr);
    return 1;
}

/* Dies by SIGKILL a moment later, when the caller is in the middle of something. */
static void die_soon(long nanoseconds)
{
    const pid_t self = getpid();
    if (fork() == 0) {
        nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
        kill(self, SIGKILL);
        _exit(0);
    }
}

static enum dp_status write_batch(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                                  struct dp_error *error)
{
    const int64_t count = sweep->runs - first < BATCH ? sweep->runs - first : BATCH;
    struct dp_record records[BATCH];
    struct dp_trace traces[BATCH];
    for (int64_t i = 0; i < count; i++) {
        struct dp_run run;
        dp_sweep_run(sweep, first + i, &run);
        records[i] = record_of_row(first + i);
        traces[i] = trace_of_row(first + i, run.width, 3);
    }
    const enum dp_status status = dp_store_write(store, sweep, first, count, records, traces, error);
    for (int64_t i = 0; i < count; i++)
        free_trace(&traces[i]);
    return status;
}

static long long size_of(const char *path)
{
    struct stat facts;
    return stat(path, &facts) == 0 ? (long long)facts.st_size : -1;
}

static int write_store(const char *mode, const char *path, int rank, int size)
{
    struct dp_error error = {0};
    struct dp_sweep sweep;
    struct dp_store *store;
    sweep_of_text(text, &sweep);
    int created = 1;
    if (rank == 0)
        created = dp_store_create(path, &sweep, 0, &provenance_of_test, &error) == DP_OK;
    MPI_Bcast(&created, 1, MPI_INT, 0, MPI_COMM_WORLD);
    const long long size_created = size_of(path);
    MPI_Barrier(MPI_COMM_WORLD);
    if (!created || dp_store_open_parallel(path, MPI_COMM_WORLD, &store, &error) != DP_OK)
        return failed(&error);
    const int64_t batches = (sweep.runs + BATCH - 1) / BATCH;
    for (int64_t b = rank; b < batches; b += size) {
        if (rank == size - 1 && b >= batches / 2) {
            if (strcmp(mode, "kill_between") == 0)
                kill(getpid(), SIGKILL);
            else if (strcmp(mode, "kill_in_data") == 0)
                die_soon(100000);
            else if (strcmp(mode, "kill_before_status") == 0)
                die_soon(1500000);
        }
        if (write_batch(store, &sweep, b * BATCH, &error) != DP_OK)
            return failed(&error);
    }
    if (dp_store_close(store, &error) != DP_OK)
        return failed(&error);
    dp_sweep_free(&sweep);
    // What a job allocated would be lost with the file if it were killed in that moment.
    if (size_of(path) == size_created)
        return 0;
    fprintf(stderr, "%s grew from %lld to %lld bytes while it was written\n", path, size_created,
            size_of(path));
    return 1;
}

static int check_row(const struct dp_store *store, int64_t row, bool *finished)
{
    static const char *const columns[] = {"status", "steps", "rd",        "rd_w",
                                          "rd_a",   "loss",  "loss_test", "lines"};
    const struct dp_record r = record_of_row(row);
    const double expected[] = {(double)r.status, (double)r.steps, r.rd,        r.rd_w,
                               r.rd_a,           r.loss,          r.loss_test, (double)r.lines};
    double value;
    for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
        if (dp_store_read(store, columns[c], row, 1, &value, NULL) != DP_OK)
            return 1;
        if (c == 0 && value == DP_PENDING)
            return 0;
        if (value != expected[c]) {
            fprintf(stderr, "row %lld: %s is %g, not %g\n", (long long)row, columns[c], value, expected[c]);
            return 1;
        }
    }
    *finished = true;
    return 0;
}

static int check_store(const char *mode, const char *path)
{
    struct dp_error error = {0};
    struct dp_store *store;
    int64_t wrong, first_wrong, count = 0;
    if (dp_store_open(path, &store, &error) != DP_OK ||
        dp_store_verify(store, &wrong, &first_wrong, &error) != DP_OK)
        return failed(&error);
    if (wrong) {
        fprintf(stderr, "%lld rows are wrong, the first is %lld\n", (long long)wrong, (long long)first_wrong);
        return 1;
    }
    for (int64_t row = 0; row < dp_store_runs(store); row++) {
        bool finished = false;
        if (check_row(store, row, &finished))
            return 1;
        count += finished;
    }
    printf("%lld of %lld rows finished, all right\n", (long long)count, (long long)dp_store_runs(store));
    const bool whole = count == dp_store_runs(store);
    dp_store_close(store, NULL);
    return count == 0 || whole != (strcmp(mode, "check_whole") == 0);
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    dp_store_prepare();
    if (strncmp(argv[1], "check_", 6) == 0)
        return check_store(argv[1], argv[2]);
    int rank, size;
    MPI_Init(&argc, &argv);
    MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    MPI_Comm_size(MPI_COMM_WORLD, &size);
    const int result = write_store(argv[1], argv[2], rank, size);
    if (result)
        MPI_Abort(MPI_COMM_WORLD, result); // a close would wait for ranks that do not come
    MPI_Finalize();
    return result;
}
