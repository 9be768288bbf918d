// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "statistics/counts.h"

/* THE table of the fields of a group of runs in files: CSV and netCDF. */

struct dp_direction_field {
    const char *name, *unit, *meaning;
    bool whole;
};

extern const struct dp_direction_field dp_direction_fields[];
extern const int dp_direction_field_count;

enum { DP_DIRECTION_FIELDS = 32 }; // no more than these

/* The values of all fields in a group, in their order; NAN where there is none. */
void dp_direction_field_values(const struct dp_count_group *group, double values[DP_DIRECTION_FIELDS]);
