// SPDX-License-Identifier: BSD-3-Clause
#include "figures/figure.h"
#include "multiplicity/panels.h"
#include <math.h>

/* The figure of the confusion. Each panel has, over all multiplicities, a square for each pair of a predicted
 * and a measured number. Its area is its share of the runs with that prediction, so a column adds up to
 * one. */

enum { SIDES = 2 };                                              // the diagonal, and what is off it
static const char *const colour[SIDES] = {"#0072B2", "#D55E00"}; // Okabe and Ito
static const char *const name[SIDES] = {"as predicted", "other number"};

static void add_up(const struct dp_panels *p, int panel, int64_t joint[DP_COUNT_MOST + 1][DP_COUNT_MOST + 1])
{
    const struct dp_counts *const counts = &p->report->counts;
    for (int64_t i = 0; i < counts->count; i++)
        for (int n = 0; n <= DP_COUNT_MOST && dp_panels_have(p, panel, &counts->group[i]); n++)
            for (int m = 0; m <= DP_COUNT_MOST; m++)
                joint[n][m] += counts->group[i].joint[n][m];
}

static void write_data(const struct dp_panels *p, int panel, FILE *out)
{
    int64_t joint[DP_COUNT_MOST + 1][DP_COUNT_MOST + 1] = {{0}};
    add_up(p, panel, joint);
    for (int side = 0; side < SIDES; side++) {
        fprintf(out, "$squares%d_%d << EOD\nNaN NaN NaN\n", panel, side);
        for (int n = 0; n <= DP_COUNT_MOST; n++) {
            int64_t runs = 0;
            for (int m = 0; m <= DP_COUNT_MOST; m++)
                runs += joint[n][m];
            for (int m = 0; m <= DP_COUNT_MOST; m++)
                if (joint[n][m] > 0 && (n == m) == (side == 0))
                    fprintf(out, "%d %d %.6g\n", n, m, 0.48 * sqrt((double)joint[n][m] / (double)runs));
        }
        fprintf(out, "EOD\n");
    }
}

static void write_panel(const struct dp_panels *p, int panel, FILE *out)
{
    const bool lowest = panel + dp_panels_columns(p) >= p->count;
    dp_panels_name(p, panel, out);
    fprintf(out, lowest ? "set xlabel 'number of %s predicted' offset 0,0.3\n" : "unset xlabel\n",
            dp_direction_report_noun(p->report));
    fprintf(out, "plot x with lines lc rgb '#999999' lw 1 title 'equal'");
    for (int side = 0; side < SIDES; side++)
        fprintf(out,
                ", $squares%d_%d using 1:2:($1-$3):($1+$3):($2-$3):($2+$3) with boxxyerror fs solid noborder "
                "lc rgb '%s' title '%s'",
                panel, side, colour[side], name[side]);
    fprintf(out, "\n");
    dp_panels_next(out);
}

static enum dp_status write_script(const void *figure, struct dp_canvas *canvas, FILE *out,
                                   struct dp_error *error)
{
    const struct dp_panels *const p = figure;
    const int step = p->most > 24 ? 8 : p->most > 12 ? 4 : p->report->lines ? 1 : 2;
    (void)error;
    dp_canvas_begin(canvas, out);
    for (int panel = 0; panel < p->count; panel++)
        write_data(p, panel, out);
    dp_panels_begin(p, out);
    fprintf(out, "set xrange [-0.6:%d.6]\nset yrange [-0.6:%d.6]\nset xtics %d offset 0,0.3\nset ytics %d\n",
            p->most, p->most, step, step);
    fprintf(out, "set ylabel 'number measured (area: share)' offset 0.2,0\n");
    for (int panel = 0; panel < p->count; panel++)
        write_panel(p, panel, out);
    fprintf(out, "unset multiplot\n");
    return DP_OK;
}

enum dp_status dp_confusion_plot(const struct dp_direction_report *report, const char *path,
                                 struct dp_error *error)
{
    struct dp_panels panels = {.report = report, .predicted = true};
    DP_TRY(dp_panels_find(&panels, "--plot-confusion", error));
    const struct dp_picture picture = {.width = dp_panels_width(&panels),
                                       .height = dp_panels_height(&panels),
                                       .write = write_script,
                                       .figure = &panels};
    return dp_picture_draw(path, &picture, error);
}
