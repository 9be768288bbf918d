// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "store/rows/rows.h"

/* Puts records and traces into the rows of a window, with their checksums, and writes the whole window except
 * its status: the caller decides when to write it. wanted: rows that are written anew; other rows keep what
 * the window holds of them. NULL: all rows. The window must hold all columns, with those that were written at
 * creation already read. */
enum dp_status dp_write_results(struct dp_rows *rows, const struct dp_record *records,
                                const struct dp_trace *traces, const bool *wanted, struct dp_error *error);
