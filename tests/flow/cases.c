// SPDX-License-Identifier: BSD-3-Clause
#include "flow/cases.h"
#include "dewpoint/keys.h"
#include <math.h>
#include <stdlib.h>

enum { CURVE = 20000 };

static const struct kind {
    const char *name;
    enum dp_activation activation;
    enum dp_target target;
    int64_t width;
    double beta2, stop_loss;
} kinds[] = {{"relu wide", DP_RELU, DP_TWO_KINKS, 200, NAN, 1e-5},
             {"relu narrow", DP_RELU, DP_TWO_KINKS, 50, NAN, 1e-5},
             {"tanh", DP_TANH, DP_THREE_POINTS, 50, 1, 1e-3},
             {"xtanh", DP_XTANH, DP_THREE_POINTS, 50, 1, 1e-3},
             {"x2tanh", DP_X2TANH, DP_THREE_POINTS, 50, 1, 1e-3}};
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
                cases[count++] = (struct flow_case){.activation = kinds[k].activation,
                                                    .target = kinds[k].target,
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
    while (kinds[k].activation != c->activation || kinds[k].width != c->width)
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
    return run;
}

struct ours case_fly(const struct flow_case *c, double tolerance)
{
    struct ours ours = {.first = malloc((size_t)c->width * 3 * sizeof(double)),
                        .last = malloc((size_t)c->width * 3 * sizeof(double))};
    struct dp_curve_point *curve = malloc(CURVE * sizeof *curve);
    struct dp_trace trace = {
        .weights_first = ours.first, .weights_last = ours.last, .curve = curve, .curve_capacity = CURVE};
    struct dp_run run = case_run(c);
    run.tolerance = tolerance;
    run.curve_every = 1;
    run.max_steps = CURVE - 2;
    if (!ours.first || !ours.last || !curve ||
        dp_run_execute(&run, NULL, NULL, &ours.record, &trace, NULL) != DP_OK)
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
    sizes(s->start, s->width, &w, &a);
    sizes(delta, s->width, rd_w, rd_a);
    *rd_w /= w;
    *rd_a /= a;
}

struct truth case_truth(const struct flow_case *c, const struct ours *ours, double tolerance)
{
    const struct dp_run run = case_run(c);
    struct truth truth = {.system = system_make(&run, ours->first)};
    // where slopes jump, formulas of high order pay for digits with ten times the steps each
    const double step = c->activation == DP_RELU ? tolerance : 1e-4 * tolerance;
    truth.reference = flight_make(&truth.system, step, c->stop_loss, INT64_MAX);
    (c->activation == DP_RELU ? fly_adams : fly_bdf)(&truth.system, &truth.reference);
    distances(&truth.system, truth.reference.delta, &truth.rd_w, &truth.rd_a);
    return truth;
}

void truth_free(struct truth *truth)
{
    system_free(&truth->system);
    flight_free(&truth->reference);
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
        double p[3], q[3];
        for (int j = 0; j < 3; j++) {
            p[j] = s->start[3 * k + j] + truth->reference.delta[3 * k + j];
            q[j] = s->start[3 * k + j] + delta[3 * k + j];
        }
        const double amplitude = fabs(p[2]) * sqrt(p[0] * p[0] + p[1] * p[1]);
        all += amplitude;
        turned += amplitude * fabs(atan2(p[0] * q[1] - p[1] * q[0], p[0] * q[0] + p[1] * q[1]));
    }
    errors.angle = turned / all * 180 / 3.14159265358979;
    return errors;
}

struct errors ours_errors(const struct truth *truth, const struct ours *ours)
{
    const int64_t count = 3 * truth->system.width;
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
