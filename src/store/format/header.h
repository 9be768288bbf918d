// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/status.h"
#include <stdbool.h>
#include <stdint.h>

/* What describes a store, and is written once: its format, titles, units, the sweep. HDF5 guards most of it
 * by checksums of its own, but not long attributes. The attribute `attributes_checksum` of the root is the
 * CRC-32 over every attribute of the root and of the datasets in the root, in their order: the name with its
 * closing zero, then the value's bytes. Left out are those that HDF5 and netCDF keep for themselves, and the
 * checksum. */

enum { DP_STORE_FORMAT = 2 }; // 1 had texts of variable length and one checksum for rows, curves and weights

/* Writes the checksum, after everything else. */
bool dp_header_seal(int64_t file);

/* Is the open file a store of the format that we know, as it was sealed? DP_IO with a sentence. */
enum dp_status dp_header_check(const char *path, int64_t file, struct dp_error *error);

/* Does HDF5 or netCDF keep the attribute for itself? */
bool dp_header_is_private(const char *attribute);
