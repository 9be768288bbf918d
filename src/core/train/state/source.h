// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/archive.h"
#include "core/train/methods/placed.h"

/* A source gives runs to training and takes their results. */
struct dp_source {
    void *context;
    /* Puts another run into a place of net: its parameters, its points if they do not change, and *placed for
     * the loop. Returns false when there are no more runs, or on failure. */
    bool (*next)(void *context, struct dp_network *net, int lane, struct dp_placed *placed);
    /* Keeps a point of the curve of the run in a place. */
    void (*point)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *now);
    /* The run in a place has reached the end of its initial stage. */
    void (*stage)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *now);
    /* Takes the results of the run in a place, while its parameters are still there. */
    void (*done)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *outcome);
    /* Asked before a step, and again after `apart` more steps: may training continue? It gets steps and loss
     * of the run in the first place. NULL: always. save takes the state of the run in a place; archive adds
     * the source's own part of the state, which is what it has kept of the run so far. */
    int64_t apart;
    enum dp_wish (*look)(void *context, double steps, double loss);
    void (*save)(void *context, int lane, const void *state, size_t size);
    /* The run in a place is not trained further, after so many evaluations. */
    void (*leave)(void *context, int lane, int64_t evaluations);
    void (*archive)(void *context, const struct dp_network *net, int lane, struct dp_archive *archive);
};
