// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "flow/system.h"

/* One way from the start of a system to a loss, by any integrator. */

struct path {
    int64_t count, room;
    struct moment {
        double time, loss, fall; // fall = dL/dt
    } * at;
};

struct flight {
    double tolerance; // relative, of a step, to the displacements of the w and of the a so far; of Euler: c
    double stop_loss;
    int64_t most; // evaluations, after which it gives up
    // what came of it
    bool arrived;
    double time, loss;
    int64_t evaluations;
    double *delta; // [width][rows] there
    struct path path;
};

struct flight flight_make(const struct system *s, double tolerance, double stop_loss, int64_t most);
void flight_free(struct flight *flight);

/* Notes a point of the way. */
void path_add(struct path *path, double time, double loss, double fall);

/* The loss at a time, between the points of a path by its logarithm's cubic. */
double path_loss(const struct path *path, double time);

/* root mean squares of the w (bias included) and of the a in v [width][rows], of one neuron rows - 1 and 1 */
void sizes(const double *v, int64_t width, int rows, double *w, double *a);

/* CVODE: implicit formulas with GMRES and with a dense Jacobian, and those of Adams. */
void fly_newton(struct system *s, struct flight *flight);
void fly_bdf(struct system *s, struct flight *flight);
void fly_adams(struct system *s, struct flight *flight);

/* Euler with steps c / lambda, lambda anew every 20 steps. */
void fly_euler(struct system *s, struct flight *flight);
/* Embedded pairs of Runge and Kutta: Heun and Euler, Bogacki and Shampine, Dormand and Prince. */
void fly_rk21(struct system *s, struct flight *flight);
void fly_rk32(struct system *s, struct flight *flight);
void fly_rk54(struct system *s, struct flight *flight);
