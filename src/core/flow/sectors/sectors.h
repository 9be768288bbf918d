// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/sectors/modes.h"
#include "core/network/network.h"

/* Gradient flow of a wide relu network on few samples of one input, without going through its neurons at
 * every step.
 *
 * The lines w x_i + b = 0 cut the plane of (w, b) into sectors. While no neuron passes a line, all neurons of
 * a sector obey one linear equation, d theta / dt = -[[0, v], [v^T, 0]] theta for theta = (w, b, a) and v =
 * sum over active i of r_i (x_i, 1), r_i = dL / d(alpha f_i). The output then needs no more than the six
 * second moments of theta in each sector, which make a closed system of some 12 n numbers. We integrate that,
 * for as long as few lines are passed, and then take all neurons along at once: a pass over them (kernels:
 * sectors) that applies each sector's map, puts right those that passed a line, and sums the moments anew. A
 * whole training takes from two such passes, in the linear regime, to some thirty.
 *
 * The small system goes by the exponential midpoint rule in the space of the residuals e. de/dt = -G e with
 * the Gram matrix G of the moments: frozen at its value in the middle of a substep it gives e, the integrals
 * of r that move the moments, and the order in which their directions came (the second term of the Magnus
 * series), exactly and however stiff G is. */

struct dp_moments {
    double sum[DP_SECTORS][DP_SECTOR_MOMENTS];
};

struct dp_sectors {
    int n;                       // samples, at most DP_SECTOR_SAMPLES
    double x[DP_SECTOR_SAMPLES]; // in the kernels' precision
    double y[DP_SECTOR_SAMPLES];
    double alpha, scale; // f = (1/alpha) sum a relu, L = scale sum e^2
    bool active[DP_SECTORS][DP_SECTOR_SAMPLES];
    struct dp_moments moments;        // of the neurons as they stand
    double e[DP_SECTOR_SAMPLES];      // their residuals f_i - y_i
    double most;                      // largest |e| so far
    double pulled[DP_SECTOR_SAMPLES]; // integral of r so far
    double part;                      // the next substep to try; 0: none known yet
    struct dp_modes modes;            // of the last substep
    double error;                     // of the substeps of the last plan, their squares added
};

/* Whether the runs in net can be taken by sectors: relu, one input and output, a bias, neurons in the lanes.
 */
bool dp_sectors_serve(const struct dp_network *net);

/* Of the run in net's one place; its moments are summed in a pass. */
void dp_sectors_begin(struct dp_sectors *s, const struct dp_network *net);

/* The residuals e [n] that moments amount to. */
void dp_sectors_residuals(const struct dp_sectors *s, const struct dp_moments *moments, double *e);

/* The largest rate at which a neuron grows or turns now, max |v|; 0 when none moves. */
double dp_sectors_rate(const struct dp_sectors *s);

/* The largest eigenvalue of 2 c J J^T (core/observe/sharpness.h). */
double dp_sectors_sharpness(const struct dp_sectors *s);

/* What a step over a flow time of at most `time` does, if no line is passed; it ends early where the loss
 * comes down to `target`. The error of a substep stays below `tolerance`. Returns the time taken; *step is
 * for the kernels, e [n] the residuals after it. */
double dp_sectors_plan(struct dp_sectors *s, double time, double target, double tolerance,
                       struct dp_sector_step *step, double *e);

/* How wrong a step of this duration is whose residuals miss by `miss` [n] at its end: the larger of its size
 * relative to the largest residual so far, and of what it amounts to in the integral of r relative to that
 * integral, so far and over pull [n]. Parameters move by it, most along the directions that converge slowly.
 */
double dp_sectors_error(const struct dp_sectors *s, const double *miss, double time, const double *pull);

/* The neurons have been taken over a step: their moments, and what pulled them. */
void dp_sectors_advance(struct dp_sectors *s, const struct dp_moments *moments, const double *pull);
