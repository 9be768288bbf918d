// SPDX-License-Identifier: BSD-3-Clause
#include "curves/curves.h"
#include "figures/scale.h"
#include <math.h>
#include <string.h>

/* The figure: a panel for each quantity, one above the other, and in each a line for each group of runs.
 * Groups differ in colour and dashes, so a figure in grey can be read. */

static const double PANEL = 4.4, LINE = 0.42,
                    MARGIN = 1.25; // cm: a panel with its distance, a line of text, the x axis

static int64_t groups_of(const struct dp_curves *c, const struct dp_curve_lines *lines)
{
    return lines->count / c->quantities;
}

/* The columns of the key. A few groups are listed one below the other, because long names leave no room for
 * two in a line. */
static int key_columns(int64_t groups)
{
    return groups > 4 ? 2 : 1;
}

/* Whether a line has a band, which the key then explains. */
static bool has_bands(const struct dp_curve_lines *lines)
{
    bool any = false;
    for (int64_t i = 0; i < lines->count; i++)
        any = any || lines->line[i].runs > 1;
    return any;
}

static double key_lines(const struct dp_curves *c, const struct dp_curve_lines *lines)
{
    const int64_t groups = groups_of(c, lines), columns = key_columns(groups);
    const int64_t entries = (c->by ? groups : 0) + has_bands(lines);
    return (double)((entries + columns - 1) / columns);
}

double dp_curves_height(const struct dp_curves *curves, const struct dp_curve_lines *lines)
{
    const double least = curves->quantities == 1 ? 1.2 * PANEL : PANEL * curves->quantities;
    return 0.3 + LINE * 3 + least + MARGIN + LINE * key_lines(curves, lines);
}

/* The line of a group in a panel. */
static const struct dp_curve_line *line_of(const struct dp_curves *c, const struct dp_curve_lines *lines,
                                           int panel, int64_t group)
{
    return &lines->line[group * c->quantities + panel];
}

/* The least and largest positive value that a panel shows. */
static void find_range(const struct dp_curves *c, const struct dp_curve_lines *lines, int panel, double *low,
                       double *high)
{
    *low = INFINITY;
    *high = 0;
    for (int64_t g = 0; g < groups_of(c, lines); g++) {
        const struct dp_curve_line *const line = line_of(c, lines, panel, g);
        for (int64_t i = 0; i < line->count; i++)
            if (isfinite(line->middle[i]) && line->middle[i] > 0 && (!c->log_x || line->x[i] > 0)) {
                *low = fmin(*low, line->middle[i]);
                *high = fmax(*high, line->middle[i]);
            }
    }
}

/* Writes the panel's lines in a unit; on a log axis a band that reaches 0 ends below the axis. */
static void write_data(const struct dp_curves *c, const struct dp_curve_lines *lines, int panel,
                       double lowest, double unit, FILE *out)
{
    for (int64_t g = 0; g < groups_of(c, lines); g++) {
        const struct dp_curve_line *const line = line_of(c, lines, panel, g);
        fprintf(out, "$line%lld_%d << EOD\n", (long long)g, panel);
        for (int64_t i = 0; i < line->count; i++)
            if (isfinite(line->middle[i]) && (!c->log_x || line->x[i] > 0) && line->middle[i] > lowest)
                fprintf(out, "%.10g %.8g %.8g %.8g\n", line->x[i], line->middle[i] / unit,
                        fmax(line->low[i], lowest) / unit, line->high[i] / unit);
        fprintf(out, "EOD\n");
    }
}

/* Whether a panel's means are not negative, but its bands are, as those of few directions may be. */
static bool bands_pass_0(const struct dp_curves *c, const struct dp_curve_lines *lines, int panel)
{
    double least = INFINITY, low = INFINITY; // fmin passes over a NaN
    for (int64_t g = 0; g < groups_of(c, lines); g++) {
        const struct dp_curve_line *const line = line_of(c, lines, panel, g);
        for (int64_t i = 0; i < line->count; i++) {
            least = fmin(least, line->middle[i]);
            low = fmin(low, line->low[i]);
        }
    }
    return least >= 0 && low < 0;
}

static void write_x_axis(const struct dp_curves *c, const struct dp_curve_lines *lines, FILE *out)
{
    double first = INFINITY, last = 0;
    for (int64_t i = 0; i < lines->count; i++) {
        const struct dp_curve_line *const line = &lines->line[i];
        last = fmax(last, line->x[line->count - 1]);
        for (int64_t k = 0; k < line->count && k < 2; k++) // the start, at 0, is not drawn
            first = line->x[k] > 0 ? fmin(first, line->x[k]) : first;
    }
    if (c->log_x) {
        dp_figure_log("x", first, last, out);
        fprintf(out, "set xrange [*:%.10g]\n", last);
    } else {
        fprintf(out, "set xrange [0:%.10g]\n", last > 0 ? last : 1);
        dp_figure_tics("x", 0, last, 5, out);
    }
}

static void write_title(const struct dp_curves *c, const struct dp_curve_lines *lines, FILE *out)
{
    char text[1024], chosen[400];
    const long long runs = (long long)lines->line[0].runs;
    dp_filter_title(c->store, c->filter, chosen, sizeof chosen);
    snprintf(text, sizeof text, "%.200s: %s%lld run%s%s%s", dp_store_text(c->store, "title"),
             runs <= 1  ? ""
             : c->log_y ? "geometric mean of "
                        : "mean of ",
             runs, runs > 1 ? "s" : "", c->by ? " a line" : "", chosen);
    dp_figure_title(text, 0, out);
}

static void write_panel(const struct dp_curves *c, const struct dp_curve_lines *lines, int panel, FILE *out)
{
    const struct dp_quantity *const quantity = &dp_quantities[c->quantity[panel]];
    double low, high;
    find_range(c, lines, panel, &low, &high);
    const bool log_axis = c->log_y || (quantity->spans_decades && !c->linear_y && high >= 100 * low);
    // long numbers would push the label out of the figure
    const int power = log_axis ? 0 : dp_axis_power(high);
    write_data(c, lines, panel, log_axis ? 1e-3 * low : (double)-INFINITY, pow(10, power), out);
    fprintf(out, "set ylabel '%s", quantity->label);
    if (power)
        fprintf(out, " / 10^{%d}", power);
    fprintf(out, "' enhanced\n");
    if (log_axis) {
        dp_figure_log("y", 0.5 * low, high, out);
        fprintf(out, "set yrange [%.6g:*]\n", 0.5 * low);
    } else {
        fprintf(out, "unset logscale y\nset format y '%%h'\nset ytics autofreq\nset yrange [%s:*]\n",
                bands_pass_0(c, lines, panel) ? "0" : "*");
    }
    const bool last = panel + 1 == c->quantities;
    fprintf(out, last ? "set format x '%s'\n" : "set format x ''\n", c->log_x ? "10^{%L}" : "%h");
    fprintf(out, last ? "set xlabel '%s'\n" : "unset xlabel\n", c->flow_time ? "flow time" : "training step");
    fprintf(out, "plot ");
    for (int64_t g = 0; g < groups_of(c, lines); g++) // bands lie under all lines
        if (line_of(c, lines, panel, g)->runs > 1)
            fprintf(out,
                    "$line%lld_%d using 1:3:4 with filledcurves fs transparent solid 0.2 noborder lc rgb "
                    "'%s' notitle, "
                    "\\\n  ",
                    (long long)g, panel, dp_series_style(g)->colour);
    for (int64_t g = 0; g < groups_of(c, lines); g++) {
        const struct dp_series_style *const style = dp_series_style(g);
        fprintf(out, "%s$line%lld_%d using 1:2 with lines lw 2 dt %s lc rgb '%s' ", g ? ", \\\n  " : "",
                (long long)g, panel, style->dash, style->colour);
        if (last && c->by) {
            char text[200], symbol[64];
            const char *const value = line_of(c, lines, panel, g)->label + strlen(c->by) + 1;
            snprintf(text, sizeof text, "%s %.96s", dp_symbol_equals(c->by, symbol, sizeof symbol), value);
            fprintf(out, "title ");
            dp_figure_quote(text, out);
            fprintf(out, " noenhanced");
        } else {
            fprintf(out, "notitle");
        }
    }
    if (last && has_bands(lines))
        fprintf(out, ", \\\n  NaN with boxes fs solid 0.3 noborder lc rgb 'gray40' title '%s'",
                c->log_y ? "one s.d. of the logarithm" : "one standard deviation");
    fprintf(out, "\nunset title\n");
}

enum dp_status dp_curves_script(const void *context, struct dp_canvas *canvas, FILE *out,
                                struct dp_error *error)
{
    const struct dp_curves_figure *const figure = context;
    const struct dp_curves *const c = figure->curves;
    const struct dp_curve_lines *const lines = figure->lines;
    const double height = dp_curves_height(c, lines), rows = key_lines(c, lines);
    (void)error;
    dp_canvas_begin(canvas, out);
    dp_figure_frame(3, out);
    fprintf(out, "set multiplot layout %d,1 margins 0.19,0.92,%.4f,%.4f spacing 0,%.4f\n", c->quantities,
            (MARGIN + LINE * rows) / height, 1 - (0.3 + 3 * LINE) / height, 0.55 / height);
    // gnuplot takes fewer columns than it is allowed, but never more lines
    fprintf(out, "set key at screen 0.57,%.4f bottom center vertical maxrows %d Left reverse samplen 3\n",
            0.2 / height, (int)fmax(rows, 1));
    write_title(c, lines, out);
    write_x_axis(c, lines, out);
    for (int panel = 0; panel < c->quantities; panel++)
        write_panel(c, lines, panel, out);
    fprintf(out, "unset multiplot\n");
    return DP_OK;
}
