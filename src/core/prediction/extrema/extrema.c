// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/extrema/extrema.h"
#include "core/math/rng.h"
#include "core/prediction/extrema/ascent.h"
#include "core/prediction/extrema/binary_form.h"
#include "core/prediction/extrema/pull.h"
#include "dewpoint/kernels/isa.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const double LARGEST_ROUNDING = 1e-11; // of the scale of F: rounding
static const double SAME_MAXIMUM_COSINE =
    0.9995; // cosine (1.8 degrees) within which ascents have come to one maximum
enum { QUADRIC_STARTS = 4, LANES = 16 };

// All that a search needs, in one allocation.
struct room {
    double *memory;
    double *start;  // [starts][rows]
    double *ascent; // dp_ascend's
    double *unit;   // [DP_EXTREMA_LINES][rows]
};

static enum dp_status acquire(const struct dp_objective *objective, int starts, struct room *room,
                              struct dp_error *error)
{
    const size_t n = (size_t)objective->count, r = (size_t)objective->rows, s = (size_t)(starts + LANES);
    room->memory = malloc((s * (r + 1) + 3 * r + 2 * n + DP_EXTREMA_LINES * r) * sizeof(double));
    if (!room->memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory to search for directions from %d starts", starts);
    room->start = room->memory;
    room->ascent = room->start + s * (r + 1);
    room->unit = room->ascent + 3 * r + 2 * n;
    return DP_OK;
}

// Keeps the lines sorted by |F|, and as many as there is room for.
static void put_line(struct dp_extrema *e, const struct dp_objective *s, const double *unit, double value,
                     double basin)
{
    const int rows = s->rows;
    int64_t at = e->lines < e->capacity ? e->lines : e->capacity;
    const int64_t last = e->capacity - 1;
    while (at > 0 && fabs(e->line[at - 1].value) < fabs(value)) {
        if (at <= last) {
            e->line[at] = e->line[at - 1];
            memcpy(e->unit + at * rows, e->unit + (at - 1) * rows, (size_t)rows * sizeof *unit);
        }
        at--;
    }
    if (at <= last) {
        e->line[at] = (struct dp_extremum){value, basin, dp_pull(s, unit, value)};
        memcpy(e->unit + at * rows, unit, (size_t)rows * sizeof *unit);
    }
    e->lines++;
    e->count += 2;
}

// Turns the direction to the side to which a of the sign of mean y leads, and drops the other.
static void choose_side(const struct dp_objective *s, double *w, struct dp_extrema *e)
{
    double sum = 0, size = 0;
    for (int64_t i = 0; i < s->count; i++) {
        sum += s->y[i];
        size += fabs(s->y[i]);
    }
    e->one_sided = fabs(sum) > LARGEST_ROUNDING * size;
    for (int j = 0; sum < 0 && e->one_sided && j < s->rows; j++)
        w[j] = -w[j];
}

// The sphere of one dimension less than a circle, and p = 1, whose one extremum is the mean of y x.
static void find_alone(const struct dp_objective *s, bool constant, double *w, struct dp_extrema *e)
{
    double square = 0;
    for (int j = 0; j < s->rows; j++) {
        w[j] = s->power > 1;
        for (int64_t i = 0; s->power == 1 && i < s->count; i++)
            w[j] += s->y[i] * s->x[i * s->rows + j] / (double)s->count;
        square += w[j] * w[j];
    }
    const double size = sqrt(square);
    for (int j = 0; size > 0 && j < s->rows; j++)
        w[j] /= size;
    if (constant)
        choose_side(s, w, e);
    const double value = dp_objective_value(s, w);
    if (fabs(value) > LARGEST_ROUNDING * s->scale)
        put_line(e, s, w, value, NAN);
    else
        e->kind = DP_EXTREMA_ZERO;
}

static double largest(const struct dp_binary_form *form)
{
    double most = 0;
    for (int j = 0; j <= form->degree; j++)
        most = fmax(most, fabs(form->coefficient[j]));
    return most;
}

/* The stationary lines in order, and the sign of the slope between neighbours: F has an extremum where it
 * changes. After the last line the first one follows again, turned by half the circle, where slopes have the
 * sign (-1)^p. */
static void find_on_circle(const struct dp_objective *s, struct dp_extrema *e)
{
    const struct dp_binary_form form = dp_objective_form(s), slope = dp_binary_form_slope(&form);
    double root[DP_BINARY_FORM_MOST][2];
    const int p = s->power;
    if (largest(&form) <= LARGEST_ROUNDING * s->scale)
        e->kind = DP_EXTREMA_ZERO;
    else if (largest(&slope) <= LARGEST_ROUNDING * s->scale)
        e->kind = DP_EXTREMA_FLAT;
    if (e->kind != DP_EXTREMA_COUNTED)
        return;
    const int roots = dp_binary_form_roots(&slope, root);
    double after[DP_BINARY_FORM_MOST];
    for (int i = 0; i < roots; i++) {
        const double *here = root[i], *next = root[(i + 1) % roots], turn = i + 1 < roots ? 1 : -1;
        // the middle of a whole half-circle lies a quarter ahead
        const double c = roots == 1 ? -here[1] : here[0] + turn * next[0];
        const double sine = roots == 1 ? here[0] : here[1] + turn * next[1];
        after[i] = dp_binary_form_value(&slope, c, sine);
    }
    for (int i = 0; i < roots; i++) {
        const double before = i > 0 ? after[i - 1] : after[roots - 1] * (p % 2 ? -1 : 1);
        const double value = dp_binary_form_value(&form, root[i][0], root[i][1]);
        const bool grows = value > 0 ? before > 0 && after[i] < 0 : before < 0 && after[i] > 0;
        if (grows && fabs(value) > LARGEST_ROUNDING * s->scale)
            put_line(e, s, root[i], value, NAN);
    }
}

static void draw_starts(int rows, int starts, double *start)
{
    const char *isa = dp_isa_select(NULL);
    for (int first = 0; first < starts; first += LANES)
        for (int pair = 0; 2 * pair < rows; pair++) {
            _Alignas(64) double normals[2 * LANES];
            dp_normals(isa, 0, DP_STREAM_STARTS, first, pair, normals);
            for (int i = 0; i < 2 * LANES; i++)
                if (2 * pair + i / LANES < rows)
                    start[(first + i % LANES) * rows + 2 * pair + i / LANES] = normals[i];
        }
    for (int i = 0; i < starts; i++) {
        double square = 0, *w = start + i * rows;
        for (int j = 0; j < rows; j++)
            square += w[j] * w[j];
        for (int j = 0; j < rows; j++)
            w[j] /= sqrt(square);
    }
}

// The maxima of side F that starts lead to, with how many came to each.
struct found {
    int count;
    double value[DP_EXTREMA_LINES];
    int met[DP_EXTREMA_LINES];
};

static void search_side(const struct dp_objective *s, double side, int starts, double *start,
                        struct room *room, struct found *found)
{
    struct dp_maxima known = {.near = SAME_MAXIMUM_COSINE, .unit = room->unit, .value = found->value};
    for (int i = 0; i < starts; i++) {
        int met;
        double *w = start + i * s->rows;
        const double value = dp_ascend(s, side, &known, w, room->ascent, &met);
        if (!(value > LARGEST_ROUNDING * s->scale))
            continue;
        if (met < 0 && known.count < DP_EXTREMA_LINES) {
            met = known.count++;
            memcpy(room->unit + met * s->rows, w, (size_t)s->rows * sizeof *w);
            found->value[met] = value;
            found->met[met] = 0;
        }
        if (met >= 0)
            found->met[met]++;
    }
    found->count = known.count;
}

static void search(const struct dp_objective *s, int starts, struct room *room, struct dp_extrema *e)
{
    const int sides = s->power % 2 ? 1 : 2; // minima of odd powers are the opposites of maxima
    const int each = s->power == 2 ? QUADRIC_STARTS : (starts + sides - 1) / sides;
    int once = 0, grown = 0;
    draw_starts(s->rows, each * sides, room->start);
    e->starts = each * sides;
    for (int side = 0; side < sides; side++) {
        struct found found;
        search_side(s, side ? -1 : 1, each, room->start + side * each * s->rows, room, &found);
        for (int i = 0; i < found.count; i++) {
            put_line(e, s, room->unit + i * s->rows, side ? -found.value[i] : found.value[i],
                     found.met[i] / (double)e->starts);
            once += found.met[i] == 1;
            grown += found.met[i];
        }
    }
    e->unseen = grown > 0 ? (double)once / grown : 0;
    if (grown == 0)
        e->kind = DP_EXTREMA_ZERO;
    else if (2 * once > grown)
        e->kind = DP_EXTREMA_FLAT;
}

enum dp_status dp_extrema_find(const struct dp_samples *samples, const struct dp_extrema_options *options,
                               struct dp_extrema *extrema, struct dp_error *error)
{
    const int rows = (int)samples->inputs + options->bias, power = options->power;
    const bool alone = rows == 1 || power == 1, circle = rows == 2 && !alone;
    struct room room = {0};
    struct dp_objective objective;
    extrema->kind = DP_EXTREMA_COUNTED;
    extrema->count = extrema->lines = extrema->starts = 0;
    extrema->unseen = 0;
    extrema->one_sided = false;
    DP_TRY(dp_objective_acquire(samples, power, options->bias, &objective, error));
    const enum dp_status status =
        acquire(&objective, alone || circle ? 0 : options->starts + 2 * QUADRIC_STARTS, &room, error);
    if (status != DP_OK) {
        dp_objective_release(&objective);
        return status;
    }
    if (!(objective.scale > 0) || isinf(objective.scale))
        extrema->kind = DP_EXTREMA_ZERO;
    else if (alone)
        find_alone(&objective, options->constant && power == 1, room.unit, extrema);
    else if (circle)
        find_on_circle(&objective, extrema);
    else
        search(&objective, options->starts, &room, extrema);
    if (extrema->lines == 0 && extrema->kind == DP_EXTREMA_COUNTED)
        extrema->kind = DP_EXTREMA_ZERO;
    if (extrema->kind != DP_EXTREMA_COUNTED)
        extrema->count = extrema->lines = 0;
    if (extrema->one_sided)
        extrema->count = extrema->lines;
    free(room.memory);
    dp_objective_release(&objective);
    return DP_OK;
}
