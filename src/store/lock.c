// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store.h"
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* path.lock holds one line, "host pid job". O_EXCL decides who makes it, on network file systems as well. A
 * lock whose process is gone from this host is taken over in place, under a record lock: removing it first
 * would let two jobs remove each other's. */

enum { LINE = 512 };

struct holder {
    char host[256], job[128];
    long pid;
};

static void line_of_ours(char *line, size_t size)
{
    char host[256] = "";
    const char *job = getenv("SLURM_JOB_ID");
    gethostname(host, sizeof host - 1);
    snprintf(line, size, "%s %ld %s\n", host[0] ? host : "-", (long)getpid(), job && job[0] ? job : "-");
}

static bool read_holder(int file, struct holder *holder)
{
    char line[LINE];
    *holder = (struct holder){.pid = 0};
    const ssize_t length = pread(file, line, sizeof line - 1, 0);
    if (length <= 0)
        return false;
    line[length] = '\0';
    return sscanf(line, "%255s %ld %127s", holder->host, &holder->pid, holder->job) == 3;
}

/* A process that was killed keeps its number until its parent has looked at it, and a container's first
 * process may never look; where /proc tells (Linux), such a zombie is no holder. */
static bool is_alive(long pid)
{
    if (kill((pid_t)pid, 0) != 0 && errno == ESRCH)
        return false;
    char name[64], line[512];
    snprintf(name, sizeof name, "/proc/%ld/stat", pid);
    const int file = open(name, O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return true;
    const ssize_t length = read(file, line, sizeof line - 1);
    close(file);
    line[length > 0 ? length : 0] = '\0';
    const char *state = strrchr(line, ')'); // "pid (name) state ..."
    return !state || !strchr("ZX", state[1] ? state[2] : 'R');
}

/* Our own number on our own host is a process before us: containers start every program with the same one. */
static bool is_stale(const struct holder *holder)
{
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    if (strcmp(host, holder->host) != 0 || holder->pid <= 0)
        return false;
    return holder->pid == (long)getpid() || !is_alive(holder->pid);
}

static char *lock_name(const char *path)
{
    const size_t size = strlen(path) + sizeof ".lock";
    char *name = malloc(size);
    if (name)
        snprintf(name, size, "%s.lock", path);
    return name;
}

static enum dp_status busy(const char *name, const struct holder *holder, struct dp_error *error)
{
    if (!holder->pid)
        return dp_fail(error, DP_BUSY,
                       "%s: another job is about to write the store; if none is, remove this file", name);
    return dp_fail(error, DP_BUSY, "%s: process %ld on %s (job %s) is writing the store", name, holder->pid,
                   holder->host, holder->job);
}

static enum dp_status write_line(int file, const char *name, struct dp_error *error)
{
    char line[LINE];
    line_of_ours(line, sizeof line);
    const ssize_t length = (ssize_t)strlen(line);
    if (ftruncate(file, 0) == 0 && pwrite(file, line, (size_t)length, 0) == length && fsync(file) == 0)
        return DP_OK;
    return dp_fail(error, DP_IO, "%s: cannot write the lock: %s", name, strerror(errno));
}

/* Looks at the lock that is there, and takes it over if its holder is gone. Of several that try, the record
 * lock lets one look at a time; the next finds a living holder. */
static enum dp_status take_over(const char *name, struct dp_error *error)
{
    const int file = open(name, O_RDWR | O_CLOEXEC);
    if (file < 0)
        return dp_fail(error, DP_BUSY, "%s: cannot read who is writing the store: %s", name, strerror(errno));
    struct flock whole = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
    struct holder holder = {.pid = 0};
    enum dp_status status;
    const bool alone = fcntl(file, F_SETLKW, &whole) == 0;
    if (read_holder(file, &holder) && alone && is_stale(&holder))
        status = write_line(file, name, error);
    else
        status = busy(name, &holder, error);
    close(file);
    return status;
}

enum dp_status dp_store_lock(const char *path, struct dp_error *error)
{
    char *name = lock_name(path);
    if (!name)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to lock the store", path);
    enum dp_status status;
    const int file = open(name, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0666);
    if (file >= 0) {
        status = write_line(file, name, error);
        close(file);
        if (status != DP_OK)
            unlink(name);
    } else if (errno == EEXIST) {
        status = take_over(name, error);
    } else {
        status = dp_fail(error, DP_IO, "%s: cannot lock the store: %s", name, strerror(errno));
    }
    free(name);
    return status;
}

void dp_store_unlock(const char *path)
{
    char *name = lock_name(path);
    const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    struct holder holder;
    if (file >= 0) {
        // Only ours: the user may have removed our lock by hand and started another job.
        char host[256] = "";
        gethostname(host, sizeof host - 1);
        if (read_holder(file, &holder) && holder.pid == (long)getpid() && strcmp(host, holder.host) == 0)
            unlink(name);
        close(file);
    }
    free(name);
}
