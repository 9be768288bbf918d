// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/sweep.h"

/* What the runs of a sweep take from outside the core: data to fit (key file), initial parameters (key path)
 * and formulas (key formula).
 *
 * The ending of a file's name selects the format: text (.csv .tsv .txt .dat .data), HDF5 (.h5 .hdf5 .mat),
 * netCDF (.nc) and NumPy (.npy .npz). Nothing is guessed silently: one line per file says what was read, and
 * a file that can be read in two ways is refused. Paths in a sweep file are relative to its folder, paths on
 * the command line to the current folder.
 *
 * Each set of data (a file, with the keys that say how to read it) is read once, however many runs name it. A
 * sweep knows only the names of its files, so their contents have a digest of their own. Everything is read
 * and checked before any work starts.
 *
 * dp_inputs_read fills the whole struct. In a parallel program rank 0 calls it, the other ranks call
 * dp_inputs_list, and the caller moves the contents. dp_inputs_free releases the struct. Names point into the
 * sweep, which must outlive it. */

/* A formula, and the function that stands for it in the core: samples without points (samples.h). */
struct dp_named_function {
    const char *text;
    struct dp_samples samples;
};

struct dp_inputs {
    int data_count;
    struct dp_run *data_runs; // the keys of data_runs[i] describe data[i]
    struct dp_samples *data;  // standardized, with test samples set apart, as the keys say
    int start_count;
    const char **start_names;
    struct dp_start *starts;
    int formula_count;
    struct dp_named_function *formulas;
    // texts from dp_inputs_read, in lines that end with a newline; else NULL
    char *read;    // what was read: "points.csv: 40 samples, 2 inputs (x1, x2), 1 output (y)"
    char *warned;  // warnings
    char *scaling; // how columns were standardized: file,column,test_seed,mean,deviation
};

/* Reads a sweep file (dp_sweep_read). If all its runs begin at initial parameters of files and nothing sets
 * the width, the number of neurons in the files is the width, as if --set said so; and if nothing sets the
 * inputs of a target that is not a file, neither do they. Files with different numbers are refused then. */
enum dp_status dp_inputs_sweep(const char *path, const char *const *overrides, int count,
                               struct dp_sweep *sweep, struct dp_error *error);

/* Makes names and room for all files of the sweep, and reads nothing. Returns DP_NO_MEMORY on failure. */
enum dp_status dp_inputs_list(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_error *error);

/* Lists and reads all files and checks them against the runs. Initial parameters must have a row for each
 * neuron and a column for each of its parameters. If neurons are kept, all data files must have the same
 * shape. Returns DP_BAD_INPUT with a sentence; inputs is then released. */
enum dp_status dp_inputs_read(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_error *error);

/* Checks that every run fits the memory of this machine, or of the control group that limits this process.
 * Returns DP_BAD_INPUT with the figures. In a huge sweep only every n-th run is checked. */
enum dp_status dp_inputs_fit(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                             struct dp_error *error);

/* What a rank takes to train the row of the sweep, with the runs beside it; *kept: what it then holds of this
 * row alone, until it is stored. */
double dp_inputs_memory(const struct dp_sweep *sweep, const struct dp_inputs *inputs, int64_t row,
                        double *kept);

/* The data or the formula, and the initial parameters, that a run names; NULL when it names none. */
const struct dp_samples *dp_inputs_data(const struct dp_inputs *inputs, const struct dp_run *run);
const struct dp_start *dp_inputs_start(const struct dp_inputs *inputs, const struct dp_run *run);

/* The shape of the sweep's data files for the store; NULL without any. */
const struct dp_samples *dp_inputs_shape(const struct dp_inputs *inputs);

/* 64-bit FNV-1a of the contents of all files, as 16 hexadecimal digits; "" without any. */
void dp_inputs_digest(const struct dp_inputs *inputs, char text[17]);

/* The same for each set of data and then for each file of initial parameters, one per line, in the form that
 * dp_read_digests_make (sweep_identity.h) reads. Allocated; NULL without memory. */
char *dp_inputs_parts(const struct dp_inputs *inputs);

void dp_inputs_free(struct dp_inputs *inputs);

/* Reads the samples of a file. The file itself determines which columns are outputs. DP_BAD_INPUT names file,
 * line and column. */
enum dp_status dp_data_read(const char *path, struct dp_samples *samples, struct dp_error *error);

/* Reads initial parameters: a row of w_1..w_d, bias, a_1..a_o for each neuron. The header of a text file must
 * use these names; in HDF5 and npz the array is named weights. The caller frees start->values. */
enum dp_status dp_start_read(const char *path, struct dp_start *start, struct dp_error *error);

/* Writes initial parameters such that dp_start_read reads back the same bits; start->inputs must be set. note
 * describes them in an attribute of an HDF5 file. A CSV file has only its header and numbers, so that every
 * CSV reader accepts it. */
enum dp_status dp_start_write(const char *path, const struct dp_start *start, const char *note,
                              struct dp_error *error);
