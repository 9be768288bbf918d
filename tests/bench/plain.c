// SPDX-License-Identifier: BSD-3-Clause
/* The training step as one writes it without further thought: loops over samples and neurons, tanhf, arrays
 * by component so that the compiler can vectorise over neurons. It is what `dewpoint bench` is compared to.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum activation { RELU, TANH };
enum method { GD, ADAM };

struct net {
    int m, d;
    float *theta; // [d + 2][m]: weights, bias, amplitude
    float *grad;  // [d + 2][m]
    float *h;     // [n][m]
    float *s;     // [n][m]
    float *mean, *square;
};

static float sigma(enum activation activation, float h)
{
    return activation == RELU ? (h > 0 ? h : 0) : tanhf(h);
}

// sigma' from h and sigma(h)
static float slope(enum activation activation, float h, float s)
{
    return activation == RELU ? (h > 0 ? 1.0F : 0.0F) : 1 - s * s;
}

static float output(struct net *net, enum activation activation, const float *x, int i)
{
    const int m = net->m, d = net->d;
    const float *bias = net->theta + d * m, *amplitude = bias + m;
    float *h = net->h + i * m, *s = net->s + i * m, f = 0;
    for (int k = 0; k < m; k++)
        h[k] = bias[k];
    for (int j = 0; j < d; j++)
        for (int k = 0; k < m; k++)
            h[k] += net->theta[j * m + k] * x[j];
    for (int k = 0; k < m; k++)
        s[k] = sigma(activation, h[k]);
    for (int k = 0; k < m; k++)
        f += amplitude[k] * s[k];
    return f;
}

static void gradient(struct net *net, enum activation activation, const float *x, int i, float residual)
{
    const int m = net->m, d = net->d;
    const float *amplitude = net->theta + (d + 1) * m, *h = net->h + i * m, *s = net->s + i * m;
    float *bias = net->grad + d * m;
    for (int k = 0; k < m; k++)
        bias[m + k] += residual * s[k];
    for (int k = 0; k < m; k++) {
        const float pull = residual * amplitude[k] * slope(activation, h[k], s[k]);
        for (int j = 0; j < d; j++)
            net->grad[j * m + k] += pull * x[j];
        bias[k] += pull;
    }
}

static void update(struct net *net, enum method method, float rate, int step)
{
    const int count = (net->d + 2) * net->m;
    const float rest1 = 1 - powf(0.9F, (float)step), rest2 = sqrtf(1 - powf(0.999F, (float)step));
    for (int p = 0; p < count && method == GD; p++)
        net->theta[p] -= rate * net->grad[p];
    for (int p = 0; p < count && method == ADAM; p++) {
        const float g = net->grad[p];
        net->mean[p] = 0.9F * net->mean[p] + 0.1F * g;
        net->square[p] = 0.999F * net->square[p] + 0.001F * g * g;
        net->theta[p] -= rate / rest1 * net->mean[p] / (sqrtf(net->square[p]) / rest2 + 1e-8F);
    }
}

static void train(struct net *net, enum activation activation, enum method method, int n, const float *x,
                  const float *y, float rate, int steps)
{
    for (int t = 1; t <= steps; t++) {
        memset(net->grad, 0, sizeof(float) * (size_t)((net->d + 2) * net->m));
        for (int i = 0; i < n; i++) {
            const float f = output(net, activation, x + i * net->d, i);
            gradient(net, activation, x + i * net->d, i, 2 * (f - y[i]) / (float)n);
        }
        update(net, method, rate, t);
    }
}

/* Trains theta [d + 2][m] in place; 0, or 1 without memory. */
int plain_train(int activation, int method, int m, int d, int n, const float *x, const float *y, float *theta,
                float rate, int steps);
int plain_train(int activation, int method, int m, int d, int n, const float *x, const float *y, float *theta,
                float rate, int steps)
{
    const size_t parameters = (size_t)((d + 2) * m), kept = (size_t)(n * m);
    float *memory = calloc(3 * parameters + 2 * kept, sizeof *memory);
    if (!memory)
        return 1;
    struct net net = {m,
                      d,
                      theta,
                      memory,
                      memory + 3 * parameters,
                      memory + 3 * parameters + kept,
                      memory + parameters,
                      memory + 2 * parameters};
    // constants at the call, so that the compiler makes a loop for each
    if (activation == RELU && method == GD)
        train(&net, RELU, GD, n, x, y, rate, steps);
    else if (activation == TANH && method == GD)
        train(&net, TANH, GD, n, x, y, rate, steps);
    else if (activation == TANH && method == ADAM)
        train(&net, TANH, ADAM, n, x, y, rate, steps);
    else
        train(&net, RELU, ADAM, n, x, y, rate, steps);
    free(memory);
    return 0;
}
