// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* Who holds a lock, and whether the holder still exists.
 *
 * A process is identified by the boot of its machine (a container may change the host name), its PID
 * namespace, its PID and its start time, because PIDs are reused. On the same boot and in the same namespace,
 * the process either exists or is gone, and nothing else counts. Otherwise SLURM is asked about the holder's
 * job, if the same cluster can be reached. All other holders are judged by the heartbeat: the modification
 * time of the lock, compared with the clock of the same file system. */

enum { DP_HOLDER_TEXT = 1024, DP_HOLDER_SILENCE = 120 }; // s

struct dp_holder {
    char host[256], boot[64], space[64], cluster[128], job[64], restart[32];
    long long pid, start;   // start: in ticks since the boot
    long long since;        // seconds since 1970
    uint64_t device, inode; // of the store; 0 before it exists
};

enum dp_holder_state { DP_HOLDER_HERE, DP_HOLDER_GONE, DP_HOLDER_SILENT, DP_HOLDER_UNKNOWN };

/* This process. */
void dp_holder_ours(struct dp_holder *holder);

/* Writes a holder as lines "key value", zero-padded, and reads it from an open file. Returns false if the
 * file describes no holder; the struct is then zero. */
void dp_holder_write(const struct dp_holder *holder, char text[static DP_HOLDER_TEXT]);
bool dp_holder_read(int file, struct dp_holder *holder);

/* silence: seconds since the last heartbeat. */
enum dp_holder_state dp_holder_state(const struct dp_holder *holder, double silence);

/* "process 12 on node1 (SLURM job 34)" */
const char *dp_holder_name(const struct dp_holder *holder, char text[static DP_HOLDER_TEXT]);
