// SPDX-License-Identifier: BSD-3-Clause
#define _XOPEN_SOURCE 700 // for sigaltstack
#include "farm/training/crash.h"
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STACK = 64 * 1024 };
static const int crashes[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
enum { CRASHES = sizeof crashes / sizeof *crashes };
static const char ending[] = ".crashes";

/* For the handler, which may call next to nothing. */
static struct {
    char path[4096];
    int rank;
    volatile int64_t first, count;
    struct sigaction before[CRASHES];
    char stack[STACK]; // an overflow of the stack is a crash as well
} last;

static char *append(char *at, int64_t number)
{
    char digits[24];
    int n = 0;
    do
        digits[n++] = (char)('0' + number % 10);
    while ((number /= 10) > 0);
    while (n > 0)
        *at++ = digits[--n];
    *at++ = ' ';
    return at;
}

static void note(int number)
{
    if (last.count > 0) {
        char line[128],
            *end = append(append(append(append(line, last.first), last.count), last.rank), number);
        end[-1] = '\n';
        const int file = open(last.path, O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0666);
        if (file >= 0 && write(file, line, (size_t)(end - line)) > 0)
            fsync(file);
    }
    for (int i = 0; i < CRASHES; i++)
        if (crashes[i] == number)
            sigaction(number, &last.before[i], NULL);
    raise(number); // at the return from here
}

void dp_crash_catch(const struct dp_job *job)
{
    last.rank = job->rank;
    last.count = 0;
    snprintf(last.path, sizeof last.path, "%s%s", job->path, ending);
    const stack_t stack = {.ss_sp = last.stack, .ss_size = sizeof last.stack};
    sigaltstack(&stack, NULL);
    struct sigaction action = {.sa_handler = note, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < CRASHES; i++)
        sigaction(crashes[i], &action, &last.before[i]);
}

void dp_crash_rows(int64_t first, int64_t count)
{
    last.first = first;
    last.count = count;
}

static bool suspect(struct dp_job *job, int64_t row)
{
    for (int64_t i = 0; i < job->suspect_count; i++)
        if (job->suspects[i].row == row) {
            job->suspects[i].crashes++;
            return true;
        }
    struct dp_suspect *more = realloc(job->suspects, (size_t)(job->suspect_count + 1) * sizeof *more);
    if (!more)
        return false;
    job->suspects = more;
    more[job->suspect_count++] = (struct dp_suspect){row, 1};
    return true;
}

/* To be freed; NULL without memory. */
static char *name_of(const struct dp_job *job)
{
    const size_t size = strlen(job->path) + sizeof ending;
    char *const name = malloc(size);
    if (name)
        snprintf(name, size, "%s%s", job->path, ending);
    return name;
}

static void print_suspects(const struct dp_job *job, const char *name)
{
    int64_t once = 0;
    for (int64_t i = 0; i < job->suspect_count; i++)
        if (job->suspects[i].crashes == 1)
            once++;
        else
            fprintf(stderr,
                    "dewpoint: run %lld has crashed its rank twice: recorded as failed; to try it again, "
                    "remove %s\n",
                    (long long)job->suspects[i].row, name);
    if (once > 0)
        fprintf(stderr, "dewpoint: %s names %lld run%s to be tried once more, alone\n", name, (long long)once,
                once == 1 ? "" : "s");
}

enum dp_status dp_crash_read(struct dp_job *job, struct dp_error *error)
{
    char *const name = name_of(job);
    bool memory = name != NULL;
    FILE *const file = name ? fopen(name, "r") : NULL;
    int64_t first, count;
    while (file && fscanf(file, "%" SCNd64 " %" SCNd64 " %*d %*d", &first, &count) == 2)
        for (int64_t row = first < 0 ? 0 : first; row < first + count && row < job->sweep.runs; row++)
            memory = (job->done[row] || suspect(job, row)) && memory;
    if (file)
        fclose(file);
    if (memory)
        print_suspects(job, name);
    free(name);
    return memory ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the list of crashed runs");
}

void dp_crash_forget(const struct dp_job *job)
{
    char *const name = name_of(job);
    if (name)
        unlink(name);
    free(name);
}
