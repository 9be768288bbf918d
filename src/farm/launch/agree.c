// SPDX-License-Identifier: BSD-3-Clause
#include "farm/launch/agree.h"
#include "farm/job/idle.h"
#include <limits.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum dp_status dp_agree(MPI_Comm comm, enum dp_status mine, struct dp_error *error)
{
    int rank, culprit;
    MPI_Comm_rank(comm, &rank);
    const int failed = mine == DP_OK ? INT_MAX : rank;
    MPI_Request request;
    // Rank 0 may be reserving a terabyte meanwhile: the others sleep.
    MPI_Iallreduce(&failed, &culprit, 1, MPI_INT, MPI_MIN, comm, &request);
    dp_idle_wait(&request);
    if (culprit == INT_MAX)
        return DP_OK;
    struct dp_error theirs = *error;
    MPI_Bcast(&theirs, sizeof theirs, MPI_BYTE, culprit, comm);
    int status = (int)mine;
    MPI_Bcast(&status, 1, MPI_INT, culprit, comm);
    if (culprit == 0) {
        *error = theirs;
    } else {
        const size_t length = strcspn(theirs.text, "\n");
        *error = (struct dp_error){0};
        dp_fail(error, (enum dp_status)status, "rank %d: %.*s", culprit, (int)length, theirs.text);
    }
    return (enum dp_status)status;
}

void dp_share_bytes(MPI_Comm comm, void *bytes, size_t size)
{
    const size_t piece = 1u << 30; // MPI counts in int
    for (size_t at = 0; at < size; at += piece)
        MPI_Bcast((char *)bytes + at, (int)(size - at < piece ? size - at : piece), MPI_BYTE, 0, comm);
}

enum dp_status dp_share_text(MPI_Comm comm, char **text, struct dp_error *error)
{
    int rank;
    enum dp_status status = DP_OK;
    MPI_Comm_rank(comm, &rank);
    int64_t size = rank == 0 ? (int64_t)strlen(*text) + 1 : 0;
    MPI_Bcast(&size, 1, MPI_INT64_T, 0, comm);
    if (rank != 0 && !(*text = malloc((size_t)size)))
        status = dp_fail(error, DP_NO_MEMORY, "no memory for %lld bytes of the sweep", (long long)size);
    DP_TRY(dp_agree(comm, status, error));
    dp_share_bytes(comm, *text, (size_t)size);
    return DP_OK;
}
