// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/relaxation/residual_path.h"
#include "core/math/elementary.h"
#include <math.h>

enum { J = DP_PATH_INTERVALS, BISECTIONS = 60 };
static const double SMALL = 0.05; // below it, series

struct dp_path_decay dp_path_decay(double x)
{
    struct dp_path_decay d = {.left = x < 700 ? dp_exp(-x) : 0};
    if (x < SMALL) {
        d.phi1 = 1 - x / 2 * (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7)))));
        d.phi2 = (1 - x / 3 * (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7))))) / 2;
        d.phi3 = (1 - x / 4 * (1 - x / 5 * (1 - x / 6 * (1 - x / 7)))) / 6;
    } else {
        d.phi1 = (1 - d.left) / x;
        d.phi2 = (1 - d.phi1) / x;
        d.phi3 = (0.5 - d.phi2) / x;
    }
    return d;
}

void dp_path_modes(const struct dp_residual_path *path, const double *e, double *modes)
{
    for (int m = 0; m < path->n; m++) {
        double sum = 0;
        for (int i = 0; i < path->n; i++)
            sum += path->vectors[m * path->stride + i] * e[i];
        modes[m] = sum;
    }
}

void dp_path_residuals(const struct dp_residual_path *path, const double *modes, double *e)
{
    for (int i = 0; i < path->stride; i++)
        e[i] = 0;
    for (int m = 0; m < path->n; m++)
        for (int i = 0; i < path->n; i++)
            e[i] += modes[m] * path->vectors[m * path->stride + i];
}

void dp_path_nodes(struct dp_residual_path *path, double time)
{
    for (int j = 0; j <= J; j++)
        path->node[j] = time * (j * j) / (J * J);
}

void dp_path_follow(struct dp_residual_path *path)
{
    const int n = path->n;
    for (int m = 0; m < n; m++) {
        double c = path->first[m];
        for (int j = 0; j < J; j++) {
            const double time = path->node[j + 1] - path->node[j];
            const struct dp_path_decay d = dp_path_decay(path->values[m] * time);
            const double more = path->change[(j + 1) * n + m] - path->change[j * n + m];
            // a parabola from rest up to the first node
            const double integral = j == 0 ? 2 * d.phi3 : d.phi2, value = j == 0 ? 2 * d.phi2 : d.phi1;
            path->passed[j * n + m] = time * (d.phi1 * c + integral * more);
            c = d.left * c + value * more;
        }
        path->last[m] = c;
    }
}

void dp_path_learn(struct dp_residual_path *path, const double *e0, const double *e, double weight,
                   double *room)
{
    const int n = path->n;
    double *const gone = room, *const modes = room + n;
    for (int m = 0; m < n; m++)
        path->change[m] = 0;
    for (int j = 0; j < J; j++) {
        double *const change = path->change + (j + 1) * n;
        for (int i = 0; i < n; i++)
            gone[i] = e[j * path->stride + i] - e0[i];
        dp_path_modes(path, gone, modes);
        for (int m = 0; m < n; m++) {
            double sum = 0;
            for (int k = 0; k <= j; k++)
                sum += path->passed[k * n + m];
            change[m] = weight * (modes[m] + path->values[m] * sum) + (1 - weight) * change[m];
        }
    }
}

void dp_path_foretell(struct dp_residual_path *path, const double *slope, double *room)
{
    const int n = path->n, stride = path->stride;
    double *const e = room, *const image = room + stride;
    for (int m = 0; m < n; m++)
        path->change[m] = 0;
    for (int j = 1; j <= J; j++) {
        double *const modes = path->change + j * n;
        for (int m = 0; m < n; m++) { // integrals of t e^(-lambda t)
            const struct dp_path_decay d = dp_path_decay(path->values[m] * path->node[j]);
            modes[m] = path->first[m] * path->node[j] * path->node[j] * (d.phi1 - d.phi2);
        }
        dp_path_residuals(path, modes, e);
        for (int i = 0; i < n; i++) {
            image[i] = 0;
            for (int k = 0; k < n; k++)
                image[i] -= slope[i * stride + k] * e[k];
        }
        dp_path_modes(path, image, modes);
    }
}

double dp_path_square(const struct dp_residual_path *path, double time)
{
    double sum = 0;
    for (int m = 0; m < path->n; m++) {
        const double x = path->values[m] * time, c = x < 350 ? path->first[m] * dp_exp(-x) : 0;
        sum += c * c;
    }
    return sum;
}

double dp_path_motion(const struct dp_residual_path *path, double time)
{
    double sum = 0;
    for (int m = 0; m < path->n; m++) {
        const double passed = path->first[m] * time * dp_path_decay(path->values[m] * time).phi1;
        sum += path->values[m] * passed * passed;
    }
    return sum;
}

double dp_path_landing(const struct dp_residual_path *path, double square, double time)
{
    double low = 0, high = time;
    if (dp_path_square(path, time) > square)
        return time;
    for (int k = 0; k < BISECTIONS && high - low > 1e-13 * high; k++) {
        const double middle = low + (high - low) / 2;
        if (dp_path_square(path, middle) > square)
            low = middle;
        else
            high = middle;
    }
    return high;
}
