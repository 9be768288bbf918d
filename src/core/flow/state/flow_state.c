// SPDX-License-Identifier: BSD-3-Clause
#include "core/flow/state/flow_state.h"
#include <math.h>

void dp_flow_add_error(struct dp_flow_state *state, double error)
{
    state->error = sqrt(state->error * state->error + error * error);
}
