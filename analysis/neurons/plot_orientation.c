// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* Neurons by orientation atan2(b, w) and amplitude |a| |(w, b)|, at the start (light) and at the point
 * (strong). The angle of the two components of an augmented w: weight and bias, or two weights where there is
 * no bias. */

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    if (s->inputs + s->run.bias == 2)
        return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "--kind orientation needs neurons in a plane (one input and a bias, or two inputs without), but "
        "run %lld has %lld input%s%s; try --kind cosine",
        (long long)s->row, (long long)s->inputs, s->inputs == 1 ? "" : "s", s->run.bias ? " and a bias" : "");
}

/* angle and size [width]. */
static enum dp_status read_angles(const struct dp_stored_run *s, int64_t point, double *angle, double *size,
                                  struct dp_error *error)
{
    double *neurons;
    DP_TRY(dp_stored_run_neurons(s, point, &neurons, error));
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const w = neurons + k * s->components;
        angle[k] = atan2(w[1], w[0]);
        size[k] = dp_length(w + s->inputs + 1, s->outputs) * dp_length(w, s->inputs + 1);
    }
    free(neurons);
    return DP_OK;
}

/* Room for angles and sizes of two points. */
static double *new_angles(const struct dp_stored_run *s, struct dp_error *error)
{
    double *const values = malloc(4 * (size_t)s->run.width * sizeof *values);
    if (!values)
        dp_fail(error, DP_NO_MEMORY, "no memory for the angles of %lld neurons", (long long)s->run.width);
    return values;
}

static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    const int64_t m = s->run.width;
    double *const values = new_angles(s, error);
    if (!values)
        return DP_NO_MEMORY;
    enum dp_status status = read_angles(s, DP_POINT_FIRST, values, values + m, error);
    if (status == DP_OK)
        status = read_angles(s, plot->point, values + 2 * m, values + 3 * m, error);
    if (status == DP_OK)
        fprintf(out, "neuron,orientation_first,amplitude_first,orientation,amplitude\r\n");
    for (int64_t k = 0; k < m && status == DP_OK; k++) {
        fprintf(out, "%lld", (long long)k);
        for (int c = 0; c < 4; c++) {
            putc(',', out);
            dp_field_put_number(values[c * m + k], out);
        }
        fputs("\r\n", out);
    }
    free(values);
    return status;
}

static void write_block(const char *name, const double *angle, const double *size, int64_t m, FILE *out)
{
    fprintf(out, "%s << EOD\n", name);
    for (int64_t k = 0; k < m; k++)
        fprintf(out, "%.10g %.10g\n", angle[k], size[k]);
    fprintf(out, "EOD\n");
}

/* The largest amplitude over all frames, so that the axis stands still. */
static enum dp_status largest(const struct dp_neuron_plot *plot, double *values, double *top,
                              struct dp_error *error)
{
    const int64_t m = plot->stored->run.width;
    *top = 0;
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        DP_TRY(read_angles(plot->stored, dp_neuron_plot_point(plot, f), values, values + m, error));
        for (int64_t k = 0; k < m; k++)
            *top = fmax(*top, values[m + k]);
    }
    return DP_OK;
}

static void write_settings(const struct dp_neuron_plot *plot, double top, FILE *out)
{
    const bool bias = plot->stored->run.bias;
    dp_neuron_plot_settings(out);
    fprintf(out, "set xlabel 'orientation atan2(%s) (rad)' enhanced\n",
            bias ? "{/:Italic b}, {/:Italic w}" : "{/:Italic w}_2, {/:Italic w}_1");
    fprintf(out, "set ylabel 'amplitude |{/:Italic a}| |%s|' enhanced\n",
            bias ? "({/:Italic w}, {/:Italic b})" : "{/:Italic w}");
    fprintf(out, "set xrange [-pi:pi]\nset xtics ('−π' -pi, '−π/2' -pi/2, '0' 0, 'π/2' pi/2, 'π' pi)\n");
    if (plot->log_y)
        fprintf(out, "set logscale y\nset format y '10^{%%L}'\n");
    else if (top > 0)
        fprintf(out, "set yrange [0:%.6g]\n", 1.05 * top);
    dp_neuron_plot_key_on_top(out);
}

static enum dp_status write_frames(const struct dp_neuron_plot *plot, double *values,
                                   struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    const int64_t m = s->run.width;
    double top, *const now = values + 2 * m;
    DP_TRY(largest(plot, now, &top, error));
    DP_TRY(read_angles(s, DP_POINT_FIRST, values, values + m, error));
    for (int64_t k = 0; k < m; k++)
        top = fmax(top, values[m + k]);
    dp_canvas_begin(canvas, out);
    write_settings(plot, top, out);
    write_block("$first", values, values + m, m, out);
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        const int64_t point = dp_neuron_plot_point(plot, f);
        DP_TRY(read_angles(s, point, now, now + m, error));
        write_block("$now", now, now + m, m, out);
        dp_neuron_plot_title(plot, NAN, 1.1, out);
        dp_canvas_frame(canvas, out);
        fprintf(out,
                "plot $first with points pt 6 ps 0.55 lc rgb '" DP_SKY "' title 'step 0', \\\n"
                "  $now with points pt 7 ps 0.55 lc rgb '" DP_VERMILLION "' title 'step %.0f'\n",
                dp_stored_run_step(s, point));
    }
    return DP_OK;
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    double *const values = new_angles(plot->stored, error);
    if (!values)
        return DP_NO_MEMORY;
    const enum dp_status status = write_frames(plot, values, canvas, out, error);
    free(values);
    return status;
}

const struct dp_plot_kind dp_orientation_plot = {
    .name = "orientation",
    .meaning = "angle of (w, b) against amplitude, at the start and at the point; one input",
    .width = 8.6,
    .height = 7,
    .animates = true,
    .check = check,
    .numbers = numbers,
    .script = script,
};
