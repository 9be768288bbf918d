// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include "hdf5/types.h"
#include <hdf5.h>
#include <stdbool.h>

/* What the store and the readers of users' files need from HDF5, in their own terms.
 *
 * HDF5 prints its errors unless told not to, so dp_h5_begin must be called first. Functions that return bool
 * leave the reason of a failure on HDF5's error stack; dp_h5_fail turns it into one sentence. */

/* Starts HDF5 without messages and without its clean-up at exit. May be called any number of times. */
void dp_h5_begin(void);

/* Reports "path: cannot operation: reason", as DP_IO or as another status. */
enum dp_status dp_h5_fail_as(struct dp_error *error, enum dp_status status, const char *path,
                             const char *operation);
enum dp_status dp_h5_fail(struct dp_error *error, const char *path, const char *operation);

/* The same after writing in many calls since dp_h5_begin, which sets errno to 0. HDF5 forgets its reason at
 * the next call, but a full disk, a quota and a limit are recognised by errno. */
enum dp_status dp_h5_fail_writing(struct dp_error *error, const char *path, const char *operation);

/* The type of a column in the file, little-endian on every machine. Must not be closed. */
hid_t dp_h5_type(enum dp_column_type type);

/* File access properties: no HDF5 file locks (the store has its own lock, and many network file systems have
 * none), and closing the file closes everything in it. -1 on failure; close with H5Pclose. */
hid_t dp_h5_access(void);

/* Opens a file for reading; -1 after a failure, which is reported with HDF5's own reason. operation: "open as
 * a store". */
hid_t dp_h5_open(const char *path, const char *operation, struct dp_error *error);

/* Creates a file whose root lists datasets and attributes in the order in which they were made, as netCDF
 * needs. An existing file is replaced (H5F_ACC_TRUNC) or refused (H5F_ACC_EXCL). -1 on failure. */
hid_t dp_h5_create(const char *path, unsigned existing, hid_t access);

/* Attributes. Texts are UTF-8 of fixed length; an empty text writes nothing. */
bool dp_h5_put_text(hid_t object, const char *name, const char *text);
bool dp_h5_put_texts(hid_t object, const char *name, const char *const *texts, int64_t count);
bool dp_h5_put_number(hid_t object, const char *name, enum dp_column_type type, double value);
bool dp_h5_put_count(hid_t object, const char *name, enum dp_column_type type, int64_t count); // 0..count-1

/* The texts of an attribute as one allocated block of zero-terminated texts; *count is their number (NULL:
 * not wanted). NULL when the attribute is absent or no text of fixed length, or on failure. */
char *dp_h5_texts(hid_t object, const char *name, int64_t *count);

/* A whole number from an attribute; false when it is absent or something else. */
bool dp_h5_number(hid_t object, const char *name, int64_t *value);

/* Moves rows first..first+count-1, of inner values each, between a dataset and memory. type: of the values in
 * memory. Independent. */
bool dp_h5_read(hid_t dataset, hid_t type, int64_t first, int64_t count, int64_t inner, void *values);
bool dp_h5_write(hid_t dataset, hid_t type, int64_t first, int64_t count, int64_t inner, const void *values);
