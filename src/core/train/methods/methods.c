// SPDX-License-Identifier: BSD-3-Clause
#include "core/train/methods/methods.h"

static const struct dp_method *const methods[] = {
    [DP_GD] = &dp_descent,
    [DP_SGD] = &dp_descent,
    [DP_ADAM] = &dp_descent,
    [DP_FLOW] = &dp_gradient_flow,
    [DP_NORMALIZED_FLOW] = &dp_normalized_flow,
};
_Static_assert(sizeof methods / sizeof *methods == DP_NORMALIZED_FLOW + 1, "a method is missing");

const struct dp_method *dp_method_of(int64_t method)
{
    return methods[method];
}
