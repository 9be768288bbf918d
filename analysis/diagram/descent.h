// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "reading/scan.h"
#include <stdbool.h>

/* Did the training loss of a run rise where it should fall?
 *
 * Gradient descent on all samples, without momentum, lowers the loss at every step if its rate is small
 * enough, but for kinks: where ReLU neurons cross a sample it may rise a little at any rate. If the rate was
 * too large, RD is not that of the gradient flow, and a regime read from it may be wrong. A record says how
 * often the loss rose, not how far, so both count as doubtful. Other methods are not judged. With adam,
 * minibatches and momentum the loss may rise in sound training, and flow controls the error of its steps
 * instead. */

enum { DP_DESCENT_COLUMNS = 3 };

struct dp_descent {
    const char *column[DP_DESCENT_COLUMNS]; // columns to scan, NULL for a key that is not swept
    double value[DP_DESCENT_COLUMNS];       // of the keys that are not swept
};

/* Finds the columns and values in a store. */
enum dp_status dp_descent_of(const struct dp_store *store, struct dp_descent *descent,
                             struct dp_error *error);

/* Whether the loss of row i of the scan's window rose. first: the index of descent->column[0] among the
 * columns of the scan. */
bool dp_descent_rose(const struct dp_descent *descent, const struct dp_scan *scan, int first, int64_t i);
