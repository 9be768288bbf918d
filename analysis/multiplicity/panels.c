// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/panels.h"
#include "figures/figure.h"
#include <math.h>
#include <string.h>

enum { PANEL_NAME = 160 };

static bool same_panel(const struct dp_direction_report *report, const struct dp_count_group *a,
                       const struct dp_count_group *b)
{
    bool same = true;
    for (int k = 1; k < report->keys; k++)
        same = same && dp_value_bits(a->key[k]) == dp_value_bits(b->key[k]);
    return same;
}

bool dp_panels_have(const struct dp_panels *panels, int panel, const struct dp_count_group *group)
{
    return same_panel(panels->report, group, &panels->report->counts.group[panels->first[panel]]);
}

enum dp_status dp_panels_find(struct dp_panels *p, const char *option, struct dp_error *error)
{
    const struct dp_counts *const counts = &p->report->counts;
    p->low = INFINITY;
    p->high = -INFINITY;
    p->most = dp_direction_report_most(p->report);
    for (int64_t i = 0; i < counts->count; i++) {
        bool known = false;
        if (p->predicted && counts->group[i].compared == 0)
            continue;
        p->low = fmin(p->low, counts->group[i].key[0]);
        p->high = fmax(p->high, counts->group[i].key[0]);
        for (int k = 0; k < p->count && !known; k++)
            known = dp_panels_have(p, k, &counts->group[i]);
        if (known)
            continue;
        if (p->count == DP_PANELS)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: more than %d panels; choose some with --at, or groups with --by", option,
                           DP_PANELS);
        p->first[p->count++] = i;
    }
    return p->count ? DP_OK
                    : dp_fail(error, DP_IO, "%s: the store has no run %sto draw", option,
                              p->predicted ? "with a predicted number " : "");
}

int dp_panels_columns(const struct dp_panels *panels)
{
    return panels->count > 3 ? 2 : 1;
}

int dp_panels_rows(const struct dp_panels *panels)
{
    return (panels->count + dp_panels_columns(panels) - 1) / dp_panels_columns(panels);
}

void dp_panels_name(const struct dp_panels *panels, int panel, FILE *out)
{
    const struct dp_direction_report *const report = panels->report;
    const struct dp_count_group *const group = &report->counts.group[panels->first[panel]];
    char text[DP_TEXT], name[PANEL_NAME] = "", symbol[64];
    for (int k = 1; k < report->keys; k++) {
        const size_t used = strlen(name);
        snprintf(name + used, sizeof name - used, "%s%s %s", k > 1 ? ", " : "",
                 dp_symbol_equals(report->key[k], symbol, sizeof symbol),
                 dp_direction_report_value(report, group, k, false, text, sizeof text));
    }
    fprintf(out, "set label 1 ");
    dp_figure_quote(name, out);
    fprintf(out, " at graph 0.02,0.93 left noenhanced front\n");
}

static const double TOP = 1.9, PANEL = 5.2,
                    BOTTOM = 1.1; // cm; the top holds a title of two lines and a key of one

void dp_panels_begin(const struct dp_panels *panels, FILE *out)
{
    const double height = dp_panels_height(panels);
    const int columns = dp_panels_columns(panels);
    char title[1024], chosen[400];
    fprintf(out, "set multiplot layout %d,%d margins %.3f,0.98,%.4f,%.4f spacing 0.09,%.4f\n",
            dp_panels_rows(panels), columns, columns > 1 ? 0.075 : 0.14, BOTTOM / height, 1 - TOP / height,
            0.6 / height);
    snprintf(title, sizeof title, "%.200s: %s%s", dp_store_text(panels->report->store, "title"),
             dp_direction_report_noun(panels->report),
             dp_filter_title(panels->report->store, &panels->report->filter, chosen, sizeof chosen));
    fprintf(out, "set label 2 ");
    const int lines = dp_figure_lines(title, out);
    fprintf(out, " at screen 0.5,%.4f center noenhanced\n", 1 - 0.4 / height);
    fprintf(out, "set key at screen 0.5,%.4f center top horizontal Left reverse samplen 1.5 width 1\n",
            1 - (0.3 + 0.42 * lines) / height);
    dp_figure_frame(3, out);
    fprintf(out, "set grid y lc rgb '#e0e0e0'\n");
}

void dp_panels_next(FILE *out)
{
    fprintf(out, "unset key\nunset label 2\n"); // they stand above the first panel
}

double dp_panels_width(const struct dp_panels *panels)
{
    return dp_panels_columns(panels) > 1 ? 17.8 : 8.6;
}

double dp_panels_height(const struct dp_panels *panels)
{
    return TOP - 0.6 + BOTTOM + PANEL * dp_panels_rows(panels);
}
