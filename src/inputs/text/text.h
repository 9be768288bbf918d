// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "inputs/table/table.h"

/* Reads a table of finite numbers from a text of size bytes with a closing zero; the text is overwritten. One
 * rule holds for .csv, .tsv, .txt, .dat and .data: commas, semicolons, tabs or blanks separate columns
 * (form.h), quotes follow RFC 4180, # begins a comment, empty lines are skipped, and every line has the same
 * number of columns. DP_BAD_INPUT names file, line and column. */
enum dp_status dp_text_parse(const char *path, char *text, size_t size, const struct dp_choice *choice,
                             struct dp_table *table, struct dp_error *error);
