// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include "neurons/product.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* The risk of a linear network along training, mean |f - y|^2 over the test samples, for each mode and in
 * sum, with the closed form of modes without interaction (dewpoint/core/linear_modes.h). With noisy labels it
 * has its minimum before the end, because the modes of the training samples are not those of the target. */

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    if (plot->stored->run.test_samples == 0)
        return dp_fail(error, DP_BAD_INPUT, "--kind risk needs test samples, but run %lld has none",
                       (long long)plot->stored->row);
    return dp_products_check(plot->stored, "risk", error);
}

/* Risks at each point: of the first `modes` outputs in the synaptic basis, then in sum; measured, and in
 * closed form. */
struct risks {
    int64_t points, modes;
    double *measured, *closed; // [points][modes + 1]
    struct dp_mode *mode;      // [modes]
};

static void free_risks(struct risks *r)
{
    free(r->measured);
    free(r->closed);
    free(r->mode);
}

/* The sums over test samples that the risk of output c needs: mean x x^T, mean y_c x and mean y_c^2. */
struct moments {
    double *xx, *yx, *yy; // [d][d], [o][d], [o]
};

static void gather(const struct dp_samples *test, const struct moments *m)
{
    const int64_t d = test->inputs, o = test->outputs;
    const double part = 1 / (double)test->count;
    for (int64_t i = 0; i < test->count; i++) {
        const double *const x = test->x + i * d, *const y = test->y + i * o;
        for (int64_t j = 0; j < d; j++)
            for (int64_t k = 0; k < d; k++)
                m->xx[j * d + k] += part * x[j] * x[k];
        for (int64_t c = 0; c < o; c++) {
            m->yy[c] += part * y[c] * y[c];
            for (int64_t j = 0; j < d; j++)
                m->yx[c * d + j] += part * y[c] * x[j];
        }
    }
}

// mean (row . x - y_c)^2 for row c of a product.
static double risk_of(const struct moments *m, const double *row, int64_t c, int64_t d)
{
    double risk = m->yy[c];
    for (int64_t j = 0; j < d; j++) {
        double image = -2 * m->yx[c * d + j];
        for (int64_t k = 0; k < d; k++)
            image += m->xx[j * d + k] * row[k];
        risk += row[j] * image;
    }
    return risk;
}

/* row: room for [d]. Outputs beyond the modes count in the sum. */
static void fill(const struct dp_stored_run *s, const struct dp_products *p, const struct moments *m,
                 struct risks *r, double *row)
{
    const int64_t d = p->inputs, stride = r->modes + 1;
    for (int64_t t = 0; t < r->points; t++)
        for (int64_t c = 0; c < p->outputs; c++) {
            const double z = c < r->modes ? dp_mode_value(&r->mode[c], s->flow_time[t]) : 0;
            for (int64_t j = 0; j < d; j++)
                row[j] = j == c ? z : 0;
            const double measured = risk_of(m, p->value + t * p->entries + c * d, c, d);
            const double closed = risk_of(m, row, c, d);
            r->measured[t * stride + r->modes] += measured;
            r->closed[t * stride + r->modes] += closed;
            if (c < r->modes) {
                r->measured[t * stride + c] = measured;
                r->closed[t * stride + c] = closed;
            }
        }
}

static enum dp_status read_parts(const struct dp_stored_run *s, struct risks *r, struct dp_products *p,
                                 struct dp_samples *test, struct dp_error *error)
{
    struct dp_stored_run rotated = *s;
    struct dp_samples train;
    rotated.run.basis = DP_BASIS_SYNAPTIC;
    DP_TRY(dp_products_read(s, true, p, error));
    DP_TRY(dp_modes_read(s, r->mode, error));
    DP_TRY(dp_stored_run_data(&rotated, &train, test, error));
    dp_samples_free(&train);
    return DP_OK;
}

static enum dp_status read_risks(const struct dp_stored_run *s, struct risks *r, struct dp_error *error)
{
    const int64_t d = s->inputs, o = s->outputs, modes = d < o ? d : o;
    const size_t room = (size_t)(s->points * (modes + 1));
    struct dp_products products = {0};
    struct dp_samples test = {0};
    *r = (struct risks){.points = s->points, .modes = modes};
    r->measured = calloc(room, sizeof *r->measured);
    r->closed = calloc(room, sizeof *r->closed);
    r->mode = malloc((size_t)modes * sizeof *r->mode);
    double *const memory = calloc((size_t)(d * d + o * d + o + d), sizeof *memory);
    enum dp_status status = r->measured && r->closed && r->mode && memory
                                ? read_parts(s, r, &products, &test, error)
                                : dp_fail(error, DP_NO_MEMORY, "no memory for the risk along a curve");
    if (status == DP_OK) {
        const struct moments moments = {memory, memory + d * d, memory + d * d + o * d};
        gather(&test, &moments);
        fill(s, &products, &moments, r, moments.yy + o);
    } else {
        free_risks(r);
    }
    dp_products_free(&products);
    dp_samples_free(&test);
    free(memory);
    return status;
}

static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    struct risks r;
    DP_TRY(read_risks(s, &r, error));
    fprintf(out, "step,flow_time,risk,closed");
    for (int64_t c = 0; c < r.modes; c++)
        fprintf(out, ",risk_%lld,closed_%lld", (long long)c + 1, (long long)c + 1);
    for (int64_t t = 0; t < r.points; t++) {
        fprintf(out, "\r\n%.0f,", s->step[t]);
        dp_field_put_number(s->flow_time[t], out);
        for (int64_t k = 0; k <= r.modes; k++) {
            const int64_t c = t * (r.modes + 1) + (k + r.modes) % (r.modes + 1); // the sum first
            putc(',', out);
            dp_field_put_number(r.measured[c], out);
            putc(',', out);
            dp_field_put_number(r.closed[c], out);
        }
    }
    fputs("\r\n", out);
    free_risks(&r);
    return DP_OK;
}

static int64_t lowest(const struct risks *r, const double *values, int64_t c)
{
    int64_t lowest = 0;
    for (int64_t t = 1; t < r->points; t++)
        if (values[t * (r->modes + 1) + c] < values[lowest * (r->modes + 1) + c])
            lowest = t;
    return lowest;
}

static void write_data(const struct dp_stored_run *s, const struct risks *r, FILE *out)
{
    const int64_t stride = r->modes + 1;
    fprintf(out, "$risk << EOD\n");
    for (int64_t t = 0; t < r->points; t++) {
        if (s->step[t] == 0) // the axis is logarithmic
            continue;
        fprintf(out, "%.10g", s->step[t]);
        for (int64_t c = 0; c < stride; c++)
            fprintf(out, " %.8g %.8g", r->measured[t * stride + c], r->closed[t * stride + c]);
        fprintf(out, "\n");
    }
    fprintf(out, "EOD\n$least << EOD\n");
    for (int64_t c = 0; c < stride; c++) {
        const int64_t t = lowest(r, r->measured, c);
        fprintf(out, "%.10g %.8g\n", fmax(s->step[t], 1), r->measured[t * stride + c]);
    }
    fprintf(out, "EOD\n");
}

static void write_plot(const struct risks *r, FILE *out)
{
    fprintf(out, "plot ");
    for (int64_t k = 0; k <= r->modes; k++) {
        const int64_t c = (k + r->modes) % (r->modes + 1);
        fprintf(out, "$risk using 1:%lld with lines lw 2 dt %s lc rgb '%s' title ", (long long)(2 * c) + 2,
                dp_series_style(k)->dash, dp_series_style(k)->colour);
        if (c == r->modes)
            fprintf(out, "'sum', \\\n  ");
        else
            fprintf(out, "'{/:Italic s} = %.4g', \\\n  ", r->mode[c].strength);
    }
    for (int64_t c = 0; c <= r->modes; c++)
        fprintf(out, "$risk using 1:%lld with lines lw 2 dt (2,3) lc rgb 'black' %s, \\\n  ",
                (long long)(2 * c) + 3, c == 0 ? "title 'closed form'" : "notitle");
    fprintf(out, "$least using 1:2 with points pt 7 ps 0.8 lc rgb 'black' title 'minimum'\n");
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    const struct dp_stored_run *const s = plot->stored;
    struct risks r;
    DP_TRY(read_risks(s, &r, error));
    dp_neuron_plot_training(plot, canvas, 3, out);
    fputs("set ylabel 'risk'\nset format y '10^{%L}'\n", out);
    write_data(s, &r, out);
    write_plot(&r, out);
    free_risks(&r);
    return DP_OK;
}

const struct dp_plot_kind dp_risk_plot = {
    .name = "risk",
    .meaning = "risk along training, of each mode and in sum, beside the closed form; activation linear",
    .width = 8.6,
    .height = 7.6,
    .animates = false,
    .check = check,
    .numbers = numbers,
    .script = script,
};
