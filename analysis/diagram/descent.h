// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store.h"
#include "reading/scan.h"
#include <stdbool.h>

/* Did the training loss of a run rise where it had to fall?
 *
 * Gradient descent on all samples, without momentum, lowers the loss at every step if its rate is small
 * enough. Where the loss rose, the rate was too large: RD is then not that of the gradient flow, and a regime
 * that is read from it may be wrong. The other methods do not count here: adam, minibatches and momentum let
 * the loss rise in the course of sound training, and flow controls the error of its steps instead. */

enum { DP_DESCENT_COLUMNS = 3 };

struct dp_descent {
    const char *column[DP_DESCENT_COLUMNS]; // to be scanned, NULL where a key is not swept
    double value[DP_DESCENT_COLUMNS];       // of the keys that are not swept
};

/* Finds the columns and values in a store. */
enum dp_status dp_descent_of(const struct dp_store *store, struct dp_descent *descent,
                             struct dp_error *error);

/* Did the loss of row i of the scan's window rise? first: the place of descent->column[0] among the scan's
 * columns. */
bool dp_descent_rose(const struct dp_descent *descent, const struct dp_scan *scan, int first, int64_t i);
