// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <mpi.h>
#include <stddef.h>

/* What all ranks do together before the work begins. A rank that failed alone would leave the others waiting
 * in the next collective call for ever, so every step that can fail ends in dp_agree, and all go on or none.
 */

/* Collective. mine: this rank's status, with its sentences in error. Returns the same on every rank: DP_OK
 * when all are well, else the status of the lowest rank that failed, whose sentences are then in every rank's
 * error. */
enum dp_status dp_agree(MPI_Comm comm, enum dp_status mine, struct dp_error *error);

/* Collective. Rank 0's bytes to all; any size. */
void dp_share_bytes(MPI_Comm comm, void *bytes, size_t size);

/* Collective. Rank 0's text to all, allocated on the others; the status is agreed. */
enum dp_status dp_share_text(MPI_Comm comm, char **text, struct dp_error *error);
