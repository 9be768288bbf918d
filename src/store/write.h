// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/rows.h"

/* Puts records and traces into the rows of a window, with their checksums, and writes all of the window but
 * its status: the caller decides when that may be said. wanted: of the rows that are written anew; the others
 * keep what the window holds of them. NULL: all. The window must hold all columns, those that were written at
 * creation read. */
enum dp_status dp_write_results(struct dp_rows *rows, const struct dp_record *records,
                                const struct dp_trace *traces, const bool *wanted, struct dp_error *error);
