// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include <mpi.h>

/* The one place where the store meets MPI. */

/* Settings that must be made before MPI_Init and before anything else uses HDF5: Open MPI's data sieving off
 * (a sieved write reads and rewrites bytes around its own, which are another rank's rows), no shared file
 * pointer of the kind that breaks on long paths, no clean-up by HDF5 at exit (it would hang once a rank is
 * dead). What the user has set in the environment stays. */
void dp_store_prepare(void);

/* Would the MPI library open another file than this? ROMIO cuts a name at a colon. */
bool dp_store_name_is_cut(const char *path);

/* Opens the store at path for writing on all ranks of comm. Collective. Every rank returns the same status.
 */
enum dp_status dp_store_open_parallel(const char *path, MPI_Comm comm, struct dp_store **store,
                                      struct dp_error *error);
