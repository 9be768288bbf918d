// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

/* Who holds a lock, and whether it still can.
 *
 * A process is known by the boot of its machine (a container may change its host's name), its namespace of
 * process numbers, its number and the time at which it started, since numbers come again. On the same boot
 * and namespace it is there or gone, and nothing else counts. A SLURM job is asked for where the same cluster
 * is at hand. All others are judged by the heartbeat, the lock's time of change, against the clock of the
 * same file system. */

enum { DP_HOLDER_TEXT = 1024, DP_HOLDER_SILENCE = 120 }; // s

struct dp_holder {
    char host[256], boot[64], space[64], cluster[128], job[64], restart[32];
    long long pid, start;   // start: in ticks since the boot
    long long since;        // seconds since 1970
    uint64_t device, inode; // of the store; 0 before it is there
};

enum dp_holder_state { DP_HOLDER_HERE, DP_HOLDER_GONE, DP_HOLDER_SILENT, DP_HOLDER_UNKNOWN };

/* This process. */
void dp_holder_ours(struct dp_holder *holder);

/* As lines "key value", zero-padded; and back from an open file. False if that is no holder: then it is all
 * zero. */
void dp_holder_write(const struct dp_holder *holder, char text[static DP_HOLDER_TEXT]);
bool dp_holder_read(int file, struct dp_holder *holder);

/* silence: seconds since the last heartbeat. */
enum dp_holder_state dp_holder_state(const struct dp_holder *holder, double silence);

/* "process 12 on node1 (SLURM job 34)" */
const char *dp_holder_name(const struct dp_holder *holder, char text[static DP_HOLDER_TEXT]);
