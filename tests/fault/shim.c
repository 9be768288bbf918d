// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Loaded before the C library (LD_PRELOAD), it makes the system misbehave:
 *   SLOW_LOCK=S        S seconds pass between the opening of a lock that is there and what comes next
 *   SLOW_CSV=S         opening a file of samples takes S seconds
 *   SLOW_SPACE=S       reserving the blocks of a store takes S seconds
 *   SLOW_MPI=S         the start of MPI takes S seconds
 *   NO_SPACE=1         the blocks of a store cannot be reserved: the disk is full, or there is a quota
 *   NO_SYNC=1          fdatasync does nothing
 *   SLOW_SYNC=MS       fdatasync takes MS milliseconds more
 *   TELL_SYNC=1        at the sync of a store that is made, says what was waited for before, part by part
 *   FAIL_THREAD=NAME   threads of the program of that name, not those of its libraries, cannot be started
 *   FAIL_SHARED=R      rank R cannot open shared memory of the program
 *   FAIL_RANK=R        on rank R, the FAIL_OPEN-th opening of a store for writing fails (default: the second,
 *                      which is MPI's own) */

static bool ends_in(const char *text, const char *ending)
{
    const size_t length = strlen(text), tail = strlen(ending);
    return length > tail && strcmp(text + length - tail, ending) == 0;
}

static int number(const char *name, int usual)
{
    const char *const text = getenv(name);
    return text ? atoi(text) : usual;
}

static bool fails(const char *path, int flags)
{
    static int seen;
    if (!ends_in(path, ".h5") || (flags & O_ACCMODE) != O_RDWR)
        return false;
    return number("FAIL_RANK", -1) == number("OMPI_COMM_WORLD_RANK", -2) && ++seen == number("FAIL_OPEN", 2);
}

/* Whatever the signals; says so first. */
static void pause_for(const char *name)
{
    unsigned left = (unsigned)number(name, 0);
    if (left > 0)
        (void)!write(STDERR_FILENO, "pausing\n", 8);
    while (left > 0)
        left = sleep(left);
}

static int call(const char *function, const char *path, int flags, mode_t mode)
{
    int (*real)(const char *, int, ...);
    *(void **)(&real) = dlsym(RTLD_NEXT, function); // as POSIX recommends it
    if (fails(path, flags)) {
        errno = EIO;
        return -1;
    }
    const int file = real(path, flags, mode);
    if (ends_in(path, ".h5.lock") && (flags & O_ACCMODE) == O_RDWR && !(flags & O_CREAT))
        pause_for("SLOW_LOCK");
    return file;
}

static mode_t mode_of(int flags, va_list arguments)
{
    return flags & O_CREAT ? va_arg(arguments, mode_t) : 0;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return call("open", path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = mode_of(flags, arguments);
    va_end(arguments);
    return call("open64", path, flags, mode);
}

int shm_open(const char *name, int flags, mode_t mode)
{
    int (*real)(const char *, int, mode_t);
    *(void **)(&real) = dlsym(RTLD_NEXT, "shm_open");
    if (strncmp(name, "/dewpoint-", 10) == 0 &&
        number("FAIL_SHARED", -1) == number("OMPI_COMM_WORLD_RANK", -2)) {
        fputs("no shared memory\n", stderr);
        errno = ENOSPC;
        return -1;
    }
    return real(name, flags, mode);
}

FILE *fopen(const char *path, const char *mode)
{
    FILE *(*real)(const char *, const char *);
    *(void **)(&real) = dlsym(RTLD_NEXT, "fopen");
    if (ends_in(path, ".csv"))
        pause_for("SLOW_CSV");
    return real(path, mode);
}

static bool is_new_store(int file)
{
    char name[32], path[4096] = "";
    snprintf(name, sizeof name, "/proc/self/fd/%d", file);
    return readlink(name, path, sizeof path - 1) > 0 && strstr(path, ".h5.tmp."); // not MPI's shared memory
}

int posix_fallocate(int file, off_t offset, off_t length)
{
    int (*real)(int, off_t, off_t);
    *(void **)(&real) = dlsym(RTLD_NEXT, "posix_fallocate");
    if (is_new_store(file)) {
        pause_for("SLOW_SPACE");
        if (number("NO_SPACE", 0))
            return ENOSPC;
    }
    return real(file, offset, length);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*start)(void *),
                   void *argument)
{
    int (*real)(pthread_t *, const pthread_attr_t *, void *(*)(void *), void *);
    const char *const program = getenv("FAIL_THREAD");
    Dl_info place;
    void *address;
    *(void **)(&real) = dlsym(RTLD_NEXT, "pthread_create");
    *(void *(**)(void *))(&address) = start;
    if (program && dladdr(address, &place) && ends_in(place.dli_fname, program))
        return EAGAIN;
    return real(thread, attributes, start, argument);
}

int fdatasync(int file)
{
    int (*real)(int);
    *(void **)(&real) = dlsym(RTLD_NEXT, "fdatasync");
    usleep((useconds_t)(1000 * number("SLOW_SYNC", 0)));
    return number("NO_SYNC", 0) ? 0 : real(file);
}

static long long synced, largest_synced; // bytes

int sync_file_range(int file, off64_t offset, off64_t bytes, unsigned flags)
{
    int (*real)(int, off64_t, off64_t, unsigned);
    *(void **)(&real) = dlsym(RTLD_NEXT, "sync_file_range");
    if (flags & SYNC_FILE_RANGE_WAIT_AFTER) {
        synced += bytes;
        largest_synced = bytes > largest_synced ? bytes : largest_synced;
    }
    return real(file, offset, bytes, flags);
}

int fsync(int file)
{
    int (*real)(int);
    *(void **)(&real) = dlsym(RTLD_NEXT, "fsync");
    if (number("TELL_SYNC", 0) && is_new_store(file))
        fprintf(stderr, "sync after %lld bytes in parts of %lld\n", synced, largest_synced);
    return real(file);
}

int MPI_Init_thread(int *argc, char ***argv, int required, int *provided)
{
    int (*real)(int *, char ***, int, int *);
    *(void **)(&real) = dlsym(RTLD_NEXT, "MPI_Init_thread");
    pause_for("SLOW_MPI");
    return real(argc, argv, required, provided);
}
