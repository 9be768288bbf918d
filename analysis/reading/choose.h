// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/view.h"

/* Choosing runs of a store by the values of their coordinates. */

/* The rows that the view's picks let through: fills rows[most], *count may be more. */
enum dp_status dp_choose_rows(const struct dp_store *store, const struct dp_view *view, int64_t *rows,
                              int64_t most, int64_t *count, struct dp_error *error);
