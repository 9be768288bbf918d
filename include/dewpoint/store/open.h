// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <mpi.h>

/* The one place where the store meets MPI. */

/* Makes settings that are needed before MPI_Init and before anything else uses HDF5:
 *
 *   - no data sieving in Open MPI: a sieved write reads and rewrites bytes around its own, which are rows of
 *     other ranks;
 *   - no shared file pointer of the kind that fails on long paths;
 *   - no clean-up by HDF5 at exit, which would hang once a rank is dead.
 *
 * Variables that the user has set in the environment are kept. */
void dp_store_prepare(void);

/* Whether the MPI library would open another file than this: ROMIO cuts a name at a colon. */
bool dp_store_name_is_cut(const char *path);

/* Opens the store at path for writing on all ranks of comm. Collective. Every rank returns the same
 * status. */
enum dp_status dp_store_open_parallel(const char *path, MPI_Comm comm, struct dp_store **store,
                                      struct dp_error *error);
