// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Lanes of a block, see kernels.h. */
enum { DP_LANES = 16 };
