// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/stored_run.h"

/* The product of a linear network's layers, M_cj = (1/alpha) sum_k a_kc w_kj, along training, and what its
 * modes do by themselves. In the synaptic basis M is U^T M V with the singular vectors of the best linear map
 * of the data. */

struct dp_products {
    int64_t points, entries, inputs, outputs;
    double *value; // [points][entries], entry c d + j
    double *goal;  // [entries] the best linear map
};

/* A linear network that kept its neurons along the curve? kind: for the sentence in DP_BAD_INPUT. */
enum dp_status dp_products_check(const struct dp_stored_run *stored, const char *kind,
                                 struct dp_error *error);

/* Reads all products; synaptic: in that basis. Free with dp_products_free. */
enum dp_status dp_products_read(const struct dp_stored_run *stored, bool synaptic,
                                struct dp_products *products, struct dp_error *error);
void dp_products_free(struct dp_products *products);

/* A mode z = a b / alpha at the start: lengths of its two layers (b with the sign of z), its strength s and
 * its rate. Alone it moves by a' = rate (s - z) b, b' = rate (s - z) a in flow time (for a and b scaled by
 * alpha^-1/2). */
struct dp_mode {
    double a, b, strength, rate;
};

/* Modes [min(o, d)] of a run, with the factor that its loss convention gives the gradient. */
enum dp_status dp_modes_read(const struct dp_stored_run *stored, struct dp_mode *modes,
                             struct dp_error *error);

/* z of a mode alone at a flow time, in closed form: c = |a^2 - b^2| is conserved and z' = rate (s - z)
 * sqrt(c^2 + 4 z^2) (Braun et al., NeurIPS 2022, and SCIENCE.md, seed 003). */
double dp_mode_value(const struct dp_mode *mode, double time);
