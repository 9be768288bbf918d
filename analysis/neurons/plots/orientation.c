// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include "neurons/orientations.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* Neurons by orientation atan2(b, w) and amplitude |a| |(w, b)|, at the start (light) and at the point
 * (strong). The angle is that of the two components of an augmented w: weight and bias, or two weights
 * without a bias. */

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
    enum dp_status status = dp_orientations(s, DP_POINT_FIRST, values, values + m, error);
    if (status == DP_OK)
        status = dp_orientations(s, plot->point, values + 2 * m, values + 3 * m, error);
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

/* The range of the amplitudes of all frames, so that the axis does not move. */
struct range {
    double low, high; // least above 0 and largest
};

static void widen(const double *size, int64_t m, struct range *range)
{
    for (int64_t k = 0; k < m; k++) {
        range->high = fmax(range->high, size[k]);
        if (size[k] > 0)
            range->low = fmin(range->low, size[k]);
    }
}

static enum dp_status find_range(const struct dp_neuron_plot *plot, double *values, struct range *range,
                                 struct dp_error *error)
{
    const int64_t m = plot->stored->run.width;
    *range = (struct range){INFINITY, 0};
    DP_TRY(dp_orientations(plot->stored, DP_POINT_FIRST, values, values + m, error));
    widen(values + m, m, range);
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        DP_TRY(dp_orientations(plot->stored, dp_neuron_plot_point(plot, f), values, values + m, error));
        widen(values + m, m, range);
    }
    return DP_OK;
}

/* Neurons without amplitude, which a log axis cannot show. */
static int64_t count_zeros(const double *size, int64_t m)
{
    int64_t zeros = 0;
    for (int64_t k = 0; k < m; k++)
        zeros += !(size[k] > 0);
    return zeros;
}

static void write_settings(const struct dp_neuron_plot *plot, const struct range *range, FILE *out)
{
    const bool bias = plot->stored->run.bias;
    dp_figure_frame(3, out);
    fprintf(out, "set xlabel 'orientation atan2(%s) (rad)' enhanced\n",
            bias ? "{/:Italic b}, {/:Italic w}" : "{/:Italic w}_2, {/:Italic w}_1");
    fprintf(out, "set ylabel 'amplitude |{/:Italic a}| |%s|' enhanced\n",
            bias ? "({/:Italic w}, {/:Italic b})" : "{/:Italic w}");
    fprintf(out, "set xrange [-pi:pi]\nset xtics ('−π' -pi, '−π/2' -pi/2, '0' 0, 'π/2' pi/2, 'π' pi)\n");
    if (range->high > 0 && !plot->linear_y) {
        dp_figure_log("y", range->low / 2, 2 * range->high, out);
        fprintf(out, "set yrange [%.6g:%.6g]\n", range->low / 2, 2 * range->high);
    } else if (range->high > 0)
        fprintf(out, "set yrange [0:%.6g]\n", 1.05 * range->high);
}

/* A plot element of one point of training; says how many neurons it cannot show. */
static void write_points(const struct dp_neuron_plot *plot, const char *block, const char *style, double step,
                         int64_t zeros, FILE *out)
{
    fprintf(out, "%s with points %s title 'step %.0f", block, style, step);
    if (zeros && !plot->linear_y)
        fprintf(out, " (%lld at 0 not shown)", (long long)zeros);
    fprintf(out, "'");
}

static enum dp_status write_frames(const struct dp_neuron_plot *plot, double *values,
                                   struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    const int64_t m = s->run.width;
    double *const now = values + 2 * m;
    struct range range;
    DP_TRY(find_range(plot, now, &range, error));
    DP_TRY(dp_orientations(s, DP_POINT_FIRST, values, values + m, error));
    dp_canvas_begin(canvas, out);
    write_settings(plot, &range, out);
    write_block("$first", values, values + m, m, out);
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        const int64_t point = dp_neuron_plot_point(plot, f);
        DP_TRY(dp_orientations(s, point, now, now + m, error));
        write_block("$now", now, now + m, m, out);
        const int64_t before = count_zeros(values + m, m), after = count_zeros(now + m, m);
        dp_neuron_plot_title(plot, NAN, (before || after) && !plot->linear_y ? 2 : 1, out);
        dp_canvas_frame(canvas, out);
        fprintf(out, "plot ");
        write_points(plot, "$first", "pt 6 ps 0.55 lc rgb '" DP_SKY "'", 0, before, out);
        fprintf(out, ", \\\n  ");
        write_points(plot, "$now", "pt 7 ps 0.55 lc rgb '" DP_VERMILLION "'", dp_stored_run_step(s, point),
                     after, out);
        fprintf(out, "\n");
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
    .height = 7.4,
    .animates = true,
    .check = check,
    .numbers = numbers,
    .script = script,
};
