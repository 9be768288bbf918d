// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/sectors/modes.h"
#include "core/network/network.h"

/* Gradient flow of a wide ReLU network on few samples of one input, without a pass over the neurons at every
 * step.
 *
 * The lines w x_i + b = 0 divide the plane of (w, b) into sectors. As long as no neuron crosses a line, all
 * neurons of a sector obey one linear equation, d theta / dt = -[[0, v], [v^T, 0]] theta for theta = (w, b,
 * a) and v = sum over active i of r_i (x_i, 1), with r_i = dL / d(alpha f_i). The output then depends only on
 * the six second moments of theta in each sector, which form a closed system of about 12 n numbers. We
 * integrate this system for as long as few lines are crossed, and then move all neurons at once: one pass
 * over them (kernels: sectors) applies each sector's map, corrects the neurons that crossed a line, and sums
 * the moments anew. A whole training takes two such passes in the linear regime, and about thirty otherwise.
 *
 * The small system is integrated by the exponential midpoint rule for the residuals e: de/dt = -G e with the
 * Gram matrix G of the moments. With G fixed at its value in the middle of a substep, this gives e, the
 * integrals of r that move the moments, and the effect of the order in which their directions came (the
 * second term of the Magnus series), exactly however stiff G is. */

struct dp_moments {
    double sum[DP_SECTORS][DP_SECTOR_MOMENTS];
};

struct dp_sectors {
    int n;                       // samples, at most DP_SECTOR_SAMPLES
    double x[DP_SECTOR_SAMPLES]; // in the kernels' precision
    double y[DP_SECTOR_SAMPLES];
    double alpha, scale; // f = (1/alpha) sum a relu, L = scale sum e^2
    bool active[DP_SECTORS][DP_SECTOR_SAMPLES];
    struct dp_moments moments;        // of the present neurons
    double e[DP_SECTOR_SAMPLES];      // their residuals f_i - y_i
    double most;                      // largest |e| so far
    double pulled[DP_SECTOR_SAMPLES]; // integral of r so far
    double part;                      // the next substep to try; 0: none known yet
    struct dp_modes modes;            // of the last substep
    double error;                     // of the last plan: root of the sum of the squares over its substeps
};

/* Whether the runs in net can be taken by sectors: relu, one input and output, a bias, neurons in the lanes.
 */
bool dp_sectors_serve(const struct dp_network *net);

/* Begins with the run in the only place of net; sums its moments in a pass over the neurons. */
void dp_sectors_begin(struct dp_sectors *s, const struct dp_network *net);

/* The residuals e [n] that follow from the moments. */
void dp_sectors_residuals(const struct dp_sectors *s, const struct dp_moments *moments, double *e);

/* The largest present rate at which a neuron grows or turns, max |v|; 0 if none moves. */
double dp_sectors_rate(const struct dp_sectors *s);

/* The largest eigenvalue of 2 c J J^T (core/observe/sharpness.h). */
double dp_sectors_sharpness(const struct dp_sectors *s);

/* Plans a step over a flow time of at most `time` in which no line is crossed; it ends early where the loss
 * reaches `target`. The error of each substep is below `tolerance`. Returns the time taken; *step is for the
 * kernels, e [n] are the residuals after it. */
double dp_sectors_plan(struct dp_sectors *s, double time, double target, double tolerance,
                       struct dp_sector_step *step, double *e);

/* The error of a step of this duration whose final residuals are off by miss [n]: the larger of the size of
 * miss relative to the largest residual so far, and of its effect on the integral of r relative to that
 * integral, so far and over pull [n]. Parameters move by this integral, most along the directions that
 * converge slowly. */
double dp_sectors_error(const struct dp_sectors *s, const double *miss, double time, const double *pull);

/* Notes that the neurons have been moved by a step: their moments, and the integral of r that moved them. */
void dp_sectors_advance(struct dp_sectors *s, const struct dp_moments *moments, const double *pull);
