// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/relaxation/relaxed.h"
#include "core/math/reserve.h"
#include <math.h>
#include <string.h>

enum { J = DP_PATH_INTERVALS, STRANDS = DP_WAVE_STRANDS };
static const double NODES = 0.75;     // error of constant forces between nodes, in tolerances: tests/flow
static const double ROUNDING = 1e-26; // of the squares of y and of the first e: rounding error
static const double SEEN = 0.03;      // of the largest eigenvalue: K on a sample that hardly any neuron sees
static const double FELT = 0.1;       // part of a residual that a crowd must be able to take away in a step

void dp_relaxed_lay_out(struct dp_relaxed *p, const struct dp_network *net, char *memory, size_t *bytes)
{
    const int n = (int)net->now.batch.count, stride = (n + 7) / 8 * 8;
    const int d = net->layer.inputs + !net->layer.biasless;
    const int64_t m = net->layer.width, blocks = dp_wave_blocks(m), rows = blocks * (d + 1) * STRANDS;
    const int64_t sides = blocks * stride; // one byte each
    dp_flow_points_lay_out(&p->seen, net, stride, memory, bytes);
    p->points = (struct dp_wave_points){n, stride, d, p->seen.x, p->seen.square};
    p->start = dp_reserve(memory, bytes, rows);
    p->now = (struct dp_wave_neurons){m, p->start, dp_reserve(memory, bytes, rows), NULL};
    p->next = (struct dp_wave_neurons){m, p->start, dp_reserve(memory, bytes, rows), NULL};
    p->now.side = (signed char *)(void *)dp_reserve(memory, bytes, sides);
    p->next.side = (signed char *)(void *)dp_reserve(memory, bytes, sides);
    p->guess = dp_reserve(memory, bytes, rows);
    p->sides = (signed char *)(void *)dp_reserve(memory, bytes, sides);
    p->gram = dp_reserve(memory, bytes, 3 * stride * stride);
    p->kernel = dp_reserve(memory, bytes, stride * stride);
    p->slope = dp_reserve(memory, bytes, stride * stride);
    p->values = dp_reserve(memory, bytes, stride);
    p->e = dp_reserve(memory, bytes, stride);
    p->e_nodes = dp_reserve(memory, bytes, J * stride);
    p->pull = dp_reserve(memory, bytes, J * stride);
    p->f = dp_reserve(memory, bytes, J * stride);
    p->off = dp_reserve(memory, bytes, 2 * n);
    p->room = dp_reserve(memory, bytes, dp_wave_room(&p->points) + 4 * stride);
    p->path = (struct dp_residual_path){.n = n, .stride = stride, .vectors = p->gram, .values = p->values};
    p->path.first = dp_reserve(memory, bytes, n);
    p->path.last = dp_reserve(memory, bytes, n);
    p->path.change = dp_reserve(memory, bytes, (J + 1) * n);
    p->path.passed = dp_reserve(memory, bytes, J * n);
}

double dp_relaxed_square(int count, const double *a)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += a[i] * a[i];
    return sum;
}

double dp_relaxed_residuals(const struct dp_relaxed *p, const double *f, double *e)
{
    for (int i = 0; i < p->points.n; i++)
        e[i] = f[i] / p->alpha - p->seen.y[i];
    return p->scale * dp_relaxed_square(p->points.n, e) + p->seen.apart;
}

void dp_relaxed_begin(struct dp_relaxed *p, const struct dp_network *net, int lane,
                      struct dp_flow_state *state)
{
    const int stride = p->points.stride;
    p->alpha = net->alpha[lane];
    p->scale = net->scale[lane];
    dp_flow_points_take(&p->seen, net, lane, p->scale, &p->points);
    dp_flow_points_take_neurons(&p->seen, net, lane, p->points.inputs, p->start, p->now.moved);
    p->path.n = p->points.n;
    // entries beyond the points stay zero
    memset(p->values, 0, (size_t)stride * sizeof *p->values);
    memset(p->e, 0, (size_t)stride * sizeof *p->e);
    memset(p->e_nodes, 0, (size_t)(J * stride) * sizeof *p->e_nodes);
    memset(p->pull, 0, (size_t)(J * stride) * sizeof *p->pull);
    p->kernels->start(&p->points, &p->now, p->f, p->room);
    p->loss = dp_relaxed_residuals(p, p->f, p->e);
    p->rounding = ROUNDING * (p->loss + p->scale * dp_relaxed_square(p->points.n, p->seen.y));
    p->length = 0;
    p->steps = p->refusals = 0;
    p->fresh = p->known = false;
    state->evaluations++;
    dp_flow_add_error(state, NODES * state->tolerance);
}

struct dp_relaxed_sizes dp_relaxed_sizes_of(const struct dp_relaxed *p, const double *start, double sign,
                                            const double *moved)
{
    const int d = p->points.inputs;
    double w[STRANDS] = {0}, a[STRANDS] = {0};
    for (int64_t block = 0; block < dp_wave_blocks(p->now.width); block++)
        for (int j = 0; j <= d; j++) {
            const double *const s = start + (block * (d + 1) + j) * STRANDS, *const q =
                                                                                 moved +
                                                                                 (block * (d + 1) + j) *
                                                                                     STRANDS;
            double *const sum = j < d ? w : a;
            for (int l = 0; l < STRANDS; l++)
                sum[l] += (s[l] + sign * q[l]) * (s[l] + sign * q[l]);
        }
    for (int half = STRANDS / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++) {
            w[l] += w[l + half];
            a[l] += a[l + half];
        }
    return (struct dp_relaxed_sizes){sqrt(w[0]), sqrt(a[0])};
}

// The scale of errors in w and a: how far they have moved, or their size if they have grown from much less.
struct dp_relaxed_sizes dp_relaxed_measure(const struct dp_wave_sizes *sizes)
{
    return (struct dp_relaxed_sizes){sqrt(fmin(sizes->theta_w, sizes->moved_w)),
                                     sqrt(fmin(sizes->theta_a, sizes->moved_a))};
}

// K of the present neurons, its eigenvectors, and e in their basis.
void dp_relaxed_find_modes(struct dp_relaxed *p, struct dp_flow_state *state)
{
    const int n = p->points.n, stride = p->points.stride;
    const double factor = 2 * p->scale / (p->alpha * p->alpha);
    state->evaluations += p->kernels->gram(&p->points, &p->now, p->gram, p->room);
    for (int i = 0; i < n * stride; i++) {
        p->gram[i] *= factor;
        p->gram[stride * stride + i] *= factor;
        p->slope[i] = p->steps > 0 ? (p->gram[i] - p->kernel[i]) / p->gone : 0;
        p->kernel[i] = p->gram[i];
    }
    p->kernels->eigen(n, stride, p->gram, p->values, p->room);
    for (int m = 0; m < n; m++)
        p->values[m] = fmax(p->values[m], 0);
    dp_path_modes(&p->path, p->e, p->path.first);
    p->known = true;
}

double dp_relaxed_crossed(const struct dp_relaxed *p, double time, const signed char *sides,
                          const signed char *others)
{
    const int d = p->points.inputs, n = p->points.n, stride = p->points.stride;
    if (n <= 2 * d)
        return 0;
    const double least = SEEN * dp_relaxed_largest(p), factor = 2 * p->scale / (p->alpha * p->alpha);
    double *const sum = p->room, most = 0;
    memset(sum, 0, (size_t)n * sizeof *sum);
    for (int64_t block = 0; block < dp_wave_blocks(p->now.width); block++) {
        const double *const start = p->start + (block * (d + 1) + d) * STRANDS;
        const double *const moved = p->next.moved + (block * (d + 1) + d) * STRANDS;
        for (int i = 0; i < n; i++) {
            const int64_t at = (block * stride + i) * STRANDS;
            if (memcmp(sides + at, others + at, STRANDS) == 0)
                continue;
            for (int l = 0; l < STRANDS; l++)
                if (sides[at + l] != others[at + l])
                    sum[i] += (start[l] + moved[l]) * (start[l] + moved[l]);
        }
    }
    for (int i = 0; i < n; i++) {
        const double rate = factor * p->points.square[i] * sum[i];
        if (rate * time > FELT)
            most = fmax(most, rate / fmax(p->kernel[i * stride + i], least));
    }
    return most;
}

double dp_relaxed_motion(const struct dp_relaxed *p, double time)
{
    return sqrt(2 * p->scale * dp_path_motion(&p->path, time));
}

double dp_relaxed_largest(const struct dp_relaxed *p)
{
    double most = 0;
    for (int m = 0; m < p->points.n; m++)
        most = fmax(most, p->values[m]);
    return most;
}

void dp_relaxed_archive(struct dp_relaxed *p, const struct dp_network *net, struct dp_archive *to)
{
    dp_flow_points_archive(&p->seen, net, &p->points, to);
    p->path.n = p->points.n;
    const size_t n = (size_t)p->points.n, stride = (size_t)p->points.stride, d = (size_t)p->points.inputs;
    const size_t m = (size_t)dp_wave_blocks(net->layer.width) * STRANDS, rows = m * (d + 1);
    const struct {
        double *at;
        size_t count;
    } arrays[] = {{p->start, rows},
                  {p->now.moved, rows},
                  {p->next.moved, rows},
                  {p->guess, rows},
                  {p->gram, 2 * stride * stride},
                  {p->kernel, stride * stride},
                  {p->slope, stride * stride},
                  {p->values, stride},
                  {p->e, stride},
                  {p->e_nodes, J * stride},
                  {p->pull, J * stride},
                  {p->f, J * stride},
                  {p->path.first, n},
                  {p->path.last, n},
                  {p->path.change, (J + 1) * n},
                  {p->path.passed, J * n},
                  {p->path.node, J + 1},
                  {&p->alpha, 1},
                  {&p->scale, 1},
                  {&p->length, 1},
                  {&p->gone, 1},
                  {&p->loss, 1},
                  {&p->rounding, 1}};
    for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
        dp_archive_bytes(to, arrays[i].at, arrays[i].count * sizeof(double));
    dp_archive_bytes(to, p->now.side, m * stride);
    dp_archive_bytes(to, p->next.side, m * stride);
    DP_ARCHIVE(to, p->steps);
    DP_ARCHIVE(to, p->refusals);
    DP_ARCHIVE(to, p->fresh);
    DP_ARCHIVE(to, p->known);
}
