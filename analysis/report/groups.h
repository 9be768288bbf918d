// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "report/page.h"

/* Writes the member "neurons" of a group: the neurons of its first run that keeps them, at the start and at
 * the end. Neurons in a plane are given by angle and amplitude, others by the cosines between them. Of many
 * neurons every n-th is taken, because neurons are exchangeable. Nothing is written if no run of the group
 * keeps neurons. */
enum dp_status dp_page_neurons(struct dp_page *page, const int64_t *rows, int64_t runs,
                               struct dp_error *error);
