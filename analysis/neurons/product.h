// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/linear_modes.h"
#include "reading/stored_run.h"

/* The product of a linear network's layers, M_cj = (1/alpha) sum_k a_kc w_kj, along training, and the
 * evolution of its modes without interaction. In the synaptic basis the product is U^T M V with the singular
 * vectors U and V of the best linear map of the data. */

struct dp_products {
    int64_t points, entries, inputs, outputs;
    double *value; // [points][entries], entry c d + j
    double *goal;  // [entries] the best linear map
};

/* Checks that the run is a linear network with neurons kept along the curve. kind: for the sentence in
 * DP_BAD_INPUT. */
enum dp_status dp_products_check(const struct dp_stored_run *stored, const char *kind,
                                 struct dp_error *error);

/* Reads all products; synaptic: in that basis. Free with dp_products_free. */
enum dp_status dp_products_read(const struct dp_stored_run *stored, bool synaptic,
                                struct dp_products *products, struct dp_error *error);
void dp_products_free(struct dp_products *products);

/* Modes [min(o, d)] of a run, with the factor that its loss convention gives the gradient. */
enum dp_status dp_modes_read(const struct dp_stored_run *stored, struct dp_mode *modes,
                             struct dp_error *error);
