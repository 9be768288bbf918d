// SPDX-License-Identifier: BSD-3-Clause
#include "flow/tiny_steps.h"
#include "dewpoint/sweep/keys.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct dp_samples read_data(const char *name)
{
    char path[1024], line[1024];
    double value[MOST_SAMPLES][MOST_INPUTS];
    int columns = 1, count = 0;
    snprintf(path, sizeof path, "%s/%s.csv", DATA, name);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_non_null(fgets(line, sizeof line, file));
    for (const char *c = line; *c; c++)
        columns += *c == ',';
    for (; count < MOST_SAMPLES && fgets(line, sizeof line, file); count++) {
        char *at = line;
        for (int j = 0; j < columns; j++, at++)
            value[count][j] = strtod(at, &at);
    }
    fclose(file);
    struct dp_samples samples;
    assert_int_equal(dp_samples_alloc(&samples, count, columns - 1, 1, NULL), DP_OK);
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < columns - 1; j++)
            samples.x[i * (columns - 1) + j] = value[i][j];
        samples.y[i] = value[i][columns - 1];
    }
    return samples;
}

struct dp_run relu_run(int64_t width, double gamma, double gamma_prime)
{
    struct dp_run run = dp_run_defaults();
    run.width = width;
    run.gamma = gamma;
    run.gamma_prime = gamma_prime;
    run.antisymmetric = 1;
    run.target = DP_FILE;
    strcpy(run.file, "data.csv");
    run.stop_loss = 1e-4;
    run.test_samples = 0;
    run.prediction_starts = 0;
    return run;
}

struct dp_record execute(const struct dp_run *run, const struct dp_samples *samples, struct dp_trace *trace)
{
    struct dp_record record;
    assert_int_equal(dp_run_execute(run, samples, NULL, &record, trace, NULL), DP_OK);
    return record;
}

// [component][neuron], so that the compiler's vectors run over neurons.
double by_euler(const struct dp_samples *s, const double *first, double time, double step, double rd[2])
{
    static double w[MOST_INPUTS][MOST_WIDTH], g[MOST_INPUTS][MOST_WIDTH], a[MOST_WIDTH], z[MOST_WIDTH];
    const int n = (int)s->count, d = (int)s->inputs;
    const int64_t steps = (int64_t)(time / step) + 1;
    double moved[2] = {0}, size[2] = {0}, loss = 0;
    for (int k = 0; k < MOST_WIDTH; k++) {
        for (int j = 0; j <= d; j++)
            w[j][k] = first[k * (d + 2) + j];
        a[k] = first[k * (d + 2) + d + 1];
    }
    for (int64_t t = 0; t <= steps; t++) {
        memset(g, 0, sizeof g);
        loss = 0;
        for (int i = 0; i < n; i++) {
            double e = -s->y[i];
            memcpy(z, w[d], sizeof z);
            for (int j = 0; j < d; j++)
                for (int k = 0; k < MOST_WIDTH; k++)
                    z[k] += w[j][k] * s->x[i * d + j];
            for (int k = 0; k < MOST_WIDTH; k++)
                e += a[k] * (z[k] > 0 ? z[k] : 0);
            // the gradient needs e of this step: both passes in one loop over the samples
            for (int j = 0; j <= d; j++) {
                const double pull = 2.0 / n * e * (j < d ? s->x[i * d + j] : 1);
                for (int k = 0; k < MOST_WIDTH; k++)
                    g[j][k] += z[k] > 0 ? pull : 0;
            }
            loss += e * e / n;
        }
        for (int k = 0; k < MOST_WIDTH && t < steps; k++) {
            double along = 0;
            for (int j = 0; j <= d; j++)
                along += g[j][k] * w[j][k];
            for (int j = 0; j <= d; j++)
                w[j][k] -= time / (double)steps * a[k] * g[j][k];
            a[k] -= time / (double)steps * along;
        }
    }
    for (int k = 0; k < MOST_WIDTH; k++)
        for (int j = 0; j <= d + 1; j++) {
            const double from = first[k * (d + 2) + j], now = j <= d ? w[j][k] : a[k];
            moved[j > d] += (now - from) * (now - from);
            size[j > d] += from * from;
        }
    for (int c = 0; c < 2; c++)
        rd[c] = sqrt(moved[c] / size[c]);
    return loss;
}
