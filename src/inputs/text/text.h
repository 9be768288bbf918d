// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/table.h"

/* Reads a table of finite numbers from a text of size bytes with a zero behind them, which is overwritten.
 * One rule for .csv, .tsv, .txt, .dat and .data: commas, semicolons, tabs or blanks separate (form.h), quotes
 * are those of RFC 4180, # begins a comment, empty lines are skipped, every line has as many columns.
 * DP_BAD_INPUT names file, line and column. */
enum dp_status dp_text_parse(const char *path, char *text, size_t size, const struct dp_choice *choice,
                             struct dp_table *table, struct dp_error *error);
