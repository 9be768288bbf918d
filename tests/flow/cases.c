// SPDX-License-Identifier: BSD-3-Clause
#include "flow/cases.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { CURVE = 20000 };

static const struct kind {
    const char *name;
    enum dp_activation activation;
    enum dp_target target;
    int64_t width;
    double beta2, stop_loss;
    const char *set;
} kinds[] = {{"relu wide", DP_RELU, DP_TWO_KINKS, 200, NAN, 1e-5, NULL},
             {"relu narrow", DP_RELU, DP_TWO_KINKS, 50, NAN, 1e-5, NULL},
             {"tanh", DP_TANH, DP_THREE_POINTS, 50, 1, 1e-3, NULL},
             {"tanh wide", DP_TANH, DP_THREE_POINTS, 100, 1, 1e-3, NULL},
             {"xtanh wide", DP_XTANH, DP_THREE_POINTS, 100, NAN, 1e-3, NULL},
             {"xtanh", DP_XTANH, DP_THREE_POINTS, 50, 1, 1e-3, NULL},
             {"x2tanh", DP_X2TANH, DP_THREE_POINTS, 50, 1, 1e-3, NULL},
             {"tanh, sin20", DP_TANH, DP_FILE, 32, NAN, 1e-4, "sin20"},
             {"xtanh, sin20", DP_XTANH, DP_FILE, 32, NAN, 1e-4, "sin20"},
             {"tanh, d2n30", DP_TANH, DP_FILE, 32, NAN, 1e-4, "d2n30"},
             {"xtanh, d5n60", DP_XTANH, DP_FILE, 32, NAN, 1e-4, "d5n60"},
             {"tanh, two40", DP_TANH, DP_FILE, 32, NAN, 1e-4, "two40"},
             {"xtanh, d5n80", DP_XTANH, DP_FILE, 32, NAN, 1e-4, "d5n80"},
             {"tanh, lab20", DP_TANH, DP_FILE, 32, NAN, 1e-4, "lab20"},
             {"relu, sin20", DP_RELU, DP_FILE, 100, NAN, 1e-4, "sin20"},
             {"relu, d2n30", DP_RELU, DP_FILE, 100, NAN, 1e-4, "d2n30"},
             {"relu, d5n60", DP_RELU, DP_FILE, 100, NAN, 1e-4, "d5n60"}};
enum { KINDS = sizeof kinds / sizeof *kinds };

int flow_cases(struct flow_case *cases, int stride)
{
    static const double gammas[] = {0.5, 1, 1.5, 2, 3};
    int count = 0;
    for (int k = 0; k < KINDS; k++)
        for (int g = 0; g < 5; g++)
            for (int p = 0; p < 6; p += stride) {
                const double gamma = gammas[g], prime = -1 + 0.5 * p;
                if (kinds[k].activation == DP_TANH && gamma - prime > 2.4)
                    continue;
                // above, escapes enlarge every error; of some of the cases the sets give the ones that are
                // quick to check
                const double most = kinds[k].set && strcmp(kinds[k].set, "d2n30") == 0 ? 2 : 1.5;
                const bool quick =
                    (gamma == 1 && kinds[k].set && strcmp(kinds[k].set, "sin20") == 0) ||
                    (gamma == floor(gamma) && kinds[k].set && strcmp(kinds[k].set, "d2n30") == 0);
                if (kinds[k].set && (p != 2 || gamma > most || (stride > 1 && !quick)))
                    continue;
                if (kinds[k].set && kinds[k].activation == DP_RELU && gamma > 0.5)
                    continue; // converges above stop_loss from there on
                cases[count++] = (struct flow_case){.activation = kinds[k].activation,
                                                    .target = kinds[k].target,
                                                    .set = kinds[k].set,
                                                    .width = kinds[k].width,
                                                    .gamma = gamma,
                                                    .gamma_prime = prime,
                                                    .beta2 = kinds[k].beta2,
                                                    .stop_loss = kinds[k].stop_loss};
            }
    return count;
}

const char *case_kind(const struct flow_case *c)
{
    int k = 0;
    while (kinds[k].activation != c->activation || kinds[k].width != c->width || kinds[k].set != c->set)
        k++;
    return kinds[k].name;
}

struct dp_run case_run(const struct flow_case *c)
{
    struct dp_run run = dp_run_defaults();
    run.activation = c->activation;
    run.target = c->target;
    run.width = c->width;
    run.gamma = c->gamma;
    run.gamma_prime = c->gamma_prime;
    run.beta2 = c->beta2;
    run.stop_loss = c->stop_loss;
    run.antisymmetric = 1;
    run.test_samples = 0;
    run.prediction_starts = 0;
    if (c->set)
        strcpy(run.file, c->set);
    return run;
}

static struct dp_samples samples_of(const struct flow_case *c)
{
    return c->set ? data_set(c->set) : (struct dp_samples){0};
}

static int rows_of(const struct flow_case *c)
{
    return c->set ? (int)data_set(c->set).inputs + 2 : 3;
}

struct ours case_fly(const struct flow_case *c, double tolerance)
{
    const size_t numbers = (size_t)c->width * (size_t)rows_of(c);
    struct ours ours = {.first = malloc(numbers * sizeof(double)), .last = malloc(numbers * sizeof(double))};
    const struct dp_samples samples = samples_of(c);
    struct dp_curve_point *curve = malloc(CURVE * sizeof *curve);
    struct dp_trace trace = {
        .weights_first = ours.first, .weights_last = ours.last, .curve = curve, .curve_capacity = CURVE};
    struct dp_run run = case_run(c);
    run.tolerance = tolerance;
    run.curve_every = 1;
    run.max_steps = CURVE - 2;
    if (!ours.first || !ours.last || !curve ||
        dp_run_execute(&run, c->set ? &samples : NULL, NULL, &ours.record, &trace, NULL) != DP_OK)
        abort();
    for (int64_t i = 0; i < trace.curve_count; i++)
        path_add(&ours.path, curve[i].flow_time, curve[i].loss, 0);
    free(curve);
    return ours;
}

void ours_free(struct ours *ours)
{
    free(ours->first);
    free(ours->last);
    free(ours->path.at);
}

static void distances(const struct system *s, const double *delta, double *rd_w, double *rd_a)
{
    double w, a;
    sizes(s->start, s->width, s->rows, &w, &a);
    sizes(delta, s->width, s->rows, rd_w, rd_a);
    *rd_w /= w;
    *rd_a /= a;
}

struct truth case_truth(const struct flow_case *c, const struct ours *ours, double tolerance)
{
    const struct dp_run run = case_run(c);
    const struct dp_samples samples = samples_of(c);
    struct truth truth = {.system = system_make(&run, c->set ? &samples : NULL, ours->first)};
    // where slopes jump, formulas of high order pay for digits with ten times the steps each
    const double step = c->activation == DP_RELU ? tolerance : 1e-4 * tolerance;
    truth.reference = flight_make(&truth.system, step, c->stop_loss, INT64_MAX);
    void (*const fly)(struct system *, struct flight *) = c->activation == DP_RELU ? fly_adams
                                                          : c->set                 ? fly_newton
                                                                                   : fly_bdf;
    fly(&truth.system, &truth.reference);
    distances(&truth.system, truth.reference.delta, &truth.rd_w, &truth.rd_a);
    return truth;
}

void truth_free(struct truth *truth)
{
    system_free(&truth->system);
    flight_free(&truth->reference);
}

// Of neuron k: its |w|, bias included, and |a| |w|.
static double length_of(const struct system *s, const double *delta, int64_t k)
{
    double square = 0;
    for (int64_t j = k * s->rows; j < k * s->rows + s->d + 1; j++)
        square += pow(s->start[j] + delta[j], 2);
    return sqrt(square);
}

static double amplitude_of(const struct system *s, const double *delta, int64_t k)
{
    const int64_t at = k * s->rows + s->d + 1;
    return fabs(s->start[at] + delta[at]) * length_of(s, delta, k);
}

// The angle between its directions on two ways: twice the arc whose tangent is |p - q| / |p + q| of unit
// vectors.
static double turn_of(const struct system *s, const double *one, const double *other, int64_t k)
{
    const double p = length_of(s, one, k), q = length_of(s, other, k);
    double apart = 0, along = 0;
    for (int64_t j = k * s->rows; j < k * s->rows + s->d + 1; j++) {
        const double u = (s->start[j] + one[j]) / p, v = (s->start[j] + other[j]) / q;
        apart += pow(u - v, 2);
        along += pow(u + v, 2);
    }
    return 2 * atan2(sqrt(apart), sqrt(along));
}

struct errors case_errors(const struct truth *truth, const double *delta, const struct path *path)
{
    const struct system *s = &truth->system;
    struct errors errors = {0};
    double rd_w, rd_a, all = 0, turned = 0;
    distances(s, delta, &rd_w, &rd_a);
    errors.rd = fmax(fabs(rd_w / truth->rd_w - 1), fabs(rd_a / truth->rd_a - 1));
    for (int64_t i = 0; i < path->count; i++) {
        const double there = path_loss(&truth->reference.path, path->at[i].time);
        errors.curve = fmax(errors.curve, fabs(path->at[i].loss - there));
    }
    errors.curve /= truth->reference.path.at[0].loss;
    for (int64_t k = 0; k < s->width; k++) {
        const double amplitude = amplitude_of(s, truth->reference.delta, k);
        all += amplitude;
        turned += amplitude * turn_of(s, truth->reference.delta, delta, k);
    }
    errors.angle = turned / all * 180 / 3.14159265358979;
    return errors;
}

struct errors ours_errors(const struct truth *truth, const struct ours *ours)
{
    const int64_t count = truth->system.rows * truth->system.width;
    double *delta = malloc((size_t)count * sizeof *delta);
    if (!delta)
        abort();
    for (int64_t j = 0; j < count; j++)
        delta[j] = ours->last[j] - ours->first[j];
    struct errors errors = case_errors(truth, delta, &ours->path);
    // the record keeps more digits of small displacements than the difference of the weights
    errors.rd = fmax(fabs(ours->record.rd_w / truth->rd_w - 1), fabs(ours->record.rd_a / truth->rd_a - 1));
    free(delta);
    return errors;
}
