// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "reading/command.h"
#include <stdint.h>

/* The arguments of `dewpoint phase` as texts, checked as far as possible without the store. */

struct dp_phase_options {
    struct dp_common common;
    const char *x, *y, *value, *weights, *bootstrap, *csv, *netcdf, *plot;
    struct dp_list at, average;
    bool doubtful;
    // from the texts
    double power;       // of the width in the weights
    int64_t replicates; // of the bootstrap, 0: none
};

/* THE table of options. */
enum { DP_PHASE_OPTIONS = 11 };
extern const struct dp_option dp_phase_table[DP_PHASE_OPTIONS];

/* Checks a struct dp_phase_options. DP_BAD_INPUT with a sentence. */
enum dp_status dp_phase_check(void *options, struct dp_error *error);
