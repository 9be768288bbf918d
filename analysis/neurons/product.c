// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/product.h"
#include "dewpoint/core/model.h"
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

/* Changes the goal and all products to the requested basis. basis: room for u [o][o], v [d][d] and scratch
 * [o][d]. */
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

static void put_identity(double *matrix, int64_t size)
{
    for (int64_t k = 0; k < size * size; k++)
        matrix[k] = k % (size + 1) == 0;
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
    if (trained) {
        put_identity(u, o);
        put_identity(v, d);
    }
    const struct dp_mode_neurons rows = {neurons, stored->components, 1};
    for (int64_t e = 0; e < count && status == DP_OK; e++)
        modes[e] = dp_mode_measure(&stored->run, &train, &rows, u + e, v + e, strength[e]);
    free(neurons);
    dp_samples_free(&train);
    dp_samples_free(&test);
    free(u);
    return status;
}
