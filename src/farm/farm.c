// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/farm.h"
#include "dewpoint/farm/knowledge.h"
#include "dewpoint/kernels/isa.h"
#include "dewpoint/store/open.h"
#include "farm/dispatch/progress.h"
#include "farm/job/idle.h"
#include "farm/job/job.h"
#include "farm/job/signals.h"
#include "farm/job/stop.h"
#include "farm/launch/agree.h"
#include "farm/launch/interrupt.h"
#include "farm/launch/launch.h"
#include "farm/training/checkpoint.h"
#include "farm/training/crash.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool listed(const char *list, const char *word)
{
    const size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\0'))
            return true;
    return false;
}

/* Collective: the hosts of all ranks, each once, blank-separated, on rank 0. */
static enum dp_status gather_hosts(struct dp_job *job, struct dp_error *error)
{
    enum { NAME = MPI_MAX_PROCESSOR_NAME };
    char mine[NAME] = "";
    int length;
    enum dp_status status = DP_OK;
    MPI_Get_processor_name(mine, &length);
    if (job->rank == 0) {
        job->host_names = malloc((size_t)job->ranks * NAME);
        job->hosts = calloc((size_t)job->ranks, NAME + 1);
        if (!job->host_names || !job->hosts)
            status = dp_fail(error, DP_NO_MEMORY, "no memory for the names of %d hosts", job->ranks);
    }
    status = dp_agree(job->comm, status, error);
    if (status == DP_OK)
        MPI_Gather(mine, NAME, MPI_CHAR, job->host_names, NAME, MPI_CHAR, 0, job->comm);
    char *end = job->hosts;
    for (int i = 0; status == DP_OK && job->rank == 0 && i < job->ranks; i++) {
        const char *name = job->host_names + (size_t)i * NAME;
        if (listed(job->hosts, name))
            continue;
        if (end != job->hosts)
            *end++ = ' ';
        strcpy(end, name);
        end += strlen(name);
    }
    return status;
}

static enum dp_status choose_isa(struct dp_job *job, struct dp_error *error)
{
    job->isa = dp_isa_select(job->options->isa);
    if (job->isa)
        return DP_OK;
    char names[256] = "";
    for (const char *const *name = dp_isa_names; *name; name++)
        if (dp_isa_select(*name) && strlen(names) + strlen(*name) + 3 < sizeof names) {
            strcat(names, names[0] ? ", " : "");
            strcat(names, *name);
        }
    return dp_fail(error, DP_BAD_INPUT, "--isa %s: this processor has %s", job->options->isa, names);
}

/* Earlier times of this store and of those whose rows are reused. They are estimates only: a store that
 * cannot be read now has been refused before, or is missed later. */
static void learn_costs(const struct dp_job *job, const struct dp_efforts *efforts)
{
    struct dp_knowledge knowledge = {0};
    struct dp_error unread = {0};
    if (job->rows_done > 0)
        (void)dp_knowledge_from_store(efforts, job->path, &knowledge, &unread);
    for (int i = 0; i < job->options->reuse_count; i++)
        (void)dp_knowledge_from_store(efforts, job->options->reuse[i], &knowledge, &unread);
    dp_knowledge_give(&knowledge, job->scheduler);
    dp_knowledge_free(&knowledge);
}

static enum dp_status make_queue(struct dp_job *job, struct dp_error *error)
{
    if (job->suspect_count > 0 && !job->done)
        job->done = calloc((size_t)job->sweep.runs, sizeof *job->done);
    if (job->suspect_count > 0 && !job->done)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the queue of runs");
    for (int64_t i = 0; i < job->suspect_count; i++)
        job->done[job->suspects[i].row] = true; // assign.c hands them out
    struct dp_efforts efforts;
    dp_efforts_open(&job->sweep, &job->inputs, &efforts);
    const struct dp_scheduler_options options = {
        .ranks = job->ranks, .grain = dp_scheduler_grain(job->ranks), .policy = job->options->policy};
    DP_TRY(dp_scheduler_create(job->sweep.runs, job->done, dp_effort_of_row, &efforts, &options,
                               &job->scheduler, error));
    learn_costs(job, &efforts);
    return DP_OK;
}

/* Collective: all the work. The status is agreed. */
static enum dp_status run(struct dp_job *job, struct dp_error *error)
{
    DP_TRY(dp_agree(job->comm, choose_isa(job, error), error));
    DP_TRY(gather_hosts(job, error));
    DP_TRY(dp_agree(job->comm, dp_interruptibly(dp_job_start, job, error), error));
    DP_TRY(dp_job_share(job, error));
    if (job->rows_done == job->sweep.runs)
        return DP_OK;
    DP_TRY(dp_agree(job->comm, dp_interruptibly(make_queue, job, error), error));
    // HDF5 and MPI-IO make communicators of their own of it.
    const enum dp_status opened = dp_store_open_parallel(job->path, job->comm, &job->store, error);
    DP_TRY(dp_agree(job->comm, opened, error));

    job->budget = dp_stop_budget(job->options);
    MPI_Bcast(&job->budget, 1, MPI_DOUBLE, 0, job->comm);
    job->deadline = dp_job_clock() + job->budget;
    dp_job_work(job);
    // Closing is collective: whoever is early sleeps here. Nobody failed, or we would not have come so far.
    MPI_Request request;
    MPI_Ibarrier(job->comm, &request);
    dp_idle_wait(&request);
    const enum dp_status there = dp_job_look(job, error);
    const enum dp_status closed = dp_store_close(job->store, error);
    DP_TRY(dp_agree(job->comm, there == DP_OK ? closed : there, error));
    return DP_OK;
}

static void release(struct dp_job *job)
{
    dp_store_unlock(job->lock);
    dp_scheduler_free(job->scheduler);
    dp_inputs_free(&job->inputs);
    free(job->path);
    free(job->hosts);
    free(job->host_names);
    free(job->checkpoints);
    free(job->suspects);
    free(job->done);
    dp_sweep_free(&job->sweep);
}

static void sum_up(const struct dp_job *job, struct dp_farm_result *result)
{
    const int64_t *n = job->tally;
    const int64_t ended = n[DP_DONE] + n[DP_DIVERGED] + n[DP_STEP_LIMIT] + n[DP_RUN_FAILED];
    result->complete = ended == job->sweep.runs;
    result->failed = n[DP_RUN_FAILED];
    if (result->complete && result->failed == 0)
        dp_crash_forget(job);
    result->unfinished = n[DP_DIVERGED] + n[DP_STEP_LIMIT];
    dp_progress_result(job, result->complete ? 0 : atomic_load(&job->stop));
}

enum dp_status dp_farm_run(int *argc, char ***argv, const struct dp_farm_options *options,
                           struct dp_farm_result *result, struct dp_error *error)
{
    struct dp_job job = {.options = options, .deadline = INFINITY, .stop_time = INFINITY};
    int provided;
    *result = (struct dp_farm_result){0};
    dp_signals_leave(options->speaks);
    DP_TRY(dp_launch_check(&result->root, error));
    dp_launch_near();
    job.under_mpirun = dp_launch_by_mpirun();
    dp_store_prepare();
    MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &provided);
    dp_signals_catch();
    job.began = dp_job_clock();
    MPI_Comm_dup(MPI_COMM_WORLD, &job.comm);
    MPI_Comm_rank(job.comm, &job.rank);
    MPI_Comm_size(job.comm, &job.ranks);
    result->root = job.rank == 0;

    enum dp_status status = DP_OK;
    if (provided < MPI_THREAD_SERIALIZED)
        status =
            dp_fail(error, DP_INTERNAL, "this MPI library allows no second thread (MPI_THREAD_SERIALIZED)");
    status = dp_agree(job.comm, status, error);
    if (status == DP_OK)
        status = run(&job, error);
    if (status == DP_OK && job.rank == 0)
        sum_up(&job, result);
    release(&job);
    MPI_Comm_free(&job.comm);
    MPI_Finalize();
    return status;
}
