// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps by their plain equations, for what the kernels' own steps do not know: momentum and weight decay.
 *
 * With g the gradient of L + weight_decay/2 |theta|^2,
 *
 *   gd, sgd   v = mu v + g, theta -= rate v, or with Nesterov's momentum rate (g + mu v); v = 0 at first
 *   adam      m = beta1 m + (1 - beta1) g, s = beta2 s + (1 - beta2) g^2,
 *             theta -= rate / (1 - beta1^t) m / (sqrt(s) / sqrt(1 - beta2^t) + epsilon); m = s = 0 at first
 *
 * in PyTorch's order, without dampening. A step takes three passes over the parameters where the kernels'
 * take one: for the gradient, for these equations, and for the outputs. They also are the reference that the
 * kernels' steps are held against. */

/* For each lane; one run fills all lanes of a network that is not stacked. */
struct constants {
    double rate[DP_LANES], decay[DP_LANES];
    double momentum[DP_LANES], direct[DP_LANES], along[DP_LANES]; // the step is rate (direct g + along v)
    double beta1[DP_LANES], beta2[DP_LANES], epsilon[DP_LANES];   // of Adam
    double power1[DP_LANES], power2[DP_LANES];                    // beta1^t and beta2^t
};

/* One row of lanes: from its gradients to its step, with what the rule keeps of them. */
typedef void row_rule(const struct constants *c, const double *g, double *first, double *second,
                      double *step);

static void momentum_row(const struct constants *c, const double *g, double *v, double *unused, double *step)
{
    (void)unused;
    for (int l = 0; l < DP_LANES; l++) {
        v[l] = c->momentum[l] * v[l] + g[l];
        step[l] = c->rate[l] * (c->direct[l] * g[l] + c->along[l] * v[l]);
    }
}

static void adam_row(const struct constants *c, const double *g, double *m, double *s, double *step)
{
    for (int l = 0; l < DP_LANES; l++) {
        m[l] = c->beta1[l] * m[l] + (1 - c->beta1[l]) * g[l];
        s[l] = c->beta2[l] * s[l] + (1 - c->beta2[l]) * g[l] * g[l];
        const double size = sqrt(s[l]) / sqrt(1 - c->power2[l]) + c->epsilon[l];
        step[l] = c->rate[l] / (1 - c->power1[l]) * m[l] / size;
    }
}

struct plain {
    row_rule *rule;
    struct constants c; // of the step at hand
    // what outlives a step: these two arrays of each place, and its entries in first and second
    double power1[DP_LANES], power2[DP_LANES]; // beta1^t and beta2^t
    void *gradient, *first, *second;           // arrays of blocks: v, or m and s
};

static enum dp_status begin(struct dp_training *t, struct dp_error *error)
{
    const size_t bytes = (dp_network_block_bytes(t->net) + 63) / 64 * 64;
    struct plain *plain = t->state = calloc(1, sizeof *plain);
    char *memory = plain ? aligned_alloc(64, 3 * bytes) : NULL;
    if (!memory) {
        free(plain);
        return dp_fail(error, DP_NO_MEMORY, "no memory for momentum (%zu bytes)", 3 * bytes);
    }
    memset(memory, 0, 3 * bytes);
    *plain = (struct plain){.rule = t->shape->method == DP_ADAM ? adam_row : momentum_row,
                            .first = memory,
                            .second = memory + bytes,
                            .gradient = memory + 2 * bytes};
    for (int l = 0; l < DP_LANES; l++)
        plain->c.epsilon[l] = 1; // of an empty place: 0 / epsilon
    return DP_OK;
}

static void place(struct dp_training *t, int lane)
{
    struct plain *plain = t->state;
    struct constants *c = &plain->c;
    const struct dp_run *run = t->run[lane];
    dp_network_clear_lane(t->net, lane, plain->first);
    dp_network_clear_lane(t->net, lane, plain->second);
    for (int l = lane; l < (t->net->lanes == 1 ? DP_LANES : lane + 1); l++) {
        c->decay[l] = run->weight_decay;
        c->momentum[l] = run->momentum;
        c->direct[l] = run->nesterov ? 1 : 0;
        c->along[l] = run->nesterov ? run->momentum : 1;
        c->beta1[l] = run->adam_beta1;
        c->beta2[l] = run->adam_beta2;
        c->epsilon[l] = run->adam_epsilon;
    }
    plain->power1[lane] = plain->power2[lane] = 1;
    if (run->method == DP_ADAM)
        t->time[lane] = NAN;
}

static void choose(struct dp_training *t)
{
    dp_rates_descend(&t->rates, t->net, t->chosen, t->base);
}

// The rates and powers of this step; those of empty places stay as they are.
static void set_constants(const struct dp_training *t, struct plain *plain)
{
    struct constants *c = &plain->c;
    for (int l = 0; l < t->net->lanes; l++) {
        plain->power1[l] *= c->beta1[l];
        plain->power2[l] *= c->beta2[l];
    }
    for (int l = 0; l < DP_LANES; l++) {
        const int lane = t->net->lanes == 1 ? 0 : l;
        if (!t->live[lane])
            continue;
        c->rate[l] = t->rate[lane];
        c->power1[l] = plain->power1[lane];
        c->power2[l] = plain->power2[lane];
    }
}

static void move(const struct plain *plain, const struct dp_network *net)
{
    const struct dp_layer *layer = &net->layer;
    const int rows = layer->inputs + 1 + layer->outputs;
    for (int64_t row = 0; row < dp_block_count(layer) * rows; row++) {
        double g[DP_LANES], start[DP_LANES], moved[DP_LANES], first[DP_LANES], second[DP_LANES],
            step[DP_LANES];
        const double pace = layer->pace != 0 && row % rows > layer->inputs ? layer->pace : 1;
        dp_network_row(net, plain->gradient, row, g);
        dp_network_row(net, layer->start, row, start);
        dp_network_row(net, layer->moved, row, moved);
        dp_network_row(net, plain->first, row, first);
        dp_network_row(net, plain->second, row, second);
        for (int l = 0; l < DP_LANES; l++)
            g[l] += plain->c.decay[l] * (start[l] + moved[l]);
        plain->rule(&plain->c, g, first, second, step);
        for (int l = 0; l < DP_LANES; l++)
            moved[l] -= pace * step[l];
        dp_network_put_row(net, plain->first, row, first);
        dp_network_put_row(net, plain->second, row, second);
        dp_network_put_row(net, layer->moved, row, moved);
    }
}

static void step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    struct plain *plain = t->state;
    set_constants(t, plain);
    net->kernels->gradient(&net->layer, &net->now.batch, net->residual, plain->gradient);
    move(plain, net);
    net->kernels->output(&net->layer, &net->next->batch, net->f);
    for (int l = 0; l < net->lanes; l++)
        t->time[l] += t->rate[l];
}

static void archive(struct dp_training *t, int lane, struct dp_archive *to)
{
    struct plain *plain = t->state;
    DP_ARCHIVE(to, plain->power1[lane]);
    DP_ARCHIVE(to, plain->power2[lane]);
    dp_archive_blocks(to, t->net, lane, plain->first);
    dp_archive_blocks(to, t->net, lane, plain->second);
}

static void end(struct dp_training *t)
{
    struct plain *plain = t->state;
    free(plain->first);
    free(plain);
}

const struct dp_method dp_plain = {
    .begin = begin, .place = place, .choose = choose, .step = step, .archive = archive, .end = end};
