// SPDX-License-Identifier: BSD-3-Clause
#include "files/beside.h"
#include "dewpoint/files/path.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_ROOM = sizeof((struct dirent *)0)->d_name };

void dp_beside_begin(const char *path, struct dp_beside *beside)
{
    *beside = (struct dp_beside){.folder = (size_t)(dp_path_name(path) - path)};
    beside->name = malloc(beside->folder + NAME_ROOM);
    if (!beside->name)
        return;
    snprintf(beside->name, beside->folder + NAME_ROOM, "%.*s", (int)beside->folder, path);
    beside->directory = opendir(beside->folder ? beside->name : ".");
}

const char *dp_beside_next(struct dp_beside *beside)
{
    const struct dirent *const entry = beside->directory ? readdir(beside->directory) : NULL;
    if (!entry)
        return NULL;
    strcpy(beside->name + beside->folder, entry->d_name);
    return beside->name + beside->folder;
}

void dp_beside_end(struct dp_beside *beside)
{
    if (beside->directory)
        closedir(beside->directory);
    free(beside->name);
}
