// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/open.h"
#include "store/format/contents.h"
#include "store/opened.h"
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

void dp_store_prepare(void)
{
    static const char *const settings[][2] = {
        {"OMPI_MCA_fbtl_posix_read_datasieving", "0"},
        {"OMPI_MCA_fbtl_posix_write_datasieving", "0"},
        // We have no shared file pointer, but Open MPI opens one. This kind copies the path into a short
        // buffer.
        {"OMPI_MCA_sharedfp", "^lockedfile"},
    };
    for (size_t i = 0; i < sizeof settings / sizeof settings[0]; i++)
        setenv(settings[i][0], settings[i][1], 0);
    dp_h5_begin();
}

/* ROMIO takes the text before a colon for the name of a file system and removes it. */
bool dp_store_name_is_cut(const char *path)
{
    const char *const colon = strchr(path, ':'), *const chosen = getenv("OMPI_MCA_io");
    char library[128];
    dp_mpi_library(library, sizeof library);
    const bool romio = !strstr(library, "Open MPI") || (chosen && strncmp(chosen, "romio", 5) == 0);
    return romio && colon && colon > path + 1;
}

void dp_mpi_library(char *text, size_t size)
{
    char version[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length = 0;
    MPI_Get_library_version(version, &length);
    const char *const tab = strchr(version, '\t'); // "MPICH Version:\t4.0.2\n..."
    if (tab)
        snprintf(text, size, "%.*s %.*s", (int)strcspn(version, " "), version, (int)strcspn(tab + 1, "\n"),
                 tab + 1);
    else
        snprintf(text, size, "%.*s", (int)strcspn(version, ",\n"), version);
}

/* Whether all ranks succeeded. On a rank that did while another did not, the sentence says so. */
static enum dp_status agree(enum dp_status mine, const char *path, MPI_Comm comm, struct dp_error *error)
{
    int here = (int)mine, worst = here;
    MPI_Allreduce(&here, &worst, 1, MPI_INT, MPI_MAX, comm);
    if (worst != DP_OK && mine == DP_OK)
        dp_fail(error, (enum dp_status)worst, "%s: another rank cannot open the store", path);
    return (enum dp_status)worst;
}

/* Opens the private descriptor first. If it is refused, this is an ordinary error on one rank, whereas a rank
 * that fails inside the collective open may leave the others waiting. */
static enum dp_status open_descriptor(struct dp_store *store, struct dp_error *error)
{
    struct stat facts;
    store->sync = open(store->path, O_RDWR | O_CLOEXEC);
    if (store->sync < 0 || fstat(store->sync, &facts) != 0)
        return dp_fail(error, DP_IO, "%s: cannot open the store for writing: %s", store->path,
                       strerror(errno));
    store->size = (int64_t)facts.st_size;
    return DP_OK;
}

enum dp_status dp_store_watch(const struct dp_store *store, struct dp_error *error)
{
    struct stat ours, there;
    if (fstat(store->sync, &ours) != 0)
        return dp_fail(error, DP_IO, "%s: cannot look at the store: %s", store->path, strerror(errno));
    if (stat(store->path, &there) != 0)
        return errno == ENOENT
                   ? dp_fail(error, DP_IO, "%s: the store was removed or renamed while it was being written",
                             store->path)
                   : dp_fail(error, DP_IO, "%s: cannot find the store any more: %s", store->path,
                             strerror(errno));
    if (there.st_dev != ours.st_dev || there.st_ino != ours.st_ino)
        return dp_fail(error, DP_IO,
                       "%s: another file has taken the place of the store while it was being written",
                       store->path);
    if (there.st_size < store->size)
        return dp_fail(error, DP_IO,
                       "%s: the store was cut from %lld to %lld bytes while it was being written",
                       store->path, (long long)store->size, (long long)there.st_size);
    return DP_OK;
}

/* Between nodes, Open MPI keeps an unused shared file pointer in two files of each rank beside the store,
 * which would remain after a kill. They are open, so their names can be removed. */
static void unlink_shared_pointers(const char *path, MPI_Comm comm)
{
    static const char *const kinds[] = {"data", "metadata"};
    const size_t size = strlen(path) + 32;
    char *const name = malloc(size);
    int rank;
    MPI_Comm_rank(comm, &rank);
    for (int i = 0; i < 2 && name; i++) {
        snprintf(name, size, "%s.%s.%d", path, kinds[i], rank);
        unlink(name);
    }
    free(name);
}

/* A rank that fails inside the collective open may leave the others waiting in it. Only ending the job helps
 * then, with the reason of this rank. */
static enum dp_status agree_or_abort(enum dp_status mine, const char *path, MPI_Comm comm,
                                     struct dp_error *error)
{
    enum { PATIENCE = 10 }; // s
    int here = (int)mine, worst = here, complete = 0;
    MPI_Request request;
    if (mine == DP_OK)
        return agree(mine, path, comm, error);
    MPI_Iallreduce(&here, &worst, 1, MPI_INT, MPI_MAX, comm, &request);
    for (int i = 0; i < 100 * PATIENCE && !complete; i++) {
        MPI_Test(&request, &complete, MPI_STATUS_IGNORE);
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    }
    if (complete)
        return (enum dp_status)worst;
    fputs(error->text, stderr);
    MPI_Abort(MPI_COMM_WORLD, dp_exit_code(mine));
    return mine;
}

/* Inside the collective open, a failing rank and the others may wait for each other forever, because Open MPI
 * cleans up collectively. A second thread ends this process when the open does not return, and the launcher
 * ends the other processes. */
struct watchdog {
    const char *path;
    pthread_mutex_t mutex;
    pthread_cond_t returned;
    bool done;
};

static void *watch_open(void *context)
{
    enum { PATIENCE = 120 }; // s
    struct watchdog *const watchdog = context;
    struct timespec end;
    int code = 0;
    clock_gettime(CLOCK_REALTIME, &end);
    end.tv_sec += PATIENCE;
    pthread_mutex_lock(&watchdog->mutex);
    while (!watchdog->done && code == 0)
        code = pthread_cond_timedwait(&watchdog->returned, &watchdog->mutex, &end);
    if (!watchdog->done) {
        fprintf(stderr,
                "dewpoint: %s: opening the store on all ranks has not come to an end in %d s; perhaps one "
                "of them could not open it\n",
                watchdog->path, PATIENCE);
        _exit(dp_exit_code(DP_IO));
    }
    pthread_mutex_unlock(&watchdog->mutex);
    return NULL;
}

static hid_t open_watched(const char *path, hid_t access)
{
    struct watchdog watchdog = {.path = path};
    pthread_t thread;
    pthread_mutex_init(&watchdog.mutex, NULL);
    pthread_cond_init(&watchdog.returned, NULL);
    const bool watched = pthread_create(&thread, NULL, watch_open, &watchdog) == 0;
    const hid_t file = H5Fopen(path, H5F_ACC_RDWR, access);
    pthread_mutex_lock(&watchdog.mutex);
    watchdog.done = true;
    pthread_cond_signal(&watchdog.returned);
    pthread_mutex_unlock(&watchdog.mutex);
    if (watched)
        pthread_join(thread, NULL);
    pthread_cond_destroy(&watchdog.returned);
    pthread_mutex_destroy(&watchdog.mutex);
    return file;
}

static enum dp_status open_file(struct dp_store *store, MPI_Comm comm, struct dp_error *error)
{
    const hid_t access = dp_h5_access();
    if (access >= 0 && H5Pset_fapl_mpio(access, comm, MPI_INFO_NULL) >= 0)
        store->file = open_watched(store->path, access);
    const enum dp_status status =
        store->file >= 0 ? DP_OK : dp_h5_fail(error, store->path, "open the store on all ranks");
    H5Pclose(access);
    return status;
}

/* All ranks agree after every step, so that no rank enters the next collective call alone. */
enum dp_status dp_store_open_parallel(const char *path, MPI_Comm comm, struct dp_store **store,
                                      struct dp_error *error)
{
    dp_h5_begin();
    enum dp_status status = agree(dp_opened_new(path, store, error), path, comm, error);
    if (status == DP_OK)
        status = agree(open_descriptor(*store, error), path, comm, error);
    if (status == DP_OK) {
        status = agree_or_abort(open_file(*store, comm, error), path, comm, error);
        if (status == DP_OK) {
            unlink_shared_pointers(path, comm);
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
