// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/stored_run.h"

/* The cosines between all pairs of (w, b). Neurons are ordered by the leading eigenvector of this matrix, so
 * that the neurons of one line are together, with its two directions at the two ends. Neurons with (w, b) = 0
 * are ignored.
 *
 * The matrix is U U^T with unit rows U [m][d + 1]. Its leading eigenvector is U v, where v is that of U^T U,
 * which is small. Its sign is chosen so that the largest component is positive. */

struct dp_cosines {
    int64_t count, rows; // neurons, d + 1
    double *unit;        // [count][rows]
    double *along;       // [count] component of the eigenvector
    double *amplitude;   // [count] |a| |(w, b)|
    int64_t *neuron;     // [count] numbers of the neurons
    int64_t *order;      // [count] places in the arrays above, by `along`
};

/* Computes the cosines of the neurons at a point. Release with dp_cosines_free after success. */
enum dp_status dp_cosines_read(const struct dp_stored_run *stored, int64_t point, struct dp_cosines *cosines,
                               struct dp_error *error);

/* The cosine between the neurons at places i and j of the order. */
double dp_cosine(const struct dp_cosines *cosines, int64_t i, int64_t j);

void dp_cosines_free(struct dp_cosines *cosines);
