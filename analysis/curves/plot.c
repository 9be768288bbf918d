// SPDX-License-Identifier: BSD-3-Clause
#include "curves/curves.h"
#include <math.h>
#include <string.h>

/* Colours tell groups apart, dashes quantities; of one group, both tell quantities. Okabe and Ito's colours
 * first; of many groups, which are values of a number, a palette from light to dark would need a legend of
 * its own, so the colours repeat with other dashes. */
static const char *const colours[] = {"#0072B2", "#D55E00", "#009E73", "#CC79A7",
                                      "#E69F00", "#56B4E9", "#000000"};
static const char *const dashes[] = {"1", "(8,4)", "(2,3)", "(10,3,2,3)", "(4,4)"};
enum { COLOURS = sizeof colours / sizeof *colours, DASHES = sizeof dashes / sizeof *dashes };

static void write_block(int64_t number, const struct dp_line *line, bool log_x, FILE *out)
{
    fprintf(out, "$line%lld << EOD\n", (long long)number);
    for (int64_t i = 0; i < line->count; i++)
        if (isfinite(line->middle[i]) && (!log_x || line->x[i] > 0))
            fprintf(out, "%.10g %.8g %.8g %.8g\n", line->x[i], line->middle[i], line->low[i], line->high[i]);
    fprintf(out, "EOD\n");
}

static void write_axes(const struct dp_curves *c, const struct dp_lines *lines, FILE *out)
{
    double last = 0;
    for (int64_t i = 0; i < lines->count; i++)
        last = fmax(last, lines->line[i].x[lines->line[i].count - 1]);
    fprintf(out, "set xlabel '%s'\n", c->flow_time ? "flow time" : "training step");
    fprintf(out, "set ylabel ");
    char label[160] = "";
    for (int q = 0; q < c->quantities; q++)
        snprintf(label + strlen(label), sizeof label - strlen(label), "%s%s", q ? ", " : "",
                 c->quantities > 1 ? dp_quantities[c->quantity[q]].name
                                   : dp_quantities[c->quantity[q]].label);
    dp_figure_quote(label, out);
    fprintf(out, " noenhanced\n");
    if (c->log_x)
        fprintf(out, "set logscale x\nset format x '10^{%%L}'\nset xrange [*:%.10g]\n", last);
    else
        dp_figure_tics("x", 0, last, 5, out);
    if (c->log_y)
        fprintf(out, "set logscale y\nset format y '10^{%%L}'\n");
}

static void write_title(const struct dp_curves *c, const struct dp_lines *lines, FILE *out)
{
    char text[160];
    const long long runs = (long long)lines->line[0].runs;
    snprintf(text, sizeof text, "%.80s: %s%lld run%s%s", dp_store_text(c->store, "title"),
             runs > 1 ? "mean and spread of " : "", runs, runs > 1 ? "s" : "", c->by ? " a line" : "");
    fprintf(out, "set title ");
    dp_figure_quote(text, out);
    fprintf(out, " noenhanced offset 0,-0.4\n");
}

static void write_label(const struct dp_curves *c, const struct dp_line *line, FILE *out)
{
    char text[160];
    const char *const quantity = c->quantities > 1 ? dp_quantities[line->quantity].name : "";
    snprintf(text, sizeof text, "%s%s%s", line->label, line->label[0] && quantity[0] ? ", " : "", quantity);
    if (!text[0]) {
        fprintf(out, " notitle");
        return;
    }
    fprintf(out, " title ");
    dp_figure_quote(text, out);
    fprintf(out, " noenhanced");
}

static const char *colour_of(const struct dp_curves *c, const struct dp_lines *lines, int64_t i)
{
    return colours[(lines->count == c->quantities ? i : i / c->quantities) % COLOURS];
}

enum dp_status dp_curves_script(const void *context, struct dp_canvas *canvas, FILE *out,
                                struct dp_error *error)
{
    const struct dp_curves_figure *const figure = context;
    const struct dp_curves *const c = figure->curves;
    const struct dp_lines *const lines = figure->lines;
    (void)error;
    dp_canvas_begin(canvas, out);
    fprintf(out, "set tics out nomirror scale 0.6\nset border 3 lw 1\nset minussign\n");
    fprintf(out, "set key below height 0.6 Left reverse samplen 3 maxcols 3\nset rmargin 3\n");
    write_title(c, lines, out);
    write_axes(c, lines, out);
    for (int64_t i = 0; i < lines->count; i++)
        write_block(i, &lines->line[i], c->log_x, out);
    fprintf(out, "plot ");
    for (int64_t i = 0; i < lines->count; i++) // bands lie under all lines
        if (lines->line[i].runs > 1)
            fprintf(out,
                    "$line%lld using 1:3:4 with filledcurves fs transparent solid 0.2 noborder lc rgb '%s' "
                    "notitle, "
                    "\\\n  ",
                    (long long)i, colour_of(c, lines, i));
    for (int64_t i = 0; i < lines->count; i++) {
        const int64_t group = i / c->quantities;
        fprintf(out, "$line%lld using 1:2 with lines lw 2 dt %s lc rgb '%s'", (long long)i,
                dashes[(i % c->quantities + group / COLOURS) % DASHES], colour_of(c, lines, i));
        write_label(c, &lines->line[i], out);
        fprintf(out, i + 1 < lines->count ? ", \\\n  " : "\n");
    }
    return DP_OK;
}
