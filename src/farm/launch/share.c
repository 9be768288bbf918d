// SPDX-License-Identifier: BSD-3-Clause
#include "farm/job/job.h"
#include "farm/launch/agree.h"
#include <stdlib.h>
#include <string.h>

/* Every rank parses the text that rank 0 read, so the file system is asked once, and nobody sees a file that
 * was edited in between. */

/* Parses the text; the same program must come to the same sweep. */
static enum dp_status parse(struct dp_job *job, const char *name, const char *text, const char *overrides,
                            struct dp_error *error)
{
    DP_TRY(dp_sweep_parse_lines(name, text, overrides, &job->sweep, error));
    return dp_inputs_list(&job->sweep, &job->inputs, error);
}

static enum dp_status share_sweep(struct dp_job *job, struct dp_error *error)
{
    const bool root = job->rank == 0;
    char *name = root ? (char *)job->options->sweep_path : NULL, *text = root ? job->sweep.source : NULL;
    char *overrides = root ? job->sweep.overrides : NULL;
    char whole[] = "", *part = root ? job->sweep.part ? job->sweep.part : whole : NULL;
    int64_t runs = job->sweep.runs;
    enum dp_status status = dp_share_text(job->comm, &name, error);
    if (status == DP_OK)
        status = dp_share_text(job->comm, &text, error);
    if (status == DP_OK)
        status = dp_share_text(job->comm, &overrides, error);
    if (status == DP_OK)
        status = dp_share_text(job->comm, &job->path, error);
    if (status == DP_OK)
        status = dp_share_text(job->comm, &part, error);
    if (status == DP_OK) {
        MPI_Bcast(&runs, 1, MPI_INT64_T, 0, job->comm);
        enum dp_status mine = root ? DP_OK : parse(job, name, text, overrides, error);
        if (mine == DP_OK && !root && part[0])
            mine = dp_sweep_take(&job->sweep, part, error);
        if (mine == DP_OK && job->sweep.runs != runs)
            mine = dp_fail(error, DP_INTERNAL,
                           "the sweep has %lld runs here, and %lld on rank 0: is it the same "
                           "dewpoint on every host?",
                           (long long)job->sweep.runs, (long long)runs);
        status = dp_agree(job->comm, mine, error);
    }
    if (!root) {
        free(name);
        free(text);
        free(overrides);
        free(part);
    }
    return status;
}

/* test: samples is the struct whose test samples are shared. */
static enum dp_status share_samples(struct dp_job *job, struct dp_samples *samples, bool test,
                                    struct dp_error *error)
{
    struct dp_samples *shared = test ? samples->test : samples;
    int64_t shape[3] = {0};
    if (job->rank == 0 && shared)
        memcpy(shape, (const int64_t[]){shared->count, shared->inputs, shared->outputs}, sizeof shape);
    MPI_Bcast(shape, 3, MPI_INT64_T, 0, job->comm);
    if (shape[0] == 0)
        return DP_OK;
    enum dp_status mine = DP_OK;
    if (job->rank != 0 && test)
        mine = dp_samples_alloc_test(samples, shape[0], error);
    else if (job->rank != 0)
        mine = dp_samples_alloc(samples, shape[0], shape[1], shape[2], error);
    DP_TRY(dp_agree(job->comm, mine, error));
    shared = test ? samples->test : samples;
    dp_share_bytes(job->comm, shared->x, (size_t)(shape[0] * shape[1]) * sizeof *shared->x);
    dp_share_bytes(job->comm, shared->y, (size_t)(shape[0] * shape[2]) * sizeof *shared->y);
    return DP_OK;
}

static enum dp_status share_start(struct dp_job *job, struct dp_start *start, struct dp_error *error)
{
    int64_t shape[3] = {start->width, start->components, start->inputs};
    MPI_Bcast(shape, 3, MPI_INT64_T, 0, job->comm);
    const size_t bytes = (size_t)(shape[0] * shape[1]) * sizeof *start->values;
    enum dp_status mine = DP_OK;
    if (job->rank != 0) {
        *start = (struct dp_start){shape[0], shape[1], shape[2], malloc(bytes)};
        if (!start->values)
            mine = dp_fail(error, DP_NO_MEMORY, "no memory for the initial parameters of %lld neurons",
                           (long long)shape[0]);
    }
    DP_TRY(dp_agree(job->comm, mine, error));
    dp_share_bytes(job->comm, start->values, bytes);
    return DP_OK;
}

static enum dp_status share_checkpoints(struct dp_job *job, struct dp_error *error)
{
    MPI_Bcast(&job->checkpoint_count, 1, MPI_INT64_T, 0, job->comm);
    if (job->checkpoint_count == 0)
        return DP_OK;
    const size_t bytes = (size_t)job->checkpoint_count * sizeof *job->checkpoints;
    if (job->rank != 0)
        job->checkpoints = malloc(bytes);
    DP_TRY(dp_agree(job->comm,
                    job->checkpoints ? DP_OK
                                     : dp_fail(error, DP_NO_MEMORY, "no memory for the list of checkpoints"),
                    error));
    dp_share_bytes(job->comm, job->checkpoints, bytes);
    return DP_OK;
}

enum dp_status dp_job_share(struct dp_job *job, struct dp_error *error)
{
    DP_TRY(share_sweep(job, error));
    for (int i = 0; i < job->inputs.data_count; i++)
        for (int test = 0; test < 2; test++)
            DP_TRY(share_samples(job, &job->inputs.data[i], test, error));
    for (int i = 0; i < job->inputs.start_count; i++)
        DP_TRY(share_start(job, &job->inputs.starts[i], error));
    MPI_Bcast(&job->rows_done, 1, MPI_INT64_T, 0, job->comm);
    MPI_Bcast(job->data_digest, sizeof job->data_digest, MPI_CHAR, 0, job->comm);
    return share_checkpoints(job, error);
}
