// SPDX-License-Identifier: BSD-3-Clause
/* candidates TABLE [--write]: integrators of gradient flow side by side, and how their numbers compare with those of the
 * committed table. Every one goes from the same starts to the same losses; evaluations of the gradient and errors against
 * CVODE with a tight tolerance. Fails when a number is off by more than a fifth, or with --write puts the table there. */
#include "flow/cases.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUDGET = 50000, TOLERANCES = 3, LINE = 256, LINES = 200 };

/* An integrator and its tolerances. fly = NULL: method flow. */
static const struct candidate {
    const char *name;
    void (*fly)(struct system *, struct flight *);
    double tolerance[TOLERANCES];
} candidates[] = {
    {"dewpoint flow", NULL, {0.03, 0.01, 0.001}},        {"Euler, c / lambda", fly_euler, {1, 0.3, 0.1}},
    {"Runge-Kutta 2(1)", fly_rk21, {0.03, 0.01, 0.001}}, {"Runge-Kutta 3(2)", fly_rk32, {0.03, 0.01, 0.001}},
    {"Runge-Kutta 5(4)", fly_rk54, {0.03, 0.01, 0.001}}, {"CVODE Adams", fly_adams, {0.03, 0.01, 0.001}},
    {"CVODE BDF, GMRES", fly_bdf, {0.03, 0.01, 0.001}},
};
enum { CANDIDATES = sizeof candidates / sizeof *candidates };

struct score {
    int count, arrived;
    double evaluations[FLOW_CASES], rd[FLOW_CASES], curve[FLOW_CASES], angle[FLOW_CASES];
};

static void note(struct score *score, bool arrived, int64_t evaluations, const struct errors *errors)
{
    score->evaluations[score->count++] = arrived ? (double)evaluations : INFINITY;
    if (!arrived)
        return;
    score->rd[score->arrived] = errors->rd;
    score->curve[score->arrived] = errors->curve;
    score->angle[score->arrived++] = errors->angle;
}

static void run_candidate(const struct candidate *candidate, double tolerance, const struct flow_case *c,
                          struct truth *truth, struct score *score)
{
    if (!candidate->fly) {
        struct ours ours = case_fly(c, tolerance);
        const struct errors errors = ours_errors(truth, &ours);
        note(score, ours.record.status == DP_DONE, ours.record.evaluations, &errors);
        ours_free(&ours);
        return;
    }
    struct flight flight = flight_make(&truth->system, tolerance, c->stop_loss, BUDGET);
    candidate->fly(&truth->system, &flight);
    const struct errors errors = case_errors(truth, flight.delta, &flight.path);
    note(score, flight.arrived, flight.evaluations, &errors);
    flight_free(&flight);
}

static int by_size(const void *a, const void *b)
{
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double quantile(double *values, int count, double part)
{
    qsort(values, (size_t)count, sizeof *values, by_size);
    return count > 0 ? values[(int)(part * (count - 1))] : NAN;
}

static void print_row(char *line, const char *kind, const struct candidate *candidate, int t,
                      struct score *score)
{
    const double many = quantile(score->evaluations, score->count, 0.9);
    char most[32] = "-";
    if (isfinite(many))
        snprintf(most, sizeof most, "%.0f", many);
    snprintf(line, LINE,
             "| %-11s | %-17s | %5g | %2d of %2d | %5.0f | %5s | %.1e | %.1e | %.1e | %.1e | %.1e |\n", kind,
             candidate->name, candidate->tolerance[t], score->arrived, score->count,
             quantile(score->evaluations, score->count, 0.5), most, quantile(score->rd, score->arrived, 0.5),
             quantile(score->rd, score->arrived, 0.9), quantile(score->curve, score->arrived, 0.5),
             quantile(score->angle, score->arrived, 0.5), quantile(score->angle, score->arrived, 0.9));
}

static struct score scores[CANDIDATES][TOLERANCES];

// All cases of one kind, from *at on; their rows into lines.
static int run_kind(const struct flow_case *cases, int count, int *at, char (*lines)[LINE])
{
    const char *kind = case_kind(&cases[*at]);
    memset(scores, 0, sizeof scores);
    for (; *at < count && !strcmp(case_kind(&cases[*at]), kind); ++*at) {
        const struct flow_case *c = &cases[*at];
        struct ours ours = case_fly(c, 0.01);
        struct truth truth = case_truth(c, &ours, 1e-4);
        for (int k = 0; k < CANDIDATES; k++)
            for (int t = 0; t < TOLERANCES; t++)
                run_candidate(&candidates[k], candidates[k].tolerance[t], c, &truth, &scores[k][t]);
        truth_free(&truth);
        ours_free(&ours);
    }
    int rows = 0;
    for (int k = 0; k < CANDIDATES; k++)
        for (int t = 0; t < TOLERANCES; t++)
            print_row(lines[rows++], kind, &candidates[k], t, &scores[k][t]);
    return rows;
}

static const char head[] = "# Integrators of gradient flow side by side\n"
                           "\n"
                           "Written by `candidates tests/flow/candidates.md --write` (the nightly test "
                           "flow_candidates compares with it). Gamma\n"
                           ".5-3 times gamma_prime -1..1.5 for each activation, one input, float64, "
                           "antisymmetric: relu on four points of\n"
                           "two-kinks to loss 1e-5 with 200 neurons (wide, taken by sectors) and with 50, "
                           "the others on three-points with 50\n"
                           "neurons and beta2 = 1 to loss 1e-3, without the cells of tanh where neurons end "
                           "deep in saturation. Tolerance: of\n"
                           "a step, relative to the displacements; of Euler c. Evaluations of the gradient "
                           "until the end, half and nine tenths\n"
                           "of all cases need no more (- : did not arrive in 50,000); method flow's are the "
                           "column of that name. Errors are\n"
                           "those of RD (the larger of RD_w's and RD_a's, relative), of the loss along the "
                           "way (the largest, relative to the\n"
                           "first loss) and of the final angles of neurons (mean weighted by |a| |w|, "
                           "degrees), against CVODE with a tolerance\n"
                           "of 1e-4 (relu, Adams) and 1e-8 (BDF).\n"
                           "\n"
                           "| cases | integrator | tolerance | arrived | evaluations | of 90 % | RD | RD 90 "
                           "% | loss | angle | angle 90 % |\n"
                           "|---|---|---|---|---|---|---|---|---|---|---|\n";

// The number of values of two rows that differ by more than a fifth.
static int differences(const char *a, const char *b)
{
    int found = 0;
    while (*a && *b) {
        char *p, *q;
        const double x = strtod(a, &p), y = strtod(b, &q);
        if (p == a || q == b) {
            found += p != a || q != b;
            a++, b++;
            continue;
        }
        found += fabs(x - y) > 0.2 * fmax(fabs(x), fabs(y)) && fmax(fabs(x), fabs(y)) > 2e-4;
        a = p;
        b = q;
    }
    return found;
}

static int compare(const char *path, char (*lines)[LINE], int rows)
{
    FILE *file = fopen(path, "r");
    char line[LINE];
    int row = 0, found = 0;
    while (file && fgets(line, sizeof line, file)) {
        if (line[0] != '|' || !strncmp(line, "| cases", 7) || line[1] == '-')
            continue;
        if (row < rows && differences(line, lines[row]) > 0) {
            printf("was %snow %s", line, lines[row]);
            found++;
        }
        row++;
    }
    if (file)
        fclose(file);
    if (row != rows)
        printf("%s has %d rows, not %d\n", path, row, rows);
    return found > 0 || row != rows;
}

int main(int argc, char **argv)
{
    static char lines[LINES][LINE];
    struct flow_case cases[FLOW_CASES];
    const int count = flow_cases(cases, 1);
    int rows = 0;
    if (argc < 2)
        return 2;
    for (int at = 0; at < count;)
        rows += run_kind(cases, count, &at, lines + rows);
    if (argc == 2)
        return compare(argv[1], lines, rows);
    FILE *file = fopen(argv[1], "w");
    if (!file)
        return 1;
    fputs(head, file);
    for (int k = 0; k < rows; k++)
        fputs(lines[k], file);
    return fclose(file) != 0;
}
