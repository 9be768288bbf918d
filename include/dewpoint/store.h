// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "dewpoint/samples.h"
#include "dewpoint/status.h"
#include "dewpoint/sweep.h"
#include <stdbool.h>
#include <stdint.h>

/* The store: one HDF5 file that holds every record of a sweep, written by all ranks, safe at any moment.
 *
 * Row i of every dataset is run i. Rank 0 creates the whole file alone, under a temporary name: coordinates
 * of all runs, empty columns of full size with early allocation, attributes; closes it, reserves its blocks,
 * syncs, renames. Then all ranks open it with MPI-IO (store_open.h) and only write rows, independently: data
 * and checksum, fdatasync, then status. So a killed job costs the rows in flight and nothing else; whoever
 * reads looks at status first. No collective call lies between open and close, and nothing is closed after a
 * failure.
 *
 * To readers the file is netCDF-4: 1-D columns over the dimension scale `run`, with units, long_name,
 * _FillValue, coordinates and flag attributes; curves (2-D, run x point) and weights (CF contiguous ragged
 * arrays over `neuron`, and over `neuron_point` for those along the curve) only when the sweep asks for them.
 * A run that keeps none has the row size 0. THE table of columns is in src/store/format/columns.c.
 *
 * Every run has up to three checksums, CRC-32 (zlib's) of values as little-endian bytes: `checksum` of the
 * row (coordinates, status, results, and where its weights lie), `curve_checksum` of its curves and
 * `weights_checksum` of its neurons, the last two beginning with the bytes of `run`; each in the order of the
 * columns. Left out are wall_time, rank, source and the checksums. Every NAN is written as the same NAN. So
 * two stores of one sweep hold the same results exactly when their checksums are equal. Titles and other
 * attributes have a checksum that is compared on opening (src/store/format/header.h), the coordinates of all
 * runs one that dp_store_verify compares. Rows are compared when they are first read, so no table is made
 * from damaged ones.
 *
 * The attribute `store_format` counts the changes of the format. Stores of another format are refused.
 *
 * A swept text (file) is a whole number with the exact texts in the attribute `texts`. A swept key whose name
 * is that of a result gets a column with `_key` behind the name. */

struct dp_store; // an open store; private to src/store

/* Facts about the program and the place, written as root attributes beside the sweep's own. */
struct dp_provenance {
    const char *program; // "dewpoint 0.1.0 (revision)"
    const char *build;   // compiler and flags
    const char *isa;     // the instruction set in use
    const char *hosts;   // host names, blank-separated
    const char *data;    // digest of the data files' contents; NULL or "" without any
    const char
        *read; // what was read of them, and by which numbers it was standardized (inputs.h); NULL or ""
    const char *scaling;
    const char *parts;   // digests of the data files one by one (inputs.h); NULL or "" without any
    const char *sources; // where rows were copied from, a line each (store_reuse.h); NULL or "" for none
    int ranks;
};

/* "HDF5 1.10.8, Open MPI v4.1.4, zlib 1.2.13": the libraries that are loaded. */
void dp_store_libraries(char *text, size_t size);

/* Bytes that the store of a sweep will take, but for what provenance adds; -1 out of memory. file: as for
 * dp_store_create. */
int64_t dp_store_size(const struct dp_sweep *sweep, const struct dp_samples *file);

/* Creates the store of sweep at path (rank 0 only, no MPI needed). Fails with DP_IO if anything stands there
 * already, on a full disk, on missing permission; leaves nothing behind on failure.
 * file: number of inputs and outputs of the sweep's data files, NULL when it has none; only read when weights
 * are kept, and then all data files of the sweep must have it. */
enum dp_status dp_store_create(const char *path, const struct dp_sweep *sweep, const struct dp_samples *file,
                               const struct dp_provenance *provenance, struct dp_error *error);

/* Notes in the store at path that a job takes it up again: a line with date, ranks, hosts, program and SLURM
 * job in the next free place of the char column `restarts` (the last place is reused when all are taken).
 * Rank 0 only, under the lock, before dp_store_open_parallel. It overwrites bytes that the file already holds
 * and no metadata, so a kill cannot hurt the file. */
enum dp_status dp_store_restart(const char *path, const struct dp_provenance *provenance,
                                struct dp_error *error);

/* Compares the sweep that made the store at path with sweep. DP_MISMATCH with a sentence for each difference
 * (key, value there, value here), and when results had other bits; else as dp_store_open. */
enum dp_status dp_store_compare(const char *path, const struct dp_sweep *sweep, struct dp_error *error);

/* Takes the lock path.lock for writing and keeps its heartbeat until dp_store_unlock. DP_BUSY says who holds
 * it, since when, when it was last heard of, and which file to remove if that is wrong. It is taken over when
 * its process is gone on the same boot, when SLURM says that its job is, or after two minutes of silence;
 * then the note is a sentence about that, else "". Rank 0 only. */
struct dp_lock;
enum dp_status dp_store_lock(const char *path, struct dp_lock **lock, struct dp_error *error);
const char *dp_lock_note(const struct dp_lock *lock);
void dp_store_unlock(struct dp_lock *lock);

/* Removes the lock's file and leaves lock as it is: for a process that is to end at once, while other threads
 * go on. */
void dp_lock_remove(struct dp_lock *lock);

/* Tells the lock which file the store is, now that it is there. DP_BUSY when a job writes that file under
 * another name (a hard link in the same directory). */
enum dp_status dp_lock_bind(struct dp_lock *lock, const char *path, struct dp_error *error);

/* DP_BUSY when another job has taken the lock over. */
enum dp_status dp_lock_check(const struct dp_lock *lock, struct dp_error *error);

/* Is the file at its path still the one that store has open for writing, and as long? DP_IO with a sentence
 * when it was removed, renamed, replaced or cut. */
enum dp_status dp_store_watch(const struct dp_store *store, struct dp_error *error);

/* Names next to the store's are longer than its own by up to so many bytes (lock, temporary files). */
enum { DP_STORE_SUFFIX = 64 };

/* Removes what creations of this store that were killed have left. Under the lock. */
void dp_store_clean(const char *path);

/* Opens for reading in a single process. path may be under writing by a job. DP_BAD_INPUT when there is no
 * such file or it is no HDF5 file, DP_IO when it cannot be read or is no store of dewpoint's. */
enum dp_status dp_store_open(const char *path, struct dp_store **store, struct dp_error *error);

/* Number of runs, and a root attribute's text ("" if absent; valid until close). */
int64_t dp_store_runs(const struct dp_store *store);
const char *dp_store_text(const struct dp_store *store, const char *attribute);

/* The number of the bits of its results (DP_RESULTS_VERSION); 0 from before there was one. */
int64_t dp_store_results_version(const struct dp_store *store);

/* The sweep that made the store, from its attributes, and the whole one where that is a part (--shard). Free
 * with dp_sweep_free. */
enum dp_status dp_store_sweep(const struct dp_store *store, struct dp_sweep *sweep, struct dp_error *error);
enum dp_status dp_store_whole_sweep(const struct dp_store *store, struct dp_sweep *sweep,
                                    struct dp_error *error);

/* Reads rows first..first+count-1 of a column by name, converted to double; what was never written is NAN.
 * A column with inner > 1 (dp_store_shape) gives count x inner values. The rows of weights_first and
 * weights_last are neurons, those of run r begin at weights_offset[r] and are weights_row_size[r] many; those
 * of weights_along are the run's neurons at the first point of its curve, then at the second, ..., by
 * along_offset and along_row_size. DP_BAD_INPUT with a "did you mean" for a name that is not there. */
enum dp_status dp_store_read(const struct dp_store *store, const char *column, int64_t first, int64_t count,
                             double *values, struct dp_error *error);

/* Is there such a column? And the table of those there are: returns how many, fills at most max names. */
bool dp_store_has(const struct dp_store *store, const char *column);
int dp_store_columns(const struct dp_store *store, const char **names, int max);

/* Shape of a column: rows, and values in a row (1 for most). Both 0 when there is no such column. */
void dp_store_shape(const struct dp_store *store, const char *column, int64_t *rows, int64_t *inner);

/* The unit and long_name of a column, and the meaning of a flag value (NULL if the column has no flags). */
const char *dp_store_unit(const struct dp_store *store, const char *column);
const char *dp_store_meaning(const struct dp_store *store, const char *column);
const char *dp_store_flag(const struct dp_store *store, const char *column, int64_t value);

/* How the runs of rows first..first+count-1 ended, as far as that can be trusted: a row that differs from its
 * checksums is pending, and adds one to *damaged. */
struct dp_end {
    int status, stop; // enum dp_run_status, enum dp_stop
};
enum dp_status dp_store_ends(const struct dp_store *store, int64_t first, int64_t count, struct dp_end *ends,
                             int64_t *damaged, struct dp_error *error);

/* Recomputes the checksums of finished rows: *wrong rows differ, *first_wrong is the first of them or -1.
 * DP_IO when only the coordinates of the others do. */
enum dp_status dp_store_verify(const struct dp_store *store, int64_t *wrong, int64_t *first_wrong,
                               struct dp_error *error);

/* Writes rows first..first+count-1: records, and traces where the store keeps curves or weights (else NULL),
 * then syncs the data, then writes status. Independent: any rank, any time, no other rank involved. sweep
 * must be the store's own. */
enum dp_status dp_store_write(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                              int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                              struct dp_error *error);

/* Closes. Collective for a store opened in parallel; never call it after a failure of any rank. */
enum dp_status dp_store_close(struct dp_store *store, struct dp_error *error);

/* Copies the store at path to a new file in which the datasets are compressed (shuffled deflate in chunks):
 * for reading and for keeping, not to go on with. What stood at to is replaced. */
enum dp_status dp_store_compress(const char *path, const char *to, struct dp_error *error);
