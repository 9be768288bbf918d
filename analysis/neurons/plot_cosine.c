// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/eigen.h"
#include "neurons/neuron_plot.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The cosines between all pairs of (w, b), as a heat map. Neurons are ordered by the leading eigenvector of
 * that matrix, so those of one line stand together, its two directions at the two ends. Neurons with (w, b) =
 * 0 are left out.
 *
 * The matrix is U U^T with unit rows U [m][d + 1], and its leading eigenvector is U v with v that of U^T U,
 * which is small. Its sign is chosen so that the largest component is positive. */

enum { PIXELS = 600, MATRIX_ROWS = 2000 };

struct cosines {
    int64_t count, rows; // neurons, d + 1
    double *unit;        // [count][rows]
    double *along;       // [count] component of the eigenvector
    double *amplitude;   // [count] |a| |(w, b)|
    int64_t *neuron;     // [count] numbers of the neurons
    int64_t *order;      // [count] places in the arrays above, by `along`
};

static void free_cosines(struct cosines *c)
{
    free(c->unit);
    free(c->along);
    free(c->amplitude);
    free(c->neuron);
    free(c->order);
}

static enum dp_status allocate(struct cosines *c, int64_t m, struct dp_error *error)
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

static void fill(const struct dp_stored_run *s, const double *neurons, struct cosines *c)
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

/* The order is a merge sort's, because equal neurons must stay in theirs, and qsort cannot see the values. */
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

static enum dp_status arrange(struct cosines *c, struct dp_error *error)
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

static enum dp_status read_cosines(const struct dp_stored_run *s, int64_t point, struct cosines *c,
                                   struct dp_error *error)
{
    double *neurons;
    *c = (struct cosines){.rows = s->inputs + 1};
    DP_TRY(dp_stored_run_neurons(s, point, &neurons, error));
    enum dp_status status = allocate(c, s->run.width, error);
    if (status == DP_OK) {
        fill(s, neurons, c);
        status = arrange(c, error);
    }
    free(neurons);
    if (status != DP_OK)
        free_cosines(c);
    return status;
}

static double cosine(const struct cosines *c, int64_t i, int64_t j)
{
    double sum = 0;
    for (int64_t k = 0; k < c->rows; k++)
        sum += c->unit[c->order[i] * c->rows + k] * c->unit[c->order[j] * c->rows + k];
    return fmax(-1, fmin(1, sum));
}

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    (void)plot;
    (void)error;
    return DP_OK;
}

/* A line for each neuron in the order of the map: its number, its component of the eigenvector, its
 * amplitude, and its cosines with all neurons in that order. */
static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    struct cosines c;
    DP_TRY(read_cosines(plot->stored, plot->point, &c, error));
    const bool matrix = c.count <= MATRIX_ROWS;
    fprintf(out, "neuron,eigenvector,amplitude");
    for (int64_t j = 0; j < c.count && matrix; j++)
        fprintf(out, ",cosine_%lld", (long long)c.neuron[c.order[j]]);
    for (int64_t i = 0; i < c.count; i++) {
        fprintf(out, "\r\n%lld,", (long long)c.neuron[c.order[i]]);
        dp_field_put_number(c.along[c.order[i]], out);
        putc(',', out);
        dp_field_put_number(c.amplitude[c.order[i]], out);
        for (int64_t j = 0; j < c.count && matrix; j++) {
            putc(',', out);
            dp_field_put_number(cosine(&c, i, j), out);
        }
    }
    fputs("\r\n", out);
    free_cosines(&c);
    return DP_OK;
}

/* The matrix as pixels: one a neuron, or every so many-th neuron of more than fit. */
static void write_map(const struct cosines *c, FILE *out)
{
    const int64_t side = c->count < PIXELS ? c->count : PIXELS;
    fprintf(out, "$map << EOD\n");
    for (int64_t i = 0; i < side; i++) {
        for (int64_t j = 0; j < side; j++)
            fprintf(out, "%s%.4g", j ? " " : "", cosine(c, i * c->count / side, j * c->count / side));
        fprintf(out, "\n");
    }
    fprintf(out, "EOD\nscale = %.10g\n", (double)c->count / (double)side);
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    dp_canvas_begin(canvas, out);
    dp_figure_frame(15, out);
    fprintf(out, "set size ratio 1\nset xlabel 'neuron, ordered'\nset ylabel 'neuron, ordered'\nunset key\n");
    // cividis: opposite directions differ in grey as well
    fprintf(out,
            "set palette defined (-1 '#00224e', -0.5 '#434e6c', 0 '#7d7c78', 0.5 '#bcaf6f', 1 '#fee838')\n");
    fprintf(
        out,
        "set cbrange [-1:1]\nset cbtics 0.5\nset cblabel 'cosine similarity of ({/:Italic w}, {/:Italic b})' "
        "enhanced offset 0.6,0\n");
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        struct cosines c;
        const int64_t point = dp_neuron_plot_point(plot, f);
        DP_TRY(read_cosines(plot->stored, point, &c, error));
        dp_neuron_plot_title(plot, dp_stored_run_step(plot->stored, point), 0, out);
        fprintf(out, "set xrange [0:%lld]\nset yrange [0:%lld]\n", (long long)c.count, (long long)c.count);
        write_map(&c, out);
        dp_canvas_frame(canvas, out);
        fprintf(out, "plot $map matrix using (($1 + 0.5) * scale):(($2 + 0.5) * scale):3 with image\n");
        free_cosines(&c);
    }
    return DP_OK;
}

const struct dp_plot_kind dp_cosine_plot = {
    .name = "cosine",
    .meaning = "cosines between all pairs of neurons, ordered by their leading eigenvector",
    .width = 8.6,
    .height = 7.2,
    .animates = true,
    .check = check,
    .numbers = numbers,
    .script = script,
};
