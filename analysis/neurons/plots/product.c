// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/product.h"
#include "neurons/neuron_plot.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* The entries of a linear network's product along training: against each other in pairs, or against the step
 * when there are too many pairs; in the original or in the synaptic basis. */

enum { MOST_PAIRED = 4 }; // entries whose pairs fit one figure

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    return dp_products_check(plot->stored, "product", error);
}

static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    struct dp_products p;
    DP_TRY(dp_products_read(plot->stored, plot->modes, &p, error));
    fprintf(out, "step,flow_time");
    for (int64_t e = 0; e < p.entries; e++)
        fprintf(out, ",m_%lld_%lld", (long long)(e / p.inputs) + 1, (long long)(e % p.inputs) + 1);
    for (int64_t t = 0; t <= p.points; t++) {
        fprintf(out, t < p.points ? "\r\n%.0f," : "\r\nbest,", t < p.points ? s->step[t] : 0);
        dp_field_put_number(t < p.points ? s->flow_time[t] : NAN, out);
        for (int64_t e = 0; e < p.entries; e++) {
            putc(',', out);
            dp_field_put_number(t < p.points ? p.value[t * p.entries + e] : p.goal[e], out);
        }
    }
    fputs("\r\n", out);
    dp_products_free(&p);
    return DP_OK;
}

static void write_data(const struct dp_stored_run *s, const struct dp_products *p, FILE *out)
{
    fprintf(out, "$product << EOD\n");
    for (int64_t t = 0; t < p->points; t++) {
        fprintf(out, "%.10g", s->step[t]);
        for (int64_t e = 0; e < p->entries; e++)
            fprintf(out, " %.8g", p->value[t * p->entries + e]);
        fprintf(out, "\n");
    }
    fprintf(out, "EOD\n");
}

static void write_name(const struct dp_products *p, int64_t e, bool modes, FILE *out)
{
    fprintf(out, "{/:Italic %s}_{%lld%lld}", modes ? "S" : "M", (long long)(e / p->inputs) + 1,
            (long long)(e % p->inputs) + 1);
}

/* The range of an entry and few tics, because panels are small. An entry that changes only by rounding is
 * drawn as constant. */
static void write_range(const char *axis, const struct dp_products *p, int64_t e, int n, FILE *out)
{
    double low = p->goal[e], high = p->goal[e], largest = 0;
    for (int64_t t = 0; t < p->points; t++) {
        low = fmin(low, p->value[t * p->entries + e]);
        high = fmax(high, p->value[t * p->entries + e]);
    }
    for (int64_t i = 0; i < p->points * p->entries; i++)
        largest = fmax(largest, fabs(p->value[i]));
    if (high - low <= 1e-6 * (largest > 0 ? largest : 1)) { // still, but for rounding
        const double middle = (low + high) / 2, around = 0.1 * (largest > 0 ? largest : 1);
        fprintf(out, "set %srange [%.10g:%.10g]\nset %stics ('%.3g' %.10g)\n", axis, middle - around,
                middle + around, axis, fabs(middle) <= 1e-6 * largest ? 0.0 : middle, middle);
        return;
    }
    const double margin = 0.1 * (high - low);
    fprintf(out, "set %srange [%.10g:%.10g]\n", axis, low - margin, high + margin);
    dp_figure_tics(axis, low - margin, high + margin, n, out);
}

static void write_pair(const struct dp_neuron_plot *plot, const struct dp_products *p, int64_t a, int64_t b,
                       FILE *out)
{
    const int64_t last = (p->points - 1) * p->entries;
    fprintf(out, "set xlabel '");
    write_name(p, a, plot->modes, out);
    fprintf(out, "' enhanced\nset ylabel '");
    write_name(p, b, plot->modes, out);
    fprintf(out, "' enhanced\n");
    write_range("x", p, a, 3, out);
    write_range("y", p, b, 4, out);
    fprintf(out,
            "plot $product using %lld:%lld with lines lw 1.5 lc rgb '" DP_BLUE "' notitle, \\\n"
            "  '-' with points pt 6 ps 1 lc rgb '" DP_SKY "' notitle, \\\n"
            "  '-' with points pt 7 ps 0.8 lc rgb '" DP_BLUE "' notitle, \\\n"
            "  '-' with points pt 2 ps 1.2 lc rgb '" DP_VERMILLION "' notitle\n"
            "%.10g %.10g\ne\n%.10g %.10g\ne\n%.10g %.10g\ne\n",
            (long long)a + 2, (long long)b + 2, p->value[a], p->value[b], p->value[last + a],
            p->value[last + b], p->goal[a], p->goal[b]);
}

static void write_pairs(const struct dp_neuron_plot *plot, const struct dp_products *p, FILE *out)
{
    const int64_t pairs = p->entries * (p->entries - 1) / 2, columns = pairs < 2 ? pairs : 2;
    const int64_t rows = (pairs + columns - 1) / columns;
    char text[DP_NEURON_TITLE];
    fprintf(out, "set multiplot layout %lld,%lld margins 0.22,0.96,0.14,0.9 spacing 0.24,%.3f title ",
            (long long)rows, (long long)columns, 0.3 / (double)rows);
    dp_figure_lines(dp_neuron_plot_text(plot, NAN, text, sizeof text), out);
    fprintf(out, " noenhanced\n");
    for (int64_t a = 0; a < p->entries; a++)
        for (int64_t b = a + 1; b < p->entries; b++)
            write_pair(plot, p, a, b, out);
    // An empty plot along the bottom has the key: that of a panel would be as narrow as the panel.
    fprintf(out, "set lmargin at screen 0\nset rmargin at screen 1\nset bmargin at screen 0\n"
                 "set tmargin at screen 0.06\nunset xlabel\nunset ylabel\nunset tics\nunset border\n"
                 "set xrange [0:1]\nset yrange [0:1]\nset key center center horizontal maxrows 1 Left "
                 "reverse samplen 1\n");
    fprintf(out, "plot NaN with points pt 6 ps 1 lc rgb '" DP_SKY "' title 'start', \\\n"
                 "  NaN with points pt 7 ps 0.8 lc rgb '" DP_BLUE "' title 'end', \\\n"
                 "  NaN with points pt 2 ps 1.2 lc rgb '" DP_VERMILLION "' title 'best linear map'\n");
    fprintf(out, "unset multiplot\n");
}

static void write_against_step(const struct dp_neuron_plot *plot, const struct dp_products *p, FILE *out)
{
    dp_neuron_plot_title(plot, NAN, 1, out);
    fprintf(out,
            "set xlabel 'training step'\nset ylabel 'entries of the product %s' enhanced\nset logscale x\n"
            "set format x '10^{%%L}'\nplot ",
            plot->modes ? "in the synaptic basis" : "{/:Italic M}");
    for (int64_t e = 0; e < p->entries; e++) {
        const bool diagonal = e % p->inputs == e / p->inputs;
        const char *const title = e == 0                    ? "title 'diagonal'"
                                  : e == 1 && p->inputs > 1 ? "title 'other entries'"
                                                            : "notitle";
        fprintf(out, "%s$product using ($1 > 0 ? $1 : NaN):%lld with lines dt %s lc rgb '%s' %s",
                e ? ", \\\n  " : "", (long long)e + 2, diagonal ? "1" : "(3,3)",
                diagonal ? DP_VERMILLION : DP_BLUE, title);
    }
    fprintf(out, "\n");
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    struct dp_products p;
    DP_TRY(dp_products_read(plot->stored, plot->modes, &p, error));
    dp_canvas_begin(canvas, out);
    dp_figure_frame(3, out);
    fprintf(out, "unset key\n");
    write_data(plot->stored, &p, out);
    if (p.entries >= 2 && p.entries <= MOST_PAIRED)
        write_pairs(plot, &p, out);
    else
        write_against_step(plot, &p, out);
    dp_products_free(&p);
    return DP_OK;
}

const struct dp_plot_kind dp_product_plot = {
    .name = "product",
    .meaning = "entries of the product of the layers against each other; activation linear",
    .width = 8.6,
    .height = 13,
    .animates = false,
    .check = check,
    .numbers = numbers,
    .script = script,
};
