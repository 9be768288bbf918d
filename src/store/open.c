// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store_open.h"
#include "store/format/contents.h"
#include "store/opened.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void dp_store_prepare(void)
{
    setenv("OMPI_MCA_fbtl_posix_read_datasieving", "0", 0);
    setenv("OMPI_MCA_fbtl_posix_write_datasieving", "0", 0);
    dp_h5_begin();
}

void dp_mpi_library(char *text, size_t size)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length = 0;
    MPI_Get_library_version(version, &length);
    snprintf(text, size, "%.*s", (int)strcspn(version, ",\n"), version);
}

/* Is every rank fine? On those that are while another is not, the sentence says so. */
static enum dp_status agree(enum dp_status mine, const char *path, MPI_Comm comm, struct dp_error *error)
{
    int here = (int)mine, worst = here;
    MPI_Allreduce(&here, &worst, 1, MPI_INT, MPI_MAX, comm);
    if (worst != DP_OK && mine == DP_OK)
        dp_fail(error, (enum dp_status)worst, "%s: another rank cannot open the store", path);
    return (enum dp_status)worst;
}

/* Opens the private descriptor first: its refusal is an ordinary error on one rank, while one rank that fails
 * inside the collective open may leave the others waiting. */
static enum dp_status open_descriptor(struct dp_store *store, struct dp_error *error)
{
    store->sync = open(store->path, O_RDWR | O_CLOEXEC);
    return store->sync >= 0 ? DP_OK
                            : dp_fail(error, DP_IO, "%s: cannot open the store for writing: %s", store->path,
                                      strerror(errno));
}

static enum dp_status open_file(struct dp_store *store, MPI_Comm comm, struct dp_error *error)
{
    const hid_t access = dp_h5_access();
    if (access >= 0 && H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL) >= 0)
        store->file = H5Fopen(store->path, H5F_ACC_RDWR, access);
    const enum dp_status status =
        store->file >= 0 ? DP_OK : dp_h5_fail(error, store->path, "open the store on all ranks");
    H5Pclose(access);
    return status;
}

/* Every step ends in agreement, so that no rank goes into the next collective alone. */
enum dp_status dp_store_open_parallel(const char *path, MPI_Comm comm, struct dp_store **store,
                                      struct dp_error *error)
{
    dp_h5_begin();
    enum dp_status status = agree(dp_opened_new(path, store, error), path, comm, error);
    if (status == DP_OK)
        status = agree(open_descriptor(*store, error), path, comm, error);
    if (status == DP_OK) {
        status = agree(open_file(*store, comm, error), path, comm, error);
        if (status == DP_OK) {
            status = agree(dp_opened_columns(*store, error), path, comm, error);
            if (status != DP_OK)
                H5Fclose((*store)->file); // collective: all ranks have it open, all ranks are here
        }
    }
    if (status != DP_OK && *store) {
        if ((*store)->sync >= 0)
            close((*store)->sync);
        dp_opened_free(*store);
        *store = NULL;
    }
    return status;
}
