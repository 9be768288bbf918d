// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stddef.h>

/* Bytes of the UTF-8 character at text, of which `left` bytes may be read; 0 if no character begins there. */
size_t dp_utf8_bytes(const char *text, size_t left);
