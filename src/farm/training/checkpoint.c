// SPDX-License-Identifier: BSD-3-Clause
#include "farm/training/checkpoint.h"
#include "dewpoint/files/path.h"
#include "files/beside.h"
#include "files/disk.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char ending[] = ".checkpoint-", new_ending[] = ".new";

struct header {
    char magic[24];
    char program[104]; // its revision, because the layout of a state is the program's own
    char sweep[24], data[24];
    int64_t row;
    double seconds;
    uint64_t size, checksum; // of the state
};

static uint64_t checksum(const void *state, size_t size)
{
    const unsigned char *bytes = state;
    uint64_t hash = UINT64_C(0xcbf29ce484222325); // FNV-1a
    for (size_t i = 0; i < size; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

static struct header header_of(const struct dp_job *job, int64_t row)
{
    struct header header = {.magic = "dewpoint checkpoint", .row = row};
    snprintf(header.program, sizeof header.program, "%s", job->options->program);
    snprintf(header.sweep, sizeof header.sweep, "%s", job->sweep.digest);
    snprintf(header.data, sizeof header.data, "%s", job->data_digest);
    return header;
}

/* "STORE.checkpoint-ROW", to be freed; NULL without memory. */
static char *name_of(const struct dp_job *job, int64_t row, const char *more)
{
    const size_t size = strlen(job->path) + sizeof ending + 32 + strlen(more);
    char *name = malloc(size);
    if (name)
        snprintf(name, size, "%s%s%lld%s", job->path, ending, (long long)row, more);
    return name;
}

static int by_row(const void *left, const void *right)
{
    const int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

bool dp_checkpoint_exists(const struct dp_job *job, int64_t row)
{
    return job->checkpoint_count > 0 &&
           bsearch(&row, job->checkpoints, (size_t)job->checkpoint_count, sizeof row, by_row);
}

static bool add(struct dp_job *job, int64_t row)
{
    int64_t *more = realloc(job->checkpoints, (size_t)(job->checkpoint_count + 1) * sizeof *more);
    if (!more)
        return false;
    job->checkpoints = more;
    more[job->checkpoint_count++] = row;
    return true;
}

enum dp_status dp_checkpoint_list(struct dp_job *job, struct dp_error *error)
{
    const char *const store = dp_path_name(job->path);
    const size_t length = strlen(store);
    struct dp_beside beside;
    dp_beside_begin(job->path, &beside);
    bool memory = beside.name != NULL;
    for (const char *name; (name = dp_beside_next(&beside));) {
        if (strncmp(name, store, length) != 0 || strncmp(name + length, ending, sizeof ending - 1) != 0)
            continue;
        char *end;
        const char *number = name + length + sizeof ending - 1;
        const long long row = strtoll(number, &end, 10);
        if (end != number && *end == '\0' && row >= 0 && row < job->sweep.runs)
            memory = add(job, row) && memory;
        else if (end != number && strcmp(end, new_ending) == 0) // of a rank that was killed while it wrote
            unlink(beside.name);
    }
    dp_beside_end(&beside);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the list of checkpoints");
    if (job->checkpoint_count > 0)
        qsort(job->checkpoints, (size_t)job->checkpoint_count, sizeof *job->checkpoints, by_row);
    return DP_OK;
}

static bool write_file(const char *name, const struct header *header, const void *state, size_t size)
{
    const int file = open(name, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0666);
    if (file < 0)
        return false;
    const bool written = dp_disk_write(file, header, sizeof *header, 0) &&
                         dp_disk_write(file, state, size, sizeof *header) && fsync(file) == 0;
    return close(file) == 0 && written;
}

void dp_checkpoint_save(struct dp_job *job, int64_t row, double seconds, const void *state, size_t size)
{
    char *name = name_of(job, row, ""), *other = name_of(job, row, new_ending);
    struct header header = header_of(job, row);
    header.seconds = seconds;
    header.size = size;
    header.checksum = checksum(state, size);
    if (!name || !other || !write_file(other, &header, state, size) || rename(other, name) != 0) {
        if (!job->checkpoint_failed)
            fprintf(stderr, "dewpoint: rank %d: cannot write %s: %s; long runs will begin again\n", job->rank,
                    name ? name : "a checkpoint", strerror(errno));
        job->checkpoint_failed = true;
        if (other)
            unlink(other);
    } else if (!dp_checkpoint_exists(job, row) && add(job, row)) {
        qsort(job->checkpoints, (size_t)job->checkpoint_count, sizeof *job->checkpoints, by_row);
    }
    free(name);
    free(other);
}

static bool read_all(int file, void *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        const ssize_t got = read(file, (char *)bytes + at, size - at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += (size_t)got;
    }
    return true;
}

static bool fits(const struct header *header, const struct header *ours)
{
    return memcmp(header->magic, ours->magic, sizeof ours->magic) == 0 &&
           memcmp(header->program, ours->program, sizeof ours->program) == 0 &&
           memcmp(header->sweep, ours->sweep, sizeof ours->sweep) == 0 &&
           memcmp(header->data, ours->data, sizeof ours->data) == 0 && header->row == ours->row;
}

void *dp_checkpoint_load(struct dp_job *job, int64_t row, size_t *size, double *seconds)
{
    const struct header ours = header_of(job, row);
    struct header header;
    char *name = name_of(job, row, "");
    const int file = name ? open(name, O_RDONLY | O_CLOEXEC) : -1;
    const off_t length = file >= 0 ? lseek(file, 0, SEEK_END) : 0;
    void *state = NULL;
    if (length > (off_t)sizeof header && lseek(file, 0, SEEK_SET) == 0 &&
        read_all(file, &header, sizeof header) && fits(&header, &ours) &&
        header.size == (uint64_t)length - sizeof header)
        state = malloc(header.size);
    if (state && (!read_all(file, state, header.size) || checksum(state, header.size) != header.checksum)) {
        free(state);
        state = NULL;
    }
    if (state) {
        *size = header.size;
        *seconds = header.seconds;
    } else if (file >= 0) {
        fprintf(stderr,
                "dewpoint: %s does not belong to this program, sweep and data, or is damaged: run %lld "
                "begins again\n",
                name, (long long)row);
    }
    if (file >= 0)
        close(file);
    free(name);
    return state;
}

void dp_checkpoint_remove(struct dp_job *job, int64_t row)
{
    char *name = name_of(job, row, "");
    if (name)
        unlink(name);
    free(name);
}
