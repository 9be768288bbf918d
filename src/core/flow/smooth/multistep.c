// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/smooth/multistep.h"
#include "core/math/elementary.h"
#include <math.h>
#include <string.h>

enum { ITERATIONS = 8, ATTEMPTS = 60, KNOWN = 4 };
enum { CAREFUL = 50 };                     // steps after one whose iterations have failed
enum { LOW_ORDER = 2 };                    // up to which formulas are stable while steps grow in a row
static const double ENOUGH = 0.2;          // part of a step's error that Newton's iterations may leave
static const double ENOUGH_PUT = 0.003;    // and of the residuals
static const double ENOUGH_CAREFUL = 0.05; // the same of a careful step
static const double ENOUGH_PUT_CAREFUL = 3e-5;
static const double ENOUGH_PUT_SMALL = 1e-6; // where long steps hang on the Hessian's last digits
static const double SLUGGISH = 0.3; // convergence at which a step's next iteration has a Hessian of its own
static const double APART = 20;     // growth of corrections that ends iterations
static const double RISE = 1e-3;    // of the loss that a step may bring: the flow itself never does
static const double SLOW = 0.2;     // convergence at which the Hessian is taken anew
static const double LEAST_RAISE = 1.3; // of the length that is worth a change
static const double MOST_RAISE = 10, MOST_FALL = 0.1;

size_t dp_multistep_vector(const struct dp_layer *layer)
{
    const int rows = layer->inputs + 1 + layer->outputs;
    return (size_t)(dp_block_count(layer) * rows * DP_LANES) * sizeof(double);
}

size_t dp_multistep_lay_out(struct dp_multistep *ms, const struct dp_layer *layer, int64_t samples,
                            char *memory)
{
    const size_t vector = dp_multistep_vector(layer);
    const size_t outputs = ((size_t)(samples * layer->outputs) * sizeof(double) + 63) / 64 * 64;
    double **const vectors[] = {&ms->z[0],  &ms->z[1],  &ms->z[2], &ms->z[3],   &ms->z[4],     &ms->z[5],
                                &ms->saved, &ms->state, &ms->rate, &ms->change, &ms->gradient, &ms->room};
    const size_t count = sizeof vectors / sizeof *vectors;
    for (size_t k = 0; memory && k < count; k++)
        *vectors[k] = (double *)(void *)(memory + k * vector);
    const size_t bytes = count * vector;
    if (memory) {
        ms->f = (double *)(void *)(memory + bytes);
        ms->residual = (double *)(void *)(memory + bytes + outputs);
        ms->settled = (double *)(void *)(memory + bytes + 2 * outputs);
    }
    const size_t taken = bytes + 3 * outputs;
    return taken + dp_newton_lay_out(&ms->newton, layer, samples, memory ? memory + taken : NULL);
}

// Outputs, residuals and loss at a point.
static double put_out(struct dp_multistep *ms, double *at)
{
    const int64_t numbers = ms->newton.numbers;
    double sum = 0;
    ms->layer.moved = at;
    ms->kernels->output(&ms->layer, &ms->batch, ms->f);
    for (int64_t i = 0; i < numbers; i++) {
        const double e = ms->f[i] / ms->alpha - ms->targets[i], weight = ms->newton.weight[i];
        ms->residual[i] = 2 * ms->scale / ms->alpha * weight * e;
        sum += weight * e * e;
    }
    return sum * ms->scale;
}

// The gradient as well; INFINITY where that is not finite.
static double evaluate(struct dp_multistep *ms, double *at)
{
    const double none[DP_LANES] = {0};
    struct dp_stage_sums sums;
    const double loss = put_out(ms, at);
    ms->kernels->stage_end(&ms->layer, &ms->batch, ms->residual,
                           &(struct dp_stages){at, at, ms->gradient, ms->gradient}, none, &sums);
    ms->slope = sums.slope[0];
    ms->evaluations++;
    return ms->slope < INFINITY ? loss : INFINITY;
}

// The residuals where it stands are those that Hessians are taken with.
static void settle(struct dp_multistep *ms)
{
    memcpy(ms->settled, ms->residual, (size_t)ms->newton.numbers * sizeof *ms->settled);
}

static double ratio(double part, double whole)
{
    return part > 0 ? sqrt(part / whole) : 0;
}

static void linearise(struct dp_multistep *ms, const double *residuals)
{
    dp_newton_linearise(&ms->newton, &ms->layer, &ms->batch, residuals);
    ms->hessians++;
    ms->known = 0;
    ms->convergence = 1;
}

// The size of a vector in units of what a step may be wrong by.
static double size_of(const struct dp_multistep *ms, struct dp_squares squares)
{
    return fmax(ratio(squares.w, ms->moved.w), ratio(squares.a, ms->moved.a)) / ms->tolerance;
}

static struct dp_squares combine(struct dp_multistep *ms, double *const *vectors, int count, const double *c,
                                 double *to)
{
    return ms->newton.kernels->combine(&ms->newton.hessian, vectors, count, c, to);
}

// The next step's length times a factor, and z with it.
static void rescale(struct dp_multistep *ms, double factor)
{
    double power = 1;
    for (int j = 1; j <= ms->order; j++) {
        power *= factor;
        combine(ms, &ms->z[j], 1, &power, ms->z[j]);
    }
    ms->steps[0] *= factor;
}

/* z of the parabola through three points: with D_1, D_2 the first and second divided differences at the last
 * point, z_1 = h (D_1 + h_1 D_2), z_2 = h^2 D_2. */
void dp_multistep_begin(struct dp_multistep *ms)
{
    const double h = ms->steps[0], h1 = ms->steps[1], h2 = ms->steps[2];
    const double c0 = 1 / (h1 * (h1 + h2)), c1 = -1 / (h1 * h2), c2 = 1 / (h2 * (h1 + h2)); // of D_2
    const double second[] = {h * h * c0, h * h * c1, h * h * c2};
    const double first[] = {h * (1 / h1 + h1 * c0), h * (-1 / h1 + h1 * c1), h * h1 * c2};
    double *const points[] = {ms->z[0], ms->z[1], ms->z[2]};
    combine(ms, points, 3, first, ms->room);
    combine(ms, points, 3, second, ms->z[2]);
    const double one = 1;
    ms->moved = combine(ms, &ms->z[0], 1, &one, ms->z[0]);
    combine(ms, &ms->room, 1, &one, ms->z[1]);
    for (int j = 3; j < DP_BDF_ORDERS + 3; j++)
        ms->steps[j] = h2;
    ms->order = 2;
    ms->wait = 3;
    ms->careful = 0;
    ms->known = -1;
    ms->convergence = 1;
    ms->loss = put_out(ms, ms->z[0]);
    ms->outputs++;
    settle(ms);
}

enum solution { SOLVED, UNSOLVED, TOO_LONG };

// Hessians cost little there.
static bool is_small(const struct dp_multistep *ms)
{
    return ms->newton.small.parameters > 0;
}

// Whether a step is solved, from the last correction's size in tolerances and its part of the residuals.
static bool is_enough(const struct dp_multistep *ms, const struct dp_step_formula *formula, double add,
                      double put)
{
    const double enough = ms->careful > 0 ? ENOUGH_CAREFUL : ENOUGH;
    double enough_put = ms->careful > 0 ? ENOUGH_PUT_CAREFUL : ENOUGH_PUT;
    if (is_small(ms))
        enough_put = ENOUGH_PUT_SMALL;
    return fmax(add * formula->error / enough, put / enough_put) * fmin(1, ms->convergence) <= 1;
}

/* Newton's iterations for a step. The first may use the Hessian of an earlier step; where they converge
 * slowly, the next one has a Hessian of its own. Hessians are taken at the iterate, but with the residuals of
 * the last step's end: those of a prediction are off by errors that the stiff modes damp at once, and large
 * amplitudes would make of them a Hessian that is all error. */
static enum solution solve(struct dp_multistep *ms, const struct dp_step_formula *formula, double *size)
{
    const double rl1 = 1 / formula->l[1], step = ms->steps[0] * rl1;
    const struct dp_newton_vectors at = {ms->rate, ms->gradient, ms->change, ms->state, ms->room};
    double before = 0, rate = 0;
    ms->moved =
        ms->newton.kernels->predict(&ms->newton.hessian, ms->z, ms->order, ms->state, ms->rate, ms->change);
    for (int k = 0; k < ITERATIONS; k++) {
        struct dp_squares x, change;
        const double loss = evaluate(ms, ms->state);
        const bool anew = ms->known < 0 || rate > SLUGGISH || (k > 0 && is_small(ms));
        if (!(loss < INFINITY))
            return UNSOLVED;
        if (anew)
            linearise(ms, ms->settled);
        if ((k == 0 || anew) && !dp_newton_prepare(&ms->newton, step))
            return TOO_LONG;
        const double put =
            sqrt(dp_newton_iterate(&ms->newton, &at, rl1, &x, &change) * ms->scale / loss) / ms->alpha;
        const double add = size_of(ms, x);
        rate = k > 0 ? add / before : 0;
        ms->convergence = k > 0 ? fmax(0.3 * ms->convergence, rate) : ms->convergence;
        *size = size_of(ms, change);
        if (!(add < INFINITY) || rate > APART)
            return UNSOLVED;
        if (is_enough(ms, formula, add, put))
            return SOLVED;
        before = add;
    }
    return UNSOLVED;
}

// The factor for a step whose error, or that of another order, is `error` times what it may be.
static double factor_of(double error, double margin, int order)
{
    const double size = fmin(fmax(margin * error, 1e-12), 1e12);
    return 1 / (dp_exp(dp_log(size) / (order + 1)) + 1e-6);
}

static void lower_order(struct dp_multistep *ms)
{
    double factor[DP_BDF_ORDERS + 1];
    dp_formula_lower(ms->order, ms->steps + 1, factor);
    for (int j = 2; j < ms->order; j++) {
        const double c[] = {1, -factor[j]};
        double *const vectors[] = {ms->z[j], ms->z[ms->order]};
        combine(ms, vectors, 2, c, ms->z[j]);
    }
    ms->order--;
}

static void raise_order(struct dp_multistep *ms)
{
    double factor[DP_BDF_ORDERS + 1];
    const double first = dp_formula_raise(ms->order, ms->steps + 1, factor);
    combine(ms, &ms->change, 1, &first, ms->z[ms->order + 1]);
    for (int j = 2; j <= ms->order; j++) {
        const double c[] = {1, factor[j]};
        double *const vectors[] = {ms->z[j], ms->z[ms->order + 1]};
        combine(ms, vectors, 2, c, ms->z[j]);
    }
    ms->order++;
}

// After a step whose error was too large.
static void go_shorter(struct dp_multistep *ms, double error, int failures)
{
    if (failures > 3 && ms->order > 1) {
        lower_order(ms);
        ms->wait = ms->order + 1;
        rescale(ms, MOST_FALL);
        return;
    }
    rescale(ms, fmin(fmax(factor_of(error, 6, ms->order), MOST_FALL), failures > 1 ? 0.2 : 0.9));
}

/* Order and length of the next step. z and steps stand where the step has ended. */
static void choose_next(struct dp_multistep *ms, const struct dp_step_formula *formula, double error,
                        bool failed)
{
    double factor = factor_of(error, 6, ms->order);
    int change = 0;
    if (failed) { // no growth just now
        ms->wait = ms->wait > 2 ? ms->wait : 2;
        return;
    }
    if (ms->wait > 0 && ms->careful > 0 && ms->order > LOW_ORDER)
        return;
    if (ms->wait == 0) {
        const double one = 1;
        ms->wait = 2;
        if (ms->order > 1) {
            const struct dp_squares last = combine(ms, &ms->z[ms->order], 1, &one, ms->z[ms->order]);
            const double lower = factor_of(size_of(ms, last) * formula->error_lower, 6, ms->order - 1);
            change = lower > factor ? -1 : 0;
            factor = fmax(factor, lower);
        }
        if (ms->order < DP_BDF_ORDERS && ms->saved_history > 0) {
            const double power = dp_exp(dp_log(ms->steps[1] / ms->steps[2]) * (ms->order + 1));
            const double c[] = {1, -formula->history / ms->saved_history * power};
            double *const vectors[] = {ms->change, ms->saved};
            const struct dp_squares last = combine(ms, vectors, 2, c, ms->room);
            const double higher = factor_of(size_of(ms, last) * formula->error_higher, 10, ms->order + 1);
            change = higher > factor ? 1 : change;
            factor = fmax(factor, higher);
        }
    }
    if (factor < LEAST_RAISE)
        return;
    if (change < 0)
        lower_order(ms);
    if (change > 0)
        raise_order(ms);
    ms->wait = ms->order + 1;
    rescale(ms, fmin(factor, MOST_RAISE));
}

static void take(struct dp_multistep *ms, const struct dp_step_formula *formula)
{
    const double one = 1;
    ms->newton.kernels->advance(&ms->newton.hessian, ms->z, ms->order, formula->l, ms->change);
    for (int j = DP_BDF_ORDERS + 2; j > 0; j--)
        ms->steps[j] = ms->steps[j - 1];
    if (--ms->wait == 1 && ms->order < DP_BDF_ORDERS) {
        combine(ms, &ms->change, 1, &one, ms->saved);
        ms->saved_history = formula->history;
    } else if (ms->wait > 1) {
        ms->saved_history = 0;
    }

    ms->known++;
    if (ms->known >= KNOWN || (ms->convergence > SLOW && ms->convergence < 1))
        ms->known = -1;
    double *const last = ms->z[0];
    ms->z[0] = ms->state;
    ms->state = last;
}

bool dp_multistep_step(struct dp_multistep *ms)
{
    int failures = 0;
    bool failed = false;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        const struct dp_step_formula formula = dp_formula(ms->order, ms->steps);
        double size = 0;
        const enum solution solution = solve(ms, &formula, &size);
        if (solution == TOO_LONG) {
            failed = true;
            if (ms->known > 0)
                ms->known = -1;
            else
                rescale(ms, 0.5);
            continue;
        }
        if (solution == UNSOLVED) {
            if (ms->known <= 0) {
                failed = true;
                ms->careful = is_small(ms) ? 0 : CAREFUL;
                rescale(ms, ms->careful > 0 ? 0.5 : 0.25);
            }
            ms->known = -1;
            continue;
        }
        const double error = size * formula.error;
        if (error > 1) {
            failed = true;
            go_shorter(ms, error, ++failures);
            ms->known = ms->known > 0
                            ? -1
                            : ms->known; // iterations by an old Hessian leave errors that look like steps'
            continue;
        }
        const double loss = put_out(ms, ms->state);
        ms->outputs++;
        if (!(loss <= ms->loss * (1 + RISE))) {
            failed = true;
            ms->known = ms->known > 0 ? -1 : ms->known;
            rescale(ms, 0.5);
            continue;
        }
        settle(ms);
        ms->careful -= ms->careful > 0;
        ms->loss = loss;
        ms->error = error * ms->tolerance;
        take(ms, &formula);
        choose_next(ms, &formula, error, failed);
        return true;
    }
    put_out(ms, ms->z[0]);
    return false;
}

double dp_multistep_between(struct dp_multistep *ms, double part)
{
    const double from = (part - 1) * ms->steps[1] / ms->steps[0];
    double c[DP_BDF_ORDERS + 1] = {1};
    for (int j = 1; j <= ms->order; j++)
        c[j] = c[j - 1] * from;
    combine(ms, ms->z, ms->order + 1, c, ms->state);
    ms->outputs++;
    return put_out(ms, ms->state);
}

struct dp_multistep_rest dp_multistep_rest(struct dp_multistep *ms, double horizon, bool fits)
{
    const struct dp_newton_vectors at = {ms->rate, ms->gradient, ms->change, ms->state, ms->room};
    const double nothing = 0;
    struct dp_squares x, change;
    if (!(evaluate(ms, ms->z[0]) < INFINITY))
        return (struct dp_multistep_rest){.stable = false};
    if (fits)
        memset(ms->residual, 0, (size_t)ms->newton.numbers * sizeof *ms->residual);
    linearise(ms, ms->residual);
    const double seen = fmin(horizon, dp_newton_longest(&ms->newton));
    if (!dp_newton_prepare(&ms->newton, seen))
        return (struct dp_multistep_rest){.stable = false};
    if (seen < horizon && !fits)
        return (struct dp_multistep_rest){.stable = true, .residual = INFINITY, .motion = INFINITY};
    combine(ms, &ms->change, 1, &nothing, ms->change);
    const double square = dp_newton_iterate(&ms->newton, &at, 0, &x, &change);
    return (struct dp_multistep_rest){.stable = true,
                                      .residual = sqrt(square * ms->scale / ms->loss) / ms->alpha,
                                      .motion = fmax(ratio(x.w, ms->moved.w), ratio(x.a, ms->moved.a))};
}
