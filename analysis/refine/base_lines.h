// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdint.h>
#include <stdio.h>

/* The values of a key before its plane was refined, kept in a comment of the refined sweep's file. */

void dp_base_lines_write(const char *key, const double *lines, int64_t count, FILE *out);

/* Allocated, *count of them; NULL and 0 without such a comment. */
enum dp_status dp_base_lines_read(const char *yaml, const char *key, double **lines, int64_t *count,
                                  struct dp_error *error);
