// SPDX-License-Identifier: BSD-3-Clause
#include "flow/flight.h"
#include <cvode/cvode.h>
#include <math.h>
#include <nvector/nvector_serial.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sunlinsol/sunlinsol_dense.h>
#include <sunlinsol/sunlinsol_spgmr.h>
#include <sunmatrix/sunmatrix_dense.h>
#include <sunnonlinsol/sunnonlinsol_fixedpoint.h>

static const double FLOOR =
    1e-8; // displacements count as no smaller than this part of the start, so that a first step exists
static const double FIRST = 1e-6; // step, in units of 1 / lambda
enum { KRYLOV = 15 };

struct context {
    struct system *system;
    struct flight *flight;
    double *slope;         // [width][rows], room for one
    double size_w, size_a; // of the start
};

static int slope_of(realtype time, N_Vector y, N_Vector rate, void *data)
{
    struct context *c = data;
    (void)time;
    system_slope(c->system, N_VGetArrayPointer(y), N_VGetArrayPointer(rate));
    return 0;
}

// Errors count relative to the displacements of the w and of the a, as they do in method flow.
static int weights_of(N_Vector y, N_Vector weights, void *data)
{
    const struct context *c = data;
    double w, a, *to = N_VGetArrayPointer(weights);
    sizes(N_VGetArrayPointer(y), c->system->width, c->system->rows, &w, &a);
    w = 1 / (c->flight->tolerance * fmax(w, FLOOR * c->size_w));
    a = 1 / (c->flight->tolerance * fmax(a, FLOOR * c->size_a));
    const int rows = c->system->rows;
    for (int64_t k = 0; k < c->system->width * rows; k++)
        to[k] = k % rows == rows - 1 ? a : w;
    return 0;
}

// Loss and slope without counting: an integrator has them from its own evaluations.
static double look(struct context *c, const double *delta)
{
    const int64_t evaluations = c->system->evaluations;
    const double loss = system_slope(c->system, delta, c->slope);
    c->system->evaluations = evaluations;
    return loss;
}

static int landing_of(realtype time, N_Vector y, realtype *root, void *data)
{
    struct context *c = data;
    (void)time;
    *root = log(look(c, N_VGetArrayPointer(y)) / c->flight->stop_loss);
    return 0;
}

static void go(struct context *c, void *cvode, N_Vector y)
{
    struct flight *flight = c->flight;
    while (!flight->arrived && c->system->evaluations < flight->most) {
        const int flag =
            CVode(cvode, 2 * flight->time + 1, y, &flight->time, CV_ONE_STEP); // in that direction
        if (flag < 0)
            break;
        flight->loss = look(c, flight->delta);
        double fall = 0;
        for (int64_t j = 0; j < c->system->rows * c->system->width; j++)
            fall -= c->slope[j] * c->slope[j];
        path_add(&flight->path, flight->time, flight->loss, fall);
        flight->arrived = flag == CV_ROOT_RETURN;
    }
    flight->evaluations = c->system->evaluations;
}

static void fly(struct system *s, struct flight *flight, int formulas, bool dense)
{
    const int64_t count = s->rows * s->width;
    struct context c = {s, flight, calloc((size_t)count, sizeof *c.slope), 0, 0};
    SUNContext sun;
    if (!c.slope || SUNContext_Create(NULL, &sun))
        abort();
    sizes(s->start, s->width, s->rows, &c.size_w, &c.size_a);
    s->evaluations = 0;
    flight->loss = look(&c, flight->delta);
    path_add(&flight->path, 0, flight->loss, 0);
    N_Vector y = N_VMake_Serial(count, flight->delta, sun);
    void *cvode = CVodeCreate(formulas, sun);
    SUNMatrix matrix = dense ? SUNDenseMatrix(count, count, sun) : NULL; // by differences of slopes
    SUNLinearSolver linear =
        dense ? SUNLinSol_Dense(y, matrix, sun) : SUNLinSol_SPGMR(y, SUN_PREC_NONE, KRYLOV, sun);
    SUNNonlinearSolver fixed_point = SUNNonlinSol_FixedPoint(y, 0, sun);
    int bad = CVodeInit(cvode, slope_of, 0, y) || CVodeSetUserData(cvode, &c) ||
              CVodeWFtolerances(cvode, weights_of) || CVodeSetMaxNumSteps(cvode, -1) ||
              CVodeSetErrFile(cvode, NULL) || CVodeRootInit(cvode, 1, landing_of);
    bad = bad || (formulas == CV_BDF ? CVodeSetLinearSolver(cvode, linear, matrix)
                                     : CVodeSetNonlinearSolver(cvode, fixed_point));
    bad = bad || CVodeSetInitStep(cvode, FIRST / system_curvature(s, flight->delta));
    if (bad)
        abort();
    go(&c, cvode, y);
    SUNLinSolFree(linear);
    if (matrix)
        SUNMatDestroy(matrix);
    SUNNonlinSolFree(fixed_point);
    CVodeFree(&cvode);
    N_VDestroy(y);
    SUNContext_Free(&sun);
    free(c.slope);
}

void fly_bdf(struct system *s, struct flight *flight)
{
    fly(s, flight, CV_BDF, false);
}

void fly_adams(struct system *s, struct flight *flight)
{
    fly(s, flight, CV_ADAMS, false);
}

void fly_newton(struct system *s, struct flight *flight)
{
    fly(s, flight, CV_BDF, true);
}
