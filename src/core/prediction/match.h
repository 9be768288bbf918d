// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdint.h>

/* Matches measured with predicted directions: pairs, the nearest first, none farther apart than a given
 * angle, and no direction in two pairs. */
struct dp_match {
    int64_t matched;
    int64_t missed;       // predicted without a partner
    int64_t extra;        // measured without a partner
    double largest, mean; // angles of the pairs in rad; NAN without any
};

#define DP_DEGREE 0.017453292519943295 // rad

/* The angle between unit vectors in rad, to full precision at any size. */
double dp_angle_between(const double *u, const double *v, int rows);

enum { DP_MATCH_MOST = 128 }; // directions on either side

/* measured and predicted are unit vectors, [count][rows]; within: degrees, at most 90. error,
 * [predicted_count], gets the angle from each predicted direction to its partner, NAN without one; may be
 * NULL. */
struct dp_match dp_match_directions(const double *measured, int64_t measured_count, const double *predicted,
                                    int64_t predicted_count, int rows, double within, double *error);
