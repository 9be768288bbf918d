// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/store/store.h"
#include "dewpoint/sweep/sweep.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* For tests of the store: sweeps from text, and results that follow from the row alone, so that whoever reads
 * a row knows what must be in it. */

static const struct dp_provenance provenance_of_test = {
    .program = "dewpoint test", .build = "a compiler", .isa = "scalar", .hosts = "node1 node2", .ranks = 3};

/* A sweep of 24 runs with what is asked for beside. more: further sections and keys, one a line. */
static inline void sweep_of_text(const char *text, struct dp_sweep *sweep)
{
    struct dp_error error = {0};
    if (dp_sweep_parse("test.yaml", text, strlen(text), NULL, 0, sweep, &error) != DP_OK) {
        fputs(error.text, stderr);
        abort();
    }
}

static inline struct dp_record record_of_row(int64_t row)
{
    const double x = (double)row;
    return (struct dp_record){
        .status = 1 + row % 4,
        .steps = 10 * row + 3,
        .flow_time = row % 5 ? x / 3 : NAN,
        .loss_first = 1 / (x + 1),
        .loss = 1e-6 / (x + 1),
        .loss_test = -x,
        .rd = sqrt(x),
        .rd_w = sqrt(x) / 7,
        .rd_a = 1e-300 * x,
        .directions = row % 6,
        .lines = row % 3,
        .wall_time = 0.25,
        .rank = row % 2,
    };
}

enum { TEST_POINTS = 3 };

/* Curves and weights of a row in memory of its own; release with free_trace. */
static inline struct dp_trace trace_of_row(int64_t row, int64_t width, int64_t components)
{
    struct dp_trace trace = {.curve_capacity = TEST_POINTS, .curve_count = TEST_POINTS};
    const size_t count = (size_t)(width * components);
    trace.curve = calloc(TEST_POINTS, sizeof *trace.curve);
    trace.weights_first = calloc(count, sizeof(double));
    trace.weights_last = calloc(count, sizeof(double));
    trace.weights_along = calloc(TEST_POINTS * count, sizeof(double));
    for (int i = 0; i < TEST_POINTS; i++)
        trace.curve[i] = (struct dp_curve_point){.step = i,
                                                 .flow_time = 0.5 * i,
                                                 .loss = 1.0 / (i + 1),
                                                 .loss_test = 3.0 * i,
                                                 .rd = (double)row,
                                                 .rd_w = (double)row / 2,
                                                 .rd_a = 2,
                                                 .growth = 1 + i,
                                                 .directions = 3,
                                                 .lines = NAN,
                                                 .active_neurons = 4};
    for (size_t i = 0; i < count; i++) {
        trace.weights_first[i] = (double)row + (double)i / 1024;
        trace.weights_last[i] = -trace.weights_first[i];
    }
    for (size_t i = 0; i < TEST_POINTS * count; i++)
        trace.weights_along[i] = 1000 * (double)row + (double)i / 1024;
    return trace;
}

static inline void free_trace(struct dp_trace *trace)
{
    free(trace->curve);
    free(trace->weights_first);
    free(trace->weights_last);
    free(trace->weights_along);
}
