// SPDX-License-Identifier: BSD-3-Clause
#include "figures/line_plot.h"
#include "figures/scale.h"
#include <math.h>
#include <string.h>

enum { PLACE_ROOM = 48, MOST_TICS = 5 };

/* The ends of all values with their bars; false without any. */
static bool find_range(const struct dp_line_plot *plot, double *least, double *most)
{
    *least = INFINITY;
    *most = -INFINITY;
    for (int64_t k = 0; k < plot->series * plot->points; k++) { // fmin and fmax pass over a NaN
        *least = fmin(*least, fmin(plot->value[k], plot->low[k]));
        *most = fmax(*most, fmax(plot->value[k], plot->high[k]));
    }
    return *least <= *most;
}

static bool has_bar(const struct dp_line_plot *plot, int64_t k)
{
    return !isnan(plot->value[k]) && !isnan(plot->low[k]) && !isnan(plot->high[k]);
}

static bool is_crossed(const struct dp_line_plot *plot, int64_t k)
{
    return plot->crossed && plot->crossed[k] && !isnan(plot->value[k]);
}

/* Whether a point has what is asked for. */
static bool any(const struct dp_line_plot *plot, bool has(const struct dp_line_plot *plot, int64_t k))
{
    for (int64_t k = 0; k < plot->series * plot->points; k++)
        if (has(plot, k))
            return true;
    return false;
}

/* The columns of the key that have room for the longest name. */
static int key_columns(const struct dp_line_plot *plot)
{
    size_t longest = any(plot, has_bar) ? strlen(plot->bars) : any(plot, is_crossed) ? strlen("doubtful") : 0;
    for (int64_t s = 0; s < plot->series; s++)
        longest = strlen(plot->names[s]) > longest ? strlen(plot->names[s]) : longest;
    return longest <= 6 ? 3 : longest <= 14 ? 2 : 1;
}

/* A few values are the tics themselves: between whole numbers there is nothing. */
static void write_x_tics(const struct dp_line_plot *plot, FILE *out)
{
    if (plot->points > MOST_TICS)
        return;
    fprintf(out, "set xtics (");
    for (int64_t i = 0; i < plot->points; i++)
        fprintf(out, "%s%.10g", i ? ", " : "", plot->x[i]);
    fprintf(out, ")\n");
}

// Values that hardly differ are shown alike. Returns whether the numbers along the axis are long.
static bool write_linear_y(double least, double most, FILE *out)
{
    const double size = fmax(fabs(least), fabs(most)), room = 1e-3 * size;
    if (least < 0 && most > 0)
        fprintf(out,
                "set arrow from graph 0, first 0 to graph 1, first 0 nohead dt (6,4) lc rgb '#606060'\n");
    const bool long_numbers = dp_axis_power(size) != 0;
    if (long_numbers)
        fprintf(out, "set format y '%%g'\n");
    if (size > 0 && most - least < room)
        fprintf(out, "set yrange [%.10g:%.10g]\n", least - room, most + room);
    return long_numbers || most - least < 0.01 * size;
}

static void write_axes(const struct dp_line_plot *plot, FILE *out)
{
    const double first = plot->x[0], last = plot->x[plot->points - 1];
    double least, most;
    bool long_numbers = false; // longer than -0.15
    dp_figure_label("x", plot->x_name, out);
    fprintf(out, "set ylabel ");
    dp_figure_quote(plot->label, out);
    fprintf(out, " enhanced\n");
    dp_figure_frame(3, out);
    fprintf(out, "set grid y lc rgb '#e0e0e0'\n");
    if (dp_log_axis(plot->x, plot->points)) {
        dp_figure_log("x", first / 1.5, last * 1.5, out);
        fprintf(out, "set xrange [%.10g:%.10g]\n", first / 1.5, last * 1.5);
    } else {
        fprintf(out, "set xrange [%.10g:%.10g]\n", first - 0.04 * (last - first) - (last == first),
                last + 0.04 * (last - first) + (last == first));
        write_x_tics(plot, out);
    }
    if (!find_range(plot, &least, &most))
        fprintf(out, "set yrange [0:1]\n");
    else if (least > 0 && most >= 100 * least)
        dp_figure_log("y", least, most, out);
    else
        long_numbers = write_linear_y(least, most, out);
    // Fixed margins leave room for the numbers on the left and for the lines of the key below.
    const int columns = key_columns(plot);
    const int64_t titles = plot->series + any(plot, has_bar) + any(plot, is_crossed);
    const int64_t rows = (titles + columns - 1) / columns;
    fprintf(out,
            "set lmargin at screen %.2f\nset rmargin at screen 0.97\nset bmargin at screen %.3f\n"
            "set key at screen 0.55,0.02 bottom center horizontal maxcols %d Left reverse samplen 3 width 1 "
            "noenhanced\n",
            long_numbers ? 0.28 : 0.19, 0.19 + 0.042 * (double)rows, columns);
}

static void write_series(const struct dp_line_plot *plot, int64_t s, FILE *out)
{
    fprintf(out, "$series%lld << EOD\n", (long long)s);
    for (int64_t i = 0; i < plot->points; i++) {
        const int64_t k = s * plot->points + i;
        if (isnan(plot->value[k])) { // an empty line interrupts the series
            fprintf(out, "\n");
            continue;
        }
        const bool bar = has_bar(plot, k);
        fprintf(out, "%.10g %.10g %.10g %.10g %d\n", plot->x[i], plot->value[k],
                bar ? plot->low[k] : plot->value[k], bar ? plot->high[k] : plot->value[k],
                is_crossed(plot, k));
    }
    fprintf(out, "EOD\n");
}

/* The place of a point of series s: slightly beside the others, so that error bars do not hide each other. */
static const char *shift(const struct dp_line_plot *plot, int64_t s, char text[PLACE_ROOM])
{
    const double side = (double)s - (double)(plot->series - 1) / 2, first = plot->x[0],
                 last = plot->x[plot->points - 1];
    if (plot->series == 1)
        snprintf(text, PLACE_ROOM, "$1");
    else if (dp_log_axis(plot->x, plot->points))
        snprintf(text, PLACE_ROOM, "$1*%.8g", pow(last / first, 0.008 * side));
    else
        snprintf(text, PLACE_ROOM, "$1+%.8g", 0.008 * side * (last - first));
    return text;
}

enum dp_status dp_line_plot_write(const void *figure, struct dp_canvas *canvas, FILE *out,
                                  struct dp_error *error)
{
    (void)error;
    char place[PLACE_ROOM];
    const struct dp_line_plot *const plot = figure;
    dp_figure_begin(canvas, plot->title, out);
    write_axes(plot, out);
    for (int64_t s = 0; s < plot->series; s++)
        write_series(plot, s, out);
    fprintf(out, "$bar << EOD\n1\nEOD\n");
    fprintf(out, "plot NaN with points notitle"); // a plot of nothing is an error to gnuplot
    for (int64_t s = 0; s < plot->series; s++) {
        const struct dp_series_style *const style = dp_series_style(s);
        fprintf(
            out,
            ", \\\n  $series%lld using (%s):2:3:4 with yerrorbars pt %d ps 0.6 lw 1.2 lc rgb '%s' notitle",
            (long long)s, shift(plot, s, place), style->point, style->colour);
        fprintf(
            out,
            ", \\\n  $series%lld using (%s):2 with linespoints pt %d ps 0.6 lw 1.2 dt %s lc rgb '%s' title ",
            (long long)s, place, style->point, style->dash, style->colour);
        dp_figure_quote(plot->names[s], out);
    }
    for (int64_t s = 0; any(plot, is_crossed) && s < plot->series; s++)
        fprintf(
            out,
            ", \\\n  $series%lld using (%s):($5 > 0 ? $2 : NaN) with points pt 2 ps 1 lw 3.5 lc rgb 'white' "
            "notitle, \\\n  $series%lld using (%s):($5 > 0 ? $2 : NaN) with points pt 2 ps 1 lw 1.5 lc rgb "
            "'black' notitle",
            (long long)s, shift(plot, s, place), (long long)s, place);
    // Titles of their own: gnuplot gives none to a series without values.
    if (any(plot, is_crossed))
        fprintf(out, ", \\\n  NaN with points pt 2 ps 1 lw 1.5 lc rgb 'black' title 'doubtful'");
    if (any(plot, has_bar))
        fprintf(out,
                ", \\\n  $bar using (NaN):(NaN):(NaN):(NaN) with yerrorbars ps 0 lw 1.2 lc rgb '#404040' "
                "title '%s'",
                plot->bars);
    fprintf(out, "\n");
    return DP_OK;
}
