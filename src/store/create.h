// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"

/* How a new store is created, for code that fills it before it gets its name (reuse/). */

struct dp_filling {
    /* Writes into the store at path, which still has its temporary name. NULL: nothing. */
    enum dp_status (*fill)(const void *context, const char *path, struct dp_error *error);
    const void *context;
    bool replace; // a file at the store's path is replaced in one step
};

/* As dp_store_create. */
enum dp_status dp_store_create_filled(const char *path, const struct dp_sweep *sweep,
                                      const struct dp_samples *file, const struct dp_provenance *provenance,
                                      const struct dp_filling *filling, struct dp_error *error);
