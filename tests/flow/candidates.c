// SPDX-License-Identifier: BSD-3-Clause
/* flow_candidates TABLE [--write | --ours]: integrators of gradient flow side by side, and how their numbers
 * compare with those of the committed table. Every one goes from the same starts to the same losses;
 * evaluations of the gradient and errors against CVODE with a tight tolerance. Data sets are for method flow
 * alone: the others take up to a hundred times as long there. Fails when a count is off by more than a fifth
 * or an error twofold; with --write it puts the table there, with --ours it keeps the rows of the others that
 * are there already, which no change of method flow changes. */
#include "flow/cases.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { BUDGET = 50000, TOLERANCES = 3, LINE = 256, LINES = 400 };

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
    double evaluations[FLOW_CASES], steps[FLOW_CASES], jacobians[FLOW_CASES]; // the last two of ours alone
    double rd[FLOW_CASES], curve[FLOW_CASES], angle[FLOW_CASES];
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
        score->steps[score->count] = (double)ours.record.steps;
        score->jacobians[score->count] = (double)ours.record.jacobians;
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
    char most[32] = "-", ours[64] = "    - |   -";
    if (isfinite(many))
        snprintf(most, sizeof most, "%.0f", many);
    if (!candidate->fly)
        snprintf(ours, sizeof ours, "%5.0f | %3.0f", quantile(score->steps, score->count, 0.9),
                 quantile(score->jacobians, score->count, 0.9));
    snprintf(line, LINE,
             "| %-12s | %-17s | %5g | %2d of %2d | %5.0f | %5s | %s | %.1e | %.1e | %.1e | %.1e | %.1e |\n",
             kind, candidate->name, candidate->tolerance[t], score->arrived, score->count,
             quantile(score->evaluations, score->count, 0.5), most, ours,
             quantile(score->rd, score->arrived, 0.5), quantile(score->rd, score->arrived, 0.9),
             quantile(score->curve, score->arrived, 0.5), quantile(score->angle, score->arrived, 0.5),
             quantile(score->angle, score->arrived, 0.9));
}

static struct score scores[CANDIDATES][TOLERANCES];

/* Rows that a table has. */
struct table {
    int count;
    char row[LINES][LINE];
};

// The row that begins like this one, or NULL.
static const char *find_row(const struct table *table, const char *kind, const struct candidate *candidate,
                            int t)
{
    char head[LINE];
    const int length = snprintf(head, sizeof head, "| %-12s | %-17s | %5g |", kind, candidate->name,
                                candidate->tolerance[t]);
    for (int i = 0; i < table->count; i++)
        if (strncmp(table->row[i], head, (size_t)length) == 0)
            return table->row[i];
    return NULL;
}

// Whether a candidate's rows are to be computed, not kept.
static bool is_flown(const struct table *kept, const struct flow_case *c, int k)
{
    return k == 0 || (!c->set && !find_row(kept, case_kind(c), &candidates[k], 0));
}

// All cases of one kind, from *at on; their rows into lines.
static int run_kind(const struct flow_case *cases, int count, const struct table *kept, int *at,
                    char (*lines)[LINE])
{
    const struct flow_case *const first = &cases[*at];
    const char *kind = case_kind(&cases[*at]);
    memset(scores, 0, sizeof scores);
    for (; *at < count && !strcmp(case_kind(&cases[*at]), kind); ++*at) {
        const struct flow_case *c = &cases[*at];
        struct ours ours = case_fly(c, 0.01);
        struct truth truth = case_truth(c, &ours, 1e-4);
        for (int k = 0; k < CANDIDATES; k++)
            for (int t = 0; t < TOLERANCES && is_flown(kept, c, k); t++)
                run_candidate(&candidates[k], candidates[k].tolerance[t], c, &truth, &scores[k][t]);
        truth_free(&truth);
        ours_free(&ours);
    }
    int rows = 0;
    for (int k = 0; k < (first->set ? 1 : CANDIDATES); k++)
        for (int t = 0; t < TOLERANCES; t++)
            if (is_flown(kept, first, k))
                print_row(lines[rows++], kind, &candidates[k], t, &scores[k][t]);
            else
                strcpy(lines[rows++], find_row(kept, kind, &candidates[k], t));
    return rows;
}

// The number of values of two rows that differ: counts by more than a fifth, errors twofold.
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
        const double larger = fmax(fabs(x), fabs(y));
        found += fabs(x - y) > (larger > 10 ? 0.2 : 0.5) * larger && larger > 2e-4;
        a = p;
        b = q;
    }
    return found;
}

static bool is_row(const char *line)
{
    return line[0] == '|' && line[1] != '-' && strncmp(line, "| cases", 7) != 0;
}

static void read_rows(FILE *file, struct table *table)
{
    while (table->count < LINES && fgets(table->row[table->count], LINE, file))
        table->count += is_row(table->row[table->count]);
    rewind(file);
}

static int compare(FILE *file, char (*lines)[LINE], int rows)
{
    char line[LINE];
    int row = 0, found = 0;
    while (fgets(line, sizeof line, file)) {
        if (!is_row(line))
            continue;
        if (row < rows && differences(line, lines[row]) > 0) {
            printf("was %snow %s", line, lines[row]);
            found++;
        }
        row++;
    }
    if (row != rows)
        printf("%d rows, not %d\n", row, rows);
    return found > 0 || row != rows;
}

// In place of the rows that the file has after its head.
static int write_rows(FILE *file, char (*lines)[LINE], int rows)
{
    char line[LINE];
    long head = 0;
    while (fgets(line, sizeof line, file) && !is_row(line))
        head = ftell(file);
    fseek(file, head, SEEK_SET);
    for (int k = 0; k < rows; k++)
        fputs(lines[k], file);
    return fflush(file) != 0 || ftruncate(fileno(file), ftell(file)) != 0;
}

int main(int argc, char **argv)
{
    static char lines[LINES][LINE];
    struct flow_case cases[FLOW_CASES];
    const int count = flow_cases(cases, 1);
    static struct table kept;
    const bool keeps = argc == 3 && !strcmp(argv[2], "--ours");
    const bool writes = keeps || (argc == 3 && !strcmp(argv[2], "--write"));
    FILE *file = argc > 1 ? fopen(argv[1], writes ? "r+" : "r") : NULL;
    int rows = 0;
    if (!file || (argc == 3 && !writes)) {
        fputs("flow_candidates TABLE [--write | --ours]\n", stderr);
        return 2;
    }
    if (keeps)
        read_rows(file, &kept);
    for (int at = 0; at < count;)
        rows += run_kind(cases, count, &kept, &at, lines + rows);
    const int result = (writes ? write_rows : compare)(file, lines, rows);
    return fclose(file) != 0 || result;
}
