// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include <math.h>
#include <string.h>

enum { TITLE = 46 }; // letters that fit over a figure of one column

void dp_neuron_plot_settings(FILE *out)
{
    fprintf(out, "set tics out nomirror scale 0.6\nset border 3 lw 1\nset minussign\n");
    fprintf(out, "set key Left reverse samplen 1.5 spacing 1.1\n");
}

void dp_neuron_plot_key_on_top(FILE *out)
{
    fprintf(out, "set key at graph 0.5,1.015 bottom center horizontal maxrows 1\nset tmargin 3.4\n");
}

void dp_neuron_plot_title(const struct dp_neuron_plot *plot, double step, double lift, FILE *out)
{
    char name[256], text[512], at[64] = "";
    if (!isnan(step))
        snprintf(at, sizeof at, ", step %.0f", step);
    snprintf(text, sizeof text, "%.40s: %s", plot->stored->sweep.name,
             dp_stored_run_name(plot->stored, name, sizeof name));
    if (strlen(text) + strlen(at) > TITLE) { // the run's number says the rest
        size_t end = TITLE - strlen(at) - 2;
        while (end > 0 && text[end] != ',')
            end--;
        strcpy(text + end, ", …");
    }
    strcat(text, at);
    fprintf(out, "set title ");
    dp_figure_quote(text, out);
    fprintf(out, " noenhanced offset 0,%.2f\n", lift - 0.4);
}

int64_t dp_neuron_plot_frames(const struct dp_neuron_plot *plot)
{
    return plot->animated ? plot->stored->points : 1;
}

int64_t dp_neuron_plot_point(const struct dp_neuron_plot *plot, int64_t frame)
{
    return plot->animated ? frame : plot->point;
}

double dp_length(const double *values, int64_t n)
{
    double square = 0;
    for (int64_t i = 0; i < n; i++)
        square += values[i] * values[i];
    return sqrt(square);
}
