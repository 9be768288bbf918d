// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/checksum.h"
#include <zlib.h>

uint32_t dp_checksum_continue(uint32_t checksum, const void *bytes, size_t size)
{
    const unsigned char *at = bytes;
    uLong crc = checksum;
    while (size > 0) { // zlib counts in 32 bits
        const uInt part = size < (1U << 30) ? (uInt)size : 1U << 30;
        crc = crc32(crc, at, part);
        at += part;
        size -= part;
    }
    return (uint32_t)crc;
}

uint32_t dp_checksum_number(uint32_t checksum, uint32_t number)
{
    unsigned char bytes[4];
    for (int i = 0; i < 4; i++)
        bytes[i] = (unsigned char)(number >> (8 * i));
    return dp_checksum_continue(checksum, bytes, sizeof bytes);
}
