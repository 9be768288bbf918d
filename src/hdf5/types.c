// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5/types.h"
#include <math.h>
#include <string.h>

size_t dp_column_size(enum dp_column_type type)
{
    return type == DP_COLUMN_I32 || type == DP_COLUMN_U32 ? 4 : 8;
}

static void put_bytes(uint64_t bits, size_t size, unsigned char *bytes)
{
    for (size_t i = 0; i < size; i++)
        bytes[i] = (unsigned char)(bits >> (8 * i));
}

void dp_put_real(double value, unsigned char *bytes)
{
    uint64_t bits = UINT64_C(0x7ff8000000000000);
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    put_bytes(bits, sizeof bits, bytes);
}

void dp_put_whole(enum dp_column_type type, int64_t value, unsigned char *bytes)
{
    put_bytes((uint64_t)value, dp_column_size(type), bytes);
}
