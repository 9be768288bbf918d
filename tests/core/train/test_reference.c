// SPDX-License-Identifier: BSD-3-Clause
/* One step of training written as its equations, nothing else, and the program's steps held against it.
 *
 *   h_ki  = w_k . x_i                                    x augmented by 1
 *   f_ic  = (1/alpha) sum_k a_kc sigma(h_ki)
 *   e_ic  = f_ic - y_ic,        L = C sum_ic e_ic^2
 *   g     = dL / dtheta + weight_decay theta
 *         = (2 C / alpha) sum_ic e_ic a_kc sigma'(h_ki) x_i    for w_k
 *         = (2 C / alpha) sum_i e_ic sigma(h_ki)               for a_kc
 *
 *   gd     v = momentum v + g, theta -= rate v, by Nesterov rate (g + momentum v); v = 0 at first
 *   adam   m = beta1 m + (1 - beta1) g, s = beta2 s + (1 - beta2) g^2; m = s = 0 at first
 *          theta -= rate / (1 - beta1^t) m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon) */
#include "check.h"
#include "dewpoint/core/activations.h"
#include "dewpoint/sweep/keys.h"
#include <string.h>

enum { INPUTS = 3, OUTPUTS = 2, SAMPLES = 7, MOST = 70, ROWS = INPUTS + 1 + OUTPUTS };

struct problem {
    struct dp_run run;
    double x[SAMPLES][INPUTS], y[SAMPLES][OUTPUTS];
    double theta[MOST][ROWS];                     // w_1..w_d, bias, a_1..a_o of each neuron
    double first[MOST][ROWS], second[MOST][ROWS]; // v, or m and s
    int steps;                                    // t
};

static double loss_factor(int64_t reduction)
{
    switch ((enum dp_reduction)reduction) {
    case DP_MEAN:
        return 1.0 / (SAMPLES * OUTPUTS);
    case DP_HALF_MEAN:
        return 1.0 / (2 * SAMPLES);
    case DP_SUM:
        return 1;
    case DP_HALF_SUM:
        return 0.5;
    }
    return NAN;
}

static double preactivation(const struct problem *p, int k, int i)
{
    double h = p->theta[k][INPUTS];
    for (int j = 0; j < INPUTS; j++)
        h += p->theta[k][j] * p->x[i][j];
    return h;
}

// The step of one parameter over its rate.
static double step_of(const struct problem *p, double g, double *first, double *second)
{
    const struct dp_run *run = &p->run;
    if (run->method == DP_GD) {
        *first = run->momentum * *first + g;
        return run->nesterov ? g + run->momentum * *first : *first;
    }
    *first = run->adam_beta1 * *first + (1 - run->adam_beta1) * g;
    *second = run->adam_beta2 * *second + (1 - run->adam_beta2) * g * g;
    return *first / (1 - pow(run->adam_beta1, p->steps)) /
           (sqrt(*second) / sqrt(1 - pow(run->adam_beta2, p->steps)) + run->adam_epsilon);
}

// One step; the loss before it.
static double reference_step(struct problem *p)
{
    const struct dp_run *run = &p->run;
    const struct dp_activation_row *sigma = &dp_activations[run->activation];
    const int64_t power = dp_run_multiplicity(run);
    const double factor = loss_factor(run->reduction);
    double e[SAMPLES][OUTPUTS], gradient[MOST][ROWS] = {{0}}, loss = 0;
    for (int i = 0; i < SAMPLES; i++)
        for (int c = 0; c < OUTPUTS; c++) {
            double f = 0;
            for (int k = 0; k < run->width; k++)
                f += p->theta[k][INPUTS + 1 + c] * sigma->sigma(preactivation(p, k, i), power);
            e[i][c] = f / run->alpha - p->y[i][c];
            loss += factor * e[i][c] * e[i][c];
        }
    for (int k = 0; k < run->width; k++)
        for (int i = 0; i < SAMPLES; i++)
            for (int c = 0; c < OUTPUTS; c++) {
                const double h = preactivation(p, k, i), r = 2 * factor / run->alpha * e[i][c];
                const double to_h = r * p->theta[k][INPUTS + 1 + c] * sigma->slope(h, power);
                for (int j = 0; j < INPUTS; j++)
                    gradient[k][j] += to_h * p->x[i][j];
                gradient[k][INPUTS] += to_h;
                gradient[k][INPUTS + 1 + c] += r * sigma->sigma(h, power);
            }
    p->steps++;
    for (int k = 0; k < run->width; k++)
        for (int j = 0; j < ROWS; j++) {
            const double g = gradient[k][j] + run->weight_decay * p->theta[k][j];
            p->theta[k][j] -= (j > INPUTS ? run->learning_rate_a : run->learning_rate) *
                              step_of(p, g, &p->first[k][j], &p->second[k][j]);
        }
    return loss;
}

// Numbers without a pattern.
static double number(int i, double pace)
{
    return sin(pace * pow(i + 1, 1.5));
}

static void make_problem(struct problem *p, int activation, int reduction, int64_t width)
{
    memset(p, 0, sizeof *p);
    p->run = dp_run_defaults();
    p->run.activation = activation;
    p->run.reduction = reduction;
    p->run.width = width;
    p->run.scheme = DP_SCHEME_FILE;
    strcpy(p->run.path, "start.csv");
    p->run.alpha = 1.5;
    p->run.target = DP_FILE;
    strcpy(p->run.file, "data.csv");
    p->run.method = DP_GD;
    p->run.learning_rate = 0.002;
    p->run.learning_rate_a = 0.003;
    for (int i = 0; i < SAMPLES * INPUTS; i++)
        p->x[i / INPUTS][i % INPUTS] = number(i, 1.37);
    for (int i = 0; i < SAMPLES * OUTPUTS; i++)
        p->y[i / OUTPUTS][i % OUTPUTS] = number(i, 2.11);
    for (int i = 0; i < width * ROWS; i++)
        p->theta[i / ROWS][i % ROWS] = 2 / sqrt((double)width) * number(i, 0.91);
}

static void steps_agree(struct problem *p)
{
    enum { STEPS = 20 };
    static double last[MOST][ROWS];
    p->run.max_steps = STEPS;
    const struct dp_samples data = {
        .count = SAMPLES, .inputs = INPUTS, .outputs = OUTPUTS, .x = &p->x[0][0], .y = &p->y[0][0]};
    const struct dp_start start = {.width = p->run.width, .components = ROWS, .values = &p->theta[0][0]};
    struct dp_trace trace = {.weights_last = &last[0][0]};
    struct dp_record record;
    const struct dp_work work = {
        .run = &p->run, .file = &data, .start = &start, .record = &record, .trace = &trace};
    assert_int_equal(dp_run_check(&p->run, NULL), DP_OK);
    assert_int_equal(dp_runs_execute(&work, 1, NULL, NULL), DP_OK);
    const double first = reference_step(p);
    for (int step = 1; step < STEPS; step++)
        reference_step(p);
    assert_near(record.loss_first, first, 1e-13 * first);
    for (int64_t k = 0; k < p->run.width; k++)
        for (int j = 0; j < ROWS; j++)
            assert_near(last[k][j], p->theta[k][j], 1e-12);
}

static void steps_are_those_of_the_equations(void **state)
{
    (void)state;
    for (int activation = 0; activation < DP_ACTIVATIONS; activation++)
        for (int reduction = DP_MEAN; reduction <= DP_HALF_SUM; reduction++)
            for (int64_t width = 20; width <= MOST; width += 50) { // lanes of networks, lanes of neurons
                static struct problem p;
                make_problem(&p, activation, reduction, width);
                steps_agree(&p);
            }
}

// Momentum, Nesterov's, weight decay and Adam, each with and without what goes with it.
static void steps_of_every_rule_are_those_of_the_equations(void **state)
{
    (void)state;
    static const struct {
        enum dp_method_id method;
        double momentum;
        bool nesterov;
        double weight_decay;
    } rules[] = {{DP_GD, 0.9, false, 0},  {DP_GD, 0.8, true, 0},  {DP_GD, 0, false, 0.1},
                 {DP_GD, 0.7, true, 0.1}, {DP_ADAM, 0, false, 0}, {DP_ADAM, 0, false, 0.1}};
    for (size_t rule = 0; rule < sizeof rules / sizeof *rules; rule++)
        for (int activation = 0; activation < DP_ACTIVATIONS; activation++)
            for (int64_t width = 20; width <= MOST; width += 50) {
                static struct problem p;
                make_problem(&p, activation, DP_HALF_MEAN, width);
                p.run.method = rules[rule].method;
                p.run.momentum = rules[rule].momentum;
                p.run.nesterov = rules[rule].nesterov;
                p.run.weight_decay = rules[rule].weight_decay;
                steps_agree(&p);
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(steps_are_those_of_the_equations),
        cmocka_unit_test(steps_of_every_rule_are_those_of_the_equations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
