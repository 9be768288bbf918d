// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/where.h"
#include "reading/command.h"
#include "reading/coordinates.h"
#include "rows/listing.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* dewpoint rows: lists the runs of a store that meet a condition. */

static const char help[] =
    "usage: dewpoint rows STORE [--where CONDITION] [--show COLUMN]... [--format text|csv|json]\n"
    "\n"
    "Lists runs of a store: row, coordinates, status, and why the run ended.\n"
    "\n"
    "  --where CONDITION  list only runs that meet this condition, which is written as in `exclude` and may\n"
    "                     use any column: \"status == diverged and width > 1000\", \"rd_w > 10 or loss >\n"
    "                     1e-3\"; comparisons with a result of a pending run are false\n"
    "  --show COLUMN      also show this column of the store; may be repeated\n"
    "  --format FORMAT    text (default), csv or json; csv and json have all digits\n"
    "\n"
    "`dewpoint explain STORE ROW` prints the parameters of one run. `dewpoint run --again` trains runs\n"
    "again.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading or writing failed.\n";

enum { FLAGS = 256 };

struct rows_options {
    struct dp_common common;
    const char *where, *format;
    struct dp_list show;
};

static const struct dp_option option_table[] = {
    {"--where", DP_OPTION_TEXT, offsetof(struct rows_options, where)},
    {"--format", DP_OPTION_TEXT, offsetof(struct rows_options, format)},
    {"--show", DP_OPTION_MANY, offsetof(struct rows_options, show)},
};

/* The columns with one value per run, as names for a condition. */
struct vocabulary {
    int count;
    struct dp_key names[DP_LISTING_COLUMNS];
    const char *flags[DP_LISTING_COLUMNS][FLAGS + 1];
};

static void gather(const struct dp_store *store, struct vocabulary *words)
{
    const char *columns[DP_LISTING_COLUMNS];
    const int all = dp_store_columns(store, columns, DP_LISTING_COLUMNS);
    for (int c = 0; c < all && c < DP_LISTING_COLUMNS; c++) {
        int64_t rows, inner;
        int flags = 0;
        dp_store_shape(store, columns[c], &rows, &inner);
        if (rows != dp_store_runs(store) || inner != 1)
            continue;
        const char **const flag = words->flags[words->count];
        while (flags < FLAGS && (flag[flags] = dp_store_flag(store, columns[c], flags)))
            flags++;
        words->names[words->count++] = (struct dp_key){
            .name = columns[c], .type = flags ? DP_CHOICE : DP_REAL, .choices = flags ? flag : NULL};
    }
}

static int index_of(const struct vocabulary *words, const char *name)
{
    for (int k = 0; k < words->count; k++)
        if (strcmp(words->names[k].name, name) == 0)
            return k;
    return -1;
}

/* Chooses the listed columns: the run and its coordinates, the columns of the condition, how the run ended,
 * and the columns of --show. */
static enum dp_status choose(const struct dp_store *store, const struct rows_options *options,
                             const struct vocabulary *words, const struct dp_where *where,
                             struct dp_listing *listing, struct dp_error *error)
{
    const char *coordinates[DP_LISTING_COLUMNS];
    const int count = dp_coordinates(store, coordinates, DP_LISTING_COLUMNS);
    dp_listing_add(listing, "run");
    for (int i = 0; i < count; i++)
        dp_listing_add(listing, coordinates[i]);
    dp_listing_add(listing, "status");
    dp_listing_add(listing, "stop_reason");
    for (int k = 0; k < words->count; k++)
        if (where && dp_where_reads(where, k))
            dp_listing_add(listing, words->names[k].name);
    for (int i = 0; i < options->show.count; i++) {
        const int k = index_of(words, options->show.text[i]);
        double value;
        if (k < 0) // the store says what is near
            return dp_store_read(store, options->show.text[i], 0, 0, &value, error) == DP_OK
                       ? dp_fail(error, DP_BAD_INPUT, "--show %s: it has not one value a run",
                                 options->show.text[i])
                       : DP_BAD_INPUT;
        dp_listing_add(listing, words->names[k].name);
    }
    return DP_OK;
}

static enum dp_status read_format(const char *text, enum dp_listing_format *format, struct dp_error *error)
{
    static const char *const names[] = {"text", "csv", "json"};
    for (int i = 0; i < 3; i++)
        if (!text || strcmp(text, names[i]) == 0) {
            *format = (enum dp_listing_format)i;
            return DP_OK;
        }
    return dp_fail(error, DP_BAD_INPUT, "--format %s: it must be text, csv or json", text);
}

static enum dp_status list(const struct dp_store *store, const struct rows_options *options,
                           struct vocabulary *words, struct dp_error *error)
{
    struct dp_listing listing = {.store = store, .names = words->names, .name_count = words->count};
    DP_TRY(read_format(options->format, &listing.format, error));
    gather(store, words);
    listing.name_count = words->count;
    if (options->where)
        DP_TRY(dp_where_create("--where", options->where, words->names, words->count, &listing.where, error));
    enum dp_status status = choose(store, options, words, listing.where, &listing, error);
    if (status == DP_OK)
        status = dp_listing_print(&listing, stdout, error);
    dp_where_free(listing.where);
    return status;
}

static enum dp_status work(const struct dp_store *store, void *options, struct dp_error *error)
{
    struct vocabulary *const words = calloc(1, sizeof *words);
    if (!words)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the names of columns");
    const enum dp_status status = list(store, options, words, error);
    free(words);
    return status;
}

static const struct dp_command command = {
    .name = "rows",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .work = work,
};

int main(int count, char **arguments)
{
    struct rows_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
