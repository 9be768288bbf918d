// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods/methods.h"
#include "core/train/methods/rules.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Steps along the gradient by the rule of the runs' shape, on all samples or on the present batch (sgd), with
 * a separate rate for every place. Rules keep arrays from step to step; one more array is used to choose
 * Adam's rate. */

struct descent {
    struct dp_update update;
    void *memory, *gradient;
    double powers[DP_LANES][DP_RULE_POWERS];
};

static enum dp_status begin(struct dp_training *t, struct dp_error *error)
{
    const enum dp_rule rule = (enum dp_rule)t->shape->rule;
    const size_t array = dp_network_block_bytes(t->net), zeros = (size_t)dp_rules[rule].arrays * array;
    const size_t bytes = zeros + (rule == DP_RULE_ADAM ? array : 0);
    struct descent *descent = t->state = calloc(1, sizeof *descent);
    char *memory = descent && bytes > 0 ? aligned_alloc(64, bytes) : NULL;
    if (!descent || (bytes > 0 && !memory)) {
        free(descent);
        return dp_fail(error, DP_NO_MEMORY, "no memory for steps of %lld neurons (%zu bytes)",
                       (long long)t->net->layer.width, bytes);
    }
    descent->memory = memory;
    descent->update.rule = rule;
    descent->update.decays = t->shape->decays != 0;
    for (int k = 0; k < dp_rules[rule].arrays; k++)
        descent->update.kept[k] = memset(memory + (size_t)k * array, 0, array);
    descent->gradient = bytes > zeros ? memory + zeros : NULL; // not touched unless a rate is to be chosen
    for (int l = 0; l < DP_LANES && rule == DP_RULE_ADAM; l++)
        descent->update.number[DP_ADAM_FLOOR][l] = 1; // of an empty place: 0 / floor
    return DP_OK;
}

static void place(struct dp_training *t, int lane)
{
    struct descent *descent = t->state;
    for (int k = 0; k < dp_rules[descent->update.rule].arrays; k++)
        dp_network_clear_lane(t->net, lane, descent->update.kept[k]);
    for (int k = 0; k < DP_RULE_POWERS; k++)
        descent->powers[lane][k] = 1;
    descent->update.decay[lane] = t->run[lane]->weight_decay;
    if (t->run[lane]->method == DP_ADAM)
        t->time[lane] = NAN;
}

static void choose_for_adam(struct dp_training *t, const struct descent *descent)
{
    double beta1[DP_LANES] = {0};
    bool due[DP_LANES], any = false;
    for (int l = 0; l < t->net->lanes; l++) {
        due[l] = t->chosen[l] && !isfinite(t->base[l]);
        beta1[l] = due[l] ? t->run[l]->adam_beta1 : 0;
        any = any || due[l];
    }
    if (any)
        dp_rates_adam(&t->rates, t->net, due, beta1, descent->gradient, t->base);
}

static void choose(struct dp_training *t)
{
    const struct descent *descent = t->state;
    if (descent->update.rule == DP_RULE_ADAM)
        choose_for_adam(t, descent);
    else
        dp_rates_descend(&t->rates, t->net, t->chosen, t->base);
}

// The numbers of this step; those of empty places stay as they are.
static void set_numbers(const struct dp_training *t, struct descent *descent)
{
    for (int l = 0; l < t->net->lanes; l++) {
        double numbers[DP_RULE_NUMBERS] = {0};
        if (!t->live[l])
            continue;
        dp_rules[descent->update.rule].numbers(t->run[l], t->rate[l], descent->powers[l], numbers);
        for (int k = 0; k < DP_RULE_NUMBERS; k++)
            descent->update.number[k][l] = numbers[k];
    }
}

static void step(struct dp_training *t)
{
    struct dp_network *net = t->net;
    struct descent *descent = t->state;
    if (descent->update.rule != DP_RULE_DESCENT)
        set_numbers(t, descent);
    else
        for (int64_t i = 0; i < net->now.batch.count * net->layer.outputs; i++)
            for (int l = 0; l < net->lanes; l++)
                net->residual[i * net->lanes + l] *= t->rate[l];
    net->kernels->step(&net->layer, &net->now.batch, &net->next->batch, net->residual, &descent->update,
                       net->f);
    for (int l = 0; l < net->lanes; l++)
        t->time[l] += t->rate[l];
}

static void archive(struct dp_training *t, int lane, struct dp_archive *to)
{
    struct descent *descent = t->state;
    const int arrays = dp_rules[descent->update.rule].arrays;
    for (int k = 0; k < arrays; k++)
        dp_archive_blocks(to, t->net, lane, descent->update.kept[k]);
    for (int k = 0; arrays > 0 && k < DP_RULE_POWERS; k++)
        DP_ARCHIVE(to, descent->powers[lane][k]);
}

static void end(struct dp_training *t)
{
    struct descent *descent = t->state;
    free(descent->memory);
    free(descent);
}

const struct dp_method dp_descent = {
    .begin = begin, .place = place, .choose = choose, .step = step, .archive = archive, .end = end};
