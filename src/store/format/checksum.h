// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>
#include <stdint.h>

/* CRC-32 (as in zlib). It starts with 0 and is continued over any number of bytes, or over a number as four
 * little-endian bytes. */
uint32_t dp_checksum_continue(uint32_t checksum, const void *bytes, size_t size);
uint32_t dp_checksum_number(uint32_t checksum, uint32_t number);
