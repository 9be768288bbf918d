// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of an open file on their way to the disk. On failure errno says why. */

/* Writes all bytes at the offset. The place where the file is open does not move. */
bool dp_disk_write(int file, const void *bytes, size_t size, int64_t offset);

/* As fsync, for a file of which only the part between two offsets is new. The sync of many gigabytes can
 * be neither stopped nor killed, so the part is waited for bit by bit: a process that is to end need not wait
 * for all of it. Where the system cannot do that, it is one sync. */
bool dp_disk_sync(int file, int64_t from, int64_t to);
