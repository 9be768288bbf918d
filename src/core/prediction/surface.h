// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/prediction/form.h"
#include "dewpoint/samples.h"
#include <stdbool.h>

/* F(w) = mean_i y_i (w.x_i)^p of a data set, x augmented by 1 where there is a bias: what neurons climb while
 * f is small (extrema.h). */

struct dp_surface {
    int rows, power;
    int64_t count;
    double *x;    // [count][rows]
    double *y;    // [count]
    double scale; // mean |y| |x|^p, no less than |F|
};

/* Copies the samples, with their first output; dp_surface_release after. DP_NO_MEMORY. */
enum dp_status dp_surface_acquire(const struct dp_samples *samples, int power, bool bias,
                                  struct dp_surface *surface, struct dp_error *error);
void dp_surface_release(struct dp_surface *surface);

/* F at w, [rows]. */
double dp_surface_value(const struct dp_surface *surface, const double *w);

/* F on the circle, which has two rows. */
struct dp_form dp_surface_form(const struct dp_surface *surface);
