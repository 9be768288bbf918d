// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/sectors/sectors.h"
#include "core/flow/state/integrator.h"

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

/* Serves up to four samples where dp_sectors_serve. It has one place and refuses no step: it tries until the
 * step is good. */
extern const struct dp_integrator dp_by_sectors;
