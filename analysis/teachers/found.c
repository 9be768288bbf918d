// SPDX-License-Identifier: BSD-3-Clause
#include "teachers/found.h"
#include "dewpoint/store/store.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const double dp_angle_edges[DP_ANGLES + 1] = {0, 10, 20, 30, 45, 60, 90, 180};

enum { COORDINATES_MOST = 128 };

/* A teacher and what its students found of it, for one group. */
struct teacher {
    int64_t data_seed, width, inputs;
    int group;
    int angle[DP_RANKS]; // bin of each rank's smallest angle, -1 with no other neuron
    int64_t neurons[DP_BINS], hits[DP_BINS];
};

struct teachers {
    struct teacher *teacher;
    int64_t count, room, last;
};

static double angle_between(const double *a, const double *b, int64_t rows)
{
    double cosine = 0;
    for (int64_t j = 0; j < rows; j++)
        cosine += a[j] * b[j];
    return acos(fmax(-1, fmin(1, cosine))) * 180 / acos(-1);
}

static int bin_of(double angle)
{
    int bin = 0;
    while (bin + 1 < DP_ANGLES && angle >= dp_angle_edges[bin + 1])
        bin++;
    return bin;
}

/* The bin of each rank's smallest angle. */
static enum dp_status look_at(const struct dp_run *run, struct teacher *teacher, struct dp_error *error)
{
    const int64_t d = teacher->inputs, stride = d + 2;
    double *const rows = malloc((size_t)(teacher->width * stride) * sizeof *rows);
    if (!rows)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a teacher");
    dp_run_teacher(run, rows);
    for (int64_t j = 0; j < teacher->width; j++) {
        double smallest = INFINITY;
        int64_t rank = 0;
        for (int64_t i = 0; i < teacher->width; i++) {
            const double own = fabs(rows[j * stride + d + 1]), other = fabs(rows[i * stride + d + 1]);
            if (i == j)
                continue;
            rank += other > own || (other == own && i < j);
            smallest = fmin(smallest, angle_between(rows + i * stride, rows + j * stride, d + 1));
        }
        teacher->angle[rank] = isinf(smallest) ? -1 : bin_of(smallest);
    }
    free(rows);
    return DP_OK;
}

/* The place of a run's teacher in its group, new if need be. Neighbours in a sweep share theirs. */
static enum dp_status find(const struct dp_run *run, int group, struct teachers *all, struct teacher **found,
                           struct dp_error *error)
{
    const int64_t inputs = dp_run_inputs(run, NULL);
    for (int64_t i = 0; i < all->count; i++) {
        struct teacher *const t = &all->teacher[(all->last + i) % all->count];
        if (t->data_seed == run->data_seed && t->width == run->teacher_width && t->inputs == inputs &&
            t->group == group) {
            all->last = t - all->teacher;
            *found = t;
            return DP_OK;
        }
    }
    if (all->count == all->room) {
        const int64_t room = all->room ? 2 * all->room : 64;
        struct teacher *const grown = realloc(all->teacher, (size_t)room * sizeof *grown);
        if (!grown)
            return dp_fail(error, DP_NO_MEMORY, "no memory for %lld teachers", (long long)room);
        all->teacher = grown;
        all->room = room;
    }
    all->last = all->count++;
    *found = &all->teacher[all->last];
    **found = (struct teacher){
        .data_seed = run->data_seed, .width = run->teacher_width, .inputs = inputs, .group = group};
    return look_at(run, *found, error);
}

static void count(struct teacher *t, int64_t set)
{
    for (int rank = 0; rank < t->width; rank++) {
        const int64_t hit = set >> rank & 1;
        t->neurons[rank]++;
        t->hits[rank] += hit;
        if (t->angle[rank] < 0)
            continue;
        t->neurons[DP_RANKS + t->angle[rank]]++;
        t->hits[DP_RANKS + t->angle[rank]] += hit;
    }
}

/* The place of a value among the groups, in ascending order when all are there. */
static enum dp_status find_group(struct dp_found *f, double value, int *place, struct dp_error *error)
{
    for (*place = 0; *place < f->groups; (*place)++)
        if (f->group[*place].value == value)
            return DP_OK;
    if (f->groups == DP_TEACHER_GROUPS)
        return dp_fail(error, DP_BAD_INPUT,
                       "--by %s: more than %d values; choose some with --at %s=VALUE (several are "
                       "alternatives)",
                       f->by, DP_TEACHER_GROUPS, f->by);
    f->group[f->groups++] = (struct dp_found_group){.value = value};
    return DP_OK;
}

/* A key with names that the runs of a group differ in: a mean over methods would mean nothing. first: its
 * value in the first run of the group. */
static enum dp_status check_name(const struct dp_found *f, const char *name, double first, double value,
                                 struct dp_error *error)
{
    char a[64], b[64];
    if (value == first || strcmp(name, "activation") == 0)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT,
                   "the runs differ in %s (%s, %s, ...); choose with --at %s=%s, or make a "
                   "group for each with --by %s",
                   name, dp_coordinate_text(f->store, name, first, false, a, sizeof a),
                   dp_coordinate_text(f->store, name, value, false, b, sizeof b), name, a, name);
}

enum { STATUS, SET, BY, NAMES };

struct reading {
    struct dp_sweep sweep;
    struct teachers teachers;
    const char *names[NAMES + COORDINATES_MOST]; // columns to read; behind NAMES coordinates with names
    int columns;
    double first[DP_TEACHER_GROUPS][COORDINATES_MOST]; // of their values, by group
};

static enum dp_status add_row(struct dp_found *f, struct reading *r, const struct dp_scan *scan, int64_t i,
                              struct dp_error *error)
{
    const double status = scan->column[STATUS][i], set = scan->column[SET][i];
    if (status != DP_DONE && status != DP_STEP_LIMIT) {
        f->left_out++;
        return DP_OK;
    }
    if (!(set >= 0))
        return DP_OK;
    int group;
    DP_TRY(find_group(f, f->by ? scan->column[BY][i] : 0, &group, error));
    for (int k = NAMES; k < r->columns; k++) {
        double *const first = &r->first[group][k - NAMES];
        if (f->group[group].runs == 0)
            *first = scan->column[k][i];
        DP_TRY(check_name(f, r->names[k], *first, scan->column[k][i], error));
    }
    struct dp_run run;
    struct teacher *teacher = NULL;
    dp_sweep_run(&r->sweep, scan->first - scan->count + i, &run);
    DP_TRY(find(&run, group, &r->teachers, &teacher, error));
    count(teacher, (int64_t)set);
    f->group[group].runs++;
    f->runs++;
    return DP_OK;
}

static enum dp_status scan_rows(struct dp_found *f, struct reading *r, struct dp_error *error)
{
    struct dp_scan scan;
    r->names[STATUS] = "status";
    r->names[SET] = "teacher_set";
    r->names[BY] = f->by;
    const char *names[COORDINATES_MOST];
    const int all = dp_coordinates(f->store, names, COORDINATES_MOST);
    r->columns = NAMES;
    for (int k = 0; k < all && k < COORDINATES_MOST; k++)
        if (dp_coordinate_is_named(f->store, names[k]) && r->columns < DP_SCAN_COLUMNS)
            r->names[r->columns++] = names[k];
    enum dp_status status = dp_scan_open(f->store, r->names, r->columns, f->filter, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++)
            if (dp_scan_passes(&scan, i))
                status = add_row(f, r, &scan, i, error);
    }
    dp_scan_close(&scan);
    return status;
}

static int by_value(const void *left, const void *right)
{
    const double a = ((const struct dp_found_group *)left)->value,
                 b = ((const struct dp_found_group *)right)->value;
    return (a > b) - (a < b);
}

enum dp_status dp_found_read(struct dp_found *f, struct dp_error *error)
{
    struct reading r = {0};
    if (!dp_store_has(f->store, "teacher_set"))
        return dp_fail(error, DP_BAD_INPUT,
                       "the store has no column teacher_set: no run of its sweep has target teacher");
    DP_TRY(dp_store_sweep(f->store, &r.sweep, error));
    enum dp_status status = scan_rows(f, &r, error);
    for (int64_t i = 0; i < r.teachers.count && status == DP_OK; i++) {
        const struct teacher *const t = &r.teachers.teacher[i];
        for (int bin = 0; bin < DP_BINS; bin++)
            dp_proportion_add(&f->group[t->group].bin[bin], t->neurons[bin], t->hits[bin]);
    }
    if (status == DP_OK && f->runs == 0)
        status = dp_fail(error, DP_BAD_INPUT,
                         "no run is done that has a relu student of a teacher of up to %d neurons", DP_RANKS);
    qsort(f->group, (size_t)f->groups, sizeof *f->group, by_value);
    free(r.teachers.teacher);
    dp_sweep_free(&r.sweep);
    return status;
}
