// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/status.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the header of an npy file says. */
struct dp_npy_header {
    char order;   // of the bytes: '<' or '>'
    char kind;    // f, i, u or b
    size_t bytes; // of a number
    bool fortran; // columns run first
    int rank;
    uint64_t size[2];
    size_t data; // where the numbers begin
};

enum dp_status dp_npy_header_parse(const char *path, const char *what, const char *bytes, size_t size,
                                   struct dp_npy_header *header, struct dp_error *error);
