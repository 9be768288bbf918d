// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/neuron_plot.h"
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>

/* The path of a w of every neuron in the plane: of a w_1 and a w_2 for two inputs, of a w and a b for one.
 * For a teacher target, the teacher's neurons and their rays are drawn, too. */

/* The points a w of all neurons at all points of the curve. */
struct paths {
    int64_t points, width;
    double *place; // [points][width][2]
    int64_t teachers;
    double *teacher; // [teachers][2]
    double extent;   // largest coordinate
};

static enum dp_status check(const struct dp_neuron_plot *plot, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    if (s->inputs > 2 || s->outputs != 1)
        return dp_fail(
            error, DP_BAD_INPUT,
            "--kind trajectories needs one or two inputs and one output, but run %lld has %lld and %lld",
            (long long)s->row, (long long)s->inputs, (long long)s->outputs);
    return dp_stored_run_check_along(s, error);
}

static void free_paths(struct paths *p)
{
    free(p->place);
    free(p->teacher);
}

static void put_place(const double *w, int64_t inputs, double place[2])
{
    const double a = w[inputs + 1];
    place[0] = a * w[0];
    place[1] = a * w[1];
}

static enum dp_status read_teacher(const struct dp_stored_run *s, struct paths *p, struct dp_error *error)
{
    if (s->run.target != DP_TEACHER)
        return DP_OK;
    const int64_t rows = s->inputs + 2;
    double *const neurons = malloc((size_t)(s->run.teacher_width * rows) * sizeof *neurons);
    p->teacher = malloc(2 * (size_t)s->run.teacher_width * sizeof *p->teacher);
    if (!neurons || !p->teacher) {
        free(neurons);
        return dp_fail(error, DP_NO_MEMORY, "no memory for the teacher");
    }
    p->teachers = s->run.teacher_width;
    dp_run_teacher(&s->run, neurons);
    for (int64_t k = 0; k < p->teachers; k++)
        put_place(neurons + k * rows, s->inputs, p->teacher + 2 * k);
    free(neurons);
    return DP_OK;
}

static enum dp_status read_paths(const struct dp_stored_run *s, struct paths *p, struct dp_error *error)
{
    *p = (struct paths){.points = s->points, .width = s->run.width};
    p->place = malloc(2 * (size_t)(p->points * p->width) * sizeof *p->place);
    if (!p->place)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the trajectories of %lld neurons",
                       (long long)p->width);
    enum dp_status status = read_teacher(s, p, error);
    for (int64_t t = 0; t < p->points && status == DP_OK; t++) {
        double *neurons;
        status = dp_stored_run_neurons(s, t, &neurons, error);
        for (int64_t k = 0; k < p->width && status == DP_OK; k++)
            put_place(neurons + k * s->components, s->inputs, p->place + 2 * (t * p->width + k));
        if (status == DP_OK)
            free(neurons);
    }
    for (int64_t i = 0; i < 2 * p->points * p->width && status == DP_OK; i++)
        p->extent = fmax(p->extent, fabs(p->place[i]));
    for (int64_t i = 0; i < 2 * p->teachers; i++)
        p->extent = fmax(p->extent, fabs(p->teacher[i]));
    if (status != DP_OK)
        free_paths(p);
    return status;
}

static enum dp_status numbers(const struct dp_neuron_plot *plot, FILE *out, struct dp_error *error)
{
    const struct dp_stored_run *const s = plot->stored;
    struct paths p;
    DP_TRY(read_paths(s, &p, error));
    fprintf(out, "step,neuron,%s\r\n", s->inputs == 1 ? "aw,ab" : "aw_1,aw_2");
    for (int64_t t = 0; t < p.points; t++)
        for (int64_t k = 0; k < p.width; k++) {
            fprintf(out, "%.0f,%lld,", s->step[t], (long long)k);
            dp_field_put_number(p.place[2 * (t * p.width + k)], out);
            putc(',', out);
            dp_field_put_number(p.place[2 * (t * p.width + k) + 1], out);
            fputs("\r\n", out);
        }
    free_paths(&p);
    return DP_OK;
}

static void write_settings(const struct dp_neuron_plot *plot, const struct paths *p, FILE *out)
{
    const double reach = p->extent > 0 ? 1.1 * p->extent : 1;
    const bool one = plot->stored->inputs == 1;
    dp_figure_frame(15, out);
    fprintf(out, "set size ratio 1\nset xlabel '{/:Italic a w}%s' enhanced\n", one ? "" : "_1");
    fprintf(out, "set ylabel '{/:Italic a %s' enhanced\n", one ? "b}" : "w}_2");
    fprintf(out, "set xrange [%.10g:%.10g]\nset yrange [%.10g:%.10g]\n", -reach, reach, -reach, reach);
    dp_figure_tics("x", -reach, reach, 4, out);
}

/* The paths up to a point, one a neuron, and the two ends. */
static void write_paths(const struct paths *p, int64_t point, FILE *out)
{
    fprintf(out, "$paths << EOD\n");
    for (int64_t k = 0; k < p->width; k++) {
        for (int64_t t = 0; t <= point; t++) {
            const double *const at = p->place + 2 * (t * p->width + k);
            fprintf(out, "%.6g %.6g\n", at[0], at[1]);
        }
        fprintf(out, "\n");
    }
    fprintf(out, "EOD\n$ends << EOD\n");
    for (int64_t k = 0; k < p->width; k++) {
        const double *const from = p->place + 2 * k, *const to = p->place + 2 * (point * p->width + k);
        fprintf(out, "%.6g %.6g %.6g %.6g\n", from[0], from[1], to[0], to[1]);
    }
    fprintf(out, "EOD\n");
}

/* Each ray begins at 0 and leaves the figure through the teacher's neuron. */
static void write_teacher(const struct paths *p, FILE *out)
{
    if (!p->teachers)
        return;
    fprintf(out, "$rays << EOD\n");
    for (int64_t k = 0; k < p->teachers; k++) {
        const double *const t = p->teacher + 2 * k, far = 3 * p->extent / dp_length(t, 2);
        fprintf(out, "0 0\n%.6g %.6g\n\n", far * t[0], far * t[1]);
    }
    fprintf(out, "EOD\n$teacher << EOD\n");
    for (int64_t k = 0; k < p->teachers; k++)
        fprintf(out, "%.6g %.6g\n", p->teacher[2 * k], p->teacher[2 * k + 1]);
    fprintf(out, "EOD\n");
}

static void write_plot(const struct paths *p, double step, FILE *out)
{
    fprintf(out, "plot ");
    if (p->teachers)
        fprintf(out, "$rays with lines lw 1 dt (9,5) lc rgb 'black' title 'rays of the teacher', \\\n"
                     "  $teacher with points pt 7 ps 1.8 lc rgb '" DP_ORANGE "' title 'teacher', \\\n  ");
    fprintf(out,
            "$paths with lines lw 1 lc rgb '" DP_GREY "' title 'paths', \\\n"
            "  $ends using 1:2 with points pt 6 ps 0.6 lc rgb '" DP_SKY "' title 'step 0', \\\n"
            "  $ends using 3:4 with points pt 7 ps 0.6 lc rgb '" DP_BLUE "' title 'step %.0f'\n",
            step);
}

static enum dp_status script(const void *context, struct dp_canvas *canvas, FILE *out, struct dp_error *error)
{
    const struct dp_neuron_plot *const plot = context;
    const struct dp_stored_run *const s = plot->stored;
    struct paths p;
    DP_TRY(read_paths(s, &p, error));
    dp_canvas_begin(canvas, out);
    write_settings(plot, &p, out);
    write_teacher(&p, out);
    for (int64_t f = 0; f < dp_neuron_plot_frames(plot); f++) {
        const int64_t point = plot->animated                  ? f
                              : plot->point >= 0              ? plot->point
                              : plot->point == DP_POINT_FIRST ? 0
                                                              : s->points - 1;
        write_paths(&p, point, out);
        dp_neuron_plot_title(plot, NAN, p.teachers ? 3 : 1, out);
        dp_canvas_frame(canvas, out);
        write_plot(&p, s->step[point], out);
    }
    free_paths(&p);
    return DP_OK;
}

const struct dp_plot_kind dp_trajectories_plot = {
    .name = "trajectories",
    .meaning = "the paths of all a w in the plane, with the teacher's neurons; one or two inputs",
    .width = 8.6,
    .height = 9.8,
    .animates = true,
    .check = check,
    .numbers = numbers,
    .script = script,
};
