// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>

/* One run of a sweep, trained in memory: the simplest way to use the library, from C and from languages that
 * call C (tests/library/examples).
 *
 * The text of a sweep file and a row describe the run, so everything that `dewpoint run` trains can be
 * trained here. The results have the names of the columns of a store and are the same, bit for bit. `dewpoint
 * run` trains whole sweeps; dewpoint/store/store.h reads their stores.
 *
 * MPI is not needed, nothing is printed, and several threads may train several runs at once. Arrays belong to
 * the result and live as long as it does. */

struct dp_trained;

/* Trains the run in this row (0 for a text without axes). On failure returns NULL, with the sentences that
 * say why in message[size], as far as they fit. Paths in the text are relative to the current directory. */
struct dp_trained *dp_train_row(const char *sweep, int64_t row, char *message, size_t size);

/* The number of runs in the sweep, or -1 with a message. */
int64_t dp_train_row_count(const char *sweep, char *message, size_t size);

/* A result by the name of its column: rd_w, loss, steps, status, ...; NAN if it has none. */
double dp_trained_number(const struct dp_trained *trained, const char *column);

/* An array by the name of its column: weights_first and weights_last [width][d + 1 + o] (w_1..w_d, bias,
 * a_1..a_o of each neuron), and curve_loss and the like [points] where the sweep asks for curves. shape: rows
 * and columns. NULL if there is none. */
const double *dp_trained_array(const struct dp_trained *trained, const char *column, int64_t shape[2]);

void dp_trained_free(struct dp_trained *trained);

/* "dewpoint 0.1.0 (revision)". */
const char *dp_library_version(void);
