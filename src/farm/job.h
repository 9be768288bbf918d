// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/farm.h"
#include "dewpoint/inputs.h"
#include "dewpoint/scheduler.h"
#include "dewpoint/store.h"
#include "dewpoint/sweep.h"
#include <mpi.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

/* What one rank knows of the job; private to src/farm. */

enum { DP_RUN_STATUSES = 5 }; // values of enum dp_run_status

struct dp_job {
    const struct dp_farm_options *options;
    MPI_Comm comm; // ours alone: a message of the store's MPI-IO is never taken for one of ours
    int rank, ranks;
    const char *isa;
    char *path; // of the store
    struct dp_sweep sweep;
    struct dp_inputs inputs;
    struct dp_store *store;

    // rank 0 only
    char *hosts;          // blank-separated, each once
    char data_digest[17]; // of the contents of all files that runs read, hex; "" without any
    struct dp_lock *lock;
    bool *done; // rows that an earlier job finished; NULL: none
    int64_t rows_done;
    struct dp_scheduler *scheduler;
    int64_t tally[DP_RUN_STATUSES]; // rows by status, those of earlier jobs included
    int64_t stops[DP_STOPS];        // and by what ended them
    double began, looked;           // looked: at the store, to see that it is still there
    int64_t stepless;               // rows of this job that are done without a step
};

/* Seconds on a clock that only goes forward. */
double dp_job_clock(void);

/* start.c, rank 0 alone: reads sweep and data, checks the place of the store, takes the lock, creates the
 * store or finds the rows still to do. On failure nothing that stood there before has been touched. */
enum dp_status dp_job_start(struct dp_job *job, struct dp_error *error);

/* share.c, collective: the others get the sweep, the data and the path. The status is agreed. */
enum dp_status dp_job_share(struct dp_job *job, struct dp_error *error);

/* What a rank tells of a chunk. */
struct dp_report {
    struct dp_chunk chunk; // count 0: none
    double seconds;        // of training
    double overhead;       // of writing the rows
    int64_t tally[DP_RUN_STATUSES], stops[DP_STOPS];
    int64_t stepless;
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

/* Trains and writes the rows of a chunk. messages: the lock that calls to MPI need while another thread uses
 * it; NULL when there is none. */
enum dp_status dp_job_train(struct dp_job *job, struct dp_trainer *trainer, struct dp_chunk chunk,
                            pthread_mutex_t *messages, struct dp_report *report, struct dp_error *error);
void dp_trainer_free(struct dp_trainer *trainer);

/* keep.c, rank 0: are the store and the lock still there, and ours? dp_job_keep looks every few seconds,
 * however often it is called, and ends the job with a sentence if they are not. */
enum dp_status dp_job_look(const struct dp_job *job, struct dp_error *error);
void dp_job_keep(struct dp_job *job);

/* messages.c: all the runs, on all ranks; the signal that ended it early on rank 0, else 0. Does not return
 * when a rank fails. */
int dp_job_work(struct dp_job *job);
