// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/directions/members.h"

/* Which members lie within a cap of the sphere, for hundreds of caps of one radius.
 *
 * Most caps hold few members. Members are therefore ordered into small blocks of similar directions, each
 * with a cone around it, and only blocks whose cone meets a cap are looked at. What lies within is added in
 * the order of the blocks, which follows from the members alone. */

enum {
    DP_CAPS_MEMBERS = 2048, // at most
    DP_CAPS_BLOCK = 16,
};

struct dp_caps {
    struct dp_members members; // all, or a sample of them (dp_members_sample)
    bool sampled;              // members are released with the caps
    double cosine;             // of the radius
    int blocks;
    double *block; // [blocks][rows + 2][DP_CAPS_BLOCK]: amplitude times cosine, the vector, amplitude
    double *cone; // the same for blocks: the least that a centre is along the cone if its cap meets the cone,
                  // the unit vector in the middle of the cone; the last row is not used
};

/* Caps on the members, or on a sample of DP_CAPS_MEMBERS of more. cosine: of the radius, which is less than
 * 90 degrees. The members must outlive the caps, which dp_caps_free releases. DP_NO_MEMORY on failure. */
enum dp_status dp_caps_create(const struct dp_members *members, double cosine, struct dp_caps *caps,
                              struct dp_error *error);

/* The blocks that have members within a cap, and for each of their members 1 on the centre's side of the cap,
 * -1 on the other, else 0. */
struct dp_within {
    int count, block[DP_CAPS_MEMBERS / DP_CAPS_BLOCK];
    double side[DP_CAPS_MEMBERS]; // [count][DP_CAPS_BLOCK]
};

/* The amplitude within the cap around the unit vector centre, [rows], as a share of the total. lines: also
 * within the cap opposite. Fills `within`. */
double dp_caps_look(const struct dp_caps *caps, const double *centre, bool lines, struct dp_within *within);

/* mean, [rows]: the sum of the vectors within, with those on the other side turned round. */
void dp_caps_mean(const struct dp_caps *caps, const struct dp_within *within, double *mean);

void dp_caps_free(struct dp_caps *caps);
