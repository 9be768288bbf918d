// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "report/page.h"

/* The member "neurons" of a group: those of its first run that keeps them, at the start and at the end.
 * Neurons in a plane by their angle and amplitude; others by the cosines between them. Of many every
 * so many-th is taken, as neurons are exchangeable. Nothing where no run of the group keeps any. */
enum dp_status dp_page_neurons(struct dp_page *page, const int64_t *rows, int64_t runs,
                               struct dp_error *error);
