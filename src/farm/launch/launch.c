// SPDX-License-Identifier: BSD-3-Clause
#include "farm/launch/launch.h"
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_launch_check(int *speaks, struct dp_error *error)
{
#ifdef OPEN_MPI
    static const char *const of_a_launcher[] = {"PMIX_RANK", "PMI_RANK", "OMPI_COMM_WORLD_RANK"};
    const char *step = getenv("SLURM_STEP_ID"), *tasks = getenv("SLURM_STEP_NUM_TASKS");
    for (size_t i = 0; i < sizeof of_a_launcher / sizeof *of_a_launcher; i++)
        if (getenv(of_a_launcher[i]))
            return DP_OK;
    if (!step || !tasks)
        return DP_OK;
    const char *number = getenv("SLURM_PROCID");
    *speaks = !number || strcmp(number, "0") == 0;
    return dp_fail(error, DP_BAD_INPUT,
                   "srun started %s process%s without PMIx, so that they cannot find each other; "
                   "use srun --mpi=pmix, or mpirun",
                   tasks, strcmp(tasks, "1") == 0 ? "" : "es");
#else
    *speaks = 0;
    (void)error;
    return DP_OK;
#endif
}

bool dp_launch_by_mpirun(void)
{
    return getenv("OMPI_COMM_WORLD_SIZE") != NULL; // under srun it is MPI_Init that sets it
}
