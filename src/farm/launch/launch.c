// SPDX-License-Identifier: BSD-3-Clause
#include "farm/launch/launch.h"
#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#ifdef OPEN_MPI
static bool is_launched(void)
{
    return getenv("PMIX_RANK") || getenv("PMI_RANK") || getenv("OMPI_COMM_WORLD_RANK");
}
#endif

void dp_launch_near(void)
{
#ifdef OPEN_MPI
    const char *all = getenv("OMPI_COMM_WORLD_SIZE"), *here = getenv("OMPI_COMM_WORLD_LOCAL_SIZE");
    if (all && here ? strcmp(all, here) == 0 : !is_launched())
        setenv("OMPI_MCA_pml", "ob1", false);
#endif
}

enum dp_status dp_launch_check(int *speaks, struct dp_error *error)
{
#ifdef OPEN_MPI
    const char *step = getenv("SLURM_STEP_ID"), *tasks = getenv("SLURM_STEP_NUM_TASKS");
    if (is_launched() || !step || !tasks)
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
