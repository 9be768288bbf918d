// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep.h"

/* What a sweep's runs take from outside of the core: data to fit (key file), initial parameters (key path)
 * and formulas (key formula).
 *
 * Formats are chosen by the ending of the name: text (.csv .tsv .txt .dat .data), HDF5 (.h5 .hdf5 .mat),
 * netCDF (.nc) and NumPy (.npy .npz). Nothing is guessed in silence: what was read is told in a line for each
 * file, and what can be read in two ways is refused. Paths in a sweep file count from its folder, those on
 * the command line from the current one.
 *
 * Each set of data (a file, with the keys that say how to read it) is read once, however many runs name it.
 * Files are part of what a sweep is, which only knows their names, so their contents have a digest.
 * Everything is read and checked before any work starts.
 *
 * dp_inputs_read gives a whole struct; in a parallel program rank 0 does that, the others dp_inputs_list, and
 * someone moves the contents. dp_inputs_free releases it; names point into the sweep, which must outlive it.
 */

/* A formula and the function that the core takes for it: samples without points (samples.h). */
struct dp_named_function {
    const char *text;
    struct dp_samples samples;
};

struct dp_inputs {
    int data_count;
    struct dp_run *data_runs; // whose keys say what each of data is
    struct dp_samples *data;  // standardized, and test samples apart, as the keys say
    int start_count;
    const char **start_names;
    struct dp_start *starts;
    int formula_count;
    struct dp_named_function *formulas;
    // texts of dp_inputs_read, lines that each end with a newline; else NULL
    char *read;    // what was read: "points.csv: 40 samples, 2 inputs (x1, x2), 1 output (y)"
    char *warned;  // warnings
    char *scaling; // numbers of standardizing: file,column,test_seed,mean,deviation
};

/* Names and room for all files of the sweep, nothing read. DP_NO_MEMORY. */
enum dp_status dp_inputs_list(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_error *error);

/* Lists and reads all files, and checks them against the runs: initial parameters must have a row for each
 * neuron and a column for each of its parameters, and where neurons are kept the data files must agree in
 * shape. DP_BAD_INPUT with a sentence. On failure inputs is released. */
enum dp_status dp_inputs_read(const struct dp_sweep *sweep, struct dp_inputs *inputs, struct dp_error *error);

/* Whether every run can fit the memory of this machine, or of the control group that limits this process.
 * DP_BAD_INPUT with the figures. Of a huge sweep every so many-th run is asked. */
enum dp_status dp_inputs_fit(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                             struct dp_error *error);

/* The data or the formula, and the initial parameters, that a run names; NULL when it names none. */
const struct dp_samples *dp_inputs_data(const struct dp_inputs *inputs, const struct dp_run *run);
const struct dp_start *dp_inputs_start(const struct dp_inputs *inputs, const struct dp_run *run);

/* The shape of the sweep's data files for the store; NULL without any. */
const struct dp_samples *dp_inputs_shape(const struct dp_inputs *inputs);

/* 64-bit FNV-1a of the contents of all files, as 16 hexadecimal digits; "" without any. */
void dp_inputs_digest(const struct dp_inputs *inputs, char text[17]);

/* The same for each set of data and then for each file of initial parameters, a line each: what
 * dp_read_digests_make (sweep_identity.h) reads. Allocated; NULL without memory. */
char *dp_inputs_parts(const struct dp_inputs *inputs);

void dp_inputs_free(struct dp_inputs *inputs);

/* Reads the samples of a file, with outputs as the file itself tells them. DP_BAD_INPUT names file, line and
 * column. */
enum dp_status dp_data_read(const char *path, struct dp_samples *samples, struct dp_error *error);

/* Reads initial parameters: a row of w_1..w_d, bias, a_1..a_o for each neuron. The header of a text must name
 * them so; in HDF5 and npz the array is called weights. The caller frees start->values. */
enum dp_status dp_start_read(const char *path, struct dp_start *start, struct dp_error *error);

/* Writes initial parameters in a form that dp_start_read reads back to the same bits; start->inputs must be
 * set. note: says what they are, in an attribute of an HDF5 file; a CSV file has its header and numbers
 * alone, so that every reader of CSV takes it as it is. */
enum dp_status dp_start_write(const char *path, const struct dp_start *start, const char *note,
                              struct dp_error *error);
