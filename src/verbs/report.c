// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/kernels/isa.h"
#include "dewpoint/store/store.h"
#include "verbs/verbs.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void dp_print_lines(FILE *out, const char *before, const char *text)
{
    while (text && *text) {
        const int length = (int)strcspn(text, "\n");
        fprintf(out, "%s%.*s\n", before, length, text);
        text += length + (text[length] == '\n');
    }
}

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

void dp_version_print(FILE *out)
{
    char libraries[256];
    dp_store_libraries(libraries, sizeof libraries);
    fprintf(out, "%s\n%s\ninstruction set %s of", dp_program(), dp_build(), dp_isa_select(NULL));
    for (int i = 0; dp_isa_names[i]; i++)
        fprintf(out, "%s %s", i ? "," : "", dp_isa_names[i]);
    fprintf(out, "\n%s\nbuilt with %s\n", libraries, DEWPOINT_LIBRARIES);
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
