// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/evaluate.h"
#include "neurons/neuron_plot.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* Neurons and the function that they form, for one input. The upper panel has the function and the data. The
 * lower panel has, on the same axis of x, each neuron at its kink -b/w and at the height sign(a) |(w, b)|. */

enum { FUNCTION_POINTS = 400 };

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    if (s->inputs == 1 && s->outputs == 1)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT,
                   "--kind kinks needs one input and one output, but run %lld has %lld and %lld",
                   (long long)s->row, (long long)s->inputs, (long long)s->outputs);
}

static double height(const double *w)
{
    return copysign(sqrt(w[0] * w[0] + w[1] * w[1]), w[2]);
}

static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    double *neurons;
    DP_TRY(dp_stored_run_neurons(s, plot->point, &neurons, error));
    fprintf(out, "neuron,kink,height,a\r\n");
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const w = neurons + k * s->components;
        const double values[] = {w[0] != 0 ? -w[1] / w[0] : NAN, height(w), w[2]};
        fprintf(out, "%lld", (long long)k);
        for (int c = 0; c < 3; c++) {
            putc(',', out);
            dp_field_put_number(values[c], out);
        }
        fputs("\r\n", out);
    }
    free(neurons);
    return DP_OK;
}

/* The window of the figure: x from a little beyond the data, heights that hold all frames. */
struct window {
    double x_low, x_high, y_low, y_high, height;
};

static void widen(double y, struct window *w)
{
    w->y_low = fmin(w->y_low, y);
    w->y_high = fmax(w->y_high, y);
}

static void frame_window(const struct dp_stored_run *s, const double *neurons, struct window *w)
{
    for (int i = 0; i <= FUNCTION_POINTS; i++) {
        double f;
        const double x = w->x_low + (w->x_high - w->x_low) * i / FUNCTION_POINTS;
        dp_evaluate(s, neurons, &x, &f);
        if (isfinite(f))
            widen(f, w);
    }
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const n = neurons + k * s->components, kink = -n[1] / n[0];
        if (kink >= w->x_low && kink <= w->x_high)
            w->height = fmax(w->height, fabs(height(n)));
    }
}

static enum dp_status find_window(const struct dp_neuron_plot *plot, const struct dp_samples *data,
                                  struct window *w, struct dp_error *error)
{
    *w = (struct window){INFINITY, -INFINITY, INFINITY, -INFINITY, 0};
    for (int64_t i = 0; i < data->count; i++) {
        w->x_low = fmin(w->x_low, data->x[i]);
        w->x_high = fmax(w->x_high, data->x[i]);
        widen(data->y[i], w);
    }
    const double beyond = w->x_high > w->x_low ? 0.4 * (w->x_high - w->x_low) : 1;
    w->x_low -= beyond;
    w->x_high += beyond;
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        double *neurons;
        DP_TRY(dp_stored_run_neurons(plot->stored, dp_neuron_plot_point(plot, f), &neurons, error));
        frame_window(plot->stored, neurons, w);
        free(neurons);
    }
    const double margin = w->y_high > w->y_low ? 0.08 * (w->y_high - w->y_low) : 1;
    w->y_low -= margin;
    w->y_high += margin;
    w->height = w->height > 0 ? 1.15 * w->height : 1;
    return DP_OK;
}

static void write_settings(const struct window *w, FILE *out)
{
    dp_figure_frame(3, out);
    fprintf(out, "set xrange [%.10g:%.10g]\n", w->x_low, w->x_high);
}

/* Both panels of a frame. */
static void write_panels(const struct dp_neuron_plot *plot, const struct window *w, double step, FILE *out)
{
    fprintf(out, "set multiplot layout 2,1 margins 0.19,0.96,0.13,0.84 spacing 0,0.05\n");
    dp_neuron_plot_title(plot, step, 1, out);
    fprintf(out,
            "unset arrow\nunset xlabel\nset format x ''\nset ylabel '{/:Italic f}({/:Italic x})' enhanced\n"
            "set yrange [%.10g:%.10g]\n",
            w->y_low, w->y_high);
    dp_figure_tics("y", w->y_low, w->y_high, 5, out);
    fprintf(out,
            "plot $function with lines lw 2 lc rgb '" DP_GREEN "' title 'function', \\\n"
            "  $data with points pt 7 ps 0.9 lc rgb 'black' title 'data', \\\n"
            "  NaN with points pt 3 ps 0.8 lc rgb '" DP_BLUE "' title 'neurons'\nunset title\nunset key\n");
    fprintf(
        out,
        "set format x '%%h'\nset xlabel 'input {/:Italic x}; kinks of neurons, −{/:Italic b}/{/:Italic w}' "
        "enhanced\nset ylabel 'sign({/:Italic a}) |({/:Italic w}, {/:Italic b})|' enhanced\n"
        "set yrange [%.10g:%.10g]\n"
        "set arrow from graph 0, first 0 to graph 1, first 0 nohead dt (8,6) lc rgb '" DP_GREY "' back\n",
        -w->height, w->height);
    dp_figure_tics("y", -w->height, w->height, 5, out);
    fprintf(out, "plot $neurons with points pt 3 ps 0.8 lc rgb '" DP_BLUE "' notitle\nunset multiplot\n");
}

static void write_neurons(const struct dp_stored_run *s, const double *neurons, const struct window *w,
                          FILE *out)
{
    fprintf(out, "$function << EOD\n");
    for (int i = 0; i <= FUNCTION_POINTS; i++) {
        double f;
        const double x = w->x_low + (w->x_high - w->x_low) * i / FUNCTION_POINTS;
        dp_evaluate(s, neurons, &x, &f);
        fprintf(out, "%.8g %.8g\n", x, f);
    }
    fprintf(out, "EOD\n$neurons << EOD\nNaN NaN\n");
    for (int64_t k = 0; k < s->run.width; k++) {
        const double *const n = neurons + k * s->components;
        if (n[0] != 0)
            fprintf(out, "%.8g %.8g\n", -n[1] / n[0], height(n));
    }
    fprintf(out, "EOD\n");
}

static enum dp_status write_frames(const struct dp_neuron_plot *plot, const struct dp_samples *data,
                                   struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    struct window window;
    DP_TRY(find_window(plot, data, &window, error));
    dp_canvas_begin(canvas, out);
    write_settings(&window, out);
    fprintf(out, "$data << EOD\n");
    for (int64_t i = 0; i < data->count; i++)
        fprintf(out, "%.10g %.10g\n", data->x[i], data->y[i]);
    fprintf(out, "EOD\n");
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        double *neurons;
        const int64_t point = dp_neuron_plot_point(plot, f);
        DP_TRY(dp_stored_run_neurons(plot->stored, point, &neurons, error));
        write_neurons(plot->stored, neurons, &window, out);
        free(neurons);
        dp_canvas_frame(canvas, out);
        write_panels(plot, &window, dp_stored_run_step(plot->stored, point), out);
    }
    return DP_OK;
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    struct dp_samples train, test;
    DP_TRY(dp_stored_run_data(plot->stored, &train, &test, error));
    const enum dp_status status = write_frames(plot, &train, canvas, out, error);
    dp_samples_free(&train);
    dp_samples_free(&test);
    return status;
}

const struct dp_plot_kind dp_kinks_plot = {
    .name = "kinks",
    .meaning = "neurons at -b/w over the fitted function and the data; one input, one output",
    .width = 8.6,
    .height = 9.6,
    .animates = true,
    .check = check,
    .numbers = numbers,
    .script = script,
};
