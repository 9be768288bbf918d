// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sizes that a file claims, and whole files in memory. A file of two kilobytes may claim 2^61 numbers. Every
 * size from a file therefore goes through dp_fits_memory before anything is allocated; it multiplies without
 * overflow and compares with the memory of this machine. */

/* Whether rows x columns doubles fit the memory that this machine has. */
bool dp_fits_memory(uint64_t rows, uint64_t columns);

/* Reports an array that does not fit. what: "dataset x". */
enum dp_status dp_too_large(const char *path, const char *what, uint64_t rows, uint64_t columns,
                            struct dp_error *error);

/* All bytes of a regular file, and a closing zero. The caller frees data. */
struct dp_bytes {
    char *data;
    size_t size;
};

enum dp_status dp_bytes_read(const char *path, struct dp_bytes *bytes, struct dp_error *error);
