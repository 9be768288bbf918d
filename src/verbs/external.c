// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "verbs/verbs.h"
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* The analysis programs are called dewpoint-phase and the like, and `dewpoint phase` becomes one of them. */

enum { PATH_ROOM = 4096, PROGRAMS = 64 };
static const char prefix[] = "dewpoint-";
// where they may be, seen from this program's directory: in the build tree and when installed
static const char *const places[] = {".", "../libexec/dewpoint"};
enum { PLACES = sizeof places / sizeof *places };

/* The directory of place i, with a slash at its end. */
static bool find_place(int i, char path[static PATH_ROOM])
{
    const ssize_t length = readlink("/proc/self/exe", path, PATH_ROOM - 64);
    if (length <= 0)
        return false;
    path[length] = '\0';
    char *end = strrchr(path, '/');
    if (!end)
        return false;
    snprintf(end + 1, 32, "%s/", places[i]);
    return true;
}

void dp_external_exec(char **argv)
{
    char path[PATH_ROOM];
    const char *name = argv[0];
    if (strchr(name, '/') || name[0] == '-' || strlen(name) > 200)
        return;
    for (int i = 0; i < PLACES; i++) {
        if (!find_place(i, path) || strlen(path) + sizeof prefix + strlen(name) > PATH_ROOM)
            continue;
        strcat(strcat(path, prefix), name);
        execv(path, argv);
    }
    snprintf(path, sizeof path, "%s%s", prefix, name);
    execvp(path, argv);
}

/* The names after the prefix of the programs in our own places; returns how many. The caller frees them. */
static int list_programs(char *names[static PROGRAMS])
{
    int n = 0;
    for (int i = 0; i < PLACES; i++) {
        char path[PATH_ROOM];
        DIR *directory = find_place(i, path) ? opendir(path) : NULL;
        for (struct dirent *entry; directory && n < PROGRAMS && (entry = readdir(directory));)
            if (strncmp(entry->d_name, prefix, sizeof prefix - 1) == 0 && !strchr(entry->d_name, '.') &&
                (names[n] = strdup(entry->d_name + sizeof prefix - 1)))
                n++;
        if (directory)
            closedir(directory);
    }
    return n;
}

bool dp_external_nearest(const char *name, const struct dp_verb *verbs, int verb_count,
                         char answer[static 64])
{
    const char *candidates[2 * PROGRAMS];
    char *programs[PROGRAMS];
    const int program_count = list_programs(programs);
    int n = 0;
    for (int i = 0; i < verb_count && n < PROGRAMS; i++)
        candidates[n++] = verbs[i].name;
    for (int i = 0; i < program_count; i++)
        candidates[n++] = programs[i];
    const char *near = dp_nearest_name(name, candidates, n);
    if (near)
        snprintf(answer, 64, "%s", near);
    for (int i = 0; i < program_count; i++)
        free(programs[i]);
    return near;
}

static int by_name(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

void dp_external_list(const char *before, const char *between, const char *after)
{
    char *programs[PROGRAMS];
    const int n = list_programs(programs);
    if (n == 0)
        return;
    qsort(programs, (size_t)n, sizeof *programs, by_name);
    for (int i = 0; i < n; i++) {
        printf("%s%s", i ? between : before, programs[i]);
        free(programs[i]);
    }
    printf("%s", after);
}
