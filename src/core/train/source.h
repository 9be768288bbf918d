// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/archive.h"
#include "core/train/placed.h"

/* Where runs come from and go to. */
struct dp_source {
    void *context;
    /* Puts another run into a place of net: its parameters, its points where they do not change, and *placed
     * for the loop. False when there are no more, or on failure. */
    bool (*next)(void *context, struct dp_network *net, int lane, struct dp_placed *placed);
    /* Keeps a point of the curve of the run in a place. */
    void (*point)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *now);
    /* The run in a place has come to the end of its initial stage. */
    void (*stage)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *now);
    /* Takes what the run in a place has come to, while its parameters still stand there. */
    void (*done)(void *context, const struct dp_network *net, int lane, const struct dp_outcome *outcome);
    /* Asked before a step, and again when `apart` more were taken: may we go on? With steps and loss of the
     * run in the first place. NULL: always. save takes the state of the run in a place, and archive has the
     * source's own part in it: what it has kept of the run so far. */
    int64_t apart;
    enum dp_wish (*look)(void *context, double steps, double loss);
    void (*save)(void *context, int lane, const void *state, size_t size);
    void (*archive)(void *context, const struct dp_network *net, int lane, struct dp_archive *archive);
};
