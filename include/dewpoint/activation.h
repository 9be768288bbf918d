// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The activations sigma by name. All act on h = w . x:
 * relu max(h, 0), tanh h^(p-1) tanh h with the multiplicity p (1 unless given), sigmoid 1 / (1 + e^-h),
 * softplus log(1 + e^h), linear h, xtanh h tanh h, x2tanh h^2 tanh h. */
enum dp_activation { DP_RELU, DP_TANH, DP_SIGMOID, DP_SOFTPLUS, DP_LINEAR, DP_XTANH, DP_X2TANH };
