// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* A lock is made under a name of its own, LOCK.BOOT.PID.START, before it is linked to LOCK (lock.c). A
 * process that is killed in between leaves that file; the next holder of the lock removes it. */

/* Removes what processes that are gone have left of the lock of that name. now: seconds since 1970 by the
 * file system's clock. */
void dp_lock_remove_leftovers(const char *lock, double now);
