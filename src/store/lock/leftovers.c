// SPDX-License-Identifier: BSD-3-Clause
#include "store/lock/leftovers.h"
#include "store/lock/holder.h"
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Is the process gone that made the open file? One that does not say who made it is judged by its age. */
static bool is_abandoned(int file, double now)
{
    struct stat facts;
    struct dp_holder holder;
    if (fstat(file, &facts) != 0)
        return false;
    const double silence = now - (double)facts.st_mtim.tv_sec;
    if (!dp_holder_read(file, &holder))
        return silence > DP_HOLDER_SILENCE;
    const enum dp_holder_state state = dp_holder_state(&holder, silence);
    return state == DP_HOLDER_GONE || state == DP_HOLDER_SILENT;
}

void dp_lock_remove_leftovers(const char *lock, double now)
{
    const char *const slash = strrchr(lock, '/'), *const base = slash ? slash + 1 : lock;
    const size_t length = strlen(base), folder = (size_t)(base - lock);
    char *const name = malloc(folder + 300);
    if (!name)
        return;
    snprintf(name, folder + 300, "%.*s", (int)folder, lock);
    DIR *const directory = opendir(folder ? name : ".");
    for (struct dirent *entry; directory && (entry = readdir(directory)) != NULL;) {
        if (strncmp(entry->d_name, base, length) != 0 || entry->d_name[length] != '.')
            continue;
        snprintf(name + folder, 300, "%s", entry->d_name);
        const int file = open(name, O_RDONLY | O_CLOEXEC);
        if (file >= 0 && is_abandoned(file, now))
            unlink(name);
        if (file >= 0)
            close(file);
    }
    if (directory)
        closedir(directory);
    free(name);
}
