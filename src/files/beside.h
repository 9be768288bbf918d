// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <dirent.h>
#include <stddef.h>

/* Lists the files in the folder of a path one by one, to find what other processes have left beside a store.
 * A folder that cannot be read is empty. */

struct dp_beside {
    DIR *directory;
    char *name; // of the current file, with its folder
    size_t folder;
};

void dp_beside_begin(const char *path, struct dp_beside *beside);

/* The name of the next file without its folder; NULL after the last. */
const char *dp_beside_next(struct dp_beside *beside);

void dp_beside_end(struct dp_beside *beside);
