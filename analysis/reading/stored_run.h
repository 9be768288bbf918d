// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/store/store.h"
#include "dewpoint/sweep/sweep.h"
#include "reading/command.h"
#include <stdbool.h>
#include <stdint.h>

/* One run of a store in detail: its parameters, its data, and its neurons at the recorded points.
 *
 * A point is a number: 0, 1, ... for the points of the curve, or one of the two names below. The key weights
 * keeps neurons at the first and the last point, the key trajectories at every point; either of them is
 * enough for the first and the last.
 *
 * dp_stored_run_open fills the whole struct, dp_stored_run_close releases it. The store must outlive it. */

enum { DP_POINT_LAST = -1, DP_POINT_FIRST = -2 };

struct dp_stored_run {
    const struct dp_store *store;
    int64_t row;
    struct dp_sweep sweep;
    struct dp_run run;
    int64_t inputs, outputs, components; // d, o, d + 1 + o; 0 when no run of the store keeps neurons
    bool ends, along;                    // neurons are kept at the ends, along the curve
    int64_t points;                      // of the curve; 0: none kept
    double *step, *flow_time, *loss;     // [points]
};

/* The row that --run (text, may be NULL) or --at (key=value each) selects. Exactly one run must remain;
 * without both options the store must have a single run. DP_BAD_INPUT says how to choose. */
enum dp_status dp_stored_run_find(const struct dp_store *store, const char *run, const struct dp_list *at,
                                  int64_t *row, struct dp_error *error);

/* Reads a row. DP_BAD_INPUT when the run is still pending. */
enum dp_status dp_stored_run_open(const struct dp_store *store, int64_t row, struct dp_stored_run *stored,
                                  struct dp_error *error);
void dp_stored_run_close(struct dp_stored_run *stored);

/* Parses first, last, the number of a point or step=N, for the option --point. */
enum dp_status dp_stored_run_point(const struct dp_stored_run *stored, const char *text, int64_t *point,
                                   struct dp_error *error);

/* The training step of a point, NAN when it is not known. */
double dp_stored_run_step(const struct dp_stored_run *stored, int64_t point);

/* Checks that the store has neurons at this point, or at every point of the curve. DP_BAD_INPUT names the key
 * to set. */
enum dp_status dp_stored_run_check_point(const struct dp_stored_run *stored, int64_t point,
                                         struct dp_error *error);
enum dp_status dp_stored_run_check_along(const struct dp_stored_run *stored, struct dp_error *error);

/* The neurons at a point: rows w_1..w_d, bias, a_1..a_o in *neurons [width][components], which the caller
 * frees. */
enum dp_status dp_stored_run_neurons(const struct dp_stored_run *stored, int64_t point, double **neurons,
                                     struct dp_error *error);

/* The data of the run, as dp_run_data gives them. The files of the sweep must be those that the store was
 * made from. */
enum dp_status dp_stored_run_data(const struct dp_stored_run *stored, struct dp_samples *train,
                                  struct dp_samples *test, struct dp_error *error);

/* "run 17 (gamma 1, seed 2)" for captions and messages: the values of the coordinates that the sweep varies.
 * Returns text. */
const char *dp_stored_run_name(const struct dp_stored_run *stored, char *text, size_t size);
