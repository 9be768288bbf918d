// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm/farm.h"
#include "dewpoint/farm/scheduler.h"
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/store/store.h"
#include "dewpoint/sweep/sweep.h"
#include <mpi.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* What one rank knows of the job; private to src/farm. */

enum { DP_RUN_STATUSES = 5 }; // values of enum dp_run_status

/* Where a run in training stands. */
struct dp_in_training {
    int64_t row;
    double seconds; // for which it has been trained; 0: none is in training
    double steps, loss;
    double step_seconds; // on average; 0: not known
};

/* A row that has crashed its rank. */
struct dp_suspect {
    int64_t row, crashes;
};

/* Where the time of all ranks went, in seconds: ranks x makespan = training + storing + tail + dispatch. */
struct dp_spent {
    double start;    // from the start of MPI to that of the work
    double makespan; // of the work
    double longest;  // run
    double training, storing;
    double tail; // of ranks that had reported their last chunk
    // The dispatcher: requests that it served, looks for them, the processor time of its thread, and of that
    // the part that went into receiving requests, decisions and replies.
    int64_t requests, looks;
    double dispatcher, service;
};

struct dp_job {
    const struct dp_farm_options *options;
    MPI_Comm comm; // ours alone: a message of the store's MPI-IO is never taken for one of ours
    int rank, ranks;
    const char *isa;
    char *path; // of the store
    struct dp_sweep sweep;
    struct dp_inputs inputs;
    struct dp_store *store;

    char data_digest[17]; // of the contents of all files that runs read, hex; "" without any
    struct dp_lock *lock;
    _Atomic bool locked; // lock and path stay as they are
    bool under_mpirun;
    double began, looked; // looked: at the store, to see that it is still there

    // how it ends early: stop.h
    _Atomic int stop; // why; 0: not
    double deadline;  // of the time budget, on the job's clock; INFINITY: none
    double budget;    // seconds from the beginning of the work until then
    double stop_time; // when the run in hand must stop; INFINITY: not at all

    int64_t *checkpoints; // rows that have one, rising: checkpoint.h
    int64_t checkpoint_count;
    bool checkpoint_failed;

    struct dp_worker *worker; // messages.c
    struct dp_writer *writer; // training/writer.h
    // lets rank 0 know of the run in training, between two of its steps
    void (*attend)(struct dp_job *job, double now, const struct dp_in_training *at);

    // rank 0 only
    char *hosts;      // blank-separated, each once
    char *host_names; // [ranks][MPI_MAX_PROCESSOR_NAME]
    bool *done;       // rows that an earlier job finished; NULL: none
    int64_t rows_done;
    struct dp_suspect *suspects; // crash.h
    int64_t suspect_count;
    struct dp_scheduler *scheduler;
    int64_t tally[DP_RUN_STATUSES]; // rows by status, those of earlier jobs included
    int64_t stops[DP_STOPS];        // and by what ended them
    int64_t stepless;               // rows of this job that are done without a step
    int64_t unsure;                 // rows with a flow_error above DP_UNSURE, as in tally
    struct dp_spent spent;
};

/* Seconds on a clock that only goes forward. */
double dp_job_clock(void);

/* Seconds of processor time of this thread. */
double dp_job_thread_clock(void);

/* start.c, rank 0 alone: reads sweep and data, checks the place of the store, takes the lock, creates the
 * store or finds the rows still to do. On failure nothing that stood there before has been touched. */
enum dp_status dp_job_start(struct dp_job *job, struct dp_error *error);

/* store.c, of that the part about the store, under its lock. resumed: it is the one that stood there. */
enum dp_status dp_job_store(struct dp_job *job, bool *resumed, struct dp_error *error);

/* share.c, collective: the others get the sweep, the data and the path. The status is agreed. */
enum dp_status dp_job_share(struct dp_job *job, struct dp_error *error);

/* How often the rows of a chunk have failed before; those that failed twice are recorded as failed. */
enum dp_attempt { DP_FIRST_ATTEMPT, DP_SECOND_ATTEMPT, DP_NO_ATTEMPT };

/* What a rank is given to do. */
struct dp_task {
    struct dp_chunk chunk; // count 0: nothing more
    int64_t attempt;       // enum dp_attempt; after the first, of one row
};

/* What a rank tells of a task. */
struct dp_report {
    struct dp_chunk chunk; // as handed out, but count is of the rows finished; 0: none
    double seconds;        // of training
    double overhead;       // of writing the rows
    double evaluations;    // of the rows, together
    double longest;        // s of training of one run, or of those that train together
    int32_t tally[DP_RUN_STATUSES], stops[DP_STOPS]; // 32 bits: a request that fits into four cache lines
    int32_t stepless, unsure;
    struct dp_chunk failed; // rows that could not be trained: each is to be tried again
    struct dp_chunk rest;   // rows after them, not tried
};

/* train.c. The buffers of the rank that trains; zero before the first chunk. */
struct dp_trainer {
    struct dp_record *records;
    struct dp_trace *traces;
    int64_t room; // rows
    double *memory;
    int64_t memory_size; // doubles
    int64_t row;         // being trained or written, for messages
};

/* Trains and writes the rows of a task, as many as there is time for. A run that cannot be trained is
 * reported, with a sentence on stderr; a row that cannot be written is a failure of the job. */
enum dp_status dp_job_train(struct dp_job *job, struct dp_trainer *trainer, const struct dp_task *task,
                            struct dp_report *report, struct dp_error *error);
void dp_trainer_free(struct dp_trainer *trainer);

/* keep.c, rank 0: are the store and the lock still there, and ours? dp_job_keep looks every few seconds,
 * however often it is called, and ends the job with a sentence if they are not. */
enum dp_status dp_job_look(const struct dp_job *job, struct dp_error *error);
void dp_job_keep(struct dp_job *job);

/* Ends the job on all ranks from within, and removes the lock where this rank holds it. Does not return. */
void dp_job_abort(const struct dp_job *job, int code);

/* messages.c: all the runs, on all ranks. Does not return when a rank fails. */
void dp_job_work(struct dp_job *job);
