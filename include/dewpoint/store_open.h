// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include <mpi.h>

/* The one place where the store meets MPI. */

/* Opens the store at path for writing on all ranks of comm. Collective. Every rank returns the same status. */
enum dp_status dp_store_open_parallel(const char *path, MPI_Comm comm, struct dp_store **store,
                                      struct dp_error *error);
