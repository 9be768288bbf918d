// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stdint.h>

/* The header: what describes a store and is written once, such as its format, titles, units and the sweep.
 * HDF5 protects most of it by its own checksums, but not long attributes. The root attribute
 * `attributes_checksum` is the CRC-32 over every attribute of the root and of the datasets in the root, in
 * their order: the name with its closing zero, then the bytes of the value. Attributes that HDF5 and netCDF
 * use internally, and the checksum itself, are not included. */

enum { DP_STORE_FORMAT = 2 }; // 1 had texts of variable length and one checksum for rows, curves and weights

/* Writes the checksum, after everything else. */
bool dp_header_seal(int64_t file);

/* Checks that the open file is a store of the format that we know, unchanged since it was sealed. DP_IO with
 * a sentence otherwise. */
enum dp_status dp_header_check(const char *path, int64_t file, struct dp_error *error);

/* Whether HDF5 or netCDF uses the attribute internally. */
bool dp_header_is_private(const char *attribute);
