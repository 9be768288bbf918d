// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"
#include "hdf5/types.h"

/* THE table of columns: every column that a store can have, with its type, unit, meaning and the source of
 * its values. The table determines what is created, written, checked and read. A layout (layout.h) is the
 * selection for one sweep. */

/* What a column is for. */
enum dp_column_role {
    DP_ROLE_COORDINATE, // fixed by the sweep, written at creation
    DP_ROLE_STATUS,     // written last: tells whether the rest of the row was written
    DP_ROLE_RESULT,
    DP_ROLE_NOTE, // of this execution, not of the run: wall time, rank
    DP_ROLE_CHECKSUM,
    DP_ROLE_CURVE, // [run][point]
    DP_ROLE_CURVE_CHECKSUM,
    DP_ROLE_SHAPE,         // inputs and outputs of a run's neurons; like the indices written at creation
    DP_ROLE_WEIGHTS_INDEX, // where a run's weights lie
    DP_ROLE_WEIGHTS,       // [neuron][component]
    DP_ROLE_ALONG_INDEX,   // where a run's weights along the curve lie
    DP_ROLE_ALONG,         // [neuron at a point][component]
    DP_ROLE_WEIGHTS_CHECKSUM,
};

/* Roles as bits 1 << role. */
enum {
    DP_ROLES_INDEX = 1 << DP_ROLE_SHAPE | 1 << DP_ROLE_WEIGHTS_INDEX | 1 << DP_ROLE_ALONG_INDEX,
    DP_ROLES_FIXED = 1 << DP_ROLE_COORDINATE | DP_ROLES_INDEX,
    DP_ROLES_RAGGED = 1 << DP_ROLE_WEIGHTS | 1 << DP_ROLE_ALONG,
    DP_ROLES_ALL = 0xffff,
    DP_ROLES_CHECKSUM = 1 << DP_ROLE_CHECKSUM | 1 << DP_ROLE_CURVE_CHECKSUM | 1 << DP_ROLE_WEIGHTS_CHECKSUM,
};

static inline bool dp_role_in(enum dp_column_role role, unsigned roles)
{
    return roles >> role & 1;
}

/* The struct that holds a column's values. Whole numbers are int64_t in it, other numbers double. */
enum dp_column_source {
    DP_FROM_PLACE,
    DP_FROM_RUN,
    DP_FROM_TEXT, // a text of struct dp_run, stored as its index among the distinct ones
    DP_FROM_RECORD,
    DP_FROM_CURVE,
    DP_FROM_NOTHING,
};

/* Facts about a row that follow from its run and from the rows before it. */
struct dp_row_place {
    int64_t row;
    double gamma, gamma_prime;
    int64_t width, multiplicity, seed;
    int64_t neurons, neurons_before; // kept neurons of this row, and of all rows before it
    int64_t along, along_before;     // the same, with a neuron counted at each point of the curve
    int64_t inputs, outputs;         // d, o
};

struct dp_column {
    const char *name;
    enum dp_column_type type;
    enum dp_column_role role;
    enum dp_column_source source;
    size_t offset; // of the value in the source
    // only stores whose runs may have a value from least to most of the key (INT, at this offset) have the
    // column
    size_t key;
    int64_t least, most;
    const char *unit;
    const char *meaning;      // a few words: long_name
    const char *detail;       // more about the column: comment; NULL: nothing
    const char *const *flags; // names of the values 0, 1, ..., NULL-terminated; NULL if it has none
};

/* The checksums of a run: CRC-32 over the bytes of `run` and then of all other columns with these roles, in
 * the order of the file; ragged columns by their rows. Large parts have a checksum of their own, so that a
 * reader of the table need not read them. */
enum { DP_CHECK_ROW, DP_CHECK_CURVE, DP_CHECK_WEIGHTS, DP_CHECKSUMS };
struct dp_checksum {
    const char *column;
    unsigned covers; // roles
};
extern const struct dp_checksum dp_checksums[DP_CHECKSUMS];

enum { DP_STORE_NAME = 64, DP_STORE_COLUMNS = 128 + DP_SWEEP_AXES };

/* Row i of THE table, NULL after its end. */
const struct dp_column *dp_column_row(int i);

/* The row of THE table with that name; NULL for the coordinate of a swept key. */
const struct dp_column *dp_column_find(const char *name);

/* The dimensions of a column; returns how many, 1 or 2. */
int dp_column_dimensions(enum dp_column_role role, const char *names[static 2]);

/* Whether the column has a value that means "never written" (NAN for floating point, -1 for whole numbers).
 * Coordinates are always written, and status and checksum use their full range. */
bool dp_column_has_fill(const struct dp_column *column);

/* Writes one value as little-endian bytes, taken from source + offset. */
void dp_column_put(const struct dp_column *column, const void *source, unsigned char *bytes);
