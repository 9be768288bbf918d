// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Loaded before the C library (LD_PRELOAD), it makes open() misbehave:
 *   SLOW_LOCK=S        S seconds pass between the opening of a lock that is there and what comes next
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
        sleep((unsigned)number("SLOW_LOCK", 0));
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
