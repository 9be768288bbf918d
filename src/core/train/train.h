// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/source.h"

/* Training: the loop that all methods share, and the table of methods.
 *
 * L = c sum_ic (f_c(x_i) - y_ic)^2, c by the run's reduction. A method takes all the runs in a network's
 * places from one step to the next and leaves the new outputs in net->f; the loop measures the losses, says
 * when a point of a curve is due and decides when a run is over: done when the loss is at or below stop_loss,
 * or at stop_time, or after max_steps or max_epochs where neither was asked for; step limit after those where
 * one was; diverged when the loss is not finite. A run that is over makes room for the next one; the others
 * go on.
 *
 * With minibatches (batches.h) a step sees one batch; the loss that is recorded, and at the end of an epoch
 * compared with stop_loss, is that of the epoch's whole set: when data streams, of the coming epoch's.
 *
 * Steps after which the loss is higher than before are counted: those by more than rounding, where the root
 * mean square error grows by more than 1e-12 of the first one, 1e-6 in float32. With minibatches that is
 * known of epochs alone, where stop_loss asks for their loss, and of one set alone. */

/* Trains all runs of a source, which have the shape that net was acquired for; those that look stopped are
 * left where they stand. */
enum dp_status dp_train(const struct dp_shape *shape, struct dp_network *net, const struct dp_source *source,
                        struct dp_error *error);
