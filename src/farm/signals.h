// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* SIGINT, SIGTERM and SIGUSR1 ask the job to end early and cleanly; every rank notes them, because mpirun and
 * SLURM send them to all. A second signal of the same kind ends the process at once: the store survives that.
 */
void dp_signals_catch(void);

/* The signal that was caught, 0 if none. */
int dp_signals_caught(void);

/* "SIGTERM" */
const char *dp_signals_name(int signal);
