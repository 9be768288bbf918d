// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/numpy/npy_header.h"
#include "inputs/numpy/numpy.h"
#include "inputs/table/bytes.h"
#include <stdlib.h>
#include <string.h>

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

/* IEEE 754 half precision: 1 bit of sign, 5 of exponent, 10 of fraction. */
static double half(uint64_t bits)
{
    const uint64_t sign = bits >> 15 & 1, exponent = bits >> 10 & 31, fraction = bits & 1023;
    if (exponent == 0)
        return (sign ? -0x1p-24 : 0x1p-24) * (double)fraction;
    return double_of(sign << 63 | (exponent == 31 ? 2047 : exponent + 1008) << 52 | fraction << 42);
}

static double number(const struct dp_npy_header *header, const unsigned char *at)
{
    uint64_t bits = 0;
    for (size_t i = 0; i < header->bytes; i++)
        bits |= (uint64_t)at[header->order == '>' ? header->bytes - 1 - i : i] << 8 * i;
    if (header->kind == 'u' || header->kind == 'b')
        return (double)bits;
    if (header->kind == 'i') {
        const uint64_t sign = (uint64_t)1 << (8 * header->bytes - 1);
        return bits & sign ? -(double)(sign - (bits & (sign - 1))) : (double)bits;
    }
    if (header->bytes == 2)
        return half(bits);
    if (header->bytes == 4) {
        const uint32_t word = (uint32_t)bits;
        float value;
        memcpy(&value, &word, sizeof value);
        return value;
    }
    return double_of(bits);
}

enum dp_status dp_npy_parse(const char *path, const char *what, const char *bytes, size_t size,
                            struct dp_array *array, struct dp_error *error)
{
    struct dp_npy_header header;
    DP_TRY(dp_npy_header_parse(path, what, bytes, size, &header, error));
    *array = (struct dp_array){.rank = header.rank, .size = {header.size[0], header.size[1]}};
    const uint64_t rows = array->size[0], columns = array->size[1];
    if (!dp_fits_memory(rows, columns))
        return dp_too_large(path, what, rows, columns, error);
    if (rows * columns * header.bytes != size - header.data)
        return dp_fail(error, DP_BAD_INPUT, "%s: %s must have %llu bytes of numbers, but there are %zu", path,
                       what, (unsigned long long)(rows * columns * header.bytes), size - header.data);
    DP_TRY(dp_array_alloc(path, what, array, error));
    const unsigned char *const data = (const unsigned char *)bytes + header.data;
    for (uint64_t i = 0; i < rows; i++)
        for (uint64_t k = 0; k < columns; k++)
            array->values[i * columns + k] =
                number(&header, data + (header.fortran ? k * rows + i : i * columns + k) * header.bytes);
    const enum dp_status status = dp_array_check(path, what, array, error);
    if (status != DP_OK) {
        free(array->values);
        array->values = NULL;
    }
    return status;
}
