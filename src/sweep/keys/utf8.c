// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/keys/utf8.h"

size_t dp_utf8_bytes(const char *text, size_t left)
{
    const unsigned char first = left ? (unsigned char)text[0] : 0xff;
    const size_t length = first < 0x80   ? 1
                          : first < 0xc2 ? 0
                          : first < 0xe0 ? 2
                          : first < 0xf0 ? 3
                          : first < 0xf5 ? 4
                                         : 0;
    if (length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if (((unsigned char)text[i] & 0xc0) != 0x80)
            return 0;
    return length;
}
