// SPDX-License-Identifier: BSD-3-Clause
#include "figures/figure.h"
#include "multiplicity/panels.h"

/* The figure: two histograms back to back at each multiplicity, the predicted numbers to the left and the
 * measured numbers to the right. The length of a bar is the share of the runs, and a line across marks the
 * bound. There is a panel for each value of the further keys. */

static const char predicted_colour[] = "#E69F00", measured_colour[] = "#0072B2"; // Okabe and Ito

// Bars of one group on one side: x from, x to, the number; a bar of all runs reaches .46.
static void write_bars(const struct dp_count_group *group, const int64_t histogram[DP_COUNT_MOST + 1],
                       double side, FILE *out)
{
    const struct dp_distribution d = dp_distribution_of(histogram);
    for (int n = 0; n <= DP_COUNT_MOST; n++)
        if (histogram[n] > 0)
            fprintf(out, "%.6g %.6g %d\n", group->key[0],
                    group->key[0] + side * 0.46 * (double)histogram[n] / (double)d.total, n);
}

static void write_data(const struct dp_panels *p, int panel, FILE *out)
{
    const struct dp_counts *const counts = &p->report->counts;
    static const char *const names[] = {"predicted", "measured", "bound"};
    for (int which = 0; which < 3; which++) {
        fprintf(out, "$%s%d << EOD\nNaN NaN NaN\n", names[which], panel);
        for (int64_t i = 0; i < counts->count; i++) {
            const struct dp_count_group *const group = &counts->group[i];
            int64_t predicted[DP_COUNT_MOST + 1];
            if (!dp_panels_have(p, panel, group))
                continue;
            dp_count_predicted(group, predicted);
            if (which < 2)
                write_bars(group, which ? group->measured : predicted, which ? 1 : -1, out);
            else if (group->bound > 0)
                fprintf(out, "%.6g %.6g %.6g\n", group->key[0] - 0.46, group->key[0] + 0.46, group->bound);
        }
        fprintf(out, "EOD\n");
    }
}

static void write_panel(const struct dp_panels *p, int panel, FILE *out)
{
    const bool lowest = panel + dp_panels_columns(p) >= p->count;
    static const char bars[] =
        "using (($1+$2)/2):3:1:2:($3-0.4):($3+0.4) with boxxyerror fs solid 0.85 noborder";
    dp_panels_name(p, panel, out);
    if (lowest)
        fprintf(out,
                "set xlabel 'multiplicity {/:Italic p} (width of a bar: share of the runs)' offset 0,0.3\n");
    else
        fprintf(out, "unset xlabel\n");
    fprintf(out,
            "plot $predicted%d %s lc rgb '%s' title 'predicted', \\\n  $measured%d %s lc rgb '%s' title "
            "'measured', "
            "\\\n  $bound%d using 1:3:($2-$1):(0) with vectors nohead lw 1.5 dt (4,3) lc rgb '#000000' title "
            "'%s'\n",
            panel, bars, predicted_colour, panel, bars, measured_colour, panel,
            p->report->lines ? "bound {/:Italic p}" : "bound 2{/:Italic p}");
    dp_panels_next(out);
}

static enum dp_status write_script(const void *figure, struct dp_canvas *canvas, FILE *out,
                                   struct dp_error *error)
{
    const struct dp_panels *const p = figure;
    (void)error;
    dp_canvas_begin(canvas, out);
    for (int panel = 0; panel < p->count; panel++)
        write_data(p, panel, out);
    dp_panels_begin(p, out);
    fprintf(out, "set xrange [%.6g:%.6g]\nset xtics 1 offset 0,0.3\nset yrange [-0.6:%d.6]\nset ytics %d\n",
            p->low - 0.55, p->high + 0.55, p->most,
            p->most > 24       ? 8
            : p->most > 12     ? 4
            : p->report->lines ? 1
                               : 2);
    fprintf(out, "set ylabel 'number of %s' offset 0.2,0\n", dp_direction_report_noun(p->report));
    for (int panel = 0; panel < p->count; panel++)
        write_panel(p, panel, out);
    fprintf(out, "unset multiplot\n");
    return DP_OK;
}

enum dp_status dp_direction_report_plot(const struct dp_direction_report *report, const char *path,
                                        struct dp_error *error)
{
    struct dp_panels panels = {.report = report};
    DP_TRY(dp_panels_find(&panels, "--plot", error));
    const struct dp_picture picture = {.width = dp_panels_width(&panels),
                                       .height = dp_panels_height(&panels),
                                       .write = write_script,
                                       .figure = &panels};
    return dp_picture_draw(path, &picture, error);
}
