// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store.h"
#include "verbs/verbs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int dp_report(const struct dp_error *error)
{
    int lines = 0;
    for (const char *at = error->text; (at = strchr(at, '\n')); at++)
        lines++;
    fputs(error->text, stderr);
    if (lines < error->count)
        fprintf(stderr, "and %d more\n", error->count - lines);
    return dp_exit_code(error->status);
}

const char *dp_program(void)
{
    return "dewpoint " DEWPOINT_VERSION " (" DEWPOINT_REVISION ")";
}

const char *dp_build(void)
{
    return DEWPOINT_BUILD;
}

const char *dp_bytes_text(double bytes, char *text)
{
    static const char *const units[] = {"bytes", "kB", "MB", "GB", "TB", "PB"};
    size_t unit = 0;
    while (bytes >= 999.5 && unit + 1 < sizeof units / sizeof *units) {
        bytes /= 1000;
        unit++;
    }
    snprintf(text, 32, "%.3g %s", bytes, units[unit]);
    return text;
}

bool dp_speaks_for_all(void)
{
    static const char *const variables[] = {"PMIX_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK"};
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *rank = getenv(variables[i]);
        if (rank)
            return strcmp(rank, "0") == 0;
    }
    return true;
}

bool dp_is_store(const char *path)
{
    static const char signature[8] = "\x89HDF\r\n\x1a\n";
    char start[sizeof signature] = "";
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    const bool read = fread(start, 1, sizeof start, file) == sizeof start;
    fclose(file);
    return read && memcmp(start, signature, sizeof signature) == 0;
}

/* Cuts text into its lines, in place; returns how many, or -1 without memory. */
static int cut_lines(char *text, const char ***lines)
{
    int n = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        n++;
    *lines = calloc((size_t)n + 2, sizeof **lines);
    if (!*lines)
        return -1;
    n = 0;
    for (char *line = text, *end; *line; line = end) {
        (*lines)[n++] = line;
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = '\0';
    }
    return n;
}

enum dp_status dp_sweep_from_store(const char *path, struct dp_sweep *sweep, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    const char *text = dp_store_text(store, "sweep_yaml");
    char *overrides = strdup(dp_store_text(store, "sweep_overrides"));
    const char **lines = NULL;
    const int n = overrides ? cut_lines(overrides, &lines) : -1;
    enum dp_status status;
    if (n < 0)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory for its sweep", path);
    else
        status = dp_sweep_parse(path, text, strlen(text), lines, n, sweep, error);
    free(lines);
    free(overrides);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}
