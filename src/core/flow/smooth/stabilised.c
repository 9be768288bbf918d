// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/stabilised.h"
#include "core/math/elementary.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_REFUSALS = 40, STEPS_KNOWN = 8 };
static const double FIRST = 0.25;  // length of the first step, in units of 1 / lambda
static const double GROWTH = 0.25; // exponent by which lambda may have grown before it is estimated again
static const double MARGIN = 1.05; // power iteration converges from below
static const double KINKS = 3;     // ReLU's kinks make the estimated error this much larger than the true one
static const double LANDING = 0.998; // aim at this part of stop_loss
static const double TOO_FAR = 0.99;  // a step that ends below this part of stop_loss is repeated

/* The coefficients of the method with s stages, one stage after the other: T_j, its derivatives and b_j at w0
 * for j, j - 1 and j - 2 (section 2 of the paper). */
struct chebyshev {
    double w0, w1;
    double t[3], d[3], dd[3], b[3]; // of j, j - 1, j - 2
};

static void advance(struct chebyshev *c)
{
    const double t = 2 * c->w0 * c->t[0] - c->t[1], d = 2 * c->t[0] + 2 * c->w0 * c->d[0] - c->d[1];
    const double dd = 4 * c->d[0] + 2 * c->w0 * c->dd[0] - c->dd[1], b = dd / (d * d);
    double *const rows[] = {c->t, c->d, c->dd, c->b};
    const double next[] = {t, d, dd, b};
    for (int k = 0; k < 4; k++) {
        rows[k][2] = rows[k][1];
        rows[k][1] = rows[k][0];
        rows[k][0] = next[k];
    }
}

// At j = 1; b_0 = b_1 = b_2.
static struct chebyshev chebyshev(int s)
{
    const double w0 = 1 + 2.0 / (13.0 * s * s);
    const struct chebyshev first = {.w0 = w0, .t = {w0, 1}, .d = {1, 0}};
    struct chebyshev c = first, last = first;
    for (int j = 2; j <= s; j++)
        advance(&last);
    c.w1 = last.d[0] / last.dd[0];
    struct chebyshev second = first;
    advance(&second);
    c.b[0] = c.b[1] = second.b[0];
    return c;
}

enum dp_status dp_stabilised_acquire(const struct dp_network *net, struct dp_stabilised *flow,
                                     struct dp_error *error)
{
    const size_t block = (dp_network_block_bytes(net) + 63) / 64 * 64;
    const size_t numbers = (size_t)(net->now.batch.count * net->layer.outputs * net->lanes);
    const size_t total = 4 * block + (numbers * sizeof *flow->f + 63) / 64 * 64;
    char *memory = aligned_alloc(64, total);
    if (!memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the stages of method flow (%zu bytes)", total);
    if (net->layer.stacked) // a spread layer writes everything before it is read
        memset(memory, 0, total);
    flow->memory = memory;
    flow->share = 1;
    flow->room = (struct dp_stages){memory, memory + block, memory + 2 * block, memory + 3 * block};
    flow->f = (double *)(void *)(memory + 4 * block);
    return DP_OK;
}

void dp_stabilised_place(struct dp_stabilised *flow, int lane)
{
    flow->place[lane] = (struct dp_stabilised_place){.fresh = true};
    flow->curvature[lane] = (struct dp_curvature){0};
}

// One value for each lane of the kernels; a network that is not stacked uses all of them.
static void fill(const struct dp_network *net, int lane, double value, double *lanes)
{
    for (int l = lane; l < (net->lanes == 1 ? DP_LANES : lane + 1); l++)
        lanes[l] = value;
}

static double ratio_of(double part, double whole)
{
    return part > 0 ? sqrt(part / whole) : 0;
}

/* The slopes of places just filled. They are computed for all places; those of the others do not change. */
static void begin(struct dp_stabilised *flow, struct dp_network *net, const bool *live,
                  struct dp_flow_state *state)
{
    const double none[DP_LANES] = {0};
    struct dp_stage_sums sums;
    bool any = false;
    for (int l = 0; l < net->lanes; l++)
        any = any || (live[l] && flow->place[l].fresh);
    if (!any)
        return;
    net->kernels->stage_end(&net->layer, &net->now.batch, net->residual, &flow->room, none, &sums);
    for (int l = 0; l < net->lanes; l++) {
        struct dp_stabilised_place *place = &flow->place[l];
        place->taken = 1;
        if (live[l] && place->fresh) {
            place->slope = sums.slope[l];
            place->fresh = false;
            state[l].evaluations++;
        }
    }
}

/* A bound on lambda until the end of the next step. Neurons grow at most at the rate `residual`, so the first
 * part grows at most like e^(2 p residual t), p the activation's power, and the second like e^((p - 1)
 * residual t). */
static double lambda_of(const struct dp_curvature *c, double time, int power)
{
    const double growth = fmin(c->residual * time, 1);
    return MARGIN * (c->gauss_newton * dp_exp(fmin(2 * power * growth, 1)) +
                     c->residual * dp_exp(fmin((power - 1) * growth, 1)));
}

static void estimate(struct dp_stabilised *flow, struct dp_network *net, const bool *live,
                     struct dp_flow_state *state)
{
    bool due[DP_LANES], any = false;
    for (int l = 0; l < net->lanes; l++) {
        struct dp_stabilised_place *place = &flow->place[l];
        const struct dp_curvature *c = &flow->curvature[l];
        due[l] = live[l] && (!c->started || place->refusals > 0 || place->steps >= STEPS_KNOWN ||
                             2 * net->layer.power * c->residual * place->known > GROWTH);
        any = any || due[l];
        if (due[l]) {
            place->known = 0;
            place->steps = 0;
            state[l].evaluations -= c->passes;
        }
    }
    if (any)
        dp_curvature_estimate(flow->curvature, net, due);
    for (int l = 0; l < net->lanes; l++)
        state[l].evaluations += due[l] ? flow->curvature[l].passes : 0;
}

// The length and the stages of the next step of a place.
static void set_length(struct dp_stabilised *flow, const struct dp_network *net, int lane,
                       struct dp_flow_state *state)
{
    struct dp_stabilised_place *place = &flow->place[lane];
    const struct dp_curvature *c = &flow->curvature[lane];
    const double now = c->gauss_newton + c->residual;
    state->flat = !(now > 0) || !(place->slope > 0) || !(state->time < 1e300);
    if (place->length == 0)
        place->length = FIRST / now;
    double time = fmin(place->length, state->stop_time - state->time);
    if (state->stop_loss > 0 && place->loss > state->stop_loss)
        time = fmin(time, place->loss / place->slope * dp_log(place->loss / (LANDING * state->stop_loss)));
    if (state->creeps)
        time = fmin(time, dp_flow_growth_time(state, (net->layer.power + 1) * c->residual));
    const double lambda = lambda_of(c, place->known + time, net->layer.power);
    const double stages = ceil(sqrt(1 + 1.54 * lambda * time));
    const int most = net->kernels->bits == 32 ? 100 : 1000; // rounding grows like the square of the stages
    place->stages = stages < 2 ? 2 : stages < most ? (int)stages : most;
    place->time = stages > most ? (most * most - 1) / (1.54 * lambda) : time;
    if (state->flat)
        place->time = 0;
}

// Factors of stage j of every place; a place with fewer stages does not move.
static void set_stage(const struct dp_stabilised *flow, const struct dp_network *net, struct chebyshev *c,
                      int j, struct dp_stage *stage)
{
    for (int l = 0; l < net->lanes; l++) {
        const struct dp_stabilised_place *place = &flow->place[l];
        const bool takes = j <= place->stages;
        const double a = 1 - c[l].b[0] * c[l].t[0]; // of the previous stage
        if (takes)
            advance(&c[l]);
        const double mu = takes ? 2 * c[l].b[0] * c[l].w0 / c[l].b[1] : 1;
        const double nu = takes ? -c[l].b[0] / c[l].b[2] : 0;
        const double pull = takes ? 2 * c[l].b[0] * c[l].w1 / c[l].b[1] * place->time : 0;
        fill(net, l, mu, stage->now);
        fill(net, l, nu, stage->before);
        fill(net, l, 1 - mu - nu, stage->base);
        fill(net, l, pull, stage->pull);
        fill(net, l, takes ? -a * pull : 0, stage->slope);
    }
}

// A network that has all lanes to itself gets its next slope by swapping arrays.
static void change_slopes(struct dp_stabilised *flow, const struct dp_network *net)
{
    if (net->lanes > 1 || flow->place[0].taken == 0)
        return;
    void *const slope = flow->room.slope;
    flow->room.slope = flow->room.slope_next;
    flow->room.slope_next = slope;
    flow->place[0].taken = 0;
}

static void take_stages(struct dp_stabilised *flow, struct dp_network *net, double *loss)
{
    struct chebyshev c[DP_LANES];
    struct dp_stage stage;
    double taken[DP_LANES] = {0}, first[DP_LANES] = {0};
    int most = 0;
    memset(&stage, 0, sizeof stage);
    change_slopes(flow, net);
    for (int l = 0; l < net->lanes; l++) {
        const struct dp_stabilised_place *place = &flow->place[l];
        c[l] = chebyshev(place->stages);
        fill(net, l, place->taken, taken);
        fill(net, l, c[l].b[0] * c[l].w1 * place->time, first);
        most = place->stages > most ? place->stages : most;
    }
    net->kernels->stage_begin(&net->layer, &net->now.batch, &flow->room, taken, first, net->f);
    dp_network_measure(net, loss);
    for (int j = 2; j <= most; j++) {
        set_stage(flow, net, c, j, &stage);
        net->kernels->stage(&net->layer, &net->now.batch, net->residual, &flow->room, &stage, net->f);
        dp_network_measure(net, loss);
    }
}

// Puts the run in a place back to where its step began.
static void go_back(const struct dp_stabilised *flow, struct dp_network *net, int lane)
{
    dp_network_copy_lane(net, lane, flow->room.base, net->layer.moved);
    for (int64_t i = lane; i < net->now.batch.count * net->layer.outputs * net->lanes; i += net->lanes)
        net->f[i] = flow->f[i];
}

/* Decides whether a place's step is taken, with the length of the next, or refused. */
static bool judge(struct dp_stabilised *flow, const struct dp_layer *layer, int lane,
                  const struct dp_stage_sums *sums, double loss, struct dp_flow_state *state)
{
    struct dp_stabilised_place *place = &flow->place[lane];
    const double w = ratio_of(sums->error_w[lane], sums->moved_w[lane]);
    const double a = ratio_of(sums->error_a[lane], sums->moved_a[lane]);
    const double error = fmax(w, a) / (layer->activation == DP_RELU ? KINKS : 1);
    const double part = error / (flow->share * state->tolerance);
    const bool finite = w + a < INFINITY && loss < INFINITY;
    double factor = finite ? 0.8 * dp_exp(-dp_log(fmin(fmax(part, 1e-6), 1e6)) / 3) : 0;
    factor = fmin(fmax(factor, 0.1), 5);
    const double target = LANDING * state->stop_loss;
    const bool far =
        finite && loss < TOO_FAR * state->stop_loss && place->loss > state->stop_loss && state->stop_loss > 0;
    if (far && loss > 0)
        factor = fmin(factor, fmin(0.95, dp_log(place->loss / target) / dp_log(place->loss / loss)));
    state->evaluations += place->stages;
    place->length = place->time * factor;
    if ((!finite || part > 1 || far) && place->refusals < MOST_REFUSALS) {
        place->refusals++;
        return false;
    }
    state->time += place->time;
    dp_flow_add_error(state, error / flow->share);
    place->known += place->time;
    place->steps++;
    place->refusals = 0;
    place->slope = sums->slope[lane];
    return true;
}

void dp_stabilised_step(struct dp_stabilised *flow, struct dp_network *net, const bool *live,
                        struct dp_flow_state *state)
{
    double loss[DP_LANES], time[DP_LANES] = {0};
    struct dp_stage_sums sums;
    begin(flow, net, live, state);
    estimate(flow, net, live, state);
    dp_network_measure(net, loss);
    memcpy(flow->f, net->f,
           (size_t)(net->now.batch.count * net->layer.outputs * net->lanes) * sizeof *flow->f);
    for (int l = 0; l < net->lanes; l++) {
        flow->place[l].loss = loss[l];
        flow->place[l].stages = 2;
        flow->place[l].time = 0;
        if (live[l])
            set_length(flow, net, l, &state[l]);
        fill(net, l, flow->place[l].time, time);
    }
    take_stages(flow, net, loss);
    net->kernels->stage_end(&net->layer, &net->now.batch, net->residual, &flow->room, time, &sums);
    for (int l = 0; l < net->lanes; l++) {
        if (!live[l])
            continue;
        state[l].refused = !state[l].flat && !judge(flow, &net->layer, l, &sums, loss[l], &state[l]);
        flow->place[l].taken = !state[l].refused;
        if (state[l].refused)
            go_back(flow, net, l);
    }
}

void dp_stabilised_archive(struct dp_stabilised *flow, const struct dp_network *net, int lane,
                           struct dp_archive *archive)
{
    DP_ARCHIVE(archive, flow->place[lane]);
    DP_ARCHIVE(archive, flow->curvature[lane]);
    dp_archive_blocks(archive, net, lane, flow->room.slope); // a refused step begins with it again
    dp_archive_blocks(archive, net, lane, flow->room.slope_next);
}

void dp_stabilised_release(struct dp_stabilised *flow)
{
    free(flow->memory);
}
