// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/fill.h"
#include "files/disk.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUFFER = 1 << 22 };
static const int64_t window = 64 << 20;   // bytes whose writing is asked for at once
static const int64_t stretch = 512 << 20; // bytes between two syncs
static const int64_t most_cached = INT64_C(1)
                                   << 31; // of a store; the rows of larger ones come too late for it

/* The part of the file before `end` need not stay in memory. The first advice begins to write a window; the
 * second one, when a stretch is on the disk, drops it. */
static bool let_go(int file, int64_t end)
{
    (void)posix_fadvise(file, end - window, window, POSIX_FADV_DONTNEED);
    if (end % stretch != 0)
        return true;
    const bool fine = dp_disk_sync(file, end - stretch, end);
    (void)posix_fadvise(file, end - stretch, stretch, POSIX_FADV_DONTNEED);
    return fine;
}

static bool write_part(int file, const struct dp_filled_part *part, bool cached, unsigned char *buffer)
{
    const int64_t end = part->offset + part->bytes;
    for (size_t i = 0; i + part->size <= BUFFER && (int64_t)i < part->bytes; i += part->size)
        memcpy(buffer + i, part->value, part->size);
    for (int64_t at = part->offset, next; at < end; at = next) {
        next = end - at < BUFFER ? end : at + BUFFER;
        if (!dp_disk_write(file, buffer, (size_t)(next - at), at))
            return false;
        if (!cached && next / window > at / window && !let_go(file, next / window * window))
            return false;
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
    const bool cached = all <= most_cached;
    // First what HDF5 has written so far.
    bool fine = file >= 0 && (cached || dp_disk_sync(file, 0, lseek(file, 0, SEEK_END)));
    for (int i = 0; i < count && fine; i++)
        fine = write_part(file, &parts[i], cached, buffer);
    int code = fine ? 0 : errno;
    if (file >= 0 && close(file) != 0 && !code)
        code = errno;
    free(buffer);
    return code ? dp_fail(error, DP_IO, "%s: cannot create the columns: %s", path, strerror(code)) : DP_OK;
}
