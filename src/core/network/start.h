// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/network/network.h"

/* Where a run starts: its initial parameters, from its scales (scales.c) and its key draw.
 *
 *   normal    a ~ N(0, beta1^2), w ~ N(0, beta2^2), bias included
 *   balanced  w as for normal, a = +-|w| with a random sign; gradient flow then keeps |w|^2 - a^2 = 0
 *   sphere    w with its bias uniform on the sphere of radius beta2, a ~ N(0, beta1^2)
 *   diagonal  W1 = R D1 V^T and W2 = U D2 R^T for the modes U, V of the data (linear.h), a random
 *             orthonormal frame R, and diagonal D1, D2 with N(0, beta2^2) and N(0, beta1^2); every mode
 *             starts, and stays, alone
 *   file      as in the file
 *
 * Draws depend on seed and neuron. With antisymmetric, neuron 2j + 1 is neuron 2j with a -> -a. The initial
 * output is then exactly zero, because partners are summed side by side. */

/* Sets the starting parameters of the run in a place. train: its data, for diagonal. start: for scheme file,
 * with the shape of the network. */
enum dp_status dp_start_draw(struct dp_network *net, int lane, const struct dp_run *run,
                             const struct dp_samples *train, const struct dp_start *start,
                             struct dp_error *error);
