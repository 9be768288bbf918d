// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"

/* The targets: for each one its function y(x) in R^o and its usual protocol.
 *
 * The table is constant; the keys samples, inputs, outputs, points, low and high override the protocol. Some
 * targets are a list of points without a function, and two have no function at all (random labels, files).
 * These have no test points. */

struct dp_protocol {
    int64_t inputs, outputs, samples; // d, o, n
    bool one_input;                   // not defined for more
    bool many_outputs;                // may have other numbers of outputs
    enum dp_points points;
    double low, high;
    const double *list; // [samples][2] x and y, for targets that are a list of points
};

/* The protocol of enum dp_target. */
const struct dp_protocol *dp_target_protocol(int64_t target);

/* Whether the target has a function. */
bool dp_target_has_function(int64_t target);

/* The neurons of a run's teacher with d inputs, as dp_run_teacher gives them. */
void dp_teacher_draw(const struct dp_run *run, int64_t d, double *rows);

/* What a target's function needs besides x, made once for many points. The caller frees it with
 * dp_labels_free. */
struct dp_labels {
    int64_t target, inputs, outputs;
    struct dp_function function; // formula
    int64_t count;               // neurons of the teacher, or modes
    double *table;               // teacher: [count][d + 2] w, bias, a; linear-modes: [count] strengths
};

/* given: the function of target formula, and what else samples from outside say; NULL for the other
 * targets. */
enum dp_status dp_labels_make(const struct dp_run *run, const struct dp_samples *given, int64_t inputs,
                              int64_t outputs, struct dp_labels *labels, struct dp_error *error);
void dp_labels_free(struct dp_labels *labels);

/* y [outputs] at x [inputs]; the target must have a function. */
void dp_label(const struct dp_labels *labels, const double *x, double *y);
