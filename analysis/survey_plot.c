// SPDX-License-Identifier: BSD-3-Clause
#include "figure.h"
#include "survey.h"
#include <math.h>
#include <string.h>

/* The figure: at each multiplicity two histograms back to back, the numbers predicted to the left and those measured to
 * the right, a bar as long as the share of the runs, with the bound as a line across. A panel for each value of the
 * further keys. */

enum { PANELS = 12, NAME = 160 };
static const char predicted_colour[] = "#E69F00", measured_colour[] = "#0072B2"; // Okabe and Ito

struct panels {
    const struct dp_survey *survey;
    int64_t first[PANELS]; // a group of each
    int count;
    double low, high; // multiplicities
    int most;
};

static bool same_panel(const struct dp_survey *survey, const struct dp_count_group *a,
                       const struct dp_count_group *b)
{
    bool same = true;
    for (int k = 1; k < survey->keys; k++)
        same = same && dp_value_bits(a->key[k]) == dp_value_bits(b->key[k]);
    return same;
}

static enum dp_status find_panels(struct panels *p, struct dp_error *error)
{
    const struct dp_counts *const counts = &p->survey->counts;
    p->low = INFINITY;
    p->high = -INFINITY;
    p->most = dp_survey_most(p->survey);
    for (int64_t i = 0; i < counts->count; i++) {
        bool known = false;
        p->low = fmin(p->low, counts->group[i].key[0]);
        p->high = fmax(p->high, counts->group[i].key[0]);
        for (int k = 0; k < p->count && !known; k++)
            known = same_panel(p->survey, &counts->group[i], &counts->group[p->first[k]]);
        if (known)
            continue;
        if (p->count == PANELS)
            return dp_fail(error, DP_BAD_INPUT,
                           "--plot: more than %d panels; choose some with --at, or groups with --by", PANELS);
        p->first[p->count++] = i;
    }
    return p->count ? DP_OK : dp_fail(error, DP_IO, "--plot: the store has no run to draw");
}

// Panels stand in one column up to three, else in two.
static int columns_of(const struct panels *p)
{
    return p->count > 3 ? 2 : 1;
}

static int rows_of(const struct panels *p)
{
    return (p->count + columns_of(p) - 1) / columns_of(p);
}

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

static void write_data(const struct panels *p, int panel, FILE *out)
{
    const struct dp_counts *const counts = &p->survey->counts;
    static const char *const names[] = {"predicted", "measured", "bound"};
    for (int which = 0; which < 3; which++) {
        fprintf(out, "$%s%d << EOD\nNaN NaN NaN\n", names[which], panel);
        for (int64_t i = 0; i < counts->count; i++) {
            const struct dp_count_group *const group = &counts->group[i];
            int64_t predicted[DP_COUNT_MOST + 1];
            if (!same_panel(p->survey, group, &counts->group[p->first[panel]]))
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

static void write_name(const struct panels *p, int panel, FILE *out)
{
    const struct dp_survey *const survey = p->survey;
    char text[DP_TEXT], name[NAME] = "";
    for (int k = 1; k < survey->keys; k++) {
        const size_t used = strlen(name);
        snprintf(
            name + used, sizeof name - used, "%s%s %s", k > 1 ? ", " : "", survey->key[k],
            dp_survey_value(survey, &survey->counts.group[p->first[panel]], k, false, text, sizeof text));
    }
    fprintf(out, "set label 1 ");
    dp_figure_quote(name, out);
    fprintf(out, " at graph 0.02,0.93 left noenhanced front\n");
}

static void write_panel(const struct panels *p, int panel, FILE *out)
{
    const bool lowest = panel + columns_of(p) >= p->count;
    static const char bars[] =
        "using (($1+$2)/2):3:1:2:($3-0.4):($3+0.4) with boxxyerror fs solid 0.85 noborder";
    write_name(p, panel, out);
    if (lowest)
        fprintf(out, "set xlabel 'multiplicity {/:Italic p}' offset 0,0.3\n");
    else
        fprintf(out, "unset xlabel\n");
    fprintf(out,
            "plot $predicted%d %s lc rgb '%s' title 'predicted', \\\n  $measured%d %s lc rgb '%s' title "
            "'measured', "
            "\\\n  $bound%d using 1:3:($2-$1):(0) with vectors nohead lw 1.5 dt (4,3) lc rgb '#000000' title "
            "'%s'\n",
            panel, bars, predicted_colour, panel, bars, measured_colour, panel,
            p->survey->lines ? "p" : "2p");
    fprintf(out, "unset key\n");
}

static enum dp_status write_script(const void *figure, struct dp_canvas *canvas, FILE *out,
                                   struct dp_error *error)
{
    const struct panels *const p = figure;
    const char *const title = dp_store_text(p->survey->store, "title");
    const double height = rows_of(p);
    (void)error;
    dp_canvas_begin(canvas, out);
    for (int panel = 0; panel < p->count; panel++)
        write_data(p, panel, out);
    // margins in parts of the figure: room for labels, and for a title and a key of one line each above
    fprintf(out, "set multiplot layout %d,%d margins %.3f,0.98,%.3f,%.3f spacing 0.09,%.3f\n", rows_of(p),
            columns_of(p), columns_of(p) > 1 ? 0.075 : 0.14, 0.16 / height, 1 - 0.17 / height,
            0.095 / height);
    fprintf(out, "set label 2 ");
    dp_figure_quote(title, out);
    fprintf(out, " at screen 0.5,%.4f center noenhanced\n", 1 - 0.045 / height);
    fprintf(out, "set key at screen 0.5,%.4f center top horizontal Left reverse samplen 1.5 width 1\n",
            1 - 0.075 / height);
    fprintf(out, "set tics out nomirror scale 0.6\nset border 3 lw 1\nset grid y lc rgb '#e0e0e0'\n");
    fprintf(out, "set xrange [%.6g:%.6g]\nset xtics 1 offset 0,0.3\nset yrange [-0.6:%d.6]\nset ytics %d\n",
            p->low - 0.55, p->high + 0.55, p->most,
            p->most > 24       ? 8
            : p->most > 12     ? 4
            : p->survey->lines ? 1
                               : 2);
    fprintf(out, "set ylabel 'number of %s' offset 1,0\n", dp_survey_what(p->survey));
    for (int panel = 0; panel < p->count; panel++)
        write_panel(p, panel, out);
    fprintf(out, "unset multiplot\n");
    return DP_OK;
}

enum dp_status dp_survey_plot(const struct dp_survey *survey, const char *path, struct dp_error *error)
{
    struct panels panels = {.survey = survey};
    DP_TRY(find_panels(&panels, error));
    const struct dp_picture picture = {.width = columns_of(&panels) > 1 ? 17.8 : 8.6,
                                       .height = 1.5 + 5.2 * rows_of(&panels),
                                       .write = write_script,
                                       .figure = &panels};
    return dp_picture_draw(path, &picture, error);
}
