// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "dewpoint/core/samples.h"
#include "dewpoint/core/status.h"
#include "dewpoint/sweep/sweep.h"
#include <stdbool.h>
#include <stdint.h>

/* The store: one HDF5 file that holds every record of a sweep. All ranks write it, and it survives a kill at
 * any moment.
 *
 * Row i of every dataset is run i. Rank 0 alone creates the whole file under a temporary name: coordinates of
 * all runs, empty columns of full size with early allocation, attributes. It closes the file, reserves its
 * blocks, syncs it and renames it. Then all ranks open it with MPI-IO (store_open.h) and only write rows,
 * independently: first data and checksum, then fdatasync, then status. A killed job therefore loses only the
 * rows in flight. Readers read status first. No call between open and close is collective, and nothing is
 * closed after a failure.
 *
 * To readers the file is netCDF-4. It has 1-D columns over the dimension scale `run`, with units, long_name,
 * _FillValue, coordinates and flag attributes. It has curves (2-D, run x point) and weights only if the sweep
 * asks for them. Weights are CF contiguous ragged arrays over `neuron`, or over `neuron_point` along the
 * curve; a run without weights has the row size 0. THE table of columns is in src/store/format/columns.c.
 *
 * Every run has up to three checksums: CRC-32 (as in zlib) of values as little-endian bytes, in the order of
 * the columns.
 *
 *   - `checksum`: the row, that is, coordinates, status, results, and where its weights lie;
 *   - `curve_checksum`: `run`, then the curves;
 *   - `weights_checksum`: `run`, then the neurons.
 *
 * The columns wall_time, rank, source and the checksums are not included. Every NAN is written as the same
 * NAN. Two stores of one sweep therefore hold the same results exactly when their checksums are equal. Titles
 * and other attributes have a checksum that is compared on opening (src/store/format/header.h). The
 * coordinates of all runs have one that dp_store_verify compares. Rows are compared when they are first read,
 * so no table is made from damaged rows.
 *
 * The attribute `store_format` counts the changes of the format. Stores of another format are refused.
 *
 * A swept text (file) is stored as a whole number; the attribute `texts` has the exact texts. A swept key
 * with the name of a result gets a column with `_key` after the name. */

struct dp_store; // an open store; private to src/store

/* Facts about the program and the machine, written as root attributes beside those of the sweep. */
struct dp_provenance {
    const char *program; // "dewpoint 0.1.0 (revision)"
    const char *build;   // compiler and flags
    const char *isa;     // the instruction set in use
    const char *hosts;   // host names, blank-separated
    const char *data;    // digest of the data files' contents; NULL or "" without any
    const char *read;    // description of what was read (inputs.h); NULL or "" without any
    const char *scaling; // how it was standardized (inputs.h); NULL or "" without any
    const char *parts;   // digests of the data files one by one (inputs.h); NULL or "" without any
    const char *sources; // where rows were copied from, one per line (store_reuse.h); NULL or "" for none
    int ranks;
};

/* "HDF5 1.10.8, Open MPI v4.1.4, zlib 1.2.13": the libraries that are loaded. */
void dp_store_libraries(char *text, size_t size);

/* Bytes that the store of a sweep will take, without provenance; -1 out of memory. file: as for
 * dp_store_create. */
int64_t dp_store_size(const struct dp_sweep *sweep, const struct dp_samples *file);

/* Bytes of that for curves, with the parameters along them; *points is the number of points that a run has
 * room for. -1 out of memory. */
int64_t dp_store_curves_size(const struct dp_sweep *sweep, const struct dp_samples *file, int64_t *points);

/* Creates the store of sweep at path (rank 0 only, no MPI needed). Fails as dp_store_check_name does, and
 * with DP_IO if the path exists, on a full disk or on missing permission; leaves nothing behind on failure.
 *
 * file: gives the number of inputs and outputs of the sweep's data files; NULL when there are none. It is
 * read only when weights are kept; all data files of the sweep must then have these numbers. */
enum dp_status dp_store_create(const char *path, const struct dp_sweep *sweep, const struct dp_samples *file,
                               const struct dp_provenance *provenance, struct dp_error *error);

/* DP_BAD_INPUT if the name of a new store ends as those of other files do: .csv, .png, ... */
enum dp_status dp_store_check_name(const char *path, struct dp_error *error);

/* Records in the store at path that a job resumes it: a line with date, ranks, hosts, program and SLURM job
 * in the next free place of the char column `restarts` (in the last place when all are used). Rank 0 only,
 * under the lock, before dp_store_open_parallel. It overwrites bytes that the file already holds and no
 * metadata, so a kill cannot damage the file. */
enum dp_status dp_store_restart(const char *path, const struct dp_provenance *provenance,
                                struct dp_error *error);

/* Compares the sweep that made the store at path with sweep. Returns DP_MISMATCH with a sentence for each
 * difference (key, value there, value here), also when the results have different bits; otherwise as
 * dp_store_open. */
enum dp_status dp_store_compare(const char *path, const struct dp_sweep *sweep, struct dp_error *error);

/* Takes the lock path.lock for writing and renews its heartbeat until dp_store_unlock. The sentence of
 * DP_BUSY says who holds it, since when, when it was last renewed, and which file to remove if that is wrong.
 * The lock is taken over when its process is gone on the same boot, when SLURM says that its job has ended,
 * or after two minutes of silence. The note is then a sentence about this, otherwise "". Rank 0 only. */
struct dp_lock;
enum dp_status dp_store_lock(const char *path, struct dp_lock **lock, struct dp_error *error);
const char *dp_lock_note(const struct dp_lock *lock);
void dp_store_unlock(struct dp_lock *lock);

/* Who holds the lock of a store: "process 12 on node1 has been writing the store since ..., last heard of 3 s
 * ago". Returns text; "" if there is no lock. *writes: whether the holder may still be at work; false without
 * a lock. For reading only: it takes nothing over. */
enum { DP_LOCK_TEXT = 1400 };
const char *dp_lock_holder(const char *path, char text[DP_LOCK_TEXT], bool *writes);

/* Removes the lock's file but keeps the struct: for a process that must end at once while other threads still
 * run. */
void dp_lock_remove(struct dp_lock *lock);

/* Tells the lock which file the store is, once it exists. DP_BUSY when a job is writing this file under
 * another name (a hard link) in the same directory, or may be under one elsewhere, whose lock cannot be seen.
 */
enum dp_status dp_lock_bind(struct dp_lock *lock, const char *path, struct dp_error *error);

/* DP_BUSY when another job has taken the lock over. */
enum dp_status dp_lock_check(const struct dp_lock *lock, struct dp_error *error);

/* Checks that the file at the store's path is still the one that is open for writing, with the same length.
 * DP_IO with a sentence when it was removed, renamed, replaced or truncated. */
enum dp_status dp_store_watch(const struct dp_store *store, struct dp_error *error);

/* The names of other files beside the store (lock, temporary files) are longer than its own by at most
 * this. */
enum { DP_STORE_SUFFIX = 64 };

/* Removes the files that killed creations of this store have left. Under the lock. */
void dp_store_clean(const char *path);

/* The same for a process that ends at once, and which may still have them open. A file system may need many
 * seconds to free the blocks of a large file. So only the names are removed here; a child process holds large
 * files until this process has ended, and the blocks are freed when the child ends. */
void dp_store_clean_behind(const char *path);

/* Opens for reading in a single process; a job may be writing the store. DP_BAD_INPUT when the file does not
 * exist or is not HDF5, DP_IO when it cannot be read or is not a store of dewpoint. */
enum dp_status dp_store_open(const char *path, struct dp_store **store, struct dp_error *error);

/* Number of runs, and a root attribute's text ("" if absent; valid until close). */
int64_t dp_store_runs(const struct dp_store *store);
const char *dp_store_text(const struct dp_store *store, const char *attribute);

/* The version of the bits of its results (DP_RESULTS_VERSION); 0 for a store without one. */
int64_t dp_store_results_version(const struct dp_store *store);

/* The sweep that made the store, from its attributes. If it is a part (--shard), dp_store_whole_sweep gives
 * the sweep that it is a part of. Free with dp_sweep_free. */
enum dp_status dp_store_sweep(const struct dp_store *store, struct dp_sweep *sweep, struct dp_error *error);
enum dp_status dp_store_whole_sweep(const struct dp_store *store, struct dp_sweep *sweep,
                                    struct dp_error *error);

/* Reads rows first..first+count-1 of a column by name, converted to double; values that were never written
 * are NAN. A column with inner > 1 (dp_store_shape) gives count x inner values. DP_BAD_INPUT with a "did you
 * mean" for an unknown name.
 *
 * The rows of weights_first and weights_last are neurons. The neurons of run r begin at weights_offset[r];
 * there are weights_row_size[r]. The rows of weights_along are the run's neurons at the first point of its
 * curve, then at the second, and so on, found by along_offset and along_row_size. */
enum dp_status dp_store_read(const struct dp_store *store, const char *column, int64_t first, int64_t count,
                             double *values, struct dp_error *error);

/* Whether a column exists. dp_store_columns returns the number of columns and fills at most max names. */
bool dp_store_has(const struct dp_store *store, const char *column);
int dp_store_columns(const struct dp_store *store, const char **names, int max);

/* Shape of a column: rows, and values in a row (1 for most). Both are 0 for an unknown column. */
void dp_store_shape(const struct dp_store *store, const char *column, int64_t *rows, int64_t *inner);

/* The unit and long_name of a column, and the meaning of a flag value (NULL if the column has no flags). */
const char *dp_store_unit(const struct dp_store *store, const char *column);
const char *dp_store_meaning(const struct dp_store *store, const char *column);
const char *dp_store_flag(const struct dp_store *store, const char *column, int64_t value);

/* How the runs of rows first..first+count-1 ended. A row that differs from its checksums counts as pending
 * and adds one to *damaged. */
struct dp_end {
    int status, stop; // enum dp_run_status, enum dp_stop
    bool unsure;      // finished, with a flow_error above DP_UNSURE
};
enum dp_status dp_store_ends(const struct dp_store *store, int64_t first, int64_t count, struct dp_end *ends,
                             int64_t *damaged, struct dp_error *error);

/* Recomputes the checksums of finished rows. *wrong rows differ; *first_wrong is the first of them or -1.
 * DP_IO when only the coordinates of other rows differ. */
enum dp_status dp_store_verify(const struct dp_store *store, int64_t *wrong, int64_t *first_wrong,
                               struct dp_error *error);

/* "1 row differs from its checksum", "3 rows differ from their checksums". */
enum { DP_DAMAGE_TEXT = 80 };
const char *dp_damage_text(int64_t rows, char text[static DP_DAMAGE_TEXT]);

/* Writes rows first..first+count-1: records, and traces if the store keeps curves or weights (else NULL).
 * Then syncs the data, then writes status. Independent: any rank may call it at any time without the others.
 * sweep must be the store's own. */
enum dp_status dp_store_write(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                              int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                              struct dp_error *error);

/* The three steps of dp_store_write, for a caller with other work to do during the second one. put writes the
 * records and traces; the rows stay pending. sync waits until they are on the disk. It makes no call to MPI
 * or HDF5, so another thread may run it beside any other call. mark then sets the statuses of the rows, which
 * are those of the records. */
enum dp_status dp_store_put(struct dp_store *store, const struct dp_sweep *sweep, int64_t first,
                            int64_t count, const struct dp_record *records, const struct dp_trace *traces,
                            struct dp_error *error);
enum dp_status dp_store_sync(const struct dp_store *store, struct dp_error *error);
enum dp_status dp_store_mark(struct dp_store *store, int64_t first, int64_t count,
                             const unsigned char *statuses, struct dp_error *error);

/* Closes the store. Collective for a store opened in parallel; must not be called after a failure of any
 * rank. */
enum dp_status dp_store_close(struct dp_store *store, struct dp_error *error);

/* Copies the store at path to a new file with compressed datasets (shuffled deflate in chunks), for reading
 * and archiving; it cannot be resumed. An existing file is replaced. */
enum dp_status dp_store_compress(const char *path, const char *to, struct dp_error *error);
