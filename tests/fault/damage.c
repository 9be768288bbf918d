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

/* `damage STORE SCRATCH STRIDE`: damages copies of STORE beside SCRATCH at every STRIDE-th byte and reads
 * everything that a reader can ask for. What comes back must be the same as from the whole store, or a
 * refusal in a sentence, or a run that is pending, as after a kill, and will be trained again; never a crash,
 * a hang, or something else without a word.
 *
 * A process looks at a batch of copies, each at a file of its own, because the library may keep a file that
 * it could not close. If anything is bad, each copy of the batch is looked at again in a process of its own.
 */

enum outcome { SAME, REFUSED, PENDING, DIFFERENT, HUNG, CRASHED };
enum { OUTCOMES = CRASHED + 1, PATIENCE = 20 /* s */, BATCH = 64 };

enum way { INVERTED, FLIPPED, OVERWRITTEN, CUT, WAYS };
static const char *const ways[] = {[INVERTED] = "byte inverted",
                                   [FLIPPED] = "bit flipped",
                                   [OVERWRITTEN] = "16 bytes overwritten",
                                   [CUT] = "cut"};

struct damage {
    off_t at;
    enum way way;
};

struct trial {
    const unsigned char *bytes; // of the whole store
    off_t size;
    uint64_t truth;
    char path[BATCH][4096]; // the copies
    struct damage damages[BATCH];
    int count;
    int64_t tally[OUTCOMES];
};

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

/* *pending: whether the store says of any run that it is still to be trained; the whole store has none. */
static enum dp_status read_rows(const struct dp_store *store, uint64_t *digest, bool *pending,
                                struct dp_error *error)
{
    int64_t wrong, first_wrong, damaged = 0;
    struct dp_end *const ends = calloc((size_t)dp_store_runs(store) + 1, sizeof *ends);
    enum dp_status status = dp_store_ends(store, 0, dp_store_runs(store), ends, &damaged, error);
    if (status == DP_OK && damaged)
        status = dp_fail(error, DP_IO, "%lld rows are damaged", (long long)damaged);
    add(digest, ends, (size_t)dp_store_runs(store) * sizeof *ends);
    *pending = false;
    for (int64_t row = 0; row < dp_store_runs(store); row++)
        *pending = *pending || ends[row].status == DP_PENDING;
    free(ends);
    DP_TRY(status);
    DP_TRY(dp_store_verify(store, &wrong, &first_wrong, error));
    return wrong ? dp_fail(error, DP_IO, "%lld rows are wrong", (long long)wrong) : DP_OK;
}

static enum dp_status read_open(const struct dp_store *store, uint64_t *digest, bool *pending,
                                struct dp_error *error)
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
    return read_rows(store, digest, pending, error);
}

static enum dp_status read_all(const char *path, uint64_t *digest, bool *pending, struct dp_error *error)
{
    struct dp_store *store;
    *digest = UINT64_C(0xcbf29ce484222325);
    DP_TRY(dp_store_open(path, &store, error));
    const enum dp_status status = read_open(store, digest, pending, error);
    dp_store_close(store, NULL);
    return status;
}

static enum outcome look(const char *path, uint64_t truth)
{
    struct dp_error error = {0};
    uint64_t digest;
    bool pending;
    if (read_all(path, &digest, &pending, &error) != DP_OK)
        return error.count > 0 && error.text[0] ? REFUSED : DIFFERENT;
    return digest == truth ? SAME : pending ? PENDING : DIFFERENT;
}

/* Writes a copy: a whole one with a few other bytes, or a shorter one. */
static void write_copy(const struct trial *t, int slot)
{
    const struct damage d = t->damages[slot];
    const off_t left = t->size - d.at;
    unsigned char other[16];
    const size_t length = d.way == OVERWRITTEN ? (size_t)(left < 16 ? left : 16) : 1;
    for (size_t i = 0; i < length; i++) {
        const unsigned char noise = (unsigned char)((d.at + (off_t)i) * 2654435761u >> 7);
        other[i] = d.way == INVERTED  ? (unsigned char)~t->bytes[d.at]
                   : d.way == FLIPPED ? t->bytes[d.at] ^ (unsigned char)(1 << d.at % 8)
                                      : noise;
    }
    const int file = open(t->path[slot], O_CREAT | O_RDWR, 0666);
    const off_t size = d.way == CUT ? d.at : t->size;
    if (file < 0 || pwrite(file, t->bytes, (size_t)size, 0) != size || ftruncate(file, size) != 0 ||
        (d.way != CUT && pwrite(file, other, length, d.at) != (ssize_t)length))
        abort();
    close(file);
}

/* Looks at copies from `first` on, in a process of its own; how many of them it came to the end of. */
static int look_apart(const struct trial *t, int first, int count, unsigned char *outcomes)
{
    int results[2], end = 0, status;
    if (pipe(results) != 0)
        abort();
    const pid_t child = fork();
    if (child == 0) {
        for (int i = first; i < first + count; i++) {
            alarm(PATIENCE);
            const unsigned char outcome = (unsigned char)look(t->path[i], t->truth);
            if (write(results[1], &outcome, 1) != 1)
                abort();
        }
        _exit(0);
    }
    close(results[1]);
    while (end < count && read(results[0], &outcomes[end], 1) == 1)
        end++;
    close(results[0]);
    waitpid(child, &status, 0);
    if (end < count)
        outcomes[end] = WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? HUNG : CRASHED;
    return end;
}

static void look_at_batch(struct trial *t)
{
    static const char *const said[] = {
        [DIFFERENT] = "read otherwise, without a word", [HUNG] = "hung", [CRASHED] = "crashed"};
    unsigned char outcomes[BATCH];
    for (int i = 0; i < t->count; i++)
        write_copy(t, i);
    bool good = look_apart(t, 0, t->count, outcomes) == t->count;
    for (int i = 0; good && i < t->count; i++)
        good = outcomes[i] < DIFFERENT;
    for (int i = 0; i < t->count; i++) {
        if (!good)
            look_apart(t, i, 1, &outcomes[i]);
        t->tally[outcomes[i]]++;
        if (outcomes[i] >= DIFFERENT)
            printf("%s at %lld: %s\n", ways[t->damages[i].way], (long long)t->damages[i].at,
                   said[outcomes[i]]);
    }
    t->count = 0;
}

static int fail(const char *what)
{
    perror(what);
    return 2;
}

int main(int argc, char **argv)
{
    static struct trial trial;
    struct trial *const t = &trial;
    struct dp_error error = {0};
    struct stat facts;
    if (argc != 4)
        return 2;
    bool pending;
    if (read_all(argv[1], &t->truth, &pending, &error) != DP_OK) {
        fputs(error.text, stderr);
        return 2;
    }
    const int whole = open(argv[1], O_RDONLY);
    if (whole < 0 || fstat(whole, &facts) != 0)
        return fail(argv[1]);
    t->size = facts.st_size;
    unsigned char *const bytes = malloc((size_t)t->size);
    if (!bytes || pread(whole, bytes, (size_t)t->size, 0) != t->size)
        return fail(argv[1]);
    t->bytes = bytes;
    for (int i = 0; i < BATCH; i++)
        snprintf(t->path[i], sizeof t->path[i], "%s.%d", argv[2], i);
    const off_t stride = atol(argv[3]);
    for (off_t at = 0; at < t->size; at += stride)
        for (enum way way = 0; way < WAYS; way++) {
            t->damages[t->count++] = (struct damage){at, way};
            if (t->count == BATCH)
                look_at_batch(t);
        }
    if (t->count > 0)
        look_at_batch(t);
    const int64_t bad = t->tally[DIFFERENT] + t->tally[HUNG] + t->tally[CRASHED];
    printf(
        "%lld bytes, every %lld-th damaged in %d ways: %lld harmless, %lld refused, %lld pending, %lld bad\n",
        (long long)t->size, (long long)stride, (int)WAYS, (long long)t->tally[SAME],
        (long long)t->tally[REFUSED], (long long)t->tally[PENDING], (long long)bad);
    free(bytes);
    return bad != 0;
}
