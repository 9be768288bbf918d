// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/open.h"
#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <mpi.h>
#include <setjmp.h>
#include <spawn.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
// after its prerequisites
#include <cmocka.h>

/* dewpoint-phase from the outside, on stores whose runs were made up: RD_w = 3 width^S with the slope S that
 * SCIENCE.md derives for ReLU, so that every cell's answer is known. */

enum { TEXT = 1 << 17, ARGUMENTS = 16, PATH = 512 };

static char directory[] = "/tmp/dewpoint-phase-XXXXXX";
extern char **environ;

static inline const char *place(const char *name, char path[PATH])
{
    snprintf(path, PATH, "%s/%s", directory, name);
    return path;
}

static inline double derived_slope(double gamma, double gamma_prime)
{
    if (gamma_prime <= fmin(0, 1 - gamma))
        return gamma - 1;
    if (gamma <= 1)
        return gamma - 1 - 2 * gamma_prime;
    return gamma_prime >= gamma - 1 ? 2 * (gamma - 1 - gamma_prime) : (gamma - 1 - gamma_prime) / 2;
}

static inline struct dp_record made_up(const struct dp_run *run)
{
    const double value = 3 * pow((double)run->width, derived_slope(run->gamma, run->gamma_prime));
    const double shift = run->seed % 2 ? 1.01 : 1 / 1.01; // two seeds scatter by +-1% about the law
    return (struct dp_record){.status = DP_DONE, .rd_w = value * shift, .rd_a = 2 * value, .rd = value};
}

/* Makes a store of the sweep and writes those rows for which edit (NULL: all, as they are) says so. */
static inline void make_store(const char *path, const char *yaml,
                              bool (*edit)(const struct dp_run *, struct dp_record *))
{
    struct dp_sweep sweep;
    struct dp_store *store = NULL;
    struct dp_error error = {0};
    const struct dp_provenance provenance = {
        .program = "test", .build = "", .isa = "", .hosts = "", .ranks = 1};
    if (dp_sweep_parse("test.yaml", yaml, strlen(yaml), NULL, 0, &sweep, &error) ||
        dp_store_create(path, &sweep, 0, &provenance, &error) ||
        dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error))
        fail_msg("%s", error.text);
    for (int64_t row = 0; row < sweep.runs; row++) {
        struct dp_run run;
        dp_sweep_run(&sweep, row, &run);
        struct dp_record record = made_up(&run);
        if ((!edit || edit(&run, &record)) && dp_store_write(store, &sweep, row, 1, &record, NULL, &error))
            fail_msg("%s", error.text);
    }
    assert_int_equal(dp_store_close(store, &error), DP_OK);
    dp_sweep_free(&sweep);
}

static inline void read_file(const char *path, char *text)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    text[fread(text, 1, TEXT - 1, file)] = 0;
    fclose(file);
}

/* Runs dewpoint-phase with the words up to NULL; returns its exit code and what it wrote. */
static inline int phase(char *out, char *complaints, const char *word, ...)
{
    char *arguments[ARGUMENTS] = {strdup("dewpoint-phase")}, outputs[2][PATH];
    int count = 1, outcome = 0;
    va_list words;
    va_start(words, word);
    for (; word; word = va_arg(words, const char *))
        arguments[count++] = strdup(word);
    va_end(words);
    posix_spawn_file_actions_t actions;
    pid_t child;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 1, place("out", outputs[0]), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    posix_spawn_file_actions_addopen(&actions, 2, place("err", outputs[1]), O_WRONLY | O_CREAT | O_TRUNC,
                                     0600);
    assert_int_equal(posix_spawn(&child, DP_PHASE, &actions, NULL, arguments, environ), 0);
    posix_spawn_file_actions_destroy(&actions);
    assert_int_equal(waitpid(child, &outcome, 0), child);
    for (int i = 0; i < count; i++)
        free(arguments[i]);
    read_file(outputs[0], out);
    read_file(outputs[1], complaints);
    return WIFEXITED(outcome) ? WEXITSTATUS(outcome) : -1;
}

static inline void has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" is not in:\n%s", part, text);
}

static char out[TEXT], complaints[TEXT];

/* The field of a CSV line whose column has that name; header: the first line. Returns text. */
static inline const char *field(const char *header, const char *line, const char *name, char text[64])
{
    const size_t length = strlen(name);
    while (strncmp(header, name, length) || !strchr(",\r", header[length])) {
        header = strchr(header, ',');
        line = strchr(line, ',');
        if (!header || !line)
            fail_msg("no column %s", name);
        header++;
        line++;
    }
    snprintf(text, 64, "%.*s", (int)strcspn(line, ",\r"), line);
    return text;
}

static inline double number(const char *header, const char *line, const char *name)
{
    char text[64];
    return field(header, line, name, text)[0] ? strtod(text, NULL) : (double)NAN;
}

/* The directory of a test program, and MPI. */
static inline int begin(void **state)
{
    (void)state;
    dp_store_prepare();
    MPI_Init(NULL, NULL);
    return mkdtemp(directory) ? 0 : -1;
}

static inline int end(void **state)
{
    (void)state;
    DIR *const listing = opendir(directory);
    for (const struct dirent *entry; listing && (entry = readdir(listing)) != NULL;) {
        char path[PATH];
        if (entry->d_name[0] != '.')
            unlink(place(entry->d_name, path));
    }
    closedir(listing);
    rmdir(directory);
    MPI_Finalize();
    return 0;
}
