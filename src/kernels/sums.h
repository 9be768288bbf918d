// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* What the loops of hessian/ and waveform/ share. */

// The sum of all lanes of running sums [16], by a fixed tree.
INLINE double sum_lanes(const double *lanes)
{
    double sums[DP_LANES];
    for (int l = 0; l < DP_LANES; l++)
        sums[l] = lanes[l];
    for (int half = DP_LANES / 2; half > 0; half /= 2)
        for (int l = 0; l < half; l++)
            sums[l] += sums[l + half];
    return sums[0];
}
