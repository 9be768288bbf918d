// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/directions.h"
#include <stdbool.h>

/* Members: the items on which directions are counted. A member has an amplitude A and a vector, the sum of A
 * u over its neurons.
 *
 * With one input the members are the sectors of the circle, in the order of their angle. With more inputs
 * they are neurons, the strongest first, so that the result does not depend on their order. Vectors are not
 * normalised: a member lies within the angle r of a unit vector c when c . vector >= A cos r. */

enum {
    DP_CIRCLE_SECTORS = 720, // of the circle
};

struct dp_members {
    int rows;          // inputs + 1
    int64_t count;     // of members
    double *amplitude; // [count]
    double *vector;    // [rows][count]
    double total;      // of the amplitudes
    double effective;  // (sum A)^2 / sum A^2 over the neurons
};

/* Sums neurons with one input into sectors; members->amplitude and ->vector point into room, which is
 * [3][DP_CIRCLE_SECTORS]. */
void dp_members_sectors(const struct dp_neurons *neurons, double cut, double *room,
                        struct dp_members *members);

/* The neurons as members, the strongest first; released by dp_members_free. DP_NO_MEMORY. */
enum dp_status dp_members_neurons(const struct dp_neurons *neurons, double cut, struct dp_members *members,
                                  struct dp_error *error);

/* A sample of `count` members of equal amplitude, drawn at even distances along the order of amplitude, each
 * as often as its amplitude requires. If there are no more members than that, the members themselves, not
 * copied: sample->amplitude is then members->amplitude, and only members must be released. DP_NO_MEMORY on
 * failure. */
enum dp_status dp_members_sample(const struct dp_members *members, int64_t count, struct dp_members *sample,
                                 struct dp_error *error);

/* Scales a vector to unit length and returns its former length; a zero vector is not changed. */
double dp_normalise(double *vector, int rows);

void dp_members_free(struct dp_members *members);
