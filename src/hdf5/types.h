// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* The types of numbers in a file. */
enum dp_column_type { DP_COLUMN_I32, DP_COLUMN_U32, DP_COLUMN_I64, DP_COLUMN_F64 };
