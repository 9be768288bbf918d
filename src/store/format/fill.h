// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stddef.h>
#include <stdint.h>

/* What the columns of rows that have not been trained hold: NaN, -1 or 0. HDF5 could write it as well, but it
 * leaves all of it to the page cache: a store larger than the memory then drives everything else out of it,
 * and takes many times as long as the disk would need. */

/* A part of the file, of so many bytes, that holds one value over and over. */
struct dp_filled_part {
    int64_t offset, bytes;
    unsigned char value[8];
    size_t size; // of the value
};

/* Writes the parts into the file at path, which must not be open in HDF5. */
enum dp_status dp_fill_write(const char *path, const struct dp_filled_part *parts, int count,
                             struct dp_error *error);
