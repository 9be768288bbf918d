// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/fill.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 22 };
static const int64_t window = 64 << 20;  // bytes whose writing is asked for at once
static const int64_t behind = 512 << 20; // after so many more they are on the disk
static const int64_t most_cached = INT64_C(1)
                                   << 31; // of a store; the rows of larger ones come too late for it

/* The part of the file before `end` need not stay in memory. The first advice begins to write a window, and
 * the second one, when it has been written, drops it. */
static void let_go(int file, int64_t end)
{
    (void)posix_fadvise(file, end - window, window, POSIX_FADV_DONTNEED);
    if (end >= behind)
        (void)posix_fadvise(file, end - behind, window, POSIX_FADV_DONTNEED);
}

static bool write_at(int file, const unsigned char *bytes, size_t size, int64_t offset)
{
    while (size > 0) {
        const ssize_t written = pwrite(file, bytes, size, offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written < 0 ? errno : EIO;
            return false;
        }
        bytes += written;
        size -= (size_t)written;
        offset += written;
    }
    return true;
}

static bool write_part(int file, const struct dp_filled_part *part, bool cached, unsigned char *buffer)
{
    const int64_t end = part->offset + part->bytes;
    for (size_t i = 0; i + part->size <= BUFFER && (int64_t)i < part->bytes; i += part->size)
        memcpy(buffer + i, part->value, part->size);
    for (int64_t at = part->offset, next; at < end; at = next) {
        next = end - at < BUFFER ? end : at + BUFFER;
        if (!write_at(file, buffer, (size_t)(next - at), at))
            return false;
        if (!cached && next / window > at / window)
            let_go(file, next / window * window);
    }
    return true;
}

enum dp_status dp_fill_write(const char *path, const struct dp_filled_part *parts, int count,
                             struct dp_error *error)
{
    int64_t all = 0;
    for (int i = 0; i < count; i++)
        all += parts[i].bytes;
    unsigned char *const buffer = malloc(BUFFER);
    if (!buffer)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory to create the columns", path);
    const int file = open(path, O_WRONLY | O_CLOEXEC);
    bool fine = file >= 0;
    for (int i = 0; i < count && fine; i++)
        fine = write_part(file, &parts[i], all <= most_cached, buffer);
    int code = fine ? 0 : errno;
    if (file >= 0 && close(file) != 0 && !code)
        code = errno;
    free(buffer);
    return code ? dp_fail(error, DP_IO, "%s: cannot create the columns: %s", path, strerror(code)) : DP_OK;
}
