// SPDX-License-Identifier: BSD-3-Clause
#define _XOPEN_SOURCE 700 // glob
#include "verbs/verbs.h"
#include <glob.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool add(char ***files, int *count, const char *path)
{
    char **const grown = realloc(*files, (size_t)(*count + 1) * sizeof *grown);
    if (!grown)
        return false;
    *files = grown;
    grown[*count] = strdup(path);
    return grown[(*count)++] != NULL;
}

static bool expand(const char *pattern, char ***files, int *count)
{
    glob_t found;
    bool fine = true;
    const int code = glob(pattern, 0, NULL, &found);
    if (code == GLOB_NOMATCH)
        return strpbrk(pattern, "*?[") ? false : add(files, count, pattern);
    for (size_t i = 0; code == 0 && i < found.gl_pathc && fine; i++)
        fine = add(files, count, found.gl_pathv[i]);
    globfree(&found);
    return fine && code == 0;
}

bool dp_verb_files(const char *verb, const char *const *patterns, int count, char ***files, int *file_count)
{
    *files = NULL;
    *file_count = 0;
    for (int i = 0; i < count; i++)
        if (!expand(patterns[i], files, file_count)) {
            if (dp_speaks_for_all())
                fprintf(stderr, "dewpoint %s: there is no file %s\n", verb, patterns[i]);
            dp_verb_files_free(*files, *file_count);
            return false;
        }
    return true;
}

void dp_verb_files_free(char **files, int count)
{
    for (int i = 0; i < count; i++)
        free(files[i]);
    free(files);
}
