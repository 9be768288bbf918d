// SPDX-License-Identifier: BSD-3-Clause
#include "figures/figure.h"
#include "multiplicity/stability.h"
#include <math.h>
#include <string.h>

/* The figure of the stability: mean counts at other settings. The values of a setting are drawn at equal
 * distances, and a vertical line marks the value in the sweep. Where the lines around it are flat, the
 * numbers do not depend on this setting. */

enum { LINES_MOST = DP_SERIES_STYLES, LINE_NAME = 160 };

struct stability_figure {
    const struct dp_direction_report *report;
    const struct dp_recount *recounts;
    int lines;
    int64_t group[LINES_MOST];
    double most; // the largest mean
};

// Where a value of a setting stands between the six.
static double place_of(const struct dp_varied *varied, double value)
{
    int i = 0;
    while (i + 2 < DP_VARIED_VALUES && value > varied->value[i + 1])
        i++;
    const double low = varied->value[i], high = varied->value[i + 1];
    const double part = low > 0 ? log(value / low) / log(high / low) : value / high;
    return fmin(fmax(i + part, -0.3), DP_VARIED_VALUES - 0.7);
}

static enum dp_status choose_lines(struct stability_figure *d, struct dp_error *error)
{
    for (int64_t g = 0; g < d->report->counts.count; g++) {
        const struct dp_recount *const r = &d->recounts[g];
        if (r->runs == 0)
            continue;
        if (d->lines == LINES_MOST)
            return dp_fail(error, DP_BAD_INPUT,
                           "--plot-stability: more than %d lines; choose groups with --at, such as --at "
                           "method=adam",
                           LINES_MOST);
        d->group[d->lines++] = g;
        for (int v = 0; v < DP_VARIED; v++)
            for (int i = 0; i < DP_VARIED_VALUES; i++)
                d->most = fmax(d->most, r->sum[v][i] / (double)r->runs);
    }
    return d->lines ? DP_OK : dp_fail(error, DP_IO, "--plot-stability: the store has no run to draw");
}

static void write_name(const struct dp_direction_report *report, const struct dp_count_group *group,
                       FILE *out)
{
    char text[DP_TEXT], symbol[64], name[LINE_NAME] = "";
    for (int k = 0; k < report->keys; k++) {
        const size_t used = strlen(name);
        snprintf(name + used, sizeof name - used, "%s%s %s", k ? ", " : "",
                 dp_symbol_equals(report->key[k], symbol, sizeof symbol),
                 dp_direction_report_value(report, group, k, false, text, sizeof text));
    }
    dp_figure_quote(name, out);
}

static void write_panel(const struct stability_figure *d, int v, FILE *out)
{
    const struct dp_varied *const varied = &dp_varied[v];
    const struct dp_run *const run = &d->report->settings;
    const struct dp_direction_options used = {run->resolution, run->amplitude_cut, run->direction_share};
    double own;
    memcpy(&own, (const char *)&used + varied->offset, sizeof own);
    const double at = place_of(varied, own);
    fprintf(out, "set xlabel '%s%s' offset 0,0.5\nset xtics (", varied->name, varied->unit);
    for (int i = 0; i < DP_VARIED_VALUES; i++)
        fprintf(out, "%s'%g' %d", i ? ", " : "", varied->value[i], i);
    fprintf(out,
            ") offset 0,0.3\nset arrow 1 from %.4f, graph 0 to %.4f, graph 1 nohead dt (4,3) lc rgb "
            "'#666666'\nplot ",
            at, at);
    for (int l = 0; l < d->lines; l++) {
        const struct dp_series_style *const style = dp_series_style(l);
        fprintf(out, "%s$line%d using 1:%d with linespoints pt %d ps 0.7 lw 1.5 dt %s lc rgb '%s' title ",
                l ? ", " : "", l, v + 2, style->point, style->dash, style->colour);
        write_name(d->report, &d->report->counts.group[d->group[l]], out);
    }
    fprintf(out, ", NaN with lines dt (4,3) lc rgb '#666666' title 'as the sweep counted'\nunset key\nunset "
                 "label 2\n");
}

static double figure_height(const struct stability_figure *d) // cm
{
    return 1.9 + 4.4 * DP_VARIED + 0.42 * ((d->lines + 2) / 2);
}

static enum dp_status write_script(const void *figure, struct dp_canvas *canvas, FILE *out,
                                   struct dp_error *error)
{
    const struct stability_figure *const d = figure;
    const double high = figure_height(d), rows = (d->lines + 2) / 2;
    char title[1024], chosen[400];
    (void)error;
    dp_canvas_begin(canvas, out);
    for (int l = 0; l < d->lines; l++) {
        const struct dp_recount *const r = &d->recounts[d->group[l]];
        fprintf(out, "$line%d << EOD\n", l);
        for (int i = 0; i < DP_VARIED_VALUES; i++) {
            fprintf(out, "%d", i);
            for (int v = 0; v < DP_VARIED; v++)
                fprintf(out, " %.6g", r->sum[v][i] / (double)r->runs);
            fprintf(out, "\n");
        }
        fprintf(out, "EOD\n");
    }
    fprintf(out, "set multiplot layout %d,1 margins 0.14,0.97,%.4f,%.4f spacing 0,%.4f\nset label 2 ",
            DP_VARIED, 1.1 / high, 1 - (1.5 + 0.42 * rows) / high, 1.2 / high);
    snprintf(title, sizeof title, "%.200s: %s counted again%s", dp_store_text(d->report->store, "title"),
             dp_direction_report_noun(d->report),
             dp_filter_title(d->report->store, &d->report->filter, chosen, sizeof chosen));
    const int lines = dp_figure_lines(title, out);
    fprintf(out, " at screen 0.5,%.4f center noenhanced\n", 1 - 0.4 / high);
    fprintf(out,
            "set key at screen 0.55,%.4f center top horizontal maxcols 2 Left reverse samplen 3 noenhanced\n",
            1 - (0.3 + 0.42 * lines) / high);
    dp_figure_frame(3, out);
    fprintf(out, "set grid y lc rgb '#e0e0e0'\n");
    fprintf(out, "set xrange [-0.3:%.1f]\nset yrange [0:%.3g]\n", DP_VARIED_VALUES - 0.7,
            1.08 * d->most + 0.2);
    fprintf(out, "set ylabel 'mean number of %s' offset 0.2,0\n", dp_direction_report_noun(d->report));
    for (int v = 0; v < DP_VARIED; v++)
        write_panel(d, v, out);
    fprintf(out, "unset multiplot\n");
    return DP_OK;
}

enum dp_status dp_stability_plot(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                 const char *path, struct dp_error *error)
{
    struct stability_figure drawing = {.report = report, .recounts = recounts};
    DP_TRY(choose_lines(&drawing, error));
    const struct dp_picture picture = {
        .width = 8.6, .height = figure_height(&drawing), .write = write_script, .figure = &drawing};
    return dp_picture_draw(path, &picture, error);
}
