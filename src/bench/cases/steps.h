// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "bench/cases/cases.h"
#include "core/network/network.h"
#include "core/train/methods/rules.h"

/* Networks of a case with all their places taken (seeds 0, 1, ...), and steps on them.
 *
 * A step is the work of training between two checks of a run: losses and residuals from the outputs, then the
 * kernel's pass. There are no events: no run stops, and no curve is recorded. */

struct dp_steps {
    struct dp_network net;
    const struct dp_bench_case *of;
    double loss[DP_LANES]; // before the last step
    struct dp_run run;     // of the first place
    struct dp_update update;
    double powers[DP_RULE_POWERS];
    void *memory; // what the rule keeps
};

/* Acquires and places the networks; their outputs are up to date. Release them also after a failure. */
enum dp_status dp_steps_acquire(const struct dp_bench_case *c, const char *isa, int bits,
                                struct dp_steps *steps, struct dp_error *error);
void dp_steps_release(struct dp_steps *steps);

/* Takes some steps: a dp_repeated. Denormals must be flushed (net.kernels->enter). */
void dp_steps_take(void *steps, int64_t times);

/* FNV-1a of all parameters: by place, neuron and component, as doubles. */
uint64_t dp_steps_hash(const struct dp_steps *steps);
