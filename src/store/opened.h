// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "hdf5/h5.h"
#include "store/format/columns.h"

/* An open store: its datasets as the file lists them, matched with THE table of columns. */

struct dp_store_column {
    char name[DP_STORE_NAME];
    enum dp_column_type type;
    enum dp_column_role role;
    const struct dp_column *entry; // in THE table; NULL for the coordinate of a swept key
    hid_t dataset;
    int64_t rows, inner;
    // Texts of attributes; NULL if there is none, and in a store opened in parallel.
    char *unit, *meaning, *flags; // flags: zero-terminated texts, one behind the other
    int64_t flag_count;
};

struct dp_store_text {
    char *name, *text;
};

/* The rows that a reader has compared with their checksums: a bit for each window of rows and each checksum,
 * and the last run whose weights were compared. */
struct dp_checked {
    int64_t window; // rows
    int64_t weights_of;
    unsigned char done[]; // [window of rows], bit DP_CHECK_...
};

struct dp_store {
    char *path;
    hid_t file;
    int sync;     // private descriptor for fdatasync, -1 in a reader
    int64_t size; // of the file that sync is open on, in bytes
    int64_t runs;
    int count;
    struct dp_store_column columns[DP_STORE_COLUMNS];
    int text_count;
    struct dp_store_text *texts; // root attributes
    struct dp_checked *checked;  // readers only
};

/* Makes an empty store for path and opens nothing. */
enum dp_status dp_opened_new(const char *path, struct dp_store **store, struct dp_error *error);

/* Opens the columns of store->file, which is open. DP_IO if it is not a store of dewpoint. */
enum dp_status dp_opened_columns(struct dp_store *store, struct dp_error *error);

/* Reads the root attributes, and units, meanings and flags of the columns. */
enum dp_status dp_opened_attributes(struct dp_store *store, struct dp_error *error);

/* The column of that name, NULL if there is none. */
const struct dp_store_column *dp_opened_find(const struct dp_store *store, const char *name);

/* Releases memory, without closing anything. */
void dp_opened_free(struct dp_store *store);
