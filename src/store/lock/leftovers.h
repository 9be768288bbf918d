// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* A lock is created under a name of its own, LOCK.BOOT.PID.START, and then linked to LOCK (lock.c). A process
 * that is killed in between leaves this file; the next holder of the lock removes it. */

/* Removes the files that dead processes have left of the lock with this name. now: seconds since 1970 by the
 * clock of the file system. */
void dp_lock_remove_leftovers(const char *lock, double now);
