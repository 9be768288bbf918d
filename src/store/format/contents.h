// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "store/format/layout.h"

/* Writes the contents of a new store, in this order: datasets with their scales and attributes (contents.c),
 * coordinates (coordinates.c), root attributes (provenance.c). All of it is serial. */

/* What the file system has left for a store of this name. */
struct dp_room {
    const char *store;
    double bytes;
};

/* Writes a complete store into a new file at path. DP_IO when it needs more room; nothing large has been
 * written then. */
enum dp_status dp_contents_write(const char *path, const struct dp_room *room, const struct dp_sweep *sweep,
                                 const struct dp_layout *layout, const struct dp_provenance *provenance,
                                 struct dp_error *error);

/* The size of a store in bytes. The store is made in memory and measured; large columns are only counted. -1
 * on failure. */
int64_t dp_contents_size(const struct dp_sweep *sweep, const struct dp_layout *layout);

/* Writes the coordinates and indices of all runs. datasets: ids in the order of the layout's columns.
 * *checksum: as dp_coordinates_checksum (header.h) finds it in the file. */
enum dp_status dp_coordinates_write(const char *path, const struct dp_sweep *sweep,
                                    const struct dp_layout *layout, const int64_t *datasets,
                                    uint32_t *checksum, struct dp_error *error);

/* Writes the root attributes to an open file. */
enum dp_status dp_provenance_write(const char *path, int64_t file, const struct dp_sweep *sweep,
                                   const struct dp_provenance *provenance, struct dp_error *error);

/* Adds a dimension without values to a file or group; netCDF recognises it by its text. allocated: its bytes
 * are allocated in the file. A store that will be written in parallel needs this: otherwise opening would
 * allocate them, and a kill before the superblock is written again would lose the file. */
bool dp_dimension_add(int64_t place, const char *name, int64_t length, bool allocated, int64_t *scale);

/* The restarts: text lines of fixed length, so that recording one changes no metadata. */
#define DP_RESTART_GROUP "job"
enum { DP_RESTART_LINES = 64, DP_RESTART_TEXT = 256 };
bool dp_restarts_add(int64_t file);

/* The line for a restart now; zero-padded. */
void dp_restart_line(const struct dp_provenance *provenance, char text[DP_RESTART_TEXT]);

/* Name and version of the MPI library. */
void dp_mpi_library(char *text, size_t size);
