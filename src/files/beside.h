// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <dirent.h>
#include <stddef.h>

/* The files in the folder of a path, one after the other: what others have left beside a store. A folder
 * that cannot be read has none. */

struct dp_beside {
    DIR *directory;
    char *name; // of the file at hand, with its folder: to open it
    size_t folder;
};

void dp_beside_begin(const char *path, struct dp_beside *beside);

/* The name of the next file without its folder; NULL: there is none. */
const char *dp_beside_next(struct dp_beside *beside);

void dp_beside_end(struct dp_beside *beside);
