// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/flow_state.h"
#include "core/network/archive.h"
#include "core/network/network.h"

/* What an integrator of gradient flow is to flow.c: the first in its table that serves the runs of a network
 * takes them.
 *
 * The choice depends on the shape of the runs alone, so that it is the same on every machine and in every
 * company. Of all else an integrator reports to the run's state: the time reached, the passes over all
 * neurons it took (evaluations), the error it made, and that the run is flat: it has converged, be it above
 * the loss where it was to land. */
struct dp_integrator {
    /* Whether it takes the runs that net is acquired for. */
    bool (*serves)(const struct dp_network *net);

    /* Its memory, for all places of net. */
    enum dp_status (*acquire)(const struct dp_network *net, void **memory, struct dp_error *error);

    /* A new run in a place, whose parameters need not be there yet. */
    void (*place)(void *memory, int lane);

    /* One step, taken or refused, of every place with live[lane]; net->f and net->residual are up to date,
     * and net->f is so again afterwards. A refused step leaves the run where it stood and the next one
     * shorter. */
    void (*step)(void *memory, struct dp_network *net, const bool *live, struct dp_flow_state *state);

    /* All that the next step of the run in a place reads of those before, for checkpoints:
     * core/network/archive.h. */
    void (*archive)(void *memory, const struct dp_network *net, int lane, struct dp_archive *archive);

    void (*release)(void *memory, struct dp_network *net);
};
