// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/product/expansion.h"

/* Fills sweep->axes and axis_count from sweep->expansion. DP_NO_MEMORY. */
enum dp_status dp_axis_list_make(struct dp_sweep *sweep);

/* Fills sweep->digest. DP_NO_MEMORY. */
enum dp_status dp_sweep_digest(struct dp_sweep *sweep);
