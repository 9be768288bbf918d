// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* `damage STORE SCRATCH STRIDE`: damages a copy of STORE at SCRATCH at every STRIDE-th byte, in four ways,
 * and reads everything that a reader can ask for, each time in a process of its own. What comes back must be
 * the same as from the whole store, or a refusal in a sentence; never a crash, a hang, or something else
 * without a word. */

enum outcome { SAME, REFUSED, DIFFERENT };
enum { PATIENCE = 20 }; // s

static const char *const ways[] = {"byte inverted", "bit flipped", "16 bytes overwritten", "cut"};
enum { WAYS = sizeof ways / sizeof *ways };

/* FNV-1a over everything that was read. */
static void add(uint64_t *digest, const void *bytes, size_t size)
{
    for (const unsigned char *at = bytes; size-- > 0; at++)
        *digest = (*digest ^ *at) * UINT64_C(0x100000001b3);
}

static void add_text(uint64_t *digest, const char *text)
{
    add(digest, text ? text : "-", text ? strlen(text) + 1 : 1);
}

/* Of this execution only, and outside of the checksums. */
static bool is_note(const char *column)
{
    return strcmp(column, "wall_time") == 0 || strcmp(column, "rank") == 0 || strcmp(column, "source") == 0;
}

static enum dp_status read_column(const struct dp_store *store, const char *name, uint64_t *digest,
                                  struct dp_error *error)
{
    int64_t rows, inner;
    dp_store_shape(store, name, &rows, &inner);
    double *const values = calloc((size_t)(rows * inner) + 1, sizeof *values);
    if (!values)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a column");
    const enum dp_status status = dp_store_read(store, name, 0, rows, values, error);
    add_text(digest, name);
    add_text(digest, dp_store_unit(store, name));
    add_text(digest, dp_store_meaning(store, name));
    for (int64_t i = 0; dp_store_flag(store, name, i); i++)
        add_text(digest, dp_store_flag(store, name, i));
    if (!is_note(name))
        add(digest, values, (size_t)(rows * inner) * sizeof *values);
    free(values);
    return status;
}

static enum dp_status read_rows(const struct dp_store *store, uint64_t *digest, struct dp_error *error)
{
    int64_t wrong, first_wrong, damaged = 0;
    struct dp_end *const ends = calloc((size_t)dp_store_runs(store) + 1, sizeof *ends);
    enum dp_status status = dp_store_ends(store, 0, dp_store_runs(store), ends, &damaged, error);
    if (status == DP_OK && damaged)
        status = dp_fail(error, DP_IO, "%lld rows are damaged", (long long)damaged);
    add(digest, ends, (size_t)dp_store_runs(store) * sizeof *ends);
    free(ends);
    DP_TRY(status);
    DP_TRY(dp_store_verify(store, &wrong, &first_wrong, error));
    return wrong ? dp_fail(error, DP_IO, "%lld rows are wrong", (long long)wrong) : DP_OK;
}

static enum dp_status read_open(const struct dp_store *store, uint64_t *digest, struct dp_error *error)
{
    static const char *const texts[] = {"Conventions",  "title",   "sweep_yaml", "sweep_overrides",
                                        "sweep_digest", "program", "build",      "sweep_description",
                                        "isa",          "hosts",   "libraries",  "created"};
    enum { MOST = 160 };
    const char *names[MOST];
    struct dp_sweep sweep = {0};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        add_text(digest, dp_store_text(store, texts[i]));
    DP_TRY(dp_store_sweep(store, &sweep, error));
    dp_sweep_free(&sweep);
    const int count = dp_store_columns(store, names, MOST);
    for (int c = 0; c < count && c < MOST; c++)
        DP_TRY(read_column(store, names[c], digest, error));
    return read_rows(store, digest, error);
}

static enum dp_status read_all(const char *path, uint64_t *digest, struct dp_error *error)
{
    struct dp_store *store;
    *digest = UINT64_C(0xcbf29ce484222325);
    DP_TRY(dp_store_open(path, &store, error));
    const enum dp_status status = read_open(store, digest, error);
    dp_store_close(store, NULL);
    return status;
}

static enum outcome look(const char *path, uint64_t truth)
{
    struct dp_error error = {0};
    uint64_t digest;
    if (read_all(path, &digest, &error) != DP_OK)
        return error.count > 0 && error.text[0] ? REFUSED : DIFFERENT;
    return digest == truth ? SAME : DIFFERENT;
}

/* Writes the damaged file: a whole one with a few other bytes, or a shorter one. */
static void damage(int file, const unsigned char *bytes, off_t size, int way, off_t at)
{
    unsigned char other[16];
    const size_t length = way == 2 ? (size_t)(size - at < 16 ? size - at : 16) : 1;
    for (size_t i = 0; i < length; i++) {
        const unsigned char noise = (unsigned char)((at + (off_t)i) * 2654435761u >> 7);
        other[i] = way == 0   ? (unsigned char)~bytes[at]
                   : way == 1 ? bytes[at] ^ (unsigned char)(1 << at % 8)
                              : noise;
    }
    if (ftruncate(file, 0) != 0 || pwrite(file, bytes, (size_t)size, 0) != size)
        abort();
    if (way == 3 ? ftruncate(file, at) != 0 : pwrite(file, other, length, at) != (ssize_t)length)
        abort();
}

static int look_apart(const char *path, uint64_t truth)
{
    const pid_t child = fork();
    int result;
    if (child == 0) {
        alarm(PATIENCE);
        _exit((int)look(path, truth));
    }
    waitpid(child, &result, 0);
    return WIFEXITED(result) ? WEXITSTATUS(result) : -WTERMSIG(result);
}

static int fail(const char *what)
{
    perror(what);
    return 2;
}

int main(int argc, char **argv)
{
    struct dp_error error = {0};
    struct stat facts;
    uint64_t truth;
    if (argc != 4)
        return 2;
    if (read_all(argv[1], &truth, &error) != DP_OK) {
        fputs(error.text, stderr);
        return 2;
    }
    const int whole = open(argv[1], O_RDONLY), file = open(argv[2], O_CREAT | O_RDWR, 0666);
    if (whole < 0 || file < 0 || fstat(whole, &facts) != 0)
        return fail(argv[1]);
    const off_t size = facts.st_size, stride = atol(argv[3]);
    unsigned char *const bytes = malloc((size_t)size);
    if (!bytes || pread(whole, bytes, (size_t)size, 0) != size)
        return fail(argv[1]);
    int64_t tally[3] = {0}, bad = 0;
    for (off_t at = 0; at < size; at += stride)
        for (int way = 0; way < WAYS; way++) {
            damage(file, bytes, size, way, at);
            const int outcome = look_apart(argv[2], truth);
            if (outcome >= SAME && outcome <= DIFFERENT)
                tally[outcome]++;
            if ((outcome < SAME || outcome >= DIFFERENT) && bad++ < 20)
                printf("%s at %lld: %s\n", ways[way], (long long)at,
                       outcome == -SIGALRM ? "hung"
                       : outcome < 0       ? "crashed"
                                           : "read otherwise, without a word");
        }
    printf("%lld bytes, every %lld-th in %d ways: %lld harmless, %lld refused, %lld bad\n", (long long)size,
           (long long)stride, WAYS, (long long)tally[SAME], (long long)tally[REFUSED], (long long)bad);
    free(bytes);
    return bad != 0;
}
