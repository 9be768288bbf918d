// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/cosines.h"
#include "neurons/neuron_plot.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The cosines between all pairs of (w, b), as a heat map. */

enum { PIXELS = 600, MATRIX_ROWS = 2000 };

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
    struct dp_cosines c;
    DP_TRY(dp_cosines_read(plot->stored, plot->point, &c, error));
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
            dp_field_put_number(dp_cosine(&c, i, j), out);
        }
    }
    fputs("\r\n", out);
    dp_cosines_free(&c);
    return DP_OK;
}

/* The matrix as pixels: one per neuron, or every n-th neuron if they do not fit. */
static void write_map(const struct dp_cosines *c, FILE *out)
{
    const int64_t side = c->count < PIXELS ? c->count : PIXELS;
    fprintf(out, "$map << EOD\n");
    for (int64_t i = 0; i < side; i++) {
        for (int64_t j = 0; j < side; j++)
            fprintf(out, "%s%.4g", j ? " " : "", dp_cosine(c, i * c->count / side, j * c->count / side));
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
        struct dp_cosines c;
        const int64_t point = dp_neuron_plot_point(plot, f);
        DP_TRY(dp_cosines_read(plot->stored, point, &c, error));
        dp_neuron_plot_title(plot, dp_stored_run_step(plot->stored, point), 0, out);
        fprintf(out, "set xrange [0:%lld]\nset yrange [0:%lld]\n", (long long)c.count, (long long)c.count);
        write_map(&c, out);
        dp_canvas_frame(canvas, out);
        fprintf(out, "plot $map matrix using (($1 + 0.5) * scale):(($2 + 0.5) * scale):3 with image\n");
        dp_cosines_free(&c);
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
