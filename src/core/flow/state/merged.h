// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* The samples of a run for implicit steps: those with the same inputs are one.
 *
 * k samples with the same inputs and labels of mean y act as one of weight k with the label y; the loss above
 * that is constant. Left apart they would make K singular, and the forces of their labels cancel but for
 * rounding, which the long steps at the end of a run cannot bear. The same are inputs that are a millionth of
 * the spread of all samples apart, as 0.3 in float32 and in float64: a network would tell them from each
 * other only after a time of 1e12. */
struct dp_merged {
    int64_t count;
    double apart;    // loss that no network can avoid: of different labels at a point
    int *point;      // [samples] of a sample
    double *x;       // [count][d]
    double *targets; // [count][o] means of labels
    double *weight;  // [count][o] how many samples a point stands for
};

/* Lays out the arrays, for all samples of net, from memory + *bytes on, or counts their size if memory is
 * NULL. */
void dp_merged_lay_out(struct dp_merged *points, const struct dp_network *net, char *memory, size_t *bytes);

/* Takes over the samples of the run in a lane, whose loss is scale times a sum of squares. */
void dp_merged_take(struct dp_merged *points, const struct dp_network *net, int lane, double scale);

/* The outputs f [count][o] at the points, for the network. */
void dp_merged_put(const struct dp_merged *points, struct dp_network *net, int lane, const double *f);
