// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include "neurons/product.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* How a linear network learns the modes of its data: the squared errors of the entries of its product in the
 * synaptic basis along training, with the closed form of a mode without interaction. The closed form is exact
 * for gradient flow when the modes are decoupled: decorrelated inputs, a start along the modes, one rate for
 * both layers. */

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    return dp_products_check(plot->stored, "modes", error);
}

struct errors {
    struct dp_products products;
    int64_t modes;
    struct dp_mode *mode; // [modes]
    bool closed;          // the closed form is about this run
};

static void free_errors(struct errors *e)
{
    dp_products_free(&e->products);
    free(e->mode);
}

static enum dp_status read_errors(const struct dp_stored_run *s, struct errors *e, struct dp_error *error)
{
    *e = (struct errors){.modes = s->inputs < s->outputs ? s->inputs : s->outputs};
    e->mode = malloc((size_t)e->modes * sizeof *e->mode);
    if (!e->mode)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the modes of a run");
    enum dp_status status = dp_products_read(s, true, &e->products, error);
    if (status == DP_OK)
        status = dp_modes_read(s, e->mode, error);
    if (status != DP_OK)
        free_errors(e);
    // adam has no flow time, and layers with rates of their own another law
    e->closed = s->points > 0 && !isnan(s->flow_time[s->points - 1]) &&
                (isnan(s->run.learning_rate_a) || s->run.learning_rate_a == s->run.learning_rate);
    return status;
}

static double error_of(const struct errors *e, int64_t point, int64_t entry)
{
    const double difference =
        e->products.value[point * e->products.entries + entry] - e->products.goal[entry];
    return difference * difference;
}

static double closed_error(const struct dp_stored_run *s, const struct errors *e, int64_t point, int64_t mode)
{
    const double difference = dp_mode_value(&e->mode[mode], s->flow_time[point]) - e->mode[mode].strength;
    return difference * difference;
}

static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    struct errors e;
    DP_TRY(read_errors(s, &e, error));
    const struct dp_products *const p = &e.products;
    fprintf(out, "step,flow_time");
    for (int64_t k = 0; k < p->entries; k++)
        fprintf(out, ",error_%lld_%lld", (long long)(k / p->inputs) + 1, (long long)(k % p->inputs) + 1);
    for (int64_t k = 0; k < e.modes && e.closed; k++)
        fprintf(out, ",closed_%lld", (long long)k + 1);
    for (int64_t t = 0; t < p->points; t++) {
        fprintf(out, "\r\n%.0f,", s->step[t]);
        dp_field_put_number(s->flow_time[t], out);
        for (int64_t k = 0; k < p->entries; k++) {
            putc(',', out);
            dp_field_put_number(error_of(&e, t, k), out);
        }
        for (int64_t k = 0; k < e.modes && e.closed; k++) {
            putc(',', out);
            dp_field_put_number(closed_error(s, &e, t, k), out);
        }
    }
    fputs("\r\n", out);
    free_errors(&e);
    return DP_OK;
}

static void write_data(const struct dp_stored_run *s, const struct errors *e, FILE *out)
{
    fprintf(out, "$errors << EOD\n");
    for (int64_t t = 0; t < e->products.points; t++) {
        if (s->step[t] == 0) // both axes are logarithmic
            continue;
        fprintf(out, "%.10g", s->step[t]);
        for (int64_t k = 0; k < e->products.entries; k++)
            fprintf(out, " %.8g", error_of(e, t, k));
        for (int64_t k = 0; k < e->modes && e->closed; k++)
            fprintf(out, " %.8g", closed_error(s, e, t, k));
        fprintf(out, "\n");
    }
    fprintf(out, "EOD\n");
}

static const double LEAST = 1e-24; // of the axis of errors

/* Whether an entry's error is within the range of the figure. */
static bool is_visible(const struct errors *e, int64_t entry)
{
    bool visible = false;
    for (int64_t t = 0; t < e->products.points; t++)
        visible = visible || error_of(e, t, entry) >= LEAST;
    return visible;
}

static void write_plot(const struct errors *e, FILE *out)
{
    const struct dp_products *const p = &e->products;
    bool other = true;
    fprintf(out, "plot ");
    for (int64_t k = 0; k < p->entries; k++)
        if (k / p->inputs != k % p->inputs && is_visible(e, k)) {
            fprintf(out, "$errors using 1:%lld with lines lw 1 lc rgb '" DP_GREY "' %s, \\\n  ",
                    (long long)k + 2, other ? "title 'between modes'" : "notitle");
            other = false;
        }
    for (int64_t k = 0; k < e->modes; k++)
        fprintf(out,
                "$errors using 1:%lld with lines lw 2 dt %s lc rgb '%s' title '{/:Italic s} = %.4g', \\\n  ",
                (long long)(k * p->inputs + k) + 2, dp_series_style(k)->dash, dp_series_style(k)->colour,
                e->mode[k].strength);
    for (int64_t k = 0; k < e->modes && e->closed; k++)
        fprintf(out, "$errors using 1:%lld with lines lw 2 dt (2,3) lc rgb 'black' %s, \\\n  ",
                (long long)(p->entries + k) + 2, k == 0 ? "title 'closed form'" : "notitle");
    fprintf(out, "NaN notitle\n");
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    struct errors e;
    DP_TRY(read_errors(plot->stored, &e, error));
    dp_neuron_plot_training(plot, canvas, 2, out);
    dp_figure_log("y", LEAST, 1, out);
    fprintf(out, "set ylabel 'squared error of the modes'\nset yrange [%g:*]\n", LEAST);
    write_data(plot->stored, &e, out);
    write_plot(&e, out);
    free_errors(&e);
    return DP_OK;
}

const struct dp_plot_kind dp_modes_plot = {
    .name = "modes",
    .meaning = "squared errors of the modes along training beside their closed form; activation linear",
    .width = 8.6,
    .height = 7.6,
    .animates = false,
    .check = check,
    .numbers = numbers,
    .script = script,
};
