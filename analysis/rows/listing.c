// SPDX-License-Identifier: BSD-3-Clause
#include "rows/listing.h"
#include "reading/coordinates.h"
#include "tables/field.h"
#include "tables/table.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { WINDOW = 1 << 13 };

/* Rows of the store in memory: columns by the index of their names, NULL if not needed. */
struct window {
    int64_t count;
    double *column[DP_LISTING_COLUMNS];
    double *memory;
};

void dp_listing_add(struct dp_listing *listing, const char *column)
{
    for (int c = 0; c < listing->count; c++)
        if (strcmp(listing->column[c], column) == 0)
            return;
    if (listing->count < DP_LISTING_COLUMNS)
        listing->column[listing->count++] = column;
}

static int place_of(const struct dp_listing *listing, const char *column)
{
    int k = 0;
    while (strcmp(listing->names[k].name, column) != 0)
        k++;
    return k;
}

static enum dp_status read_window(const struct dp_listing *listing, struct window *w, int64_t first,
                                  struct dp_error *error)
{
    const int64_t left = dp_store_runs(listing->store) - first;
    w->count = left < WINDOW ? left : WINDOW;
    for (int k = 0; k < listing->name_count; k++)
        if (w->column[k])
            DP_TRY(
                dp_store_read(listing->store, listing->names[k].name, first, w->count, w->column[k], error));
    return DP_OK;
}

static bool holds(const struct dp_listing *listing, const struct window *w, int64_t i)
{
    double values[DP_LISTING_COLUMNS];
    for (int k = 0; k < listing->name_count && listing->where; k++)
        values[k] = w->column[k] ? w->column[k][i] : NAN;
    return !listing->where || dp_where_holds(listing->where, values);
}

static void put_text(const struct dp_listing *listing, struct dp_text_table *table, const char *column,
                     double value)
{
    char text[256];
    const char *const flag = isnan(value) ? NULL : dp_store_flag(listing->store, column, (int64_t)value);
    if (isnan(value))
        dp_table_put(table, "-");
    else
        dp_table_put(table, "%s",
                     flag ? flag
                          : dp_coordinate_text(listing->store, column, value, false, text, sizeof text));
}

static void put_csv(const struct dp_listing *listing, const char *column, double value, FILE *out)
{
    const char *const flag = isnan(value) ? NULL : dp_store_flag(listing->store, column, (int64_t)value);
    dp_field_put_value(flag, value, out);
}

static void put_json_text(const char *text, FILE *out)
{
    putc('"', out);
    for (; *text; text++)
        if (*text == '"' || *text == '\\')
            fprintf(out, "\\%c", *text);
        else
            putc(*text, out); // names and paths have no control characters
    putc('"', out);
}

static void put_json(const struct dp_listing *listing, const char *column, double value, FILE *out)
{
    const char *const flag = isnan(value) ? NULL : dp_store_flag(listing->store, column, (int64_t)value);
    put_json_text(column, out);
    fputs(": ", out);
    if (flag)
        put_json_text(flag, out);
    else if (!isfinite(value))
        fputs("null", out);
    else
        dp_field_put_number(value, out);
}

static void put_row(const struct dp_listing *listing, const struct window *w, int64_t i, bool first,
                    struct dp_text_table *table, FILE *out)
{
    if (listing->format == DP_LISTING_JSON)
        fputs(first ? "\n{" : ",\n{", out);
    for (int c = 0; c < listing->count; c++) {
        const char *const column = listing->column[c];
        const double value = w->column[place_of(listing, column)][i];
        const bool last = c + 1 == listing->count;
        if (listing->format == DP_LISTING_TEXT) {
            put_text(listing, table, column, value);
        } else if (listing->format == DP_LISTING_CSV) {
            put_csv(listing, column, value, out);
            fputs(last ? "\r\n" : ",", out);
        } else {
            put_json(listing, column, value, out);
            fputs(last ? "}" : ", ", out);
        }
    }
}

static enum dp_status print_rows(const struct dp_listing *listing, struct window *w,
                                 struct dp_text_table *table, FILE *out, struct dp_error *error)
{
    bool none = true;
    for (int c = 0; c < listing->count; c++)
        if (listing->format == DP_LISTING_CSV)
            fprintf(out, "%s%s", listing->column[c], c + 1 < listing->count ? "," : "\r\n");
        else if (listing->format == DP_LISTING_TEXT)
            dp_table_put(table, "%s", listing->column[c]);
    if (listing->format == DP_LISTING_JSON)
        putc('[', out);
    for (int64_t first = 0; first < dp_store_runs(listing->store); first += w->count) {
        DP_TRY(read_window(listing, w, first, error));
        for (int64_t i = 0; i < w->count; i++)
            if (holds(listing, w, i)) {
                put_row(listing, w, i, none, table, out);
                none = false;
            }
    }
    if (listing->format == DP_LISTING_JSON)
        fputs("\n]\n", out);
    return DP_OK;
}

enum dp_status dp_listing_print(const struct dp_listing *listing, FILE *out, struct dp_error *error)
{
    struct window w = {.memory = malloc(sizeof(double) * WINDOW * (size_t)listing->name_count)};
    struct dp_text_table table = {.columns = listing->count};
    char align[DP_LISTING_COLUMNS];
    if (!w.memory)
        return dp_fail(error, DP_NO_MEMORY, "no memory to list rows");
    for (int k = 0; k < listing->name_count; k++)
        if (listing->where && dp_where_reads(listing->where, k))
            w.column[k] = w.memory + (size_t)k * WINDOW;
    for (int c = 0; c < listing->count; c++) {
        const int k = place_of(listing, listing->column[c]);
        w.column[k] = w.memory + (size_t)k * WINDOW;
        align[c] = dp_store_flag(listing->store, listing->column[c], 0) ? 'l' : 'r';
    }
    enum dp_status status = print_rows(listing, &w, &table, out, error);
    if (status == DP_OK && listing->format == DP_LISTING_TEXT)
        status = dp_table_print(&table, align, out, error);
    dp_text_table_free(&table);
    free(w.memory);
    return status;
}
