// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <string.h>

const char *dp_neuron_plot_text(const struct dp_neuron_plot *plot, double step, char *text, size_t size)
{
    const struct dp_stored_run *const stored = plot->stored;
    char symbol[64], value[DP_TEXT];
    snprintf(text, size, "%.200s: run %lld", stored->sweep.name, (long long)stored->row);
    if (!isnan(step))
        snprintf(text + strlen(text), size - strlen(text), ", step %.0f", step);
    for (int a = 0; a < stored->sweep.axis_count; a++) {
        const struct dp_key *const key = stored->sweep.axes[a].key;
        if (stored->sweep.axes[a].count > 1 && dp_run_reads(&stored->run, key->name, NULL) == DP_OK)
            snprintf(text + strlen(text), size - strlen(text), ", %s %.60s",
                     dp_symbol_equals(key->name, symbol, sizeof symbol),
                     dp_key_format(key, &stored->run, value, sizeof value));
    }
    return text;
}

void dp_neuron_plot_title(const struct dp_neuron_plot *plot, double step, int key_lines, FILE *out)
{
    char text[DP_NEURON_TITLE];
    dp_figure_title(dp_neuron_plot_text(plot, step, text, sizeof text), 1.1 * key_lines, out);
    if (key_lines)
        fprintf(out,
                "set key at graph 0.5,1.015 bottom center horizontal maxrows %d Left reverse samplen 1.5\n",
                key_lines);
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

void dp_neuron_plot_training(const struct dp_neuron_plot *plot, struct dp_canvas *canvas, int key_columns,
                             FILE *out)
{
    const struct dp_stored_run *const s = plot->stored;
    dp_canvas_begin(canvas, out);
    dp_figure_frame(3, out);
    dp_neuron_plot_title(plot, NAN, 0, out);
    fprintf(out,
            "set xlabel 'training step'\nset logscale xy\nset xrange [1:%.10g]\nset format x '10^{%%L}'\n"
            "set rmargin 3\nset key below height 0.6 samplen 3 maxcols %d Left reverse enhanced\n",
            s->points ? fmax(2, s->step[s->points - 1]) : 10, key_columns);
}
