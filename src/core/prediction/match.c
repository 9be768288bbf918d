// SPDX-License-Identifier: BSD-3-Clause
#include "core/prediction/match.h"
#include "core/math/elementary.h"
#include <math.h>
#include <stdbool.h>

// Right for small angles and large ones, which neither the cosine nor the sine would be.
double dp_angle_between(const double *u, const double *v, int rows)
{
    double apart = 0, sum = 0;
    for (int j = 0; j < rows; j++) {
        apart += (u[j] - v[j]) * (u[j] - v[j]);
        sum += (u[j] + v[j]) * (u[j] + v[j]);
    }
    return 2 * dp_atan2(sqrt(apart), sqrt(sum));
}

struct dp_match dp_match_directions(const double *measured, int64_t measured_count, const double *predicted,
                                    int64_t predicted_count, int rows, double within, double *error)
{
    bool taken[DP_MATCH_MOST] = {0}, met[DP_MATCH_MOST] = {0};
    const double most = within * DP_DEGREE;
    struct dp_match match = {.mean = 0};
    for (int64_t k = 0; error && k < predicted_count; k++)
        error[k] = NAN;
    for (bool found = true; found;) {
        double nearest = most;
        int64_t left = -1, right = -1;
        for (int64_t i = 0; i < measured_count; i++)
            for (int64_t k = 0; k < predicted_count && !taken[i]; k++) {
                if (met[k])
                    continue;
                const double angle = dp_angle_between(measured + i * rows, predicted + k * rows, rows);
                if (angle > nearest || (angle == nearest && left >= 0))
                    continue;
                nearest = angle;
                left = i;
                right = k;
            }
        found = left >= 0;
        if (!found)
            break;
        taken[left] = met[right] = true;
        match.matched++;
        match.mean += nearest;
        match.largest = nearest;
        if (error)
            error[right] = nearest;
    }
    match.missed = predicted_count - match.matched;
    match.extra = measured_count - match.matched;
    match.mean = match.matched > 0 ? match.mean / (double)match.matched : NAN;
    match.largest = match.matched > 0 ? match.largest : NAN;
    return match;
}
