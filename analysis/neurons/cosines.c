// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/cosines.h"
#include "neurons/eigen.h"
#include "neurons/neuron_plot.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

void dp_cosines_free(struct dp_cosines *c)
{
    free(c->unit);
    free(c->along);
    free(c->amplitude);
    free(c->neuron);
    free(c->order);
}

static enum dp_status allocate(struct dp_cosines *c, int64_t m, struct dp_error *error)
{
    c->unit = malloc((size_t)(m * c->rows) * sizeof *c->unit);
    c->along = malloc((size_t)m * sizeof *c->along);
    c->amplitude = malloc((size_t)m * sizeof *c->amplitude);
    c->neuron = malloc((size_t)m * sizeof *c->neuron);
    c->order = malloc((size_t)m * sizeof *c->order);
    if (c->unit && c->along && c->amplitude && c->neuron && c->order)
        return DP_OK;
    return dp_fail(error, DP_NO_MEMORY, "no memory for the cosines of %lld neurons", (long long)m);
}

static void fill(const struct dp_stored_run *s, const double *neurons, struct dp_cosines *c)
{
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const w = neurons + k * s->components;
        const double size = dp_length(w, c->rows);
        if (!(size > 0) || isinf(size))
            continue;
        for (int64_t j = 0; j < c->rows; j++)
            c->unit[c->count * c->rows + j] = w[j] / size;
        c->amplitude[c->count] = size * dp_length(w + c->rows, s->outputs);
        c->neuron[c->count++] = k;
    }
}

/* Sorts by merging, because equal neurons must keep their order, and the comparison of qsort has no access to
 * the values. */
static void sort(const double *value, int64_t *order, int64_t *other, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        order[i] = i;
    for (int64_t run = 1; run < count; run *= 2) {
        for (int64_t first = 0; first < count; first += 2 * run) {
            int64_t middle = first + run < count ? first + run : count;
            const int64_t end = first + 2 * run < count ? first + 2 * run : count, half = middle;
            int64_t a = first;
            for (int64_t i = first; i < end; i++)
                other[i] = a < half && (middle >= end || value[order[a]] <= value[order[middle]])
                               ? order[a++]
                               : order[middle++];
        }
        memcpy(order, other, (size_t)count * sizeof *order);
    }
}

static enum dp_status arrange(struct dp_cosines *c, struct dp_error *error)
{
    double *const gram = calloc((size_t)(c->rows * c->rows + c->rows), sizeof *gram);
    int64_t *const other = malloc((size_t)c->count * sizeof *other + 1);
    enum dp_status status = DP_OK;
    if (!gram || !other) {
        status = dp_fail(error, DP_NO_MEMORY, "no memory to order %lld neurons", (long long)c->count);
        goto done;
    }
    double *const leading = gram + c->rows * c->rows;
    for (int64_t k = 0; k < c->count; k++)
        for (int64_t i = 0; i < c->rows; i++)
            for (int64_t j = 0; j < c->rows; j++)
                gram[i * c->rows + j] += c->unit[k * c->rows + i] * c->unit[k * c->rows + j];
    status = dp_eigen_leading(gram, c->rows, leading, error);
    double length = 0, largest = 0;
    for (int64_t k = 0; k < c->count; k++) {
        c->along[k] = 0;
        for (int64_t j = 0; j < c->rows; j++)
            c->along[k] += c->unit[k * c->rows + j] * leading[j];
        length += c->along[k] * c->along[k];
        largest = fabs(c->along[k]) > fabs(largest) ? c->along[k] : largest;
    }
    for (int64_t k = 0; k < c->count && length > 0; k++)
        c->along[k] *= copysign(1 / sqrt(length), largest);
    sort(c->along, c->order, other, c->count);
done:
    free(other);
    free(gram);
    return status;
}

enum dp_status dp_cosines_read(const struct dp_stored_run *s, int64_t point, struct dp_cosines *c,
                               struct dp_error *error)
{
    double *neurons;
    *c = (struct dp_cosines){.rows = s->inputs + 1};
    DP_TRY(dp_stored_run_neurons(s, point, &neurons, error));
    enum dp_status status = allocate(c, s->run.width, error);
    if (status == DP_OK) {
        fill(s, neurons, c);
        status = arrange(c, error);
    }
    free(neurons);
    if (status != DP_OK)
        dp_cosines_free(c);
    return status;
}

double dp_cosine(const struct dp_cosines *c, int64_t i, int64_t j)
{
    double sum = 0;
    for (int64_t k = 0; k < c->rows; k++)
        sum += c->unit[c->order[i] * c->rows + k] * c->unit[c->order[j] * c->rows + k];
    return fmax(-1, fmin(1, sum));
}
