// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/train/state/source.h"

/* Training: the loop that all methods share, and the table of methods.
 *
 * L = c sum_ic (f_c(x_i) - y_ic)^2, with c by the run's reduction. A method takes the runs in all places of a
 * network from one step to the next and leaves the new outputs in net->f. The loop measures the losses,
 * records points of curves and decides when a run is over:
 *
 *   - done when the loss is at or below stop_loss, or at stop_time;
 *   - after max_steps or max_epochs: step limit if another end was asked for, done otherwise;
 *   - diverged when the loss is not finite.
 *
 * A run that is over makes room for the next one, while the others continue.
 *
 * With minibatches (batches.h) a step sees one batch. The recorded loss is then that of the whole set of the
 * epoch, and it is compared with stop_loss at the end of an epoch. When data stream, it is the loss of the
 * coming epoch's set.
 *
 * Steps after which the loss is higher than before are counted, if it is higher by more than rounding: the
 * root mean square error must grow by more than 1e-12 of its first value (1e-6 in float32). With minibatches
 * only epochs can be compared, and only if stop_loss asks for their loss and all epochs have the same set. */

/* Trains all runs of a source, which must have the shape for which net was acquired. Runs that are stopped by
 * the watch are left where they are. */
enum dp_status dp_train(const struct dp_shape *shape, struct dp_network *net, const struct dp_source *source,
                        struct dp_error *error);
