// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/archive.h"
#include "core/network/network.h"
#include "kernels/waves.h"

/* The samples of a run as points that ReLU neurons can be moved among (kernels/waves.h). Three kinds of data
 * need care, because several lines meet where neurons come to them one by one.
 *
 * Samples with the same inputs become one point: neurons meet their lines at the same time, and their pulls
 * decide together. k samples x with labels of mean y are a point sqrt(k) x with the label sqrt(k) y, because
 * relu(sqrt(k) z) = sqrt(k) relu(z); the loss above that is constant.
 *
 * Without a bias, all neurons are always on the line of a sample at the origin, and have no output there. It
 * is no point; its loss is constant.
 *
 * Inputs that depend on each other, such as a column in two units, leave the points in a space of fewer
 * dimensions. Neurons move in that space alone, and come to its origin on all lines at once, although w is
 * not 0. Points and neurons are then given by their coordinates there. */
struct dp_flow_points {
    int dimensions;     // D of the network
    int *point;         // [samples] of a sample; -1: none
    double *root;       // [n] root of how many samples a point stands for
    double *x, *square; // [D][stride], [stride]
    double *y;          // [n]
    double apart;       // loss that no network can avoid: of different labels at a point, and at the origin
    double *basis;      // [min(D, samples)][D] a row for each coordinate, if there are fewer than D
    double *rest;       // [D][stride] work space
};

/* Lays out the arrays, for all samples of net, from memory + *bytes on, or counts their size if memory is
 * NULL. */
void dp_flow_points_lay_out(struct dp_flow_points *p, const struct dp_network *net, int stride, char *memory,
                            size_t *bytes);

/* Takes over the samples of the run in a lane, whose losses have this scale. Sets n and inputs of
 * points, whose stride and arrays, those of p, are given; elements beyond n are 0. */
void dp_flow_points_take(struct dp_flow_points *p, const struct dp_network *net, int lane, double scale,
                         struct dp_wave_points *points);

/* The neurons of the run in a lane, in coordinates of the points. */
void dp_flow_points_take_neurons(const struct dp_flow_points *p, const struct dp_network *net, int lane,
                                 int coordinates, double *start, double *moved);

/* How far neurons have moved and their outputs f [n] at the points, for the network. */
void dp_flow_points_put(const struct dp_flow_points *p, struct dp_network *net, int lane, int coordinates,
                        const double *moved, const double *f);

void dp_flow_points_archive(struct dp_flow_points *p, const struct dp_network *net,
                            struct dp_wave_points *points, struct dp_archive *to);
