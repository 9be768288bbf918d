// SPDX-License-Identifier: BSD-3-Clause
#include "contours/boundary.h"
#include "contours/contour.h"
#include "contours/gaps.h"
#include "figures/style.h"
#include "phase/fields.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include "report/page.h"
#include "report/reproduce.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The phase diagrams: one, or one for each value of the keys with names that vary. */

enum { PLANES_MOST = 24, NAMED_MOST = 6 };

/* Columns whose means are shown besides the slopes. */
static const char *const means[] = {"rd_w", "loss", "loss_test", "steps", "wall_time"};

static void put_values(struct dp_page *page, const char *name, const char *meaning, const char *unit,
                       const char *const *flags)
{
    struct dp_json *const json = &page->json;
    dp_json_open(json, '{');
    dp_json_member_text(json, "name", name);
    dp_json_member_text(json, "meaning", meaning);
    dp_json_member_text(json, "unit", unit);
    if (flags) {
        dp_json_name(json, "flags");
        dp_json_open(json, '[');
        for (int i = 0; flags[i]; i++)
            dp_json_text(json, flags[i]);
        dp_json_close(json, ']');
    }
    dp_json_name(json, "values");
    dp_json_open(json, '[');
}

static void end_values(struct dp_json *json)
{
    dp_json_close(json, ']');
    dp_json_close(json, '}');
}

static void put_fields(struct dp_page *page, const struct dp_phase_report *report)
{
    struct dp_field fields[DP_FIELDS];
    const int count = dp_fields(report, fields);
    for (int f = 0; f < count; f++) {
        put_values(page, fields[f].name, fields[f].meaning, fields[f].unit, fields[f].flags);
        for (int64_t c = 0; c < fields[f].cells->count; c++)
            dp_json_rounded(&page->json, dp_field_value(report, &fields[f], c), DP_PAGE_DIGITS);
        end_values(&page->json);
    }
}

/* The mean of a column in the same cells; nothing if no run has one. */
static enum dp_status put_mean(struct dp_page *page, const struct dp_plane *plane, const char *column,
                               const struct dp_cells *cells, struct dp_error *error)
{
    struct dp_plane of = *plane;
    struct dp_diagram diagram = {0};
    if (!dp_store_has(page->store, column))
        return DP_OK;
    DP_TRY(dp_plane_value(page->store, column, &of, error));
    of.companion = NULL;
    of.order = NULL;
    enum dp_status status = dp_diagram_read(page->store, &of, 0, &diagram, error);
    if (status == DP_OK && diagram.cells.total.used > 0 && diagram.cells.count == cells->count) {
        put_values(page, column, dp_store_meaning(page->store, column), dp_store_unit(page->store, column),
                   NULL);
        for (int64_t c = 0; c < cells->count; c++)
            dp_json_rounded(&page->json, dp_tally_mean(&diagram.cells.cell[c].total), DP_PAGE_DIGITS);
        end_values(&page->json);
    }
    dp_diagram_free(&diagram);
    return status;
}

/* The places of the cells on the axes. */
static void put_places(struct dp_json *json, const struct dp_cells *cells)
{
    for (int axis = 0; axis < 2; axis++) {
        dp_json_name(json, axis ? "row" : "column");
        dp_json_open(json, '[');
        for (int64_t c = 0; c < cells->count; c++)
            dp_json_whole(json, axis ? dp_distinct_index(&cells->y, cells->cell[c].y)
                                     : dp_distinct_index(&cells->x, cells->cell[c].x));
        dp_json_close(json, ']');
    }
}

/* A point of the fitted line: the mean of log RD at the mean of log width, weighted as the line is. */
static double line_centre(const struct dp_cells *cells, const struct dp_cell *cell, double *log_width)
{
    double width[DP_WIDTHS], weight[DP_WIDTHS], lever[DP_WIDTHS], sum = 0, mean = 0;
    const int64_t n = cell->count < DP_WIDTHS ? cell->count : DP_WIDTHS;
    for (int64_t j = 0; j < n; j++) {
        const struct dp_group *const group = &cells->group[cell->first + j];
        width[j] = group->width;
        weight[j] = (double)group->tally.used * pow(group->width, cells->power);
        if (group->tally.used > 0) {
            sum += weight[j];
            mean += weight[j] * dp_tally_mean(&group->tally);
        }
    }
    *log_width = NAN;
    dp_levers(width, weight, n, lever, log_width);
    return mean / sum;
}

/* An order parameter over the widths: its means, and a point of the line through them. */
static void put_order(struct dp_page *page, const struct dp_phase_report *report,
                      const struct dp_cells *cells, const struct dp_order_parameter *order)
{
    struct dp_json *const json = &page->json;
    dp_json_open(json, '{');
    dp_json_member_text(json, "column", order->column);
    dp_json_member_text(json, "symbol", order->symbol);
    dp_json_member_text(json, "slope", order->slope);
    dp_json_name(json, "means");
    dp_json_open(json, '[');
    for (int64_t j = 0; j < cells->width.count; j++) {
        dp_json_open(json, '[');
        for (int64_t c = 0; c < cells->count; c++)
            dp_json_rounded(json,
                            dp_diagram_at_width(report->plane, cells, &cells->cell[c], cells->width.value[j]),
                            DP_PAGE_DIGITS);
        dp_json_close(json, ']');
    }
    dp_json_close(json, ']');
    dp_json_name(json, "centre");
    dp_json_open(json, '[');
    for (int64_t c = 0; c < cells->count; c++) {
        double log_width;
        const double log_value = line_centre(cells, &cells->cell[c], &log_width);
        dp_json_open(json, '[');
        dp_json_rounded(json, log_width, 8);
        dp_json_rounded(json, log_value, 8);
        dp_json_close(json, ']');
    }
    dp_json_close(json, ']');
    dp_json_close(json, '}');
}

static double slope_of(const struct dp_cells *cells, const struct dp_cell *cell, const void *context)
{
    (void)cells;
    (void)context;
    return cell->regime == DP_WITHHELD ? (double)NAN : cell->slope.slope;
}

static void put_point(struct dp_json *json, double x, double y)
{
    dp_json_open(json, '[');
    dp_json_rounded(json, x, DP_PAGE_DIGITS);
    dp_json_rounded(json, y, DP_PAGE_DIGITS);
    dp_json_close(json, ']');
}

/* The crossings between the cells of a plane that was refined: [[column, row], ...]. */
static void put_between(struct dp_json *json, const struct dp_cells *cells, const bool *there,
                        const double *slope)
{
    dp_json_name(json, "between");
    dp_json_open(json, '[');
    for (int64_t k = 0; k < cells->x.count * cells->y.count; k++)
        if (!there[k] && !isnan(slope[k])) {
            dp_json_open(json, '[');
            dp_json_whole(json, k % cells->x.count);
            dp_json_whole(json, k / cells->x.count);
            dp_json_close(json, ']');
        }
    dp_json_close(json, ']');
}

static enum dp_status put_contour(struct dp_page *page, const struct dp_cells *cells, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    struct dp_contour contour = {0};
    double *const slope = dp_cells_grid(cells, slope_of, NULL);
    bool *const there = dp_cells_there(cells);
    enum dp_status status =
        slope && there ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for a grid of slopes");
    if (status == DP_OK && cells->count < cells->x.count * cells->y.count)
        status =
            dp_gaps_fill(cells->x.count, cells->y.count, cells->x.value, cells->y.value, there, slope, error);
    if (status == DP_OK)
        put_between(json, cells, there, slope);
    if (status == DP_OK)
        status = dp_contour_zero(cells->x.count, cells->y.count, cells->x.value, cells->y.value, slope,
                                 &contour, error);
    dp_json_name(json, "contour");
    dp_json_open(json, '[');
    for (int64_t l = 0; l < contour.lines && status == DP_OK; l++) {
        dp_json_open(json, '[');
        for (int64_t i = contour.first[l]; i < contour.first[l + 1]; i++)
            put_point(json, contour.x[i], contour.y[i]);
        dp_json_close(json, ']');
    }
    dp_json_close(json, ']');
    dp_contour_free(&contour);
    free(there);
    free(slope);
    return status;
}

/* The published or predicted boundary, and initialisations that have a name. */
static void put_theory(struct dp_page *page, const struct dp_phase_report *report)
{
    struct dp_json *const json = &page->json;
    const struct dp_cells *const cells = &report->diagram->cells;
    double line[DP_BOUNDARY_LINES][4];
    if (report->theory.slopes) {
        const int lines = dp_boundary_clip(cells->x.value[0], cells->x.value[cells->x.count - 1],
                                           cells->y.value[0], cells->y.value[cells->y.count - 1], line);
        dp_json_member_text(json, "theory",
                            report->theory.published ? "published boundary" : "predicted boundary");
        dp_json_name(json, "boundary");
        dp_json_open(json, '[');
        for (int l = 0; l < lines; l++) {
            dp_json_open(json, '[');
            put_point(json, line[l][0], line[l][1]);
            put_point(json, line[l][2], line[l][3]);
            dp_json_close(json, ']');
        }
        dp_json_close(json, ']');
    }
    dp_json_name(json, "inits");
    dp_json_open(json, '[');
    for (int i = 0; i < dp_named_init_count && report->theory.plane; i++) {
        dp_json_open(json, '{');
        dp_json_member_text(json, "name", dp_named_inits[i].name);
        dp_json_member_number(json, "x", dp_named_inits[i].gamma);
        dp_json_member_number(json, "y", dp_named_inits[i].gamma_prime);
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

static enum dp_status put_diagram(struct dp_page *page, const struct dp_phase_report *report,
                                  struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    const struct dp_plane *const plane = report->plane;
    const struct dp_cells *const cells = &report->diagram->cells;
    const bool slopes = plane->kind == DP_PLANE_SLOPE;
    dp_json_name(json, "x");
    dp_json_open(json, '{');
    dp_page_coordinate(page, plane->x, &cells->x);
    dp_json_close(json, '}');
    dp_json_name(json, "y");
    dp_json_open(json, '{');
    dp_page_coordinate(page, plane->y, &cells->y);
    dp_json_close(json, '}');
    dp_json_name(json, "widths");
    dp_json_open(json, '[');
    for (int64_t j = 0; j < cells->width.count; j++)
        dp_json_number(json, cells->width.value[j]);
    dp_json_close(json, ']');
    dp_json_member_whole(json, "seeds", report->diagram->seeds.count);
    put_places(json, cells);
    dp_json_name(json, "orders");
    dp_json_open(json, '[');
    if (slopes)
        put_order(page, report, cells, plane->order);
    if (slopes && plane->companion)
        put_order(page, report, &report->diagram->companion, plane->companion);
    dp_json_close(json, ']');
    dp_json_name(json, "fields");
    dp_json_open(json, '[');
    put_fields(page, report);
    for (size_t i = 0; i < sizeof means / sizeof *means; i++)
        if (slopes || strcmp(means[i], plane->column) != 0)
            DP_TRY(put_mean(page, plane, means[i], cells, error));
    dp_json_close(json, ']');
    put_theory(page, report);
    return slopes && cells->x.count > 1 && cells->y.count > 1 ? put_contour(page, cells, error) : DP_OK;
}

/* The values that the filter fixes: [{"key", "value", "text"}, ...]. */
static void put_filter(struct dp_page *page, const struct dp_filter *filter)
{
    struct dp_json *const json = &page->json;
    char text[DP_TEXT];
    dp_json_name(json, "at");
    dp_json_open(json, '[');
    for (int k = 0; k < filter->terms; k++) {
        const char *const column = filter->term[k].column;
        dp_json_open(json, '{');
        dp_json_member_text(json, "key", column);
        dp_json_member_number(json, "value", filter->term[k].value);
        dp_json_member_text(
            json, "text",
            dp_coordinate_text(page->store, column, filter->term[k].value, true, text, sizeof text));
        dp_json_close(json, '}');
    }
    dp_json_close(json, ']');
}

static enum dp_status put_plane(struct dp_page *page, const struct dp_filter *filter, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    struct dp_plane plane = {.filter = *filter};
    struct dp_diagram diagram = {0};
    int64_t row, rows;
    const struct dp_distinct *const widths = dp_page_values(page, "width");
    const bool slopes = widths && widths->count > 1 && strcmp(page->x, "width") && strcmp(page->y, "width");
    DP_TRY(dp_scan_rows(page->store, filter, &row, 1, &rows, error));
    if (rows == 0)
        return DP_OK;
    DP_TRY(dp_plane_value(page->store, slopes ? "s_w" : "rd_w", &plane, error));
    DP_TRY(dp_plane_axes(page->store, page->x, page->y, &plane, error));
    enum dp_status status = dp_diagram_read(page->store, &plane, 0, &diagram, error);
    const struct dp_phase_report report = {.store = page->store,
                                           .path = page->path,
                                           .plane = &plane,
                                           .diagram = &diagram,
                                           .theory = dp_theory_of(page->store, &plane, &diagram)};
    if (status == DP_OK) {
        dp_json_open(json, '{');
        put_filter(page, filter);
        dp_json_member_truth(json, "settable", dp_page_is_settable(page, &plane, &diagram.cells));
        status = put_diagram(page, &report, error);
        dp_json_close(json, '}');
    }
    dp_diagram_free(&diagram);
    return status;
}

static bool is_swept(const struct dp_page *page, const char *key)
{
    for (int a = 0; a < page->sweep.axis_count; a++)
        if (!strcmp(page->sweep.axes[a].key->name, key))
            return page->sweep.axes[a].count > 1;
    return false;
}

/* Finds the keys with names that vary besides the axes, because means over them would mean nothing. */
static int find_named(const struct dp_page *page, const struct dp_trouble_setting *named[NAMED_MOST])
{
    int count = 0;
    for (int s = 0; s < page->coordinates.settings; s++) {
        const struct dp_trouble_setting *const setting = &page->coordinates.setting[s];
        // multiplicity may follow from the activation: only what the sweep varies itself counts
        if (is_swept(page, setting->name) && count < NAMED_MOST &&
            dp_coordinate_is_named(page->store, setting->name) && strcmp(setting->name, page->x) != 0 &&
            strcmp(setting->name, page->y) != 0)
            named[count++] = setting;
    }
    return count;
}

static enum dp_status put_planes(struct dp_page *page, struct dp_error *error)
{
    const struct dp_trouble_setting *named[NAMED_MOST];
    const int count = find_named(page, named);
    int64_t planes = 1;
    for (int n = 0; n < count; n++)
        planes *= named[n]->all.count;
    dp_json_member_whole(&page->json, "planes_all", planes);
    dp_json_name(&page->json, "planes");
    dp_json_open(&page->json, '[');
    for (int64_t p = 0; p < planes && p < PLANES_MOST; p++) {
        struct dp_filter filter = {0};
        int64_t rest = p;
        for (int n = 0; n < count; n++) {
            filter.term[filter.terms++] =
                (struct dp_filter_term){named[n]->name, named[n]->all.value[rest % named[n]->all.count]};
            rest /= named[n]->all.count;
        }
        DP_TRY(put_plane(page, &filter, error));
    }
    dp_json_close(&page->json, ']');
    return DP_OK;
}

enum dp_status dp_page_planes(struct dp_page *page, struct dp_error *error)
{
    if (!page->x && (!is_swept(page, "gamma") || !is_swept(page, "gamma_prime")))
        return DP_OK;
    if (!page->x) {
        page->x = "gamma";
        page->y = "gamma_prime";
    }
    return put_planes(page, error);
}
