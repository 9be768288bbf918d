// SPDX-License-Identifier: BSD-3-Clause
#include "flow/sets.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_SAMPLES = 80, MOST_INPUTS = 5 };

static double uniform(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return ((double)((z ^ (z >> 31)) >> 11) + 0.5) * 0x1p-53;
}

static double normal(uint64_t *state)
{
    const double size = sqrt(-2 * log(uniform(state)));
    return size * cos(2 * 3.14159265358979323846 * uniform(state));
}

static double sine(const double *x)
{
    return sin(3 * x[0]);
}

static double two_sines(const double *x)
{
    return sin(3 * x[0]) + sin(6 * x[0]) / 2;
}

static double saddle(const double *x)
{
    return sin(3 * x[0]) * x[1];
}

static double ridge(const double *x)
{
    return tanh(1.5 * x[0] - x[1]);
}

static double waves(const double *x)
{
    double sum = 0;
    for (int j = 0; j < 5; j++)
        sum += 3.5 * sin(5 * x[j] + 1);
    return sum;
}

static double cubic(const double *x)
{
    return x[0] * x[0] * x[0] - x[0] / 2;
}

enum points { EVEN, UNIFORM, NORMAL };

static const struct set {
    const char *name;
    int count, inputs;
    enum points points;
    double low, high;
    double (*target)(const double *x); // NULL: random labels
    double noise;                      // of labels: its standard deviation
} sets[] = {
    {"sin20", 20, 1, EVEN, -1, 1, sine, 0},         {"two40", 40, 1, EVEN, -1, 1.5, two_sines, 0},
    {"lab20", 20, 1, EVEN, -1, 1, NULL, 0},         {"d2n30", 30, 2, UNIFORM, -1, 1, saddle, 0},
    {"d5n60", 60, 5, NORMAL, 0, 0, ridge, 0},       {"d5n80", 80, 5, UNIFORM, -4, 2, waves, 0},
    {"cubic20", 20, 1, UNIFORM, -1, 1, cubic, 0.1}, {"cubic40", 40, 1, UNIFORM, -1, 1, cubic, 0.1},
};

struct dp_samples data_set(const char *name)
{
    static double x[MOST_SAMPLES * MOST_INPUTS], y[MOST_SAMPLES];
    const struct set *set = sets;
    uint64_t state = 1;
    while (strcmp(set->name, name) != 0)
        if (++set == sets + sizeof sets / sizeof *sets)
            abort();
    for (int k = 0; k < set->count * set->inputs; k++) {
        const double part = set->points == EVEN ? (double)k / (set->count - 1) : uniform(&state);
        x[k] = set->points == NORMAL ? normal(&state) : set->low + (set->high - set->low) * part;
    }
    for (int i = 0; i < set->count; i++)
        y[i] = set->target ? set->target(x + i * set->inputs) : uniform(&state) < 0.5 ? -1 : 1;
    for (int i = 0; i < set->count && set->noise > 0; i++)
        y[i] += set->noise * normal(&state);
    return (struct dp_samples){.count = set->count, .inputs = set->inputs, .outputs = 1, .x = x, .y = y};
}
