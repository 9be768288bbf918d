// SPDX-License-Identifier: BSD-3-Clause
#include "core/observe/teacher.h"
#include "core/data/target.h"
#include "core/math/elementary.h"
#include <math.h>
#include <stdlib.h>

static const double FOUND = 0.5;   // of its amplitude makes a teacher neuron found
static const double ACTIVE = 0.01; // of the teacher's largest amplitude makes a student active
enum { SET_BITS = 31 };            // of teacher_set

struct teacher {
    int64_t count, inputs;
    double *rows;  // [count][d + 2] w, bias, a
    double *given; // [count] amplitude of the students that belong to it
};

/* The teacher neuron to which a student neuron is assigned; -1: none. */
static int64_t nearest(const struct teacher *t, const struct dp_neurons *students, int64_t k, double length,
                       double least)
{
    int64_t best = -1;
    for (int64_t j = 0; j < t->count; j++) {
        const double *const row = t->rows + j * (t->inputs + 2);
        double cosine = 0;
        for (int64_t i = 0; i <= t->inputs; i++)
            cosine += row[i] * students->columns[i * students->count + k] / length;
        if (cosine >= least) {
            least = cosine;
            best = j;
        }
    }
    return best;
}

static void give(const struct dp_run *run, const struct dp_neurons *students, struct teacher *t,
                 double largest, struct dp_record *record)
{
    const double alpha = dp_run_scales(run).alpha, turns = run->resolution / 360;
    double least, unused;
    dp_sincos_turns(turns, &unused, &least);
    record->student_active = 0;
    for (int64_t k = 0; k < students->count; k++) {
        double square = 0;
        for (int64_t i = 0; i <= t->inputs; i++) {
            const double w = students->columns[i * students->count + k];
            square += w * w;
        }
        const double length = sqrt(square);
        const double amplitude = students->columns[(t->inputs + 1) * students->count + k] * length / alpha;
        record->student_active += fabs(amplitude) >= ACTIVE * largest && amplitude != 0;
        const int64_t j = length > 0 ? nearest(t, students, k, length, least) : -1;
        if (j >= 0)
            t->given[j] += amplitude;
    }
}

/* The number of teacher neurons that are stronger than j; of equal ones the first counts as stronger. */
static int64_t rank_of(const struct teacher *t, int64_t j)
{
    const int64_t stride = t->inputs + 2;
    const double own = fabs(t->rows[j * stride + stride - 1]);
    int64_t rank = 0;
    for (int64_t i = 0; i < t->count; i++) {
        const double other = fabs(t->rows[i * stride + stride - 1]);
        rank += other > own || (other == own && i < j);
    }
    return rank;
}

static void judge(const struct teacher *t, struct dp_record *record)
{
    const int64_t stride = t->inputs + 2;
    double sum = 0, found = 0;
    record->teacher_found = 0;
    record->teacher_set = t->count <= SET_BITS ? 0 : -1;
    for (int64_t j = 0; j < t->count; j++) {
        const double a = t->rows[j * stride + stride - 1], size = fabs(a) / (double)t->count;
        const double given = copysign(1, a) * t->given[j];
        sum += size;
        found += fmin(fmax(given, 0), size);
        if (!(given >= FOUND * size))
            continue;
        record->teacher_found++;
        if (t->count <= SET_BITS)
            record->teacher_set |= INT64_C(1) << rank_of(t, j);
    }
    record->teacher_share = found / sum;
}

enum dp_status dp_teacher_observe(const struct dp_run *run, const struct dp_neurons *students,
                                  struct dp_record *record, struct dp_error *error)
{
    record->teacher_found = record->teacher_set = record->student_active = -1;
    record->teacher_share = NAN;
    if (run->target != DP_TEACHER || run->activation != DP_RELU || students->outputs != 1)
        return DP_OK;
    struct teacher t = {.count = run->teacher_width, .inputs = students->inputs};
    t.rows = calloc((size_t)(t.count * (t.inputs + 3)), sizeof *t.rows);
    if (!t.rows)
        return dp_fail(error, DP_NO_MEMORY, "no memory for a teacher of %lld neurons", (long long)t.count);
    t.given = t.rows + t.count * (t.inputs + 2);
    dp_teacher_draw(run, t.inputs, t.rows);
    double largest = 0;
    for (int64_t j = 0; j < t.count; j++)
        largest = fmax(largest, fabs(t.rows[j * (t.inputs + 2) + t.inputs + 1]) / (double)t.count);
    give(run, students, &t, largest, record);
    judge(&t, record);
    free(t.rows);
    return DP_OK;
}
