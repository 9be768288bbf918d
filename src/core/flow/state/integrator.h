// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/network.h"

/* The interface of an integrator of gradient flow. flow.c uses the first one in its table that serves the
 * runs of a network.
 *
 * The choice depends on the shape of the runs alone, so it is the same on every machine and for every group
 * of runs. An integrator reports its progress in the run's state: the time reached, the number of passes over
 * all neurons (evaluations), the error, and whether the run is flat, that is, has converged, possibly above
 * stop_loss. */
struct dp_integrator {
    /* Whether it takes the runs that net is acquired for. */
    bool (*serves)(const struct dp_network *net);

    /* Allocates memory for all places of net. */
    enum dp_status (*acquire)(const struct dp_network *net, void **memory, struct dp_error *error);

    /* Begins a new run in a place; its parameters need not be there yet. */
    void (*place)(void *memory, int lane);

    /* One step, taken or refused, of every place with live[lane]. net->f and net->residual are up to date
     * before it, and net->f again after it. A refused step leaves the run unchanged and the next step
     * shorter. */
    void (*step)(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state);

    /* Archives everything that the next step of the run in a place reads from earlier steps, for checkpoints
     * (core/network/archive.h). */
    void (*archive)(void *memory, const struct dp_network *net, int lane, struct dp_archive *archive);

    void (*release)(void *memory, struct dp_network *net);
};
