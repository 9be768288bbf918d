// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "reading/scan.h"
#include <stdbool.h>

/* Did the training loss of a run rise where it should fall?
 *
 * Gradient descent on all samples, without momentum, lowers the loss at every step if its rate is small
 * enough, but for kinks: where ReLU neurons cross a sample it rises by some 1e-4 of itself at any rate. If
 * the rate was too large, the loss swings by much more, RD is not that of the gradient flow, and a regime
 * read from it may be wrong. So a rise counts from 1 % of the lowest loss before on. Stores from before the
 * column loss_rise do not say how far the loss rose: there, any rise counts. Full batches of sgd are gd.
 * Other methods are not judged: with adam, minibatches, momentum and weight decay the training loss may rise
 * in sound training, and flow controls the error of its steps instead. */

enum { DP_DESCENT_COLUMNS = 5 };

struct dp_descent {
    const char *column[DP_DESCENT_COLUMNS]; // columns to scan, NULL for a key that is not swept
    double value[DP_DESCENT_COLUMNS];       // of the keys that are not swept
    double allowed;                         // rise that does not count, in the first column
};

/* Finds the columns and values in a store. */
enum dp_status dp_descent_of(const struct dp_store *store, struct dp_descent *descent,
                             struct dp_error *error);

/* Whether the loss of row i of the scan's window rose too far. first: the index of descent->column[0] among
 * the columns of the scan. */
bool dp_descent_rose(const struct dp_descent *descent, const struct dp_scan *scan, int first, int64_t i);
