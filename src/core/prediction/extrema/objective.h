// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/extrema/binary_form.h"
#include "dewpoint/core/samples.h"
#include <stdbool.h>

/* F(w) = mean_i y_i (w.x_i)^p of a data set, with x augmented by 1 if there is a bias: the function that
 * neurons climb while f is small (extrema.h). */

struct dp_objective {
    int rows, power;
    int64_t count;
    double *x;    // [count][rows]
    double *y;    // [count]
    double scale; // mean |y| |x|^p, no less than |F|
};

/* Copies the samples, with their first output. Release with dp_objective_release. DP_NO_MEMORY on failure. */
enum dp_status dp_objective_acquire(const struct dp_samples *samples, int power, bool bias,
                                    struct dp_objective *objective, struct dp_error *error);
void dp_objective_release(struct dp_objective *objective);

/* F at w, [rows]. */
double dp_objective_value(const struct dp_objective *objective, const double *w);

/* F on the circle, which has two rows. */
struct dp_binary_form dp_objective_form(const struct dp_objective *objective);
