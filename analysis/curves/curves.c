// SPDX-License-Identifier: BSD-3-Clause
#include "curves/curves.h"
#include "dewpoint/files/output.h"
#include "dewpoint/sweep/keys.h"
#include "reading/command.h"
#include "reading/coordinates.h"
#include "tables/table.h"
#include <math.h>
#include <string.h>

/* dewpoint curves: loss and order parameters along training, as a table, a figure and numbers. */

static const char help[] =
    "usage: dewpoint curves STORE [--y NAME,...] [--x step|flow_time] [--at KEY=VALUE]... [--by KEY]\n"
    "                             [--logx] [--logy | --liny] [--plot FILE.png|.svg|.pdf] [--csv FILE]\n"
    "\n"
    "Shows what the runs of a sweep recorded during training, averaged over seeds. A run records its\n"
    "curve if the key curve_ratio or curve_every is set.\n"
    "\n"
    "  --y NAME,...     quantities, separated by commas: loss (default), loss_test, rd, rd_w, rd_a,\n"
    "                   growth, directions, lines, active_neurons, alignment, directions_effective,\n"
    "                   lines_effective, directions_uniform, lines_uniform, risk, risk_first,\n"
    "                   risk_last, spectrum_1 to spectrum_8; the figure has a panel for each\n"
    "  --x NAME         step (default) or flow_time\n"
    "  --at KEY=VALUE   use only runs with this value of a swept key; give it again for an\n"
    "                   alternative value or for another key\n"
    "  --by KEY         draw a line for each value of this key\n"
    "  --logx, --logy   average and draw on log axes; that of x lacks the start, at 0\n"
    "  --liny           draw no log axis; by default, losses, risks, RD and growth have one if they\n"
    "                   span two decades or more\n"
    "  --plot FILE      draw the figure with gnuplot in the format of the file's ending\n"
    "  --csv FILE       write all lines with all digits\n"
    "\n"
    "A line is the mean over runs that are done or at their step limit and that differ only in seed\n"
    "and data_seed; the band around it is one standard deviation, and ends at the frame where it reaches\n"
    "0. With --logy, mean and deviation are those of the logarithms. A run is\n"
    "interpolated between its recorded points and keeps its last value after its end.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

struct curves_options {
    struct dp_common common;
    const char *x, *y, *by, *plot, *csv;
    struct dp_list at;
    bool log_x, log_y, linear_y;
    struct dp_curves curves; // that are asked for
};

static const struct dp_option option_table[] = {
    {"--x", DP_OPTION_TEXT, offsetof(struct curves_options, x)},
    {"--y", DP_OPTION_TEXT, offsetof(struct curves_options, y)},
    {"--at", DP_OPTION_MANY, offsetof(struct curves_options, at)},
    {"--by", DP_OPTION_TEXT, offsetof(struct curves_options, by)},
    {"--plot", DP_OPTION_TEXT, offsetof(struct curves_options, plot)},
    {"--csv", DP_OPTION_TEXT, offsetof(struct curves_options, csv)},
    {"--logx", DP_OPTION_FLAG, offsetof(struct curves_options, log_x)},
    {"--logy", DP_OPTION_FLAG, offsetof(struct curves_options, log_y)},
    {"--liny", DP_OPTION_FLAG, offsetof(struct curves_options, linear_y)},
};

/* "loss, loss_test, ... or lines": the names of all quantities. */
static void list_quantities(char *text, size_t size)
{
    *text = '\0';
    for (int q = 0; q < dp_quantity_count; q++) {
        const size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s",
                 q == 0                      ? ""
                 : q + 1 < dp_quantity_count ? ", "
                                             : " or ",
                 dp_quantities[q].name);
    }
}

static enum dp_status find_quantity(const char *name, int *quantity, struct dp_error *error)
{
    const char *names[DP_QUANTITIES] = {NULL};
    char list[512];
    for (int q = 0; q < dp_quantity_count; q++) {
        names[q] = dp_quantities[q].name;
        if (strcmp(name, names[q]) == 0) {
            *quantity = q;
            return DP_OK;
        }
    }
    const char *const near = dp_nearest_name(name, names, dp_quantity_count);
    list_quantities(list, sizeof list);
    return dp_fail(error, DP_BAD_INPUT, "--y %s: it must be %s%s%s%s", name, list,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

static enum dp_status parse_quantities(const char *text, struct dp_curves *c, struct dp_error *error)
{
    while (*text) {
        char name[32];
        const size_t length = strcspn(text, ",");
        snprintf(name, sizeof name, "%.*s", (int)length, text);
        text += length + (text[length] == ',');
        if (c->quantities == DP_QUANTITIES)
            return dp_fail(error, DP_BAD_INPUT, "--y: more than %d names", DP_QUANTITIES);
        DP_TRY(find_quantity(name, &c->quantity[c->quantities], error));
        c->quantities++;
    }
    return DP_OK;
}

static enum dp_status check_options(void *options, struct dp_error *error)
{
    struct curves_options *const o = options;
    struct dp_curves *const c = &o->curves;
    DP_TRY(parse_quantities(o->y ? o->y : "loss", c, error));
    if (o->x && strcmp(o->x, "step") != 0 && strcmp(o->x, "flow_time") != 0)
        return dp_fail(error, DP_BAD_INPUT, "--x %s: it must be step or flow_time", o->x);
    if (o->plot) {
        DP_TRY(dp_picture_check("--plot", o->plot, false, error));
        DP_TRY(dp_output_check("--plot", o->plot, o->common.store, error));
    }
    if (o->csv)
        DP_TRY(dp_output_check("--csv", o->csv, o->common.store, error));
    c->flow_time = o->x && strcmp(o->x, "flow_time") == 0;
    c->log_x = o->log_x;
    c->log_y = o->log_y;
    c->linear_y = o->linear_y;
    if (o->log_y && o->linear_y)
        return dp_fail(error, DP_BAD_INPUT, "--logy and --liny exclude each other; keep one of them");
    return DP_OK;
}

static void put_short(struct dp_text_table *table, double value)
{
    if (isnan(value)) // the logarithm of an RD that is still 0
        dp_table_put(table, "-");
    else
        dp_table_put(table, "%.4g", value);
}

/* A log axis has no place for the start. */
static bool hides_start(const struct dp_curves *c, const struct dp_curve_lines *lines)
{
    bool any = false;
    for (int64_t i = 0; i < lines->count; i++)
        any = any || (c->log_x && lines->line[i].x[0] == 0);
    return any;
}

/* Prints each line: its group, quantity, runs, and the values at its ends. */
static enum dp_status print_lines(const struct dp_curves *c, const struct dp_curve_lines *lines,
                                  bool has_figure, struct dp_error *error)
{
    struct dp_text_table table = {.columns = 6};
    const char *const x = c->flow_time ? "flow time" : "step";
    dp_table_put(&table, "%s", c->by ? c->by : "");
    dp_table_put(&table, "curve");
    dp_table_put(&table, "runs");
    dp_table_put(&table, "at the start");
    dp_table_put(&table, "at the end");
    dp_table_put(&table, "last %s", x);
    for (int64_t i = 0; i < lines->count; i++) {
        const struct dp_curve_line *const line = &lines->line[i];
        dp_table_put(&table, "%s", c->by ? line->label + strlen(c->by) + 1 : "");
        dp_table_put(&table, "%s", dp_quantities[line->quantity].name);
        dp_table_put(&table, "%lld", (long long)line->runs);
        put_short(&table, line->middle[0]);
        put_short(&table, line->middle[line->count - 1]);
        dp_table_put(&table, "%.6g", line->x[line->count - 1]);
    }
    const enum dp_status status = dp_table_print(&table, "llrrrr", stdout, error);
    dp_text_table_free(&table);
    if (lines->left_out)
        printf("left out: %lld run%s (pending, diverged or failed)\n", (long long)lines->left_out,
               lines->left_out == 1 ? "" : "s");
    if (has_figure && hides_start(c, lines))
        printf("left out of the figure: the start, %s 0, which has no logarithm\n", x);
    return status;
}

static enum dp_status write_csv(const struct dp_curves *c, const struct dp_curve_lines *lines,
                                const char *path, struct dp_error *error)
{
    struct dp_text_table table = {.columns = 7};
    const char *const names[] = {c->by ? c->by : "group",
                                 "curve",
                                 c->flow_time ? "flow_time" : "step",
                                 "middle",
                                 "low",
                                 "high",
                                 "runs"};
    struct dp_output output;
    DP_TRY(dp_output_open(path, &output, error));
    for (int i = 0; i < 7; i++)
        dp_table_put(&table, "%s", names[i]);
    for (int64_t i = 0; i < lines->count; i++) {
        const struct dp_curve_line *const line = &lines->line[i];
        for (int64_t p = 0; p < line->count; p++) {
            dp_table_put(&table, "%s", c->by ? line->label + strlen(c->by) + 1 : "");
            dp_table_put(&table, "%s", dp_quantities[line->quantity].name);
            dp_table_number(&table, line->x[p]);
            dp_table_number(&table, line->middle[p]);
            dp_table_number(&table, line->low[p]);
            dp_table_number(&table, line->high[p]);
            dp_table_number(&table, (double)line->runs);
        }
    }
    const enum dp_status status = dp_table_csv(&table, output.file, error);
    dp_text_table_free(&table);
    return dp_output_end(&output, status, error);
}

static enum dp_status write_files(const struct dp_curves *c, const struct dp_curve_lines *lines,
                                  const struct curves_options *o, struct dp_error *error)
{
    const struct dp_curves_figure figure = {c, lines};
    const struct dp_picture drawing = {
        .width = 8.6, .height = dp_curves_height(c, lines), .write = dp_curves_script, .figure = &figure};
    if (o->csv)
        DP_TRY(write_csv(c, lines, o->csv, error));
    return o->plot ? dp_picture_draw(o->plot, &drawing, error) : DP_OK;
}

/* The files are written first, because the table may go to a pipe that closes early. The table is printed
 * even if a file cannot be written. */
static enum dp_status report(const struct dp_curves *c, const struct curves_options *o,
                             struct dp_error *error)
{
    struct dp_curve_lines lines = {0};
    enum dp_status status = dp_lines_read(c, &lines, error);
    if (status == DP_OK) {
        status = write_files(c, &lines, o, error);
        const enum dp_status table = print_lines(c, &lines, o->plot, status == DP_OK ? error : NULL);
        status = status == DP_OK ? table : status;
    }
    dp_lines_free(&lines);
    return status;
}

static enum dp_status look_at(const struct dp_store *store, void *options, struct dp_error *error)
{
    struct curves_options *const o = options;
    struct dp_curves *const c = &o->curves;
    struct dp_filter filter = {0};
    c->store = store;
    c->filter = &filter;
    if (!dp_store_has(store, "curve_step"))
        return dp_fail(
            error, DP_BAD_INPUT,
            "the store has no curves; set observe: {curve_ratio: 1.1} and run again into a new store");
    for (int q = 0; q < c->quantities; q++)
        if (!dp_store_has(store, dp_quantities[c->quantity[q]].column))
            return dp_fail(
                error, DP_BAD_INPUT,
                "--y %s: the store has no such curve; the keys risk, alignment and spectrum ask for some",
                dp_quantities[c->quantity[q]].name);
    for (int i = 0; i < o->at.count; i++)
        DP_TRY(dp_filter_add(store, o->at.text[i], &filter, error));
    if (o->by)
        DP_TRY(dp_coordinate_find(store, "--by", o->by, &c->by, error));
    return report(c, o, error);
}

static const struct dp_command command = {
    .name = "curves",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check_options,
    .work = look_at,
};

int main(int count, char **arguments)
{
    struct curves_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
