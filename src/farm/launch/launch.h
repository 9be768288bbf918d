// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>

/* How the processes of a job were started, as far as their environment tells. For use before MPI_Init. */

/* Under srun without PMIx, Open MPI's processes do not find each other, and end in MPI_Init with a text about
 * how it was built. DP_BAD_INPUT with a sentence that says what to do instead; *speaks: in one of the
 * processes. */
enum dp_status dp_launch_check(int *speaks, struct dp_error *error);

/* Where all ranks are on one host, they talk through shared memory. Open MPI then need not look for fabrics
 * between hosts, which takes a fifth of a second at the start, unless its user has said what it is to look
 * for. */
void dp_launch_near(void);

/* Whether Open MPI's mpirun started us. */
bool dp_launch_by_mpirun(void);
