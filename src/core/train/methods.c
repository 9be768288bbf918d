// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods.h"

const struct dp_method *const dp_methods[] = {
    [DP_GD] = &dp_descent,
    [DP_SGD] = &dp_descent,
    [DP_ADAM] = &dp_adam,
    [DP_FLOW] = &dp_gradient_flow,
    [DP_NORMALIZED_FLOW] = &dp_normalized_flow,
};
