// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/sectors/sectors.h"
#include "core/math/elementary.h"
#include <math.h>
#include <string.h>

enum { N = DP_SECTOR_SAMPLES, MOST_PARTS = 10000 };
enum { WW, WB, BB, WA, BA, AA };      // the moments in their order
static const double MOST_TURN = 0.75; // of |integral of v| over a substep: exact to rounding

// The small system in the course of a step.
struct state {
    struct dp_moments moments;
    double map[DP_SECTORS][9]; // [3][3]: the map of (w, b, a) so far, minus 1
    double e[N], pull[N];
};

bool dp_sectors_serve(const struct dp_network *net)
{
    const struct dp_layer *layer = &net->layer;
    return layer->activation == DP_RELU && layer->inputs == 1 && layer->outputs == 1 && !layer->stacked &&
           !layer->biasless && layer->pace == 0 && net->now.batch.count <= N;
}

// Whether sample i, the `rank`-th by x, is active in a sector: see struct dp_sector_step.
static bool is_active(int sector, int rank, int n)
{
    return sector <= n ? rank < sector : rank >= sector - n;
}

void dp_sectors_begin(struct dp_sectors *s, const struct dp_network *net)
{
    struct dp_moments moments;
    *s = (struct dp_sectors){.n = (int)net->now.batch.count, .alpha = net->alpha[0], .scale = net->scale[0]};
    for (int i = 0; i < s->n; i++) {
        s->x[i] = net->kernels->bits == 32 ? (double)((const float *)net->now.x)[i]
                                           : ((const double *)net->now.x)[i];
        s->y[i] = net->now.y[i];
    }
    for (int i = 0; i < s->n; i++) {
        int rank = 0;
        for (int j = 0; j < s->n; j++)
            rank += s->x[j] < s->x[i] || (s->x[j] == s->x[i] && j < i);
        for (int sector = 1; sector < 2 * s->n; sector++)
            s->active[sector][i] = is_active(sector, rank, s->n);
    }
    net->kernels->sectors(&net->layer, &net->now.batch, NULL, NULL, &moments.sum[0][0]);
    dp_sectors_advance(s, &moments, (const double[N]){0});
}

void dp_sectors_residuals(const struct dp_sectors *s, const struct dp_moments *moments, double *e)
{
    for (int i = 0; i < s->n; i++) {
        double f = 0;
        for (int sector = 1; sector < 2 * s->n; sector++)
            if (s->active[sector][i])
                f += s->x[i] * moments->sum[sector][WA] + moments->sum[sector][BA];
        e[i] = f / s->alpha - s->y[i];
    }
}

static double square_of(const struct dp_sectors *s, const double *e)
{
    double sum = 0;
    for (int i = 0; i < s->n; i++)
        sum += e[i] * e[i];
    return sum;
}

void dp_sectors_advance(struct dp_sectors *s, const struct dp_moments *moments, const double *pull)
{
    s->moments = *moments;
    dp_sectors_residuals(s, moments, s->e);
    for (int i = 0; i < s->n; i++)
        s->pulled[i] += pull[i];
    s->most = fmax(s->most, sqrt(square_of(s, s->e)));
}

// r_i = r_factor e_i
static double r_factor(const struct dp_sectors *s)
{
    return 2 * s->scale / s->alpha;
}

// v of a sector for the pulls of the samples
static void direction(const struct dp_sectors *s, int sector, const double *pull, double v[2])
{
    v[0] = v[1] = 0;
    for (int i = 0; i < s->n; i++)
        if (s->active[sector][i]) {
            v[0] += pull[i] * s->x[i];
            v[1] += pull[i];
        }
}

// The longest v of a sector with neurons in it.
static double longest(const struct dp_sectors *s, const double *pull)
{
    double most = 0;
    for (int sector = 1; sector < 2 * s->n; sector++) {
        double v[2];
        const double *q = s->moments.sum[sector];
        direction(s, sector, pull, v);
        if (q[WW] + q[BB] + q[AA] > 0)
            most = fmax(most, v[0] * v[0] + v[1] * v[1]);
    }
    return sqrt(most);
}

double dp_sectors_rate(const struct dp_sectors *s)
{
    double r[N];
    for (int i = 0; i < s->n; i++)
        r[i] = r_factor(s) * s->e[i];
    return longest(s, r);
}

// G_ij = (r_factor / alpha) sum over the sectors where both are active of (x_i, 1)^T <(w, b) (w, b)^T + a^2>
// (x_j, 1)
static void find_modes(const struct dp_sectors *s, const struct dp_moments *moments, const double *e,
                       struct dp_modes *modes)
{
    const double rate = r_factor(s) / s->alpha;
    double g[N][N];
    for (int i = 0; i < s->n; i++)
        for (int j = 0; j <= i; j++) {
            double square = 0, mixed = 0, constant = 0;
            for (int sector = 1; sector < 2 * s->n; sector++)
                if (s->active[sector][i] && s->active[sector][j]) {
                    const double *q = moments->sum[sector];
                    square += q[WW] + q[AA];
                    mixed += q[WB];
                    constant += q[BB] + q[AA];
                }
            g[i][j] = g[j][i] = rate * (s->x[i] * s->x[j] * square + (s->x[i] + s->x[j]) * mixed + constant);
        }
    dp_modes_find(modes, s->n, g, e);
}

double dp_sectors_sharpness(const struct dp_sectors *s)
{
    struct dp_modes modes;
    double most = 0;
    find_modes(s, &s->moments, s->e, &modes);
    for (int j = 0; j < s->n; j++)
        most = fmax(most, modes.values[j]);
    return most;
}

// f = exp(-[[0, v], [v^T, 0]]) - 1 by series in |v|^2 <= MOST_TURN^2
static void turn_of(const double v[2], double f[3][3])
{
    const double z = v[0] * v[0] + v[1] * v[1];
    const double cosine = (1 + z / 12 * (1 + z / 30 * (1 + z / 56 * (1 + z / 90 * (1 + z / 132))))) / 2;
    const double sine = 1 + z / 6 * (1 + z / 20 * (1 + z / 42 * (1 + z / 72 * (1 + z / 110))));
    for (int i = 0; i < 2; i++) {
        for (int j = 0; j < 2; j++)
            f[i][j] = cosine * v[i] * v[j];
        f[i][2] = f[2][i] = -sine * v[i];
    }
    f[2][2] = cosine * z;
}

/* (1 + f) <- (a rotation of (w, b) by omega) (1 + f). The order in which the directions of v came matters
 * where the w make the a, which then move the w. */
static void swirl(double omega, double f[3][3])
{
    const double z = omega * omega, sine = omega * (1 - z / 6 * (1 - z / 20 * (1 - z / 42)));
    const double cosine = -z / 2 * (1 - z / 12 * (1 - z / 30 * (1 - z / 56))); // less 1
    for (int j = 0; j < 3; j++) {
        const double a = f[0][j] + (j == 0), b = f[1][j] + (j == 1);
        f[0][j] += cosine * a + sine * b;
        f[1][j] += cosine * b - sine * a;
    }
}

// q <- (1 + f) q (1 + f)^T for the symmetric matrix of a sector's moments
static void turn_moments(double f[3][3], double q[DP_SECTOR_MOMENTS])
{
    static const int at[DP_SECTOR_MOMENTS][2] = {
        [WW] = {0, 0}, [WB] = {0, 1}, [BB] = {1, 1}, [WA] = {0, 2}, [BA] = {1, 2}, [AA] = {2, 2}};
    const double full[3][3] = {{q[WW], q[WB], q[WA]}, {q[WB], q[BB], q[BA]}, {q[WA], q[BA], q[AA]}};
    double half[3][3];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            half[i][j] = full[i][j] + (f[i][0] * full[0][j] + f[i][1] * full[1][j] + f[i][2] * full[2][j]);
    for (int k = 0; k < DP_SECTOR_MOMENTS; k++) {
        const int i = at[k][0], j = at[k][1];
        q[k] = half[i][j] + (half[i][0] * f[j][0] + half[i][1] * f[j][1] + half[i][2] * f[j][2]);
    }
}

// map <- map + f + f map
static void turn_map(double f[3][3], double map[9])
{
    double next[9];
    for (int i = 0; i < 3; i++)
        for (int j = 0; j < 3; j++)
            next[3 * i + j] =
                map[3 * i + j] + (f[i][j] + (f[i][0] * map[j] + f[i][1] * map[3 + j] + f[i][2] * map[6 + j]));
    memcpy(map, next, sizeof next);
}

// Half the angle by which the order of the pulls turns a sector.
static double swirl_of(const struct dp_sectors *s, int sector, double swirls[N][N])
{
    double omega = 0;
    for (int i = 0; i < s->n; i++)
        for (int k = 0; k < i; k++)
            if (s->active[sector][i] && s->active[sector][k])
                omega += (s->x[i] - s->x[k]) * swirls[i][k];
    return r_factor(s) * r_factor(s) * omega / 2;
}

// All moments turned by the integrals of r.
static void turn(const struct dp_sectors *s, const double *pull, struct dp_moments *moments)
{
    for (int sector = 1; sector < 2 * s->n; sector++) {
        double v[2], f[3][3];
        direction(s, sector, pull, v);
        turn_of(v, f);
        turn_moments(f, moments->sum[sector]);
    }
}

// The same with the order of the pulls, and with the maps.
static void turn_all(const struct dp_sectors *s, const double *pull, double swirls[N][N], struct state *state)
{
    for (int sector = 1; sector < 2 * s->n; sector++) {
        double v[2], f[3][3];
        direction(s, sector, pull, v);
        turn_of(v, f);
        swirl(swirl_of(s, sector, swirls), f);
        turn_moments(f, state->moments.sum[sector]);
        turn_map(f, state->map[sector]);
    }
}

double dp_sectors_error(const struct dp_sectors *s, const double *miss, double time, const double *pull)
{
    double pulled = 0;
    for (int i = 0; i < s->n; i++)
        pulled += (s->pulled[i] + pull[i]) * (s->pulled[i] + pull[i]);
    const double lost = r_factor(s) * dp_modes_lost(&s->modes, miss, time);
    return fmax(sqrt(square_of(s, miss)) / s->most, lost / sqrt(pulled));
}

// The integral of r over a time by frozen modes, and e then; false when that turns a sector too far.
static bool pull_by(const struct dp_sectors *s, const struct dp_modes *modes, double time, double *e,
                    double *pull)
{
    dp_modes_relax(modes, time, e, pull);
    for (int i = 0; i < s->n; i++)
        pull[i] *= r_factor(s);
    return longest(s, pull) <= MOST_TURN;
}

/* One substep from `state` to `after`, whose modes are left in s->modes. Returns its error, by the residuals
 * of the moments after it against those that the frozen G foretold; INFINITY when it turns a sector too far.
 */
static double substep(struct dp_sectors *s, const struct state *state, double time, struct state *after)
{
    struct dp_modes first;
    double pull[N], foretold[N], swirls[N][N];
    find_modes(s, &state->moments, state->e, &first);
    if (!pull_by(s, &first, time / 2, NULL, pull))
        return INFINITY;
    struct dp_moments half = state->moments;
    turn(s, pull, &half);
    find_modes(s, &half, state->e, &s->modes);
    if (!pull_by(s, &s->modes, time, foretold, pull))
        return INFINITY;
    *after = *state;
    dp_modes_swirl(&s->modes, time, swirls);
    turn_all(s, pull, swirls, after);
    dp_sectors_residuals(s, &after->moments, after->e);
    for (int i = 0; i < s->n; i++) {
        after->pull[i] += pull[i];
        foretold[i] -= after->e[i];
    }
    return dp_sectors_error(s, foretold, time, after->pull);
}

// The next substep from the last and its error, which is of third order.
static double next_part(double part, double error, double tolerance)
{
    if (isinf(error))
        return part / 2;
    const double ratio = fmin(fmax(error / tolerance, 1e-3), 1e3);
    return part * fmin(fmax(0.9 * dp_exp(-dp_log(ratio) / 3), 0.2), 4);
}

double dp_sectors_plan(struct dp_sectors *s, double time, double target, double tolerance,
                       struct dp_sector_step *step, double *e)
{
    struct state state = {.moments = s->moments}, after;
    double taken = 0;
    memcpy(state.e, s->e, sizeof state.e);
    s->error = 0;
    if (s->part == 0)
        s->part = MOST_TURN / 2 / dp_sectors_rate(s);
    for (int tries = 0; taken < time && tries < MOST_PARTS; tries++) {
        const bool last = !(taken + s->part < time);
        double part = last ? time - taken : s->part;
        const double error = substep(s, &state, part, &after);
        if (!last || !(error <= tolerance))
            s->part = next_part(part, error, tolerance);
        if (!(error <= tolerance))
            continue;
        const bool lands = s->scale * square_of(s, after.e) <= target;
        if (lands) {
            part = dp_modes_landing(&s->modes, target / s->scale, part);
            substep(s, &state, part, &after); // shorter than what was good, so good
        }
        state = after;
        taken += part;
        s->error = sqrt(s->error * s->error + error * error);
        if (lands)
            break;
    }
    for (int k = 0; k < 9; k++)
        for (int sector = 0; sector < DP_SECTORS; sector++)
            step->map[k][sector] = state.map[sector][k];
    memcpy(step->pull, state.pull, sizeof step->pull);
    memcpy(e, state.e, sizeof *e * (size_t)s->n);
    return taken;
}
