// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/flow_state.h"
#include "core/flow/sectors.h"
#include "core/network/network.h"

/* Steps of a wide relu network by sectors (sectors.h): the small system is integrated as far as few enough
 * neurons will pass a sample's line, all neurons are taken along, and the residuals that they then really
 * have are compared with those of the small system. What they differ by is all that is wrong with a step, and
 * sets the length of the next. */
struct dp_sector_flow {
    struct dp_sectors sectors;
    bool fresh;    // the run has just been placed
    double length; // flow time of the next step
    void *spare;   // where the parameters are moved to
    void *owned;   // the array allocated here: spare, or when that was swapped in, the network's moved
};

enum dp_status dp_sector_flow_acquire(const struct dp_network *net, struct dp_sector_flow *flow,
                                      struct dp_error *error);
void dp_sector_flow_place(struct dp_sector_flow *flow);

/* One step of the run in net's one place. Never refused: it is tried until it is good. */
void dp_sector_flow_step(struct dp_sector_flow *flow, struct dp_network *net, struct dp_flow_state *state);

void dp_sector_flow_release(struct dp_sector_flow *flow, struct dp_network *net);
