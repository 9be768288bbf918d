// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>

/* The types of numbers in a file, and their values as little-endian bytes. */
enum dp_column_type { DP_COLUMN_I32, DP_COLUMN_U32, DP_COLUMN_I64, DP_COLUMN_F64 };

/* Bytes of one value. */
size_t dp_column_size(enum dp_column_type type);

/* Every NAN becomes the same NAN, so that equal results are equal bytes. */
void dp_put_real(double value, unsigned char *bytes);
void dp_put_whole(enum dp_column_type type, int64_t value, unsigned char *bytes);
