// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/waveform/rounds.h"
#include "core/math/vector.h"
#include <math.h>

enum { MOST_ROUNDS = 4, BISECTIONS = 20 };
static const double DIFFERENCE = 5; // tolerances by which the first and the last round of a step may differ
static const double SURE = 0.2;     // bound on the error of a step, over that difference: tests/flow
static const double SURE_IF_EVEN = 0.8; // the same where sigma begins with a power above 1: neurons bend more
static const double AGREED = 0.03;      // rounds end when residuals agree with the assumed ones to this part
static const double AGREED_ENOUGH = 0.15; // enough if the neurons of two rounds agree
static const double AT_ONCE = 0.3;   // error, in tolerances, below which one round with constant K is enough
static const double TOO_FAR = 0.995; // a step that ends below this part of stop_loss is repeated

double dp_waveform_residuals(const struct dp_waveform *w, const struct dp_network *net, const double *f,
                             double *e)
{
    for (int i = 0; i < w->n; i++)
        e[i] = f[i] / net->alpha[0] - net->now.y[i];
    return net->scale[0] * dp_dot(e, e, w->n);
}

double dp_waveform_fastest(const struct dp_waveform *w)
{
    double most = 0;
    for (int m = 0; m < w->n; m++)
        most = fmax(most, w->values[m]);
    return most;
}

double dp_waveform_motion(const struct dp_waveform *w, const struct dp_network *net, double time)
{
    return sqrt(2 * net->scale[0] * dp_path_motion(&w->path, time));
}

double dp_waveform_time(const struct dp_waveform *w, const struct dp_network *net, double motion, double most)
{
    double low = 0, high = most;
    if (dp_waveform_motion(w, net, most) <= motion)
        return most;
    for (double time = 1 / dp_waveform_fastest(w); time < most && high == most;) {
        if (dp_waveform_motion(w, net, time) > motion)
            high = time;
        else
            low = time;
        time *= 4;
    }
    for (int k = 0; k < BISECTIONS; k++) {
        const double middle = low > 0 ? sqrt(low * high) : high / 16;
        if (dp_waveform_motion(w, net, middle) > motion)
            high = middle;
        else
            low = middle;
    }
    return high;
}

// Integrals of the modes over a part of the step; N grows like a parabola.
static void pass(const struct dp_waveform *w, double time, double part, bool frozen, double *passed)
{
    const double t = time * part;
    for (int m = 0; m < w->n; m++) {
        const struct dp_path_decay d = dp_path_decay(w->values[m] * t);
        const double added = frozen ? 0 : part * part * w->added[m];
        passed[m] = t * (d.phi1 * w->path.first[m] + 2 * d.phi3 * added);
    }
}

// The path of the residuals, and the forces that it exerts.
static void follow(struct dp_waveform *w, const struct dp_network *net, double time, double middle,
                   bool frozen)
{
    const double factor = 2 * net->scale[0] / net->alpha[0];
    const int n = w->n;
    double *const modes = w->room, *const sides = w->room + n;
    for (int m = 0; m < n; m++) {
        const struct dp_path_decay d = dp_path_decay(w->values[m] * time);
        w->path.last[m] = d.left * w->path.first[m] + (frozen ? 0 : 2 * d.phi2 * w->added[m]);
    }
    pass(w, time, 1, frozen, w->passed);
    pass(w, time, middle / time, frozen, modes);
    for (int part = 0; part < (frozen ? 1 : DP_WAVEFORM_INTERVALS); part++) {
        for (int m = 0; m < n && part == 1; m++)
            modes[m] = w->passed[m] - modes[m];
        dp_path_residuals(&w->path, frozen ? w->passed : modes, sides);
        for (int i = 0; i < n; i++)
            w->pull[part * n + i] = factor * sides[i];
    }
}

// Computes what the change of K has added, from the neurons' end points.
static void learn(struct dp_waveform *w)
{
    double *const change = w->room;
    for (int i = 0; i < w->n; i++)
        change[i] = w->end[i] - w->e[i];
    dp_path_modes(&w->path, change, w->added);
    for (int m = 0; m < w->n; m++)
        w->added[m] += w->values[m] * w->passed[m];
}

static double ratio(double part, double whole)
{
    return part > 0 ? sqrt(part / whole) : 0;
}

// Squares of w and a, relative to how far they have moved, or to their size where they have grown from
// little.
static double relative(const struct dp_waveform_sums *sums, double w, double a)
{
    return fmax(ratio(w, fmin(sums->theta_w, sums->moved_w)), ratio(a, fmin(sums->theta_a, sums->moved_a)));
}

/* By how much the force turns while K is constant: the part of the first half's motion that is orthogonal to
 * the whole motion. */
static double turn_of(struct dp_waveform *w, double time, double middle)
{
    double *const half = w->room, along = 0, square = 0, across = 0;
    pass(w, time, 1, true, w->passed);
    pass(w, time, middle / time, true, half);
    for (int m = 0; m < w->n; m++) {
        along += w->values[m] * half[m] * w->passed[m];
        square += w->values[m] * w->passed[m] * w->passed[m];
    }
    for (int m = 0; m < w->n && square > 0; m++) {
        const double off = half[m] - along / square * w->passed[m];
        across += w->values[m] * off * off;
    }
    return ratio(across, square);
}

/* The error of a single round with one interval, relative to how far neurons have moved: their forces change
 * on the way, and the force turns while the motion of a affects that of w and vice versa. */
static double bend(const struct dp_waveform_sums *sums, double turn)
{
    const double moved = fmax(ratio(sums->moved_w, sums->theta_w), ratio(sums->moved_a, sums->theta_a));
    return fmax(relative(sums, sums->bent_w, sums->bent_a), turn * moved);
}

// How far the neurons' residuals are from the end of the assumed path.
static double disagreement(struct dp_waveform *w)
{
    double *const modes = w->room;
    dp_path_modes(&w->path, w->end, modes);
    for (int m = 0; m < w->n; m++)
        modes[m] -= w->path.last[m];
    return ratio(dp_dot(modes, modes, w->n), dp_dot(w->path.first, w->path.first, w->n));
}

bool dp_waveform_overshoots(const struct dp_waveform *w, const struct dp_flow_state *state, double loss)
{
    return state->stop_loss > 0 && w->loss > state->stop_loss && loss < TOO_FAR * state->stop_loss;
}

/* Whether a step that was to end at stop_loss ends closely enough. */
static bool lands(const struct dp_waveform *w, const struct dp_flow_state *state, double time, double loss)
{
    const bool is_last = state->stop_loss > 0 && w->loss > state->stop_loss && time < w->length;
    return !is_last || (loss <= state->stop_loss && !dp_waveform_overshoots(w, state, loss));
}

struct dp_rounds dp_waveform_relax(struct dp_waveform *w, const struct dp_network *net, double time,
                                   struct dp_flow_state *state)
{
    struct dp_rounds t = {0};
    struct dp_waveform_sums sums;
    double apart = 1e9;
    const double middle = dp_waveform_time(w, net, dp_waveform_motion(w, net, time) / 2, time);
    const double turn = turn_of(w, time, middle);
    for (t.count = 1; t.count <= MOST_ROUNDS; t.count++) {
        const double before = apart;
        const int intervals = t.count == 1 ? 1 : DP_WAVEFORM_INTERVALS;
        follow(w, net, time, middle, t.count == 1);
        w->kernels->move(&net->layer, &net->now.batch, intervals, w->pull, w->next, w->f, w->room, &sums);
        state->evaluations += 2 * intervals;
        t.growth = fmax(t.growth, sums.growth);
        t.loss = dp_waveform_residuals(w, net, w->f + (intervals - 1) * w->n, w->end);
        if (!(t.loss < 1e300) || t.growth > DP_WAVEFORM_GROWTH)
            return (struct dp_rounds){.difference = 1e9, .growth = t.growth, .loss = INFINITY};
        apart = disagreement(w);
        const double off =
            t.count == 1 ? fmax(apart, bend(&sums, turn)) : relative(&sums, sums.off_w, sums.off_a);
        if (t.count > 1)
            t.agreed = apart <= AGREED;
        else
            t.agreed = off <= AT_ONCE * state->tolerance && lands(w, state, time, t.loss);
        if (t.count > 1 || t.agreed)
            t.difference += off / (DIFFERENCE * state->tolerance);
        if (t.agreed || t.difference > 3 || t.count == MOST_ROUNDS || (t.count >= 3 && apart > 0.7 * before))
            break;
        learn(w);
    }
    t.agreed = t.agreed || (t.count > 1 && t.difference < 1 && apart <= AGREED_ENOUGH);
    const double sure = net->layer.power > 1 ? SURE_IF_EVEN : SURE;
    t.error = sure * t.difference * DIFFERENCE * state->tolerance;
    return t;
}
