// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions/effective.h"
#include "core/math/elementary.h"
#include "core/math/vector.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum { SAMPLE = 2048 };
static const double SAME = 0.95;                // cosine from which two directions are one
static const double WINDOW = 0.317560429291521; // its angle, rad
static const double TURN = 6.283185307179586;

/* The neurons with a direction: lengths of w and shares. */
struct crowd {
    const struct dp_neurons *neurons;
    int64_t count;
    int64_t *neuron; // [count]
    double *length, *share;
};

static double row_length(const struct dp_neurons *n, int64_t k, int from, int to)
{
    double square = 0;
    for (int j = from; j < to; j++)
        square += n->columns[j * n->count + k] * n->columns[j * n->count + k];
    return sqrt(square);
}

/* Shares by amplitude, or all the same; false without any. */
static bool share_out(struct crowd *crowd, bool uniform)
{
    const struct dp_neurons *const n = crowd->neurons;
    double sum = 0;
    crowd->count = 0;
    for (int64_t k = 0; k < n->count; k++) {
        const double length = row_length(n, k, 0, n->inputs + 1);
        const double a = uniform ? 1 : row_length(n, k, n->inputs + 1, n->inputs + 1 + n->outputs);
        const double share = uniform ? 1 : a * length;
        if (!(length > 0) || !(share > 0))
            continue;
        crowd->neuron[crowd->count] = k;
        crowd->length[crowd->count] = length;
        crowd->share[crowd->count++] = share;
        sum += share;
    }
    for (int64_t i = 0; i < crowd->count; i++)
        crowd->share[i] /= sum;
    return crowd->count > 0;
}

// A neuron of the plane: its angle, of a line in half a turn.
struct place {
    double angle, share;
    int64_t neuron;
};

static int by_angle(const void *left, const void *right)
{
    const struct place *const a = left, *const b = right;
    if (a->angle != b->angle)
        return a->angle < b->angle ? -1 : 1;
    return (a->neuron > b->neuron) - (a->neuron < b->neuron);
}

/* sum_kl p_k p_l over pairs less than WINDOW apart on a circle of length `around`; a window over the sorted
 * places moves with k. */
static double pairs_on_circle(const struct place *place, int64_t count, double around)
{
    double sum = 0, window = 0;
    int64_t first = 0, last = 0; // the window holds first .. last - 1, counted on beyond a turn
    for (int64_t k = 0; k < count; k++) {
        for (; last < k + count; last++) {
            const double angle = place[last % count].angle + (last >= count ? around : 0);
            if (last > k && !(angle - place[k].angle < WINDOW))
                break;
            window += place[last % count].share;
        }
        for (; first < k; first++)
            window -= place[first].share;
        // neurons ahead of k, each pair once, and k itself
        sum += place[k].share * (2 * (window - place[k].share) + place[k].share);
    }
    return sum;
}

static double circle(const struct crowd *crowd, struct place *place, bool lines)
{
    const double around = lines ? TURN / 2 : TURN;
    const struct dp_neurons *const n = crowd->neurons;
    for (int64_t i = 0; i < crowd->count; i++) {
        const int64_t k = crowd->neuron[i];
        const double length = crowd->length[i]; // which keeps the angle's arguments in range
        double angle = dp_atan2(n->columns[n->count + k] / length, n->columns[k] / length);
        angle = angle < 0 ? angle + around : angle;
        place[i] = (struct place){angle >= around ? angle - around : angle, crowd->share[i], k};
    }
    qsort(place, (size_t)crowd->count, sizeof *place, by_angle);
    return pairs_on_circle(place, crowd->count, around);
}

/* Picks the unit vectors of the neurons, or of SAMPLE of them drawn evenly along the sum of shares: unit
 * [count][rows], with their places in the crowd. Returns their number. */
static int64_t pick(const struct crowd *crowd, int rows, int64_t *picked, double *unit)
{
    const struct dp_neurons *const n = crowd->neurons;
    const int64_t count = crowd->count <= SAMPLE ? crowd->count : SAMPLE;
    double sum = 0;
    int64_t i = 0;
    for (int64_t s = 0; s < count; s++) {
        const double at = ((double)s + 0.5) / SAMPLE;
        while (crowd->count > SAMPLE && i < crowd->count - 1 && sum + crowd->share[i] < at)
            sum += crowd->share[i++];
        picked[s] = crowd->count <= SAMPLE ? s : i;
        for (int j = 0; j < rows; j++)
            unit[s * rows + j] =
                n->columns[j * n->count + crowd->neuron[picked[s]]] / crowd->length[picked[s]];
    }
    return count;
}

/* sum_kl p_k p_l [cos > SAME] of all neurons, or from the pairs of unlike neurons in a sample. */
static void pairs_on_sphere(const struct crowd *crowd, int rows, const int64_t *picked, const double *unit,
                            int64_t count, double result[2])
{
    const bool all = crowd->count <= SAMPLE;
    double own = 0, weight = 0, close[2] = {0};
    for (int64_t i = 0; i < crowd->count; i++)
        own += crowd->share[i] * crowd->share[i];
    for (int64_t i = 0; i < count; i++)
        for (int64_t j = 0; j < i; j++) {
            if (picked[i] == picked[j])
                continue;
            const double cosine = dp_dot(unit + i * rows, unit + j * rows, rows);
            const double pair = all ? 2 * crowd->share[i] * crowd->share[j] : 1;
            weight += pair;
            close[0] += cosine > SAME ? pair : 0;
            close[1] += fabs(cosine) > SAME ? pair : 0;
        }
    for (int side = 0; side < 2; side++)
        result[side] = own + (weight > 0 ? (all ? 1 : (1 - own) / weight) * close[side] : 0);
}

/* The probabilities of directions and lines. */
static enum dp_status measure(const struct crowd *crowd, double result[2], struct dp_error *error)
{
    const int rows = crowd->neurons->inputs + 1;
    if (rows == 2) {
        struct place *const place = malloc((size_t)crowd->count * sizeof *place);
        for (int lines = 0; place && lines < 2; lines++)
            result[lines] = circle(crowd, place, lines == 1);
        free(place);
        return place ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the angles of neurons");
    }
    double *const unit = malloc((size_t)(SAMPLE * rows) * sizeof *unit);
    int64_t *const picked = malloc(SAMPLE * sizeof *picked);
    if (unit && picked)
        pairs_on_sphere(crowd, rows, picked, unit, pick(crowd, rows, picked, unit), result);
    const bool room = unit && picked;
    free(unit);
    free(picked);
    return room ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for the directions of neurons");
}

enum dp_status dp_effective_count(const struct dp_neurons *neurons, struct dp_effective *effective,
                                  struct dp_error *error)
{
    struct crowd crowd = {.neurons = neurons};
    double found[2][2] = {{NAN, NAN}, {NAN, NAN}};
    crowd.neuron = malloc((size_t)neurons->count * sizeof *crowd.neuron);
    crowd.length = malloc((size_t)neurons->count * 2 * sizeof *crowd.length);
    crowd.share = crowd.length ? crowd.length + neurons->count : NULL;
    enum dp_status status = crowd.neuron && crowd.length
                                ? DP_OK
                                : dp_fail(error, DP_NO_MEMORY, "no memory for the directions of %lld neurons",
                                          (long long)neurons->count);
    for (int uniform = 0; uniform < 2 && status == DP_OK; uniform++)
        if (share_out(&crowd, uniform == 1))
            status = measure(&crowd, found[uniform], error);
    *effective = (struct dp_effective){1 / found[0][0], 1 / found[0][1], 1 / found[1][0], 1 / found[1][1]};
    free(crowd.neuron);
    free(crowd.length);
    return status;
}
