// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/sectors/sectors.h"
#include "core/flow/state/integrator.h"

/* Steps of a wide ReLU network by sectors (sectors.h). The small system is integrated for as long as few
 * neurons cross the line of a sample. Then all neurons are moved, and their actual residuals are compared
 * with those of the small system. The difference is the only error of a step, and sets the length of the next
 * one. */
struct dp_sector_flow {
    struct dp_sectors sectors;
    bool fresh;    // the run has just been placed
    double length; // flow time of the next step
    void *spare;   // where the parameters are moved to
    void *owned;   // the allocated array: spare, or, after they were swapped, the network's moved
};

/* Serves networks on up to four samples for which dp_sectors_serve is true. It has one place and refuses no
 * step: it repeats a step until its error is small enough. */
extern const struct dp_integrator dp_by_sectors;
