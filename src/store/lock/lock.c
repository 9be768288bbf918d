// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "files/beside.h"
#include "store/lock/holder.h"
#include "store/lock/leftovers.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* path.lock says who writes the store. The file is completed under another name and then linked to its own.
 * Of several processes one succeeds, on network file systems, too. A thread touches the file every few
 * seconds: the heartbeat.
 *
 * A stale lock is replaced, not removed. The process that takes it over holds a record lock on the old file,
 * checks again that this is still the file with this name, and renames its own file over it. If several find
 * the lock stale, one succeeds, and the others see another file. A holder that unlocks holds the record lock
 * on its own file while it removes it. */

enum { BEAT = 10 }; // s

struct dp_lock {
    char *name, *own; // path.lock, and the name under which it was made
    int file;
    char note[DP_HOLDER_TEXT];
    struct dp_holder holder;
    pthread_t heart;
    bool beating;
    pthread_mutex_t mutex;
    pthread_cond_t stop;
    bool stopping;
};

static enum dp_status lock_fail(struct dp_error *error, const char *name, const char *what)
{
    return dp_fail(error, dp_path_status(errno), "%s: cannot %s: %s", name, what, strerror(errno));
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* Whether the open file is still the one with this name. */
static bool is_named(int file, const char *name)
{
    struct stat here, there;
    return fstat(file, &here) == 0 && stat(name, &there) == 0 && same_file(&here, &there);
}

static double seconds_of(const struct stat *facts)
{
    return (double)facts->st_mtim.tv_sec + 1e-9 * (double)facts->st_mtim.tv_nsec;
}

/* The time for which the lock of this file has been silent, by the clock of the file system: our own file was
 * touched a moment ago. */
static double silence_of(const struct dp_lock *lock, int file)
{
    struct stat now, last;
    if (futimens(lock->file, NULL) != 0 || fstat(lock->file, &now) != 0 || fstat(file, &last) != 0)
        return 0;
    return seconds_of(&now) - seconds_of(&last);
}

static bool write_holder(struct dp_lock *lock)
{
    char text[DP_HOLDER_TEXT];
    dp_holder_write(&lock->holder, text);
    return pwrite(lock->file, text, sizeof text, 0) == (ssize_t)sizeof text && fsync(lock->file) == 0;
}

static void time_text(long long seconds, char text[static 32])
{
    const time_t moment = (time_t)seconds;
    struct tm local;
    strcpy(text, "a time not known");
    if (seconds && localtime_r(&moment, &local))
        strftime(text, 32, "%Y-%m-%d %H:%M:%S", &local);
}

const char *dp_lock_holder(const char *path, char text[DP_LOCK_TEXT], bool *writes)
{
    char name[PATH_MAX], who[DP_HOLDER_TEXT], since[32];
    struct dp_holder holder;
    struct stat facts;
    struct timespec now;
    text[0] = '\0';
    *writes = false;
    snprintf(name, sizeof name, "%s.lock", path);
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return text;
    dp_holder_read(file, &holder);
    clock_gettime(CLOCK_REALTIME, &now);
    const double silence = fstat(file, &facts) == 0 ? (double)now.tv_sec - seconds_of(&facts) : 0;
    const enum dp_holder_state state = dp_holder_state(&holder, silence);
    close(file);
    time_text(holder.since, since);
    *writes = state == DP_HOLDER_HERE || state == DP_HOLDER_UNKNOWN;
    if (state == DP_HOLDER_GONE)
        snprintf(text, DP_LOCK_TEXT, "left by %s, which is gone; the next job takes it over",
                 dp_holder_name(&holder, who));
    else
        snprintf(text, DP_LOCK_TEXT, "%s has been writing the store since %s, last heard of %.0f s ago",
                 dp_holder_name(&holder, who), since, silence > 0 ? silence : 0);
    return text;
}

static enum dp_status busy(const char *name, const struct dp_holder *holder, double silence,
                           enum dp_holder_state state, struct dp_error *error)
{
    char who[DP_HOLDER_TEXT], since[32];
    time_text(holder->since, since);
    const char *const wait = state == DP_HOLDER_HERE
                                 ? ""
                                 : "once it has been silent for two minutes, the same command takes over; ";
    return dp_fail(
        error, DP_BUSY,
        "%s: %s has been writing the store since %s, last heard of %.0f s ago; %sif that is wrong, "
        "remove %s",
        name, dp_holder_name(holder, who), since, silence > 0 ? silence : 0, wait, name);
}

/* Replaces the existing lock by ours, if its holder is gone. *again: the lock no longer existed. */
static enum dp_status take_over(struct dp_lock *lock, bool *again, struct dp_error *error)
{
    char who[DP_HOLDER_TEXT];
    const int file = open(lock->name, O_RDWR | O_CLOEXEC);
    if (file < 0 && errno == ENOENT) {
        *again = true;
        return DP_OK;
    }
    if (file < 0)
        return lock_fail(error, lock->name, "read who is writing the store");
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    const bool alone = fcntl(file, F_SETLKW, &whole) == 0;
    const int code = errno;
    enum dp_status status = DP_OK;
    struct dp_holder holder;
    if (!is_named(file, lock->name)) {
        *again = true;
    } else {
        dp_holder_read(file, &holder);
        const double silence = silence_of(lock, file);
        const enum dp_holder_state state = dp_holder_state(&holder, silence);
        if (state == DP_HOLDER_HERE || state == DP_HOLDER_UNKNOWN)
            status = busy(lock->name, &holder, silence, state, error);
        else if (!alone)
            status = dp_fail(
                error, DP_BUSY,
                "%s: left by %s, which is gone, but this file system has no record locks to take it over "
                "(%s): remove this file and try again",
                lock->name, dp_holder_name(&holder, who), strerror(code));
        else if (rename(lock->own, lock->name) != 0)
            status = lock_fail(error, lock->name, "take over the lock");
        else
            snprintf(lock->note, sizeof lock->note, "%s: taken over from %.300s, which %s", lock->name,
                     dp_holder_name(&holder, who),
                     state == DP_HOLDER_GONE ? "is gone" : "has been silent for two minutes");
    }
    close(file);
    return status;
}

/* Makes the lock's own file, complete but not yet under its final name. */
static enum dp_status make_own(struct dp_lock *lock, struct dp_error *error)
{
    unlink(lock->own); // of an earlier process of the same number
    lock->file = open(lock->own, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (lock->file < 0 || !write_holder(lock))
        return lock_fail(error, lock->name, "lock the store");
    return DP_OK;
}

/* Without hard links, the final name is created exclusively and then written. */
static bool make_name(struct dp_lock *lock)
{
    if (link(lock->own, lock->name) == 0)
        return true;
    if (errno == EEXIST)
        return false;
    const int file = open(lock->name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    close(lock->file);
    lock->file = file;
    return write_holder(lock);
}

static enum dp_status acquire(struct dp_lock *lock, struct dp_error *error)
{
    DP_TRY(make_own(lock, error));
    for (;;) {
        bool again = false;
        if (make_name(lock))
            return DP_OK;
        if (errno != EEXIST)
            return lock_fail(error, lock->name, "lock the store");
        DP_TRY(take_over(lock, &again, error));
        if (!again)
            return DP_OK;
    }
}

/* Looks for another lock in the same directory for the same file under another of its `names`. */
static enum dp_status look_for_links(struct dp_lock *lock, const char *path, unsigned long names,
                                     struct dp_error *error)
{
    enum dp_status status = DP_OK;
    struct dp_beside beside;
    unsigned long here = 0;
    dp_beside_begin(path, &beside);
    for (const char *base; status == DP_OK && (base = dp_beside_next(&beside));) {
        const char *const end = strrchr(base, '.');
        struct dp_holder holder;
        struct stat facts;
        here += lstat(beside.name, &facts) == 0 && (uint64_t)facts.st_dev == lock->holder.device &&
                (uint64_t)facts.st_ino == lock->holder.inode;
        if (!end || strcmp(end, ".lock") != 0 || strcmp(beside.name, lock->name) == 0)
            continue;
        const int file = open(beside.name, O_RDONLY | O_CLOEXEC);
        if (file >= 0 && dp_holder_read(file, &holder) && holder.device == lock->holder.device &&
            holder.inode == lock->holder.inode) {
            const double silence = silence_of(lock, file);
            const enum dp_holder_state state = dp_holder_state(&holder, silence);
            if (state == DP_HOLDER_HERE || state == DP_HOLDER_UNKNOWN)
                status = busy(beside.name, &holder, silence, state, error);
        }
        if (file >= 0)
            close(file);
    }
    dp_beside_end(&beside);
    if (status != DP_OK || here >= names)
        return status;
    return dp_fail(error, DP_BUSY,
                   "%s: the file has %lu names (hard links), %lu of them in other folders, where the lock of "
                   "another job would not be seen: remove those names, or copy the store",
                   path, names, names - here);
}

enum dp_status dp_lock_bind(struct dp_lock *lock, const char *path, struct dp_error *error)
{
    struct stat facts;
    if (stat(path, &facts) != 0)
        return DP_OK;
    lock->holder.device = (uint64_t)facts.st_dev;
    lock->holder.inode = (uint64_t)facts.st_ino;
    if (!write_holder(lock))
        return lock_fail(error, lock->name, "write the lock");
    return facts.st_nlink > 1 ? look_for_links(lock, path, (unsigned long)facts.st_nlink, error) : DP_OK;
}

static void *beat(void *context)
{
    struct dp_lock *lock = context;
    pthread_mutex_lock(&lock->mutex);
    while (!lock->stopping) {
        struct timespec next;
        clock_gettime(CLOCK_REALTIME, &next);
        next.tv_sec += BEAT;
        pthread_cond_timedwait(&lock->stop, &lock->mutex, &next);
        futimens(lock->file, NULL);
    }
    pthread_mutex_unlock(&lock->mutex);
    return NULL;
}

/* The heartbeat thread takes no signals: they are for the thread that trains. */
static void start_heart(struct dp_lock *lock)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, &before);
    pthread_mutex_init(&lock->mutex, NULL);
    pthread_cond_init(&lock->stop, NULL);
    lock->beating = pthread_create(&lock->heart, NULL, beat, lock) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static void free_lock(struct dp_lock *lock)
{
    if (lock->own)
        unlink(lock->own);
    if (lock->file >= 0)
        close(lock->file);
    free(lock->own);
    free(lock->name);
    free(lock);
}

enum dp_status dp_store_lock(const char *path, struct dp_lock **made, struct dp_error *error)
{
    const size_t size = strlen(path) + DP_STORE_SUFFIX + 1;
    struct dp_lock *lock = calloc(1, sizeof *lock);
    *made = NULL;
    if (!lock)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to lock the store", path);
    lock->file = -1;
    lock->name = malloc(size);
    lock->own = malloc(size);
    enum dp_status status = DP_OK;
    if (!lock->name || !lock->own)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory to lock the store", path);
    dp_holder_ours(&lock->holder);
    if (status == DP_OK) {
        snprintf(lock->name, size, "%s.lock", path);
        snprintf(lock->own, size, "%s.lock.%.8s.%lld.%lld", path, lock->holder.boot, lock->holder.pid,
                 lock->holder.start);
        status = acquire(lock, error);
    }
    if (status != DP_OK) {
        free_lock(lock);
        return status;
    }
    unlink(lock->own);
    struct stat now; // just touched
    if (fstat(lock->file, &now) == 0)
        dp_lock_remove_leftovers(lock->name, seconds_of(&now));
    start_heart(lock);
    status = dp_lock_bind(lock, path, error);
    if (status == DP_OK)
        *made = lock;
    else
        dp_store_unlock(lock);
    return status;
}

const char *dp_lock_note(const struct dp_lock *lock)
{
    return lock->note;
}

enum dp_status dp_lock_check(const struct dp_lock *lock, struct dp_error *error)
{
    struct stat ours, there;
    if (fstat(lock->file, &ours) != 0 || stat(lock->name, &there) != 0 || same_file(&ours, &there))
        return DP_OK; // removed by hand: nobody else is here yet
    return dp_fail(error, DP_BUSY, "%s: another job has taken the store over from this one", lock->name);
}

void dp_lock_remove(struct dp_lock *lock)
{
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    if (!lock)
        return;
    (void)fcntl(lock->file, F_SETLKW, &whole); // nobody takes it over meanwhile
    if (is_named(lock->file, lock->name))
        unlink(lock->name);
}

void dp_store_unlock(struct dp_lock *lock)
{
    if (!lock)
        return;
    if (lock->beating) {
        pthread_mutex_lock(&lock->mutex);
        lock->stopping = true;
        pthread_cond_signal(&lock->stop);
        pthread_mutex_unlock(&lock->mutex);
        pthread_join(lock->heart, NULL);
        pthread_cond_destroy(&lock->stop);
        pthread_mutex_destroy(&lock->mutex);
    }
    dp_lock_remove(lock);
    free_lock(lock);
}
