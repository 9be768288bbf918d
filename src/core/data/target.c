// SPDX-License-Identifier: BSD-3-Clause
#include "core/data/target.h"
#include "core/math/elementary.h"
#include "core/math/rng.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static double positive_part(double x)
{
    return x > 0 ? x : 0;
}

static void two_kinks(const struct dp_labels *labels, const double *x, double *y)
{
    (void)labels;
    y[0] = 0.2 * positive_part(x[0] - 1.0 / 3) + 0.2 * positive_part(-x[0] - 1.0 / 3);
}

static void sine_mix(const struct dp_labels *labels, const double *x, double *y)
{
    (void)labels;
    y[0] = dp_sin(3 * x[0]) + dp_sin(6 * x[0]) / 2;
}

static void three_points(const struct dp_labels *labels, const double *x, double *y)
{
    (void)labels;
    y[0] = x[0] > 0 ? 2 * x[0] : x[0];
}

static void sine_sum(const struct dp_labels *labels, const double *x, double *y)
{
    y[0] = 0;
    for (int64_t j = 0; j < labels->inputs; j++)
        y[0] += 3.5 * dp_sin(5 * x[j] + 1);
}

// y_c = s_c x_c, and 0 for outputs beyond the inputs
static void linear_modes(const struct dp_labels *labels, const double *x, double *y)
{
    for (int64_t c = 0; c < labels->outputs; c++)
        y[c] = c < labels->count ? labels->table[c] * x[c] : 0;
}

// (1/M) sum_j a_j relu(w_j . x)
static void teacher(const struct dp_labels *labels, const double *x, double *y)
{
    const int64_t d = labels->inputs;
    double sum = 0;
    for (int64_t k = 0; k < labels->count; k++) {
        const double *row = labels->table + k * (d + 2);
        double h = row[d];
        for (int64_t j = 0; j < d; j++)
            h += row[j] * x[j];
        sum += row[d + 1] * positive_part(h);
    }
    y[0] = sum / (double)labels->count;
}

static void formula(const struct dp_labels *labels, const double *x, double *y)
{
    y[0] = labels->function.value(labels->function.context, x);
}

// The two data sets of Boursier and Flammarion, "Early alignment in two-layer networks training" (2024).
static const double two_points_list[] = {-0.5, -1, 2, 1};
static const double five_points_list[] = {-1.5, 0.7, -1, -0.3, 0, -0.3, 0.25, 0.4, 2, 0.2};

/* In the order of enum dp_target. */
static const struct target {
    void (*y)(const struct dp_labels *labels, const double *x, double *y); // NULL: listed, drawn or read
    struct dp_protocol protocol;
} targets[] = {
    [DP_TWO_KINKS] = {two_kinks, {1, 1, 4, true, false, DP_EQUISPACED, -1, 1, NULL}},
    [DP_SINE_MIX] = {sine_mix, {1, 1, 40, true, false, DP_EQUISPACED, -1, 1.5, NULL}},
    [DP_TWO_POINTS] = {NULL, {1, 1, 2, true, false, DP_POINTS_AUTO, -0.5, 2, two_points_list}},
    [DP_THREE_POINTS] = {three_points, {1, 1, 3, true, false, DP_EQUISPACED, -0.5, 0.5, NULL}},
    [DP_FIVE_POINTS] = {NULL, {1, 1, 5, true, false, DP_POINTS_AUTO, -1.5, 2, five_points_list}},
    [DP_SINE_SUM] = {sine_sum, {5, 1, 80, false, false, DP_UNIFORM, -4, 2, NULL}},
    [DP_LINEAR_MODES] = {linear_modes, {2, 2, 50, false, true, DP_NORMAL, -1, 1, NULL}},
    [DP_TEACHER] = {teacher, {2, 1, 100, false, false, DP_NORMAL, -1, 1, NULL}},
    [DP_RANDOM] = {NULL, {1, 1, 10, false, true, DP_UNIFORM, -1, 1, NULL}},
    [DP_FILE] = {NULL, {0, 0, 0, false, true, DP_POINTS_AUTO, 0, 0, NULL}},
    [DP_FORMULA] = {formula, {1, 1, 20, false, false, DP_EQUISPACED, -1, 1, NULL}},
};

_Static_assert(sizeof targets / sizeof *targets == DP_FORMULA + 1, "a target is missing");

const struct dp_protocol *dp_target_protocol(int64_t target)
{
    return &targets[target].protocol;
}

bool dp_target_has_function(int64_t target)
{
    return targets[target].y != NULL;
}

void dp_teacher_draw(const struct dp_run *run, int64_t d, double *rows)
{
    for (int64_t k = 0; k < run->teacher_width; k++) {
        double *row = rows + k * (d + 2), square = 0;
        for (int64_t j = 0; j <= d + 1; j++)
            row[j] = dp_normal(run->data_seed, DP_STREAM_TEACHER, k, j);
        for (int64_t j = 0; j <= d; j++)
            square += row[j] * row[j];
        for (int64_t j = 0; j <= d; j++)
            row[j] /= sqrt(square);
    }
}

// Strengths of the modes: a geometric sequence whose ends are the keys' exact values.
static void make_modes(const struct dp_run *run, int64_t count, double *strength)
{
    const double low = run->mode_low, high = run->mode_high;
    for (int64_t c = 0; c < count; c++) {
        const double part = count > 1 ? (double)c / (double)(count - 1) : 1;
        strength[c] = part == 0   ? low
                      : part == 1 ? high
                                  : dp_exp((1 - part) * dp_log(low) + part * dp_log(high));
    }
}

enum dp_status dp_labels_make(const struct dp_run *run, const struct dp_samples *given, int64_t inputs,
                              int64_t outputs, struct dp_labels *labels, struct dp_error *error)
{
    *labels = (struct dp_labels){.target = run->target, .inputs = inputs, .outputs = outputs};
    size_t doubles = 0;
    if (given)
        labels->function = given->function;
    if (run->target == DP_FORMULA && !labels->function.value)
        return dp_fail(error, DP_INTERNAL, "the function of the formula is not given");
    if (run->target == DP_TEACHER) {
        labels->count = run->teacher_width;
        doubles = (size_t)(labels->count * (inputs + 2));
    } else if (run->target == DP_LINEAR_MODES) {
        labels->count = inputs < outputs ? inputs : outputs;
        doubles = (size_t)labels->count;
    }
    if (doubles == 0)
        return DP_OK;
    labels->table = malloc(doubles * sizeof *labels->table);
    if (!labels->table)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the target");
    if (run->target == DP_TEACHER)
        dp_teacher_draw(run, inputs, labels->table);
    else
        make_modes(run, labels->count, labels->table);
    return DP_OK;
}

void dp_labels_free(struct dp_labels *labels)
{
    free(labels->table);
    memset(labels, 0, sizeof *labels);
}

void dp_label(const struct dp_labels *labels, const double *x, double *y)
{
    targets[labels->target].y(labels, x, y);
}
