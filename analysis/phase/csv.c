// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "phase/fields.h"
#include "reading/coordinates.h"
#include "tables/table.h"
#include <math.h>
#include <string.h>

/* The CSV file: a line a cell, everything that is known of it. */

/* The columns at each width: values of the cells, of their companions, and the runs in use. */
static int width_columns(const struct dp_phase_report *report)
{
    return !report->plane->by_width ? 0 : report->plane->companion ? 3 : 2;
}

static void put_header(const struct dp_phase_report *report, const struct dp_field *fields, int count,
                       struct dp_text_table *table)
{
    const struct dp_plane *const plane = report->plane;
    const struct dp_distinct *const widths = &report->diagram->cells.width;
    dp_table_put(table, "%s", plane->x);
    dp_table_put(table, "%s", plane->y);
    for (int i = 0; i < count; i++)
        dp_table_put(table, "%s", fields[i].name);
    for (int64_t j = 0; plane->by_width && j < widths->count; j++) {
        dp_table_put(table, "%s_%.17g", plane->column, widths->value[j]);
        if (plane->companion)
            dp_table_put(table, "%s_%.17g", plane->companion->column, widths->value[j]);
        dp_table_put(table, "runs_%.17g", widths->value[j]);
    }
}

static void put_field(const struct dp_phase_report *report, const struct dp_field *field, int64_t c,
                      struct dp_text_table *table)
{
    const double value = dp_field_value(report, field, c);
    if (field->flags && !isnan(value))
        dp_table_put(table, "%s", field->flags[(int)value]);
    else
        dp_table_number(table, value);
}

static void put_cell(const struct dp_phase_report *report, const struct dp_field *fields, int count,
                     int64_t c, struct dp_text_table *table)
{
    const struct dp_plane *const plane = report->plane;
    const struct dp_diagram *const all = report->diagram;
    const struct dp_cell *const cell = &all->cells.cell[c];
    char text[DP_TEXT];
    dp_table_put(table, "%s", dp_coordinate_text(report->store, plane->x, cell->x, true, text, sizeof text));
    dp_table_put(table, "%s", dp_coordinate_text(report->store, plane->y, cell->y, true, text, sizeof text));
    for (int i = 0; i < count; i++)
        put_field(report, &fields[i], c, table);
    for (int64_t j = 0; plane->by_width && j < all->cells.width.count; j++) {
        const double width = all->cells.width.value[j];
        const struct dp_group *const group = dp_cells_group(&all->cells, cell, width);
        dp_table_number(table, dp_diagram_at_width(report->plane, &all->cells, cell, width));
        if (plane->companion)
            dp_table_number(
                table, dp_diagram_at_width(report->plane, &all->companion, &all->companion.cell[c], width));
        dp_table_number(table, group ? (double)group->tally.used : 0);
    }
}

enum dp_status dp_phase_csv(const struct dp_phase_report *report, const char *path, struct dp_error *error)
{
    const struct dp_cells *const cells = &report->diagram->cells;
    struct dp_field fields[DP_FIELDS];
    const int count = dp_fields(report, fields);
    struct dp_text_table table = {.columns = 2 + count + width_columns(report) * (int)cells->width.count};
    struct dp_output output;
    DP_TRY(dp_output_open(path, &output, error));
    put_header(report, fields, count, &table);
    for (int64_t c = 0; c < cells->count; c++)
        put_cell(report, fields, count, c, &table);
    const enum dp_status status = dp_table_csv(&table, output.file, error);
    dp_text_table_free(&table);
    return dp_output_end(&output, status, error);
}
