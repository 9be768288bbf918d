// SPDX-License-Identifier: BSD-3-Clause
#include "figures/overlay.h"
#include "contours/boundary.h"
#include <math.h>
#include <stdlib.h>

_Static_assert((int)DP_BOUNDARY_LINES == (int)DP_DRAWN_LINES, "room for the whole boundary");

enum dp_status dp_overlay_prepare(struct dp_drawing *drawing, struct dp_error *error)
{
    const struct dp_heat_map *const map = drawing->map;
    if (map->boundary)
        drawing->boundary_lines =
            dp_boundary_clip(drawing->x_edge[0], drawing->x_edge[map->nx], drawing->y_edge[0],
                             drawing->y_edge[map->ny], drawing->boundary);
    if (!map->contour)
        return DP_OK;
    const int64_t cells = map->nx * map->ny;
    double *const trusted = malloc(sizeof *trusted * (size_t)cells);
    if (!trusted)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a figure");
    for (int64_t k = 0; k < cells; k++)
        trusted[k] = map->crossed && map->crossed[k] ? (double)NAN : map->value[k];
    const enum dp_status status =
        dp_contour_zero(map->nx, map->ny, drawing->across, drawing->up, trusted, &drawing->contour, error);
    free(trusted);
    return status;
}

void dp_overlay_release(struct dp_drawing *drawing)
{
    dp_contour_free(&drawing->contour);
}

/* A corner of the band: its place and the interval there, and whether the band ends at the side from here to
 * the next corner. */
struct corner {
    double x, y, low, high;
    bool ends;
};

/* The distance of a corner inside the part where low is not positive, or where high is not negative. */
static double inside(const struct corner *corner, bool upper)
{
    return upper ? corner->high : -corner->low;
}

/* Cuts a polygon to the part where inside() is not negative, with sides that are straight in all quantities;
 * returns the number of remaining corners. */
static int cut(const struct corner *from, int count, bool upper, struct corner *to)
{
    int kept = 0;
    for (int i = 0; i < count; i++) {
        const struct corner *const a = &from[i], *const b = &from[(i + 1) % count];
        const double here = inside(a, upper), there = inside(b, upper);
        if (here >= 0)
            to[kept++] = *a;
        if ((here >= 0) == (there >= 0))
            continue;
        const double t = here / (here - there);
        to[kept++] = (struct corner){a->x + t * (b->x - a->x), a->y + t * (b->y - a->y),
                                     a->low + t * (b->low - a->low), a->high + t * (b->high - a->high),
                                     here >= 0 || a->ends};
    }
    return kept;
}

/* Coordinates of what is drawn, from those in which it is straight. */
static double real_x(const struct dp_drawing *drawing, double across)
{
    return drawing->x_log ? exp(across) : across;
}

static double real_y(const struct dp_drawing *drawing, double up)
{
    return drawing->y_log ? exp(up) : up;
}

static const double SHORTEST_SIDE = 0.06;
enum { HATCHES = 64 }; // lines across the figure, both of its sides together

/* The position of a place between two edges, 0 to 1, as drawn. */
static double along(double place, const double *edge, int64_t n, bool log_axis)
{
    return log_axis ? log(place / edge[0]) / log(edge[n] / edge[0]) : (place - edge[0]) / (edge[n] - edge[0]);
}

/* A hatch line is one of equal sums of both coordinates, as they are drawn. */
static double height(const struct dp_drawing *drawing, const struct corner *corner)
{
    const struct dp_heat_map *const map = drawing->map;
    return HATCHES / 2 *
           (along(real_x(drawing, corner->x), drawing->x_edge, map->nx, drawing->x_log) +
            along(real_y(drawing, corner->y), drawing->y_edge, map->ny, drawing->y_log));
}

static int by_x(const void *a, const void *b)
{
    const double x = ((const struct corner *)a)->x, y = ((const struct corner *)b)->x;
    return (x > y) - (x < y);
}

/* Draws the stretches of hatch line number k within a polygon. gnuplot's patterns are not used, because their
 * size depends on the terminal, nor its fills, whose seams show or which hide the colours. */
static void hatch(struct dp_drawing *drawing, const struct corner *polygon, int count, int k, FILE *out)
{
    struct corner crossing[16];
    int crossings = 0;
    for (int i = 0; i < count; i++) {
        const struct corner *const a = &polygon[i], *const b = &polygon[(i + 1) % count];
        const double here = height(drawing, a) - k, there = height(drawing, b) - k;
        if ((here >= 0) == (there >= 0))
            continue;
        const double t = here / (here - there);
        crossing[crossings++] = (struct corner){.x = a->x + t * (b->x - a->x), .y = a->y + t * (b->y - a->y)};
    }
    qsort(crossing, (size_t)crossings, sizeof *crossing, by_x);
    for (int i = 0; i + 1 < crossings; i += 2)
        fprintf(out, "%.8g %.8g\n%.8g %.8g\n\n", real_x(drawing, crossing[i].x),
                real_y(drawing, crossing[i].y), real_x(drawing, crossing[i + 1].x),
                real_y(drawing, crossing[i + 1].y));
}

/* Draws the sides at which the band ends. The contours of low and high do not serve, because where they cross
 * a square twice they may join the crossings otherwise. Sides of a few hundredths of the square are left out:
 * around a cell whose interval just misses 0 they would look like dirt. */
static void outline(const struct dp_drawing *drawing, const struct corner *square,
                    const struct corner *polygon, int count, FILE *out)
{
    const double width = square[2].x - square[0].x, height = square[2].y - square[0].y;
    for (int i = 0; i < count; i++) {
        const struct corner *const a = &polygon[i], *const b = &polygon[(i + 1) % count];
        if (a->ends && hypot((b->x - a->x) / width, (b->y - a->y) / height) > SHORTEST_SIDE)
            fprintf(out, "%.8g %.8g\n%.8g %.8g\n\n", real_x(drawing, a->x), real_y(drawing, a->y),
                    real_x(drawing, b->x), real_y(drawing, b->y));
    }
}

/* Whether the band can be drawn around a cell. */
static bool has_interval(const struct dp_heat_map *map, int64_t cell)
{
    return !isnan(map->low[cell]) && !isnan(map->high[cell]) && !(map->crossed && map->crossed[cell]);
}

/* The part of one square of the grid where the interval holds 0. */
static void write_square(struct dp_drawing *drawing, int64_t i, int64_t j, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    struct corner square[4], half[8], band[16];
    for (int k = 0; k < 4; k++) { // counter-clockwise
        const int64_t column = i + (k == 1 || k == 2), row = j + (k > 1), at = row * map->nx + column;
        square[k] =
            (struct corner){drawing->across[column], drawing->up[row], map->low[at], map->high[at], false};
        if (!has_interval(map, at))
            return;
    }
    const int count = cut(half, cut(square, 4, false, half), true, band);
    if (count < 3)
        return;
    for (int k = 1; k < HATCHES; k++)
        hatch(drawing, band, count, k, out);
    outline(drawing, square, band, count, out);
    drawing->band++;
}

/* Whether the band shows that a cell is undecided: its interval holds 0, and it is the corner of a square
 * with four intervals. */
static bool in_band(const struct dp_heat_map *map, int64_t i, int64_t j)
{
    const int64_t cell = j * map->nx + i;
    if (!map->contour || !map->low || !map->high || !(map->low[cell] <= 0 && map->high[cell] >= 0))
        return false;
    for (int64_t top = j > 0 ? j : 1; top <= j + 1 && top < map->ny; top++)
        for (int64_t right = i > 0 ? i : 1; right <= i + 1 && right < map->nx; right++) {
            const int64_t at = top * map->nx + right;
            if (has_interval(map, at) && has_interval(map, at - 1) && has_interval(map, at - map->nx) &&
                has_interval(map, at - map->nx - 1))
                return true;
        }
    return false;
}

static void write_contour(const struct dp_drawing *drawing, const struct dp_contour *contour, FILE *out)
{
    for (int64_t l = 0; l < contour->lines; l++) {
        for (int64_t p = contour->first[l]; p < contour->first[l + 1]; p++)
            fprintf(out, "%.10g %.10g\n", real_x(drawing, contour->x[p]), real_y(drawing, contour->y[p]));
        fprintf(out, "\n");
    }
}

static void write_boundary(const struct dp_drawing *drawing, FILE *out)
{
    fprintf(out, "$published << EOD\n");
    for (int l = 0; l < drawing->boundary_lines; l++)
        fprintf(out, "%.10g %.10g\n%.10g %.10g\n\n", drawing->boundary[l][0], drawing->boundary[l][1],
                drawing->boundary[l][2], drawing->boundary[l][3]);
    fprintf(out, "EOD\n");
}

/* The part of the line gamma' = gamma in the window; false if there is none. */
static bool diagonal(const struct dp_drawing *drawing, double *from, double *to)
{
    const struct dp_heat_map *const map = drawing->map;
    *from = fmax(drawing->x_edge[0], drawing->y_edge[0]);
    *to = fmin(drawing->x_edge[map->nx], drawing->y_edge[map->ny]);
    return *from < *to;
}

static bool in_window(const struct dp_drawing *drawing, double x, double y)
{
    const struct dp_heat_map *const map = drawing->map;
    return x >= drawing->x_edge[0] && x <= drawing->x_edge[map->nx] && y >= drawing->y_edge[0] &&
           y <= drawing->y_edge[map->ny];
}

static void write_named(const struct dp_drawing *drawing, FILE *out)
{
    double from, to;
    fprintf(out, "$named << EOD\n");
    for (int k = 0; k < dp_named_init_count; k++)
        if (in_window(drawing, dp_named_inits[k].gamma, dp_named_inits[k].gamma_prime))
            fprintf(out, "%g %g\n", dp_named_inits[k].gamma, dp_named_inits[k].gamma_prime);
    fprintf(out, "EOD\n$line << EOD\n");
    if (diagonal(drawing, &from, &to))
        fprintf(out, "%.10g %.10g\n%.10g %.10g\n", from, from, to, to);
    fprintf(out, "EOD\n");
}

void dp_overlay_data(struct dp_drawing *drawing, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    fprintf(out, "$marks << EOD\n");
    for (int64_t k = 0; map->marked && k < map->nx * map->ny; k++)
        if (map->marked[k] && !in_band(map, k % map->nx, k / map->nx)) {
            fprintf(out, "%.10g %.10g\n", drawing->x[k % map->nx], drawing->y[k / map->nx]);
            drawing->marked++;
        }
    fprintf(out, "EOD\n$crosses << EOD\n");
    for (int64_t k = 0; map->crossed && k < map->nx * map->ny; k++)
        if (map->crossed[k] && !isnan(map->value[k])) {
            fprintf(out, "%.10g %.10g\n", drawing->x[k % map->nx], drawing->y[k / map->nx]);
            drawing->crossed++;
        }
    fprintf(out, "EOD\n$band << EOD\n");
    for (int64_t j = 0; map->contour && map->low && map->high && j + 1 < map->ny; j++)
        for (int64_t i = 0; i + 1 < map->nx; i++)
            write_square(drawing, i, j, out);
    fprintf(out, "EOD\n$contour << EOD\n");
    write_contour(drawing, &drawing->contour, out);
    fprintf(out, "EOD\n");
    write_boundary(drawing, out);
    if (map->named)
        write_named(drawing, out);
}

/* The distance from the left edge as a share of the width. */
static double share_of_width(const struct dp_drawing *drawing, double x)
{
    return along(x, drawing->x_edge, drawing->map->nx, drawing->x_log);
}

static double share_of_height(const struct dp_drawing *drawing, double y)
{
    return along(y, drawing->y_edge, drawing->map->ny, drawing->y_log);
}

/* How far a row is from the names of initialisations in it, as a share of the height; at most 1. */
static double free_height(const struct dp_drawing *drawing, int64_t row, int64_t first, int64_t count)
{
    double least = 1;
    for (int k = 0; drawing->map->named && k < dp_named_init_count; k++) {
        const double x = dp_named_inits[k].gamma, y = dp_named_inits[k].gamma_prime;
        // names reach to the right by a third of the width or so
        const double from = share_of_width(drawing, drawing->x_edge[first]);
        const double to = share_of_width(drawing, drawing->x_edge[first + count]);
        if (in_window(drawing, x, y) && share_of_width(drawing, x) < to &&
            share_of_width(drawing, x) + 0.4 > from)
            least =
                fmin(least, fabs(share_of_height(drawing, drawing->y[row]) - share_of_height(drawing, y)));
    }
    return least;
}

/* Writes a word into the middle of the longest stretch of cells of its side in a row, if there are three; of
 * stretches that are about as long, into the one that is farthest from other words. */
static void write_side_inside(const struct dp_drawing *drawing, const char *word, int sign, FILE *out)
{
    enum { LEAST = 3 };
    static const double enough_height = 0.2;
    const struct dp_heat_map *const map = drawing->map;
    double best = 0, x = 0, y = 0;
    for (int64_t j = 0; j < map->ny; j++)
        for (int64_t i = 0, count; i < map->nx; i += count + 1) {
            count = 0;
            while (i + count < map->nx && map->side[j * map->nx + i + count] == sign)
                count++;
            if (count < LEAST)
                continue;
            const double from = share_of_width(drawing, drawing->x_edge[i]);
            const double to = share_of_width(drawing, drawing->x_edge[i + count]);
            const double worth =
                (to - from) * fmin(1, free_height(drawing, j, i, count) / enough_height + 0.01);
            if (worth <= best)
                continue;
            best = worth;
            x = (from + to) / 2;
            y = share_of_height(drawing, drawing->y[j]);
        }
    if (best > 0)
        fprintf(out, "set label '%s' at graph %.3f,%.3f center front boxed\n", word, x, y);
}

/* Writes a word into the corner next to the largest value on its side, if the word holds in the corner, too.
 * A figure in grey needs the words, because both ends of the colours are dark. */
static void write_side(const struct dp_drawing *drawing, const char *word, int sign, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    int64_t best = -1;
    for (int64_t k = 0; word && map->side && k < map->nx * map->ny; k++)
        if (map->side[k] == sign && (best < 0 || sign * map->value[k] > sign * map->value[best]))
            best = k;
    if (best < 0)
        return;
    const bool left = best % map->nx < map->nx / 2, low = best / map->nx < map->ny / 2;
    const int64_t corner = (low ? 0 : map->ny - 1) * map->nx + (left ? 0 : map->nx - 1);
    if (map->side[corner] == sign)
        fprintf(out, "set label '%s' at graph %g,%g %s front boxed\n", word, left ? 0.03 : 0.97,
                low ? 0.06 : 0.94, left ? "left" : "right");
    else
        write_side_inside(drawing, word, sign, out);
}

void dp_overlay_labels(const struct dp_drawing *drawing, FILE *out)
{
    fprintf(out, "set style textbox opaque fillcolor rgb '#ffffff' noborder margins 0.4,0.3\n");
    write_side(drawing, drawing->map->negative, -1, out);
    write_side(drawing, drawing->map->positive, 1, out);
    if (!drawing->map->named)
        return;
    for (int k = 0; k < dp_named_init_count; k++) {
        const double x = dp_named_inits[k].gamma, y = dp_named_inits[k].gamma_prime;
        // Xavier's name, at NTK's height, would hide the boundary above it. At the lower edge it stands
        // beside its mark, just over the word of a corner.
        const double height = share_of_height(drawing, y);
        const double lift = x < 1 ? 0.8 : height > 0.2 ? -0.85 : fmin(1.2, fmax(0, (0.12 - height) / 0.065));
        const double share = share_of_width(drawing, x);
        const char *const side = share < 0.51  ? "left offset 0.9"
                                 : share < 0.7 ? "center offset 0"
                                               : "right offset -0.9";
        if (in_window(drawing, x, y))
            fprintf(out, "set label '%s' at %g,%g %s,%.3g boxed front\n", dp_named_inits[k].name, x, y, side,
                    lift);
    }
}

int dp_overlay_titles(const struct dp_drawing *drawing)
{
    double from, to;
    const bool line = drawing->map->named && diagonal(drawing, &from, &to);
    return (drawing->band > 0) + (drawing->contour.lines > 0) + (drawing->boundary_lines > 0) +
           (drawing->marked > 0) + (drawing->crossed > 0) + drawing->map->named + line;
}

void dp_overlay_plot(const struct dp_drawing *drawing, FILE *out)
{
    const struct dp_heat_map *const map = drawing->map;
    double from, to;
    if (drawing->band)
        fprintf(
            out,
            ", \\\n  $band with lines lw 0.5 lc rgb '#303030' notitle, \\\n"
            "  NaN with boxes fs transparent pattern 5 border lc rgb '#303030' lc rgb '#303030' title '%s'",
            map->band);
    if (map->named && diagonal(drawing, &from, &to))
        fprintf(out, ", \\\n  $line with lines lw 3 lc rgb 'white' notitle, \\\n  $line with lines lw 1.2 dt "
                     "(2,3) lc rgb "
                     "'#202020' title '{/:Italic γ}′ = {/:Italic γ} (E et al. 2020)'");
    if (drawing->contour.lines)
        fprintf(out, ", \\\n  $contour with lines lw 2 lc rgb 'black' title '%s'", map->contour);
    if (drawing->boundary_lines)
        fprintf(out, ", \\\n  $published with lines lw 2 dt (9,5) lc rgb '#1b7837' title '%s'",
                map->boundary);
    if (drawing->marked)
        fprintf(out, ", \\\n  $marks with points pt 7 ps 0.35 lc rgb '#404040' title 'undecided'");
    if (drawing->crossed)
        fprintf(out, ", \\\n  $crosses with points pt 2 ps 1 lw 3.5 lc rgb 'white' notitle, \\\n  $crosses "
                     "with points pt 2 ps 1 lw 1.5 lc rgb 'black' title 'doubtful'");
    if (map->named)
        fprintf(out, ", \\\n  $named with points pt 9 ps 1 lc rgb 'black' title 'usual scalings'");
}
