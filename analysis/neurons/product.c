// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/product.h"
#include "dewpoint/model.h"
#include <math.h>
#include <stdlib.h>

enum dp_status dp_products_check(const struct dp_stored_run *s, const char *kind, struct dp_error *error)
{
    if (s->run.activation != DP_LINEAR)
        return dp_fail(error, DP_BAD_INPUT, "--kind %s needs activation linear, but run %lld has %s", kind,
                       (long long)s->row, dp_activation_names[s->run.activation]);
    return dp_stored_run_check_along(s, error);
}

void dp_products_free(struct dp_products *p)
{
    free(p->value);
    free(p->goal);
}

/* M of the neurons at one point. */
static void multiply(const struct dp_stored_run *s, const double *neurons, double *m)
{
    const double alpha = dp_run_scales(&s->run).alpha;
    const int64_t d = s->inputs, o = s->outputs;
    for (int64_t e = 0; e < o * d; e++)
        m[e] = 0;
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const w = neurons + k * s->components, *const a = w + d + 1;
        for (int64_t c = 0; c < o; c++)
            for (int64_t j = 0; j < d; j++)
                m[c * d + j] += a[c] * w[j] / alpha;
    }
}

/* m <- left^T m right, or with back left m right^T; scratch [o][d]. */
static void rotate(double *m, const double *left, const double *right, int64_t o, int64_t d, bool back,
                   double *scratch)
{
    for (int64_t c = 0; c < o; c++)
        for (int64_t j = 0; j < d; j++) {
            scratch[c * d + j] = 0;
            for (int64_t k = 0; k < o; k++)
                scratch[c * d + j] += (back ? left[c * o + k] : left[k * o + c]) * m[k * d + j];
        }
    for (int64_t c = 0; c < o; c++)
        for (int64_t j = 0; j < d; j++) {
            m[c * d + j] = 0;
            for (int64_t k = 0; k < d; k++)
                m[c * d + j] += scratch[c * d + k] * (back ? right[j * d + k] : right[k * d + j]);
        }
}

/* The singular vectors of the best linear map, u [o][o] and v [d][d], and its strengths s. */
static enum dp_status read_modes(const struct dp_stored_run *stored, double *u, double *s, double *v,
                                 struct dp_error *error)
{
    struct dp_inputs inputs;
    DP_TRY(dp_inputs_read(&stored->sweep, &inputs, error));
    const enum dp_status status =
        dp_run_modes(&stored->run, dp_inputs_data(&inputs, &stored->run), u, s, v, error);
    dp_inputs_free(&inputs);
    return status;
}

/* The goal, and all products in the basis asked for. basis: room for u [o][o], v [d][d] and scratch [o][d].
 */
static enum dp_status change_basis(const struct dp_stored_run *stored, bool wanted, struct dp_products *p,
                                   double *basis, struct dp_error *error)
{
    const int64_t o = p->outputs, d = p->inputs, modes = o < d ? o : d;
    double *const u = basis, *const v = u + o * o, *const scratch = v + d * d;
    DP_TRY(read_modes(stored, u, p->goal, v, error));
    for (int64_t e = modes - 1; e >= 0; e--) { // singular values to the diagonal of a matrix
        const double strength = p->goal[e];
        p->goal[e] = 0;
        p->goal[e * d + e] = strength;
    }
    const bool trained = stored->run.basis == DP_BASIS_SYNAPTIC;
    if (!wanted)
        rotate(p->goal, u, v, o, d, true, scratch);
    for (int64_t t = 0; t < p->points && trained != wanted; t++)
        rotate(p->value + t * p->entries, u, v, o, d, trained, scratch);
    return DP_OK;
}

enum dp_status dp_products_read(const struct dp_stored_run *stored, bool synaptic, struct dp_products *p,
                                struct dp_error *error)
{
    const int64_t o = stored->outputs, d = stored->inputs;
    *p = (struct dp_products){.points = stored->points, .entries = o * d, .inputs = d, .outputs = o};
    p->value = malloc((size_t)(p->points * p->entries) * sizeof *p->value);
    p->goal = calloc((size_t)p->entries, sizeof *p->goal);
    double *const basis = malloc((size_t)(o * o + d * d + o * d) * sizeof *basis);
    enum dp_status status = DP_OK;
    if (!p->value || !p->goal || !basis)
        status = dp_fail(error, DP_NO_MEMORY, "no memory for the products along a curve");
    for (int64_t t = 0; t < p->points && status == DP_OK; t++) {
        double *neurons;
        status = dp_stored_run_neurons(stored, t, &neurons, error);
        if (status == DP_OK) {
            multiply(stored, neurons, p->value + t * p->entries);
            free(neurons);
        }
    }
    if (status == DP_OK)
        status = change_basis(stored, synaptic, p, basis, error);
    free(basis);
    if (status != DP_OK)
        dp_products_free(p);
    return status;
}

/* dL/dM = this times (M - best) X^T X, by the run's loss convention. */
static double gradient_factor(const struct dp_run *run, int64_t samples, int64_t outputs)
{
    const double n = (double)samples, o = (double)outputs;
    const double factors[] = {
        [DP_MEAN] = 2 / (n * o), [DP_HALF_MEAN] = 1 / n, [DP_SUM] = 2, [DP_HALF_SUM] = 1};
    return factors[run->reduction];
}

/* Lengths of mode e's layers, its product and the samples' sum of squares along it, from vectors u_e [o] and
 * v_e [d] that stand in columns of u and v (NULL: the e-th unit vectors). */
static struct dp_mode measure_mode(const struct dp_stored_run *s, const double *neurons,
                                   const struct dp_samples *data, const double *u, const double *v, int64_t e)
{
    const double alpha = dp_run_scales(&s->run).alpha;
    const int64_t d = s->inputs, o = s->outputs;
    double aa = 0, ww = 0, aw = 0, square = 0;
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const w = neurons + k * s->components, *const a = w + d + 1;
        double along_a = u ? 0 : a[e], along_w = v ? 0 : w[e];
        for (int64_t c = 0; c < o && u; c++)
            along_a += u[c * o + e] * a[c];
        for (int64_t j = 0; j < d && v; j++)
            along_w += v[j * d + e] * w[j];
        aa += along_a * along_a / alpha;
        ww += along_w * along_w / alpha;
        aw += along_a * along_w / alpha;
    }
    for (int64_t i = 0; i < data->count; i++) {
        double along = v ? 0 : data->x[i * d + e];
        for (int64_t j = 0; j < d && v; j++)
            along += v[j * d + e] * data->x[i * d + j];
        square += along * along;
    }
    return (struct dp_mode){.a = sqrt(aa),
                            .b = copysign(sqrt(ww), aw),
                            .rate = gradient_factor(&s->run, data->count, o) * square / alpha};
}

enum dp_status dp_modes_read(const struct dp_stored_run *stored, struct dp_mode *modes,
                             struct dp_error *error)
{
    const int64_t o = stored->outputs, d = stored->inputs, count = o < d ? o : d;
    const bool trained = stored->run.basis == DP_BASIS_SYNAPTIC;
    double *const u = malloc((size_t)(o * o + d * d + count) * sizeof *u), *neurons = NULL;
    struct dp_samples train = {0}, test = {0};
    if (!u)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the modes of the data");
    double *const v = u + o * o, *const strength = v + d * d;
    enum dp_status status = read_modes(stored, u, strength, v, error);
    if (status == DP_OK)
        status = dp_stored_run_data(stored, &train, &test, error);
    if (status == DP_OK)
        status = dp_stored_run_neurons(stored, DP_POINT_FIRST, &neurons, error);
    for (int64_t e = 0; e < count && status == DP_OK; e++) {
        modes[e] = measure_mode(stored, neurons, &train, trained ? NULL : u, trained ? NULL : v, e);
        modes[e].strength = strength[e];
    }
    free(neurons);
    dp_samples_free(&train);
    dp_samples_free(&test);
    free(u);
    return status;
}

double dp_mode_value(const struct dp_mode *mode, double time)
{
    const double a = mode->a, b = mode->b, s = mode->strength, z = a * b, c = fabs(a * a - b * b);
    if (z == 0 && c == 0)
        return 0;
    if (c <= 1e-9 * fabs(z)) // balanced: z' = 2 rate (s - z) |z|, which a negative z leaves only through 0
        return z > 0 ? s / (1 + (s / z - 1) * exp(-2 * mode->rate * s * time)) : NAN;
    const double root = sqrt(c * c + 4 * s * s), up = (root - c) / (2 * s), down = (-root - c) / (2 * s);
    const double h0 = tanh(asinh(2 * z / c) / 2),
                 q = (h0 - up) / (h0 - down) * exp(-mode->rate * root * time);
    const double h = (up - q * down) / (1 - q);
    return c * h / (1 - h * h);
}
