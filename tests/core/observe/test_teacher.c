// SPDX-License-Identifier: BSD-3-Clause
// Teacher neurons found: students planted around random teachers are counted right.
#include "check.h"
#include "core/math/rng.h"
#include "core/observe/teacher.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>

enum { MOST_TEACHERS = 8, MOST_STUDENTS = 100, INPUTS = 2, STRIDE = INPUTS + 2, CASES = 100 };

// A planted student network, [STRIDE][MOST_STUDENTS], and what it was planted with.
struct planted {
    struct dp_run run;
    double columns[STRIDE][MOST_STUDENTS];
    int64_t students;
    double teacher[MOST_TEACHERS][STRIDE];
    int found, set, draws;
    int64_t index; // of the case: random numbers are a function of it
};

static double uniform(struct planted *p)
{
    return dp_uniform(p->index, DP_STREAM_STARTS, p->draws++, 0);
}

static double normal(struct planted *p)
{
    return dp_normal(p->index, DP_STREAM_STARTS, p->draws++, 0);
}

/* A student with the amplitude (in the function, alpha being the width) of so much along w, turned by a
 * normal angle of `noise` degrees to a random side. Its |w| is arbitrary. */
static void plant(struct planted *p, const double *w, double noise, double amplitude)
{
    double side[INPUTS + 1], unit[INPUTS + 1], along = 0, square = 0;
    for (int j = 0; j <= INPUTS; j++) {
        side[j] = normal(p);
        along += side[j] * w[j];
    }
    for (int j = 0; j <= INPUTS; j++) {
        side[j] -= along * w[j];
        square += side[j] * side[j];
    }
    const double angle = noise * normal(p) * acos(-1) / 180, length = 0.1 + uniform(p);
    for (int j = 0; j <= INPUTS; j++) {
        unit[j] = cos(angle) * w[j] + sin(angle) * side[j] / sqrt(square);
        p->columns[j][p->students] = length * unit[j];
    }
    p->columns[INPUTS + 1][p->students++] = amplitude / length * (double)p->run.width;
}

// Splits an amplitude among one to four students; sometimes one of them has the wrong sign.
static void plant_found(struct planted *p, const double *w, double amplitude)
{
    const int parts = 1 + (int)(4 * uniform(p)), wrong = uniform(p) < 0.3;
    if (wrong)
        plant(p, w, 1, -0.4 * amplitude);
    for (int k = 0; k < parts; k++)
        plant(p, w, 1, (1 + 0.4 * wrong) * amplitude * (1 + 0.05 * normal(p)) / parts);
}

// Something that is not the teacher neuron: too weak, of the other sign, cancelling, or elsewhere.
static void plant_missed(struct planted *p, const double *w, double amplitude)
{
    const int kind = (int)(5 * uniform(p));
    if (kind == 1)
        plant(p, w, 1, 0.3 * amplitude);
    else if (kind == 2)
        plant(p, w, 1, -amplitude);
    else if (kind == 3) {
        plant(p, w, 1, amplitude);
        plant(p, w, 1, -0.8 * amplitude);
    } else if (kind == 4) {
        double opposite[INPUTS + 1];
        for (int j = 0; j <= INPUTS; j++)
            opposite[j] = -w[j];
        plant(p, opposite, 1, amplitude);
    }
}

static double strength(const struct planted *p, int j)
{
    return fabs(p->teacher[j][INPUTS + 1]);
}

// A teacher neuron opposite to another, or near it, would take the students that are planted for neither.
static void make(struct planted *p, int64_t teachers, int64_t index)
{
    *p = (struct planted){.run = dp_run_defaults(), .index = index};
    p->run.target = DP_TEACHER;
    p->run.teacher_width = teachers;
    p->run.data_seed = index;
    p->run.scheme = DP_SCHEME_DIRECT;
    p->run.beta1 = p->run.beta2 = 1;
    p->run.width = MOST_STUDENTS;
    p->run.alpha = MOST_STUDENTS;
    dp_run_teacher(&p->run, p->teacher[0]);
    for (int j = 0; j < teachers; j++) {
        const double amplitude = p->teacher[j][INPUTS + 1] / (double)teachers;
        int rank = 0;
        for (int i = 0; i < teachers; i++)
            rank += strength(p, i) > strength(p, j);
        if (uniform(p) < 0.6) {
            plant_found(p, p->teacher[j], amplitude);
            p->found++;
            p->set |= 1 << rank;
        } else {
            plant_missed(p, p->teacher[j], amplitude);
        }
    }
    while (p->students < MOST_STUDENTS) { // a crowd of small neurons, as at the start
        double w[INPUTS + 1], square = 0;
        for (int j = 0; j <= INPUTS; j++) {
            w[j] = normal(p);
            square += w[j] * w[j];
        }
        for (int j = 0; j <= INPUTS; j++)
            w[j] /= sqrt(square);
        plant(p, w, 0, 1e-5 * normal(p));
    }
}

static struct dp_record observe(const struct planted *p)
{
    const struct dp_neurons neurons = {p->columns[0], MOST_STUDENTS, INPUTS, 1};
    struct dp_record record = {0};
    assert_int_equal(dp_teacher_observe(&p->run, &neurons, &record, NULL), DP_OK);
    return record;
}

static void planted_students_are_counted_right(void **state)
{
    (void)state;
    static struct planted p;
    for (int64_t teachers = 1; teachers <= MOST_TEACHERS; teachers++) {
        int right = 0;
        for (int64_t k = 0; k < CASES; k++) {
            make(&p, teachers, 1000 * teachers + k);
            const struct dp_record record = observe(&p);
            right += record.teacher_found == p.found && record.teacher_set == p.set;
        }
        print_message("%d teacher neurons: %d of %d\n", (int)teachers, right, CASES);
        assert_true(right >= 99);
    }
}

// The definition in numbers: half the amplitude, the resolution, and what the share counts.
static void the_definition_holds_at_its_edges(void **state)
{
    (void)state;
    static struct planted p;
    p = (struct planted){.run = dp_run_defaults()};
    p.run.target = DP_TEACHER;
    p.run.teacher_width = 1;
    p.run.data_seed = 3;
    p.run.scheme = DP_SCHEME_DIRECT;
    p.run.beta1 = p.run.beta2 = 1;
    p.run.width = MOST_STUDENTS;
    p.run.alpha = MOST_STUDENTS;
    dp_run_teacher(&p.run, p.teacher[0]);
    const double a = p.teacher[0][INPUTS + 1];
    static const struct {
        double part, degrees;
        int found, active;
        double share;
    } cases[] = {{0.51, 0, 1, 1, 0.51}, {0.49, 0, 0, 1, 0.49}, {2, 0, 1, 1, 1},        {-1, 0, 0, 1, 0},
                 {1, 9.9, 1, 1, 1},     {1, 10.1, 0, 1, 0},    {0.009, 0, 0, 0, 0.009}};
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        const double *const w = p.teacher[0];
        const double flat = sqrt(w[0] * w[0] + w[1] * w[1]), angle = cases[k].degrees * acos(-1) / 180;
        const double across[] = {-w[1] / flat, w[0] / flat, 0};
        for (int j = 0; j <= INPUTS; j++)
            p.columns[j][0] = 0.5 * (cos(angle) * w[j] + sin(angle) * across[j]);
        p.columns[INPUTS + 1][0] = 2 * cases[k].part * a * (double)p.run.width;
        const struct dp_record record = observe(&p);
        assert_int_equal(record.teacher_found, cases[k].found);
        assert_int_equal(record.student_active, cases[k].active);
        assert_near(record.teacher_share, cases[k].share, 1e-12);
    }
}

static void other_runs_have_no_teacher(void **state)
{
    (void)state;
    static struct planted p;
    make(&p, 2, 1);
    p.run.target = DP_SINE_SUM;
    assert_int_equal(observe(&p).teacher_found, -1);
    make(&p, 2, 1);
    p.run.activation = DP_TANH;
    assert_true(observe(&p).teacher_set == -1 && isnan(observe(&p).teacher_share));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_students_are_counted_right),
        cmocka_unit_test(the_definition_holds_at_its_edges),
        cmocka_unit_test(other_runs_have_no_teacher),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
