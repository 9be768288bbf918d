// SPDX-License-Identifier: BSD-3-Clause
#include "figures/heat_map.h"
#include "figures/overlay.h"
#include "figures/scale.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ColorBrewer's RdBu in eleven classes, from blue to red; cividis in ten, from blue to yellow. */
static const char *const diverging[] = {"#053061", "#2166ac", "#4393c3", "#92c5de", "#d1e5f0", "#f7f7f7",
                                        "#fddbc7", "#f4a582", "#d6604d", "#b2182b", "#67001f"};
static const char *const sequential[] = {"#00224e", "#123570", "#3b496c", "#575d6d", "#707173",
                                         "#8a8678", "#a59c74", "#c3b369", "#e1cc55", "#fee838"};
/* The mark of a cell without a value (gnuplot's pt), on grey: a second grey would be lost in grey prints. */
#define BLANK_COLOUR "#d0d0d0"
static const struct {
    const char *block;
    int point;
    const char *colour, *title;
} blanks[DP_BLANKS] = {[DP_BLANK_PENDING] = {"pending", 6, "#404040", "pending"},
                       [DP_BLANK_DIVERGED] = {"diverged", 3, "#404040", "diverged"},
                       [DP_BLANK_DOUBTFUL] = {"doubtful", 2, "#404040", "doubtful, no value"},
                       [DP_BLANK_OTHER] = {"missing", 5, BLANK_COLOUR, "no value"}};

enum {
    DIVERGING = sizeof diverging / sizeof *diverging,
    SEQUENTIAL = sizeof sequential / sizeof *sequential,
    LABEL_ROOM = 320,
};

static void write_axis(const char *axis, const char *key, const double *edge, int64_t n, bool log_axis,
                       const double *value, const char *const *ticks, FILE *out)
{
    dp_figure_label(axis, key, out);
    if (log_axis)
        dp_figure_log(axis, edge[0], edge[n], out);
    fprintf(out, "set %srange [%.17g:%.17g]\n", axis, edge[0], edge[n]);
    if (!ticks)
        return;
    fprintf(out, "set %stics noenhanced (", axis);
    for (int64_t i = 0; i < n; i++) {
        if (i)
            fputs(", ", out);
        dp_figure_quote(ticks[i], out);
        fprintf(out, " %.17g", value[i]);
    }
    fprintf(out, ")\n");
}

/* Slopes reach -3.5 on the linear side but hardly 1 on the condensed side. To show both sides and the zero
 * between them, colours change faster near 0: class k of -5..5 is at (k / 5)^2 of the range. */
static void write_palette(const struct dp_drawing *drawing, FILE *out)
{
    fprintf(out, "set palette defined (");
    for (int i = 0; drawing->map->colours == DP_DIVERGING && i < DIVERGING; i++) {
        const double place = (double)(i - DIVERGING / 2) / (DIVERGING / 2);
        fprintf(out, "%s%.4f '%s'", i ? ", " : "", copysign(place * place, place), diverging[i]);
    }
    for (int i = 0; drawing->map->colours == DP_SEQUENTIAL && i < SEQUENTIAL; i++)
        fprintf(out, "%s%d '%s'", i ? ", " : "", i, sequential[i]);
    fprintf(out, ")\nset cbrange [%.10g:%.10g]\n", drawing->first, drawing->last);
    if (drawing->colour_log)
        dp_figure_log("cb", drawing->first, drawing->last, out);
    else if (drawing->map->colours == DP_SEQUENTIAL)
        fprintf(out, "set format cb '%%.3g'\n");
}

/* The label stands at a fixed place: gnuplot's own is moved out of the figure by long tick labels. */
static void write_colour_label(const struct dp_drawing *drawing, FILE *out)
{
    char label[LABEL_ROOM];
    const int power = (int)lround(log10(drawing->unit));
    if (power == 0)
        snprintf(label, sizeof label, "%s", drawing->map->label);
    else
        snprintf(label, sizeof label, "%s / 10^{%s%d}", drawing->map->label, power < 0 ? "−" : "",
                 abs(power));
    fprintf(out, "set label ");
    dp_figure_quote(label, out);
    fprintf(out, " at screen 0.972, graph 0.5 center rotate by 90 enhanced front\n");
}

static void write_settings(const struct dp_drawing *drawing, struct dp_canvas *canvas, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    dp_figure_begin(canvas, map->title, out);
    dp_figure_frame(15, out);
    write_axis("x", map->x_name, drawing->x_edge, map->nx, drawing->x_log, drawing->x, map->x_ticks, out);
    write_axis("y", map->y_name, drawing->y_edge, map->ny, drawing->y_log, drawing->y, map->y_ticks, out);
    write_palette(drawing, out);
    write_colour_label(drawing, out);
}

/* Fixed margins leave room for ticks like -0.15 on the right and for the lines of the key below. */
static void write_margins(const struct dp_drawing *drawing, FILE *out)
{
    int titles = dp_overlay_titles(drawing);
    for (int kind = 0; kind < DP_BLANKS; kind++)
        titles += drawing->blank[kind] > 0;
    const int rows = (titles + 1) / 2;
    fprintf(out, "set rmargin at screen 0.77\nset bmargin at screen %.3f\n", 0.17 + 0.042 * rows);
    fprintf(out,
            "set key at screen 0.5,0.02 bottom center vertical maxrows %d Left reverse samplen 2.2 width -2 "
            "enhanced\n",
            rows > 0 ? rows : 1);
}

/* Where a box ends on the right: a little under its neighbour. If it went on to the neighbour's end, its
 * lower edge would show through the neighbour's, which is smoothed, too. */
static double right_end(const struct dp_drawing *drawing, int64_t i)
{
    static const double under = 0.004; // of the axis: a pixel or two
    const int64_t nx = drawing->map->nx;
    const double *const x = drawing->x_edge;
    const double end =
        drawing->x_log ? x[i + 1] * pow(x[nx] / x[0], under) : x[i + 1] + under * (x[nx] - x[0]);
    return i + 1 < nx ? fmin(end, x[i + 2]) : x[nx];
}

/* Writes one box per cell. A box extends under its right and upper neighbours, which are drawn later: boxes
 * that only touch leave hairlines in viewers that smooth their edges. */
static void write_cells(struct dp_drawing *drawing, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    fprintf(out, "$cells << EOD\n");
    for (int64_t j = 0; j < map->ny; j++)
        for (int64_t i = 0; i < map->nx; i++) {
            const double value = map->value[j * map->nx + i];
            const double *const x = drawing->x_edge + i, *const y = drawing->y_edge + j;
            if (isnan(value))
                continue;
            fprintf(out, "%.10g %.10g %.10g %.10g %.10g %.10g %.6g\n", drawing->x[i], drawing->y[j], x[0],
                    right_end(drawing, i), y[0], j + 1 < map->ny ? y[2] : y[1], value / drawing->unit);
            drawing->drawn++;
        }
    fprintf(out, "EOD\n");
}

static enum dp_blank blank_of(const struct dp_heat_map *map, int64_t cell)
{
    return map->pending && map->pending[cell]     ? DP_BLANK_PENDING
           : map->diverged && map->diverged[cell] ? DP_BLANK_DIVERGED
           : map->crossed && map->crossed[cell]   ? DP_BLANK_DOUBTFUL
                                                  : DP_BLANK_OTHER;
}

/* The cells without a value, drawn over the boxes that extend into them. */
static void write_blanks(struct dp_drawing *drawing, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    for (int kind = 0; kind < DP_BLANKS; kind++) {
        fprintf(out, "$%s << EOD\n", blanks[kind].block);
        for (int64_t k = 0; k < map->nx * map->ny; k++) {
            const double *const x = drawing->x_edge + k % map->nx, *const y = drawing->y_edge + k / map->nx;
            if (!isnan(map->value[k]) || (int)blank_of(map, k) != kind)
                continue;
            fprintf(out, "%.10g %.10g %.10g %.10g %.10g %.10g\n", drawing->x[k % map->nx],
                    drawing->y[k / map->nx], x[0], x[1], y[0], y[1]);
            drawing->blank[kind]++;
        }
        fprintf(out, "EOD\n");
    }
}

static void write_plot(const struct dp_drawing *drawing, FILE *out)
{
    fprintf(out, "plot NaN with points notitle"); // a plot of nothing is an error to gnuplot
    if (drawing->drawn)
        fprintf(out,
                ", \\\n  $cells using 1:2:3:4:5:6:7 with boxxyerror lc palette fs solid noborder notitle");
    for (int kind = 0; kind < DP_BLANKS; kind++)
        if (drawing->blank[kind])
            fprintf(out,
                    ", \\\n  $%s using 1:2:3:4:5:6 with boxxyerror lc rgb '" BLANK_COLOUR
                    "' fs solid border lc rgb '" BLANK_COLOUR "' notitle",
                    blanks[kind].block);
    dp_overlay_plot(drawing, out);
    for (int kind = 0; kind < DP_BLANKS; kind++)
        if (drawing->blank[kind] && kind == DP_BLANK_OTHER) // has no mark that could hide lines
            fprintf(out, ", \\\n  NaN with points pt %d ps 0.8 lw 1.2 lc rgb '%s' title '%s'",
                    blanks[kind].point, blanks[kind].colour, blanks[kind].title);
        else if (drawing->blank[kind])
            fprintf(out, ", \\\n  $%s using 1:2 with points pt %d ps 0.8 lw 1.2 lc rgb '%s' title '%s'",
                    blanks[kind].block, blanks[kind].point, blanks[kind].colour, blanks[kind].title);
    fprintf(out, "\n");
}

/* Places of n values and the edges around them. */
static bool lay_axis(const double *value, int64_t n, const char *const *ticks, double **place,
                     double **straight, double **edge, bool *log_axis)
{
    *place = malloc(sizeof **place * (size_t)n);
    *edge = malloc(sizeof **edge * (size_t)(n + 1));
    *straight = malloc(sizeof **straight * (size_t)n);
    if (!*place || !*edge || !*straight)
        return false;
    for (int64_t i = 0; i < n; i++)
        (*place)[i] = ticks ? (double)i : value[i];
    *log_axis = !ticks && dp_log_axis(value, n);
    for (int64_t i = 0; i < n; i++)
        (*straight)[i] = *log_axis ? log(value[i]) : (*place)[i];
    dp_cell_edges(*place, n, *log_axis, *edge);
    return true;
}

/* The least and the largest value; doubtful ones count only where there are no others. */
static void find_ends(const struct dp_heat_map *map, double *least, double *most)
{
    for (int doubtful = 0; doubtful < 2; doubtful++) {
        *least = INFINITY;
        *most = -INFINITY;
        for (int64_t k = 0; k < map->nx * map->ny; k++) // fmin and fmax pass over a NaN
            if (isfinite(map->value[k]) && (doubtful || !map->crossed || !map->crossed[k])) {
                *least = fmin(*least, map->value[k]);
                *most = fmax(*most, map->value[k]);
            }
        if (*least <= *most)
            return;
    }
    *least = *most = 0;
}

/* The ends of the colours. A lone value still gets a range. */
static void find_range(struct dp_drawing *drawing)
{
    const struct dp_heat_map *const map = drawing->map;
    double least, most;
    find_ends(map, &least, &most);
    if (map->colours == DP_DIVERGING) {
        drawing->last = dp_colour_range(fmax(fabs(least), fabs(most)));
        drawing->first = -drawing->last;
        return;
    }
    drawing->colour_log = least > 0 && most >= 100 * least;
    // values that hardly differ get hardly different colours, and ticks that are short
    const double size = fmax(fabs(least), fabs(most)), wide = most - least < 0.02 * size ? 0.1 * size : 0;
    const bool fine = least < most || wide > 0;
    drawing->first = fine ? least - wide : least - 0.5;
    drawing->last = fine ? most + wide : drawing->first + 1;
}

/* Numbers too long for the ticks of a linear scale are shown in a unit, a power of ten. */
static void find_unit(struct dp_drawing *drawing)
{
    const double size = fmax(fabs(drawing->first), fabs(drawing->last));
    drawing->unit = drawing->colour_log ? 1 : pow(10, dp_axis_power(size));
    drawing->first /= drawing->unit;
    drawing->last /= drawing->unit;
}

/* Places, edges, range and lines of a map. */
static enum dp_status prepare(struct dp_drawing *drawing, struct dp_error *error)
{
    const struct dp_heat_map *const map = drawing->map;
    if (!lay_axis(map->x, map->nx, map->x_ticks, &drawing->x, &drawing->across, &drawing->x_edge,
                  &drawing->x_log) ||
        !lay_axis(map->y, map->ny, map->y_ticks, &drawing->y, &drawing->up, &drawing->y_edge,
                  &drawing->y_log))
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    find_range(drawing);
    find_unit(drawing);
    return dp_overlay_prepare(drawing, error);
}

enum dp_status dp_heat_map_write(const void *figure, struct dp_canvas *canvas, FILE *out,
                                 struct dp_error *error)
{
    struct dp_drawing drawing = {.map = figure};
    const enum dp_status status = prepare(&drawing, error);
    if (status == DP_OK) {
        write_settings(&drawing, canvas, out);
        write_cells(&drawing, out);
        write_blanks(&drawing, out);
        dp_overlay_data(&drawing, out);
        write_margins(&drawing, out);
        dp_overlay_labels(&drawing, out);
        write_plot(&drawing, out);
    }
    free(drawing.x);
    free(drawing.y);
    free(drawing.across);
    free(drawing.up);
    free(drawing.x_edge);
    free(drawing.y_edge);
    dp_overlay_release(&drawing);
    return status;
}
