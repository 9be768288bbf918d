// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/linear_modes.h"
#include "core/math/elementary.h"
#include "core/math/linear.h"
#include "core/network/network.h"
#include <math.h>
#include <stdlib.h>

enum { TIMES = 4000, GOLDEN_STEPS = 60 };
static const double EARLIEST = 1e-7; // of the times looked at, in parts of the last

// row . unit, whose components lie count apart
static double along(const double *row, int64_t count, const double *unit)
{
    double sum = 0;
    for (int64_t j = 0; j < count; j++)
        sum += row[j] * unit[j * count];
    return sum;
}

// The number g with dL/dM = g (M - best) X^T X, by the run's loss convention.
static double gradient_factor(const struct dp_run *run, const struct dp_samples *train)
{
    return 2 * dp_loss_scale(run, train->count, train->outputs);
}

struct dp_mode dp_mode_measure(const struct dp_run *run, const struct dp_samples *train,
                               const struct dp_mode_neurons *neurons, const double *u, const double *v,
                               double strength)
{
    const double alpha = dp_run_scales(run).alpha;
    const int64_t d = train->inputs, o = train->outputs, step = neurons->component_step;
    double aa = 0, ww = 0, aw = 0, square = 0;
    for (int64_t k = 0; k < run->width; k++) {
        const double *const w = neurons->values + k * neurons->neuron_step, *const a = w + (d + 1) * step;
        double along_a = 0, along_w = 0;
        for (int64_t c = 0; c < o; c++)
            along_a += u[c * o] * a[c * step];
        for (int64_t j = 0; j < d; j++)
            along_w += v[j * d] * w[j * step];
        aa += along_a * along_a / alpha;
        ww += along_w * along_w / alpha;
        aw += along_a * along_w / alpha;
    }
    for (int64_t i = 0; i < train->count; i++) {
        const double part = along(train->x + i * d, d, v);
        square += part * part;
    }
    return (struct dp_mode){.a = sqrt(aa),
                            .b = copysign(sqrt(ww), aw),
                            .strength = strength,
                            .rate = gradient_factor(run, train) * square / alpha};
}

// e^-x for x >= 0, which vanishes.
static double decay(double x)
{
    return x < 700 ? dp_exp(-x) : 0;
}

double dp_mode_value(const struct dp_mode *mode, double time)
{
    const double a = mode->a, b = mode->b, s = mode->strength, z = a * b, c = fabs(a * a - b * b);
    if (z == 0 && c == 0)
        return 0;
    if (c <= 1e-9 * fabs(z)) // balanced: z' = 2 rate (s - z) |z|
        return z > 0 ? s / (1 + (s / z - 1) * decay(2 * mode->rate * s * time)) : (double)NAN;
    const double root = sqrt(c * c + 4 * s * s), up = (root - c) / (2 * s), down = (-root - c) / (2 * s);
    const double y = 2 * z / c, h0 = y / (1 + sqrt(1 + y * y)); // tanh(asinh(y) / 2)
    const double q = (h0 - up) / (h0 - down) * decay(mode->rate * root * time);
    const double h = (up - q * down) / (1 - q);
    return c * h / (1 - h * h);
}

bool dp_modes_predict(const struct dp_run *run)
{
    const bool one_rate = isnan(run->learning_rate_a) || run->learning_rate_a == run->learning_rate;
    const bool plain = run->momentum == 0 && run->weight_decay == 0 && run->batch == 0;
    return run->risk == DP_RISK_L2 && run->activation == DP_LINEAR && !run->bias &&
           run->streaming == DP_ONE_SET && plain && one_rate &&
           (run->method == DP_GD || run->method == DP_SGD || run->method == DP_FLOW);
}

/* Modes, and the coefficients of the risk on the test samples. */
struct risk {
    int64_t modes;
    struct dp_mode *mode; // [modes]
    double *a, *b;        // [modes] A_c and B_c
    double rest;          // mean |y|^2
};

static double risk_at(const struct risk *risk, double time)
{
    double sum = risk->rest;
    for (int64_t c = 0; c < risk->modes; c++) {
        const double z = dp_mode_value(&risk->mode[c], time);
        sum += (risk->a[c] * z - 2 * risk->b[c]) * z;
    }
    return sum;
}

static void look_at_test(const struct dp_samples *test, const double *u, const double *v, struct risk *risk)
{
    const int64_t d = test->inputs, o = test->outputs;
    const double part = 1 / (double)test->count;
    for (int64_t i = 0; i < test->count; i++) {
        const double *const x = test->x + i * d, *const y = test->y + i * o;
        for (int64_t c = 0; c < o; c++)
            risk->rest += part * y[c] * y[c];
        for (int64_t c = 0; c < risk->modes; c++) {
            const double x_along = along(x, d, v + c);
            risk->a[c] += part * x_along * x_along;
            risk->b[c] += part * x_along * along(y, o, u + c);
        }
    }
}

/* Finds the smallest risk on a geometric grid of times, then between its neighbours by golden-section
 * search. */
static void find_least(const struct risk *risk, double last, struct dp_record *record)
{
    const double ratio = dp_exp(-dp_log(EARLIEST) / TIMES), golden = (sqrt(5) - 1) / 2;
    double best = 0, least = risk_at(risk, 0), time = EARLIEST * last;
    for (int k = 0; k <= TIMES; k++, time *= ratio)
        if (risk_at(risk, time) < least) {
            least = risk_at(risk, time);
            best = fmin(time, last);
        }
    double low = best / ratio, high = fmin(best * ratio, last);
    for (int k = 0; k < GOLDEN_STEPS; k++) {
        const double left = high - golden * (high - low), right = low + golden * (high - low);
        if (risk_at(risk, left) < risk_at(risk, right))
            high = right;
        else
            low = left;
    }
    record->risk_least_predicted = risk_at(risk, (low + high) / 2);
    record->risk_least_time_predicted = (low + high) / 2;
}

/* room: [o d + o o + d d + 5 min(o, d)] */
static enum dp_status predict(const struct dp_run *run, const struct dp_samples *train,
                              const struct dp_samples *test, const struct dp_neurons *start,
                              struct risk *risk, double *room, struct dp_error *error)
{
    const int64_t d = train->inputs, o = train->outputs;
    double *const map = room, *const u = map + o * d, *const v = u + o * o, *const s = v + d * d;
    const struct dp_mode_neurons neurons = {start->columns, 1, start->count};
    risk->a = s + risk->modes;
    risk->b = risk->a + risk->modes;
    DP_TRY(dp_linear_map(train, map, error));
    DP_TRY(dp_linear_modes(map, o, d, u, s, v, error));
    for (int64_t c = 0; c < risk->modes; c++)
        risk->mode[c] = dp_mode_measure(run, train, &neurons, u + c, v + c, s[c]);
    look_at_test(test, u, v, risk);
    return DP_OK;
}

enum dp_status dp_modes_least_risk(const struct dp_run *run, const struct dp_samples *train,
                                   const struct dp_samples *test, const struct dp_neurons *start,
                                   struct dp_record *record, struct dp_error *error)
{
    const int64_t d = train->inputs, o = train->outputs;
    record->risk_least_predicted = record->risk_least_time_predicted = NAN;
    if (!dp_modes_predict(run) || test->count == 0 || train->count < d)
        return DP_OK;
    struct risk risk = {.modes = o < d ? o : d};
    risk.mode = malloc((size_t)risk.modes * sizeof *risk.mode);
    double *const room = calloc((size_t)(o * d + o * o + d * d + 3 * risk.modes), sizeof *room);
    enum dp_status status = risk.mode && room
                                ? predict(run, train, test, start, &risk, room, error)
                                : dp_fail(error, DP_NO_MEMORY, "no memory for the modes of the data");
    if (status == DP_OK && record->flow_time > 0)
        find_least(&risk, record->flow_time, record);
    free(room);
    free(risk.mode);
    return status;
}
