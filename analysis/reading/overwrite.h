// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include <stdbool.h>

/* Whether the file at path is one that runs of the store read: data, test samples or initial parameters.
 * false if the store cannot be read. */
bool dp_is_read_by_runs(const char *path, const char *store);

/* Whether the file at path is a store. */
bool dp_is_readable_store(const char *path);
