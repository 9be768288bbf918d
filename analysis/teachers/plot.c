// SPDX-License-Identifier: BSD-3-Clause
#include "figures/figure.h"
#include "reading/coordinates.h"
#include "teachers/found.h"
#include <math.h>

/* The figure: shares found against rank above, against the smallest angle below, a series for each group. */

enum { TITLE_ROOM = 1024 };
static const double HEIGHT = 12.4; // cm

static void write_data(const struct dp_found *f, FILE *out)
{
    for (int g = 0; g < f->groups; g++) {
        const double beside = 0.08 * (g - (f->groups - 1) / 2.0); // error bars must not hide each other
        for (int part = 0; part < 2; part++) {
            fprintf(out, "$part%d_%d << EOD\n", part, g);
            for (int bin = part ? DP_RANKS : 0; bin < (part ? DP_BINS : DP_RANKS); bin++) {
                const struct dp_interval share = dp_proportion_interval(&f->group[g].bin[bin]);
                const double at = part ? bin - DP_RANKS : bin + 1;
                if (!isnan(share.share))
                    fprintf(out, "%.10g %.10g %.10g %.10g\n", at + beside, share.share, share.low,
                            share.high);
            }
            fprintf(out, "EOD\n");
        }
    }
}

static void write_series(const struct dp_found *f, int part, FILE *out)
{
    char value[DP_TEXT], symbol[64], name[2 * DP_TEXT] = "found";
    fprintf(out, "plot NaN with points notitle");
    for (int g = 0; g < f->groups; g++) {
        const struct dp_series_style *const style = dp_series_style(g);
        if (f->by)
            snprintf(name, sizeof name, "%s %s", dp_symbol_equals(f->by, symbol, sizeof symbol),
                     dp_coordinate_text(f->store, f->by, f->group[g].value, false, value, sizeof value));
        fprintf(out,
                ", \\\n  $part%d_%d using 1:2:3:4 with yerrorbars pt %d ps 0.6 lw 1.2 lc rgb '%s' notitle"
                ", \\\n  $part%d_%d using 1:2 with linespoints pt %d ps 0.6 lw 1.2 dt %s lc rgb '%s' notitle"
                ", \\\n  NaN with linespoints pt %d ps 0.6 lw 1.2 dt %s lc rgb '%s' title ",
                part, g, style->point, style->colour, part, g, style->point, style->dash, style->colour,
                style->point, style->dash, style->colour); // a group without data in a panel has its key, too
        dp_figure_quote(name, out);
    }
    fprintf(out, "\n");
}

static int64_t most_ranks(const struct dp_found *f)
{
    int64_t most = 1;
    for (int g = 0; g < f->groups; g++)
        for (int rank = 0; rank < DP_RANKS; rank++)
            if (f->group[g].bin[rank].runs && rank + 1 > most)
                most = rank + 1;
    return most;
}

static enum dp_status write_script(const void *figure, struct dp_canvas *canvas, FILE *out,
                                   struct dp_error *error)
{
    const struct dp_found *const f = figure;
    const double key = 0.45 * ((f->groups + 2) / 3);
    char title[TITLE_ROOM], chosen[400];
    (void)error;
    dp_canvas_begin(canvas, out);
    write_data(f, out);
    snprintf(title, sizeof title, "%.200s: teacher neurons found, %lld run%s%s",
             dp_store_text(f->store, "title"), (long long)f->runs, f->runs == 1 ? "" : "s",
             dp_filter_title(f->store, f->filter, chosen, sizeof chosen));
    fprintf(out, "set multiplot layout 2,1 margins 0.16,0.97,%.4f,%.4f spacing 0,0.13\nset label 2 ",
            (1.3 + key) / HEIGHT, 1 - 1.4 / HEIGHT);
    dp_figure_lines(title, out);
    fprintf(out, " at screen 0.5,%.4f center noenhanced\n", 1 - 0.4 / HEIGHT);
    dp_figure_frame(3, out);
    fprintf(out,
            "set grid y lc rgb '#e0e0e0'\nset yrange [0:1.02]\nset ylabel 'share found (bars: 95 %%)' offset "
            "0.5,0\n"
            "unset key\nset xlabel 'rank of strength |{/:Italic a}|' enhanced offset 0,0.3\n"
            "set xrange [0.5:%lld.5]\nset xtics 1\n",
            (long long)most_ranks(f));
    write_series(f, 0, out);
    fprintf(out,
            "unset label 2\nset xlabel 'smallest angle to another teacher neuron (degrees)' offset 0,0.3\n"
            "set xrange [-0.5:%d.5]\nset xtics (",
            DP_ANGLES - 1);
    for (int k = 0; k < DP_ANGLES; k++)
        fprintf(out, "%s'%g-%g' %d", k ? ", " : "", dp_angle_edges[k], dp_angle_edges[k + 1], k);
    fprintf(out, ")\nset key at screen 0.55,0.01 bottom center horizontal maxcols 3 Left reverse samplen 2.5 "
                 "noenhanced\n");
    write_series(f, 1, out);
    fprintf(out, "unset multiplot\n");
    return DP_OK;
}

enum dp_status dp_found_plot(const struct dp_found *found, const char *path, struct dp_error *error)
{
    const struct dp_picture picture = {
        .width = 8.6, .height = HEIGHT, .write = write_script, .figure = found};
    return dp_picture_draw(path, &picture, error);
}
