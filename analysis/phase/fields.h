// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "phase/report.h"

/* THE table of the fields of a cell: name, unit, meaning and source of the number. It defines the columns of
 * the CSV file and the variables of the netCDF grid. */

enum { DP_FIELD_NAME = 80, DP_FIELD_MEANING = 200, DP_FIELDS = 64 };

struct dp_field {
    char name[DP_FIELD_NAME];
    char meaning[DP_FIELD_MEANING];
    bool whole;
    const char *const *flags; // names of the values 0, 1, ..., NULL-terminated; NULL for numbers
    const struct dp_cells *cells;
    const char *unit;
    size_t offset; // of the value in struct dp_cell
    double (*value)(const struct dp_phase_report *report,
                    const struct dp_cell *cell); // instead, where there is one
};

/* Fills fields[DP_FIELDS] with the fields of the report's plane, in the order of output; returns their
 * number. */
int dp_fields(const struct dp_phase_report *report, struct dp_field *fields);

/* The name of the field that the plane shows. */
void dp_fields_signal(const struct dp_phase_report *report, char name[DP_FIELD_NAME]);

/* A field's value for the cell number c of its cells. */
double dp_field_value(const struct dp_phase_report *report, const struct dp_field *field, int64_t c);
