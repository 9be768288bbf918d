// SPDX-License-Identifier: BSD-3-Clause
#define _GNU_SOURCE // sync_file_range
#include "files/disk.h"
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

bool dp_disk_write(int file, const void *bytes, size_t size, int64_t offset)
{
    for (const unsigned char *at = bytes; size > 0;) {
        const ssize_t written = pwrite(file, at, size, offset);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            errno = written < 0 ? errno : EIO;
            return false;
        }
        at += written;
        size -= (size_t)written;
        offset += written;
    }
    return true;
}

/* An error is told to each descriptor once, so it must not be lost here. */
static bool wait_for(int file, int64_t offset, int64_t bytes)
{
#ifdef SYNC_FILE_RANGE_WRITE
    const unsigned how = SYNC_FILE_RANGE_WAIT_BEFORE | SYNC_FILE_RANGE_WRITE | SYNC_FILE_RANGE_WAIT_AFTER;
    return sync_file_range(file, offset, bytes, how) == 0 || errno == ENOSYS || errno == EINVAL ||
           errno == ESPIPE;
#else
    (void)file, (void)offset, (void)bytes;
    return true;
#endif
}

bool dp_disk_sync(int file, int64_t from, int64_t to)
{
    static const int64_t bit = 64 << 20;
    for (int64_t at = from; at < to; at += bit)
        if (!wait_for(file, at, to - at < bit ? to - at : bit))
            return false;
    return fsync(file) == 0;
}
