// SPDX-License-Identifier: BSD-3-Clause
#include "store/lock/holder.h"
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char first_line[] = "dewpoint lock 2\n";

/* The texts of a holder by their keys. */
static const struct {
    const char *key;
    size_t offset, size;
} texts[] = {
    {"host", offsetof(struct dp_holder, host), sizeof((struct dp_holder *)0)->host},
    {"boot", offsetof(struct dp_holder, boot), sizeof((struct dp_holder *)0)->boot},
    {"space", offsetof(struct dp_holder, space), sizeof((struct dp_holder *)0)->space},
    {"cluster", offsetof(struct dp_holder, cluster), sizeof((struct dp_holder *)0)->cluster},
    {"job", offsetof(struct dp_holder, job), sizeof((struct dp_holder *)0)->job},
    {"restart", offsetof(struct dp_holder, restart), sizeof((struct dp_holder *)0)->restart},
};
enum { TEXTS = sizeof texts / sizeof texts[0] };

static void copy_word(char *to, size_t size, const char *from)
{
    snprintf(to, size, "%s", from && from[0] ? from : "-");
    for (; *to; to++)
        if (isspace((unsigned char)*to))
            *to = '_';
}

static void read_line(const char *path, char *text, size_t size)
{
    const int file = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t length = file >= 0 ? read(file, text, size - 1) : 0;
    if (file >= 0)
        close(file);
    text[length > 0 ? length : 0] = '\0';
    text[strcspn(text, "\n")] = '\0';
}

/* State letter and start of a process from its line in /proc; ' ' if there is no such process or no /proc. */
static char process_facts(long long pid, long long *start)
{
    char path[64], line[1024];
    snprintf(path, sizeof path, "/proc/%lld/stat", pid);
    read_line(path, line, sizeof line);
    const char *at = strrchr(line, ')'); // "pid (name) state ...", the start is field 22
    char state = ' ';
    *start = 0;
    if (at && at[1] == ' ')
        state = at[2];
    for (int field = 2; at && field < 22; field++)
        at = strchr(at + 1, ' ');
    if (at)
        *start = atoll(at + 1);
    return state;
}

void dp_holder_ours(struct dp_holder *holder)
{
    char line[256] = "";
    memset(holder, 0, sizeof *holder);
    gethostname(line, sizeof line - 1);
    copy_word(holder->host, sizeof holder->host, line);
    read_line("/proc/sys/kernel/random/boot_id", line, sizeof line);
    copy_word(holder->boot, sizeof holder->boot, line);
    const ssize_t length = readlink("/proc/self/ns/pid", line, sizeof line - 1);
    line[length > 0 ? length : 0] = '\0';
    copy_word(holder->space, sizeof holder->space, line);
    copy_word(holder->cluster, sizeof holder->cluster, getenv("SLURM_CLUSTER_NAME"));
    copy_word(holder->job, sizeof holder->job, getenv("SLURM_JOB_ID"));
    copy_word(holder->restart, sizeof holder->restart, getenv("SLURM_RESTART_COUNT"));
    holder->pid = (long long)getpid();
    process_facts(holder->pid, &holder->start);
    holder->since = (long long)time(NULL);
}

void dp_holder_write(const struct dp_holder *holder, char text[static DP_HOLDER_TEXT])
{
    memset(text, 0, DP_HOLDER_TEXT);
    size_t used = (size_t)snprintf(text, DP_HOLDER_TEXT, "%s", first_line);
    for (int i = 0; i < TEXTS; i++)
        used += (size_t)snprintf(text + used, DP_HOLDER_TEXT - used, "%s %s\n", texts[i].key,
                                 (const char *)holder + texts[i].offset);
    snprintf(text + used, DP_HOLDER_TEXT - used, "process %lld %lld %lld\nstore %llu %llu\n", holder->pid,
             holder->start, holder->since, (unsigned long long)holder->device,
             (unsigned long long)holder->inode);
}

static void read_key(const char *line, struct dp_holder *holder)
{
    for (int i = 0; i < TEXTS; i++) {
        const size_t length = strlen(texts[i].key);
        if (strncmp(line, texts[i].key, length) == 0 && line[length] == ' ')
            snprintf((char *)holder + texts[i].offset, texts[i].size, "%.*s",
                     (int)strcspn(line + length + 1, "\n"), line + length + 1);
    }
    unsigned long long device, inode;
    if (sscanf(line, "store %llu %llu", &device, &inode) == 2) {
        holder->device = device;
        holder->inode = inode;
    }
    long long pid, start, since;
    if (sscanf(line, "process %lld %lld %lld", &pid, &start, &since) == 3) {
        holder->pid = pid;
        holder->start = start;
        holder->since = since;
    }
}

bool dp_holder_read(int file, struct dp_holder *holder)
{
    char text[DP_HOLDER_TEXT + 1];
    memset(holder, 0, sizeof *holder);
    const ssize_t length = pread(file, text, DP_HOLDER_TEXT, 0);
    text[length > 0 ? length : 0] = '\0';
    if (strncmp(text, first_line, sizeof first_line - 1) != 0)
        return false;
    for (const char *line = text; *line; line += *line == '\n') {
        read_key(line, holder);
        line += strcspn(line, "\n");
    }
    return holder->pid > 0;
}

/* Zombies count as gone: a killed process keeps its PID until its parent waits for it, and the first process
 * of a container may never do so. */
static bool is_running(const struct dp_holder *holder)
{
    long long start;
    const char state = process_facts(holder->pid, &start);
    if (state == ' ') // no /proc, or no such process
        return kill((pid_t)holder->pid, 0) == 0 || errno != ESRCH;
    return !strchr("ZX", state) && (start == holder->start || holder->start == 0);
}

/* What squeue says about a job: 1: its processes may exist; 0: they do not; -1: no answer. */
static int ask_slurm(const char *job)
{
    static const char *const running[] = {"RUNNING", "COMPLETING", "SUSPENDED", "CONFIGURING",
                                          "STOPPED", "SIGNALING",  "RESIZING",  "STAGE_OUT"};
    char command[256], answer[512] = "";
    if (strspn(job, "0123456789") != strlen(job))
        return -1;
    snprintf(command, sizeof command, "timeout 20 squeue --noheader --jobs=%s --format=%%T 2>&1", job);
    FILE *const pipe = popen(command, "r");
    if (!pipe)
        return -1;
    answer[fread(answer, 1, sizeof answer - 1, pipe)] = '\0';
    const int code = pclose(pipe);
    if (strstr(answer, "Invalid job id"))
        return 0;
    if (code != 0)
        return -1;
    answer[strcspn(answer, "\n ")] = '\0';
    for (size_t i = 0; i < sizeof running / sizeof running[0]; i++)
        if (strcmp(answer, running[i]) == 0)
            return 1;
    return 0;
}

enum dp_holder_state dp_holder_state(const struct dp_holder *holder, double silence)
{
    struct dp_holder ours;
    dp_holder_ours(&ours);
    if (holder->pid > 0 && holder->boot[0] != '-' && strcmp(holder->boot, ours.boot) == 0 &&
        strcmp(holder->space, ours.space) == 0)
        return is_running(holder) ? DP_HOLDER_HERE : DP_HOLDER_GONE;
    if (holder->pid > 0 && holder->job[0] != '-' && holder->cluster[0] != '-' &&
        strcmp(holder->cluster, ours.cluster) == 0) {
        if (strcmp(holder->job, ours.job) == 0) {
            if (strcmp(holder->restart, ours.restart) != 0) // this job, before it was requeued
                return DP_HOLDER_GONE;
        } else if (ask_slurm(holder->job) == 0) {
            return DP_HOLDER_GONE;
        }
    }
    return silence > DP_HOLDER_SILENCE ? DP_HOLDER_SILENT : DP_HOLDER_UNKNOWN;
}

const char *dp_holder_name(const struct dp_holder *holder, char text[static DP_HOLDER_TEXT])
{
    if (holder->pid <= 0)
        return "a job that did not leave its name";
    snprintf(text, DP_HOLDER_TEXT, "process %lld on %s%s%s%s", holder->pid, holder->host,
             holder->job[0] != '-' ? " (SLURM job " : "", holder->job[0] != '-' ? holder->job : "",
             holder->job[0] != '-' ? ")" : "");
    return text;
}
