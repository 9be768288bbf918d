// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>

/* SIGINT, SIGTERM, SIGUSR1 and SIGHUP (of a closed terminal, unless nohup ignores it) ask the job to end
 * early and cleanly; every rank notes them, because SLURM sends them to all, and mpirun passes SIGUSR1 on to
 * all. The second one says that there is no time to finish the runs in hand. The third ends the process at
 * once: the store survives that. */
void dp_signals_catch(void);

/* Until then, while MPI starts, nothing is there that must be put in order: the first signal ends the process
 * with DP_EXIT_INCOMPLETE, and the process that speaks says so. */
void dp_signals_leave(bool speaks);

/* Leaves them to other threads while this one may be in a long call: a signal is noted by one thread, and not
 * before its call is over. */
void dp_signals_block(bool block);

/* The first signal that was caught, 0 if none, and how many. */
int dp_signals_caught(void);
int dp_signals_count(void);

/* "SIGTERM" */
const char *dp_signals_name(int signal);
