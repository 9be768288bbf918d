// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/keys.h"
#include "figure.h"
#include "report.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* dewpoint phase: a store's phase diagram as a table, a CSV file and a figure. */

static const char help[] =
    "usage: dewpoint phase STORE [--x KEY] [--y KEY] [--value COLUMN] [--at KEY=VALUE]...\n"
    "                            [--csv FILE] [--plot FILE.png|.svg|.pdf]\n"
    "\n"
    "Reduces the store of a sweep, finished or not, to its phase diagram: for each cell of the\n"
    "plane the relative distance RD at each width and its exponent S = d log RD / d log width.\n"
    "\n"
    "  --x KEY, --y KEY   the plane (gamma and gamma_prime)\n"
    "  --value COLUMN     rd_w, rd_a or rd (rd_w): of the input weights, the output weights, all\n"
    "  --at KEY=VALUE     only runs with this value; for swept keys that are not on the plane\n"
    "  --csv FILE         write the cells with all digits\n"
    "  --plot FILE        draw the map of S with gnuplot, as the ending says\n"
    "\n"
    "RD is the geometric mean over seeds of the runs that are done; runs that are pending, diverged,\n"
    "failed or at their step limit are counted, not used. S is the least-squares line of log RD on\n"
    "log width through all N runs of the cell at J widths. Its standard error +- is\n"
    "    sqrt(max(s2, f2) / Sxx),   Sxx = sum of (log width - mean)^2 over runs,\n"
    "    s2 = scatter of log RD over seeds, N - J degrees of freedom,\n"
    "    f2 = misfit of the width means from the line, J - 2 degrees of freedom.\n"
    "Regimes: linear if S < -0.1 and S + 2 errors < 0; condensed if S > 0.1 and S - 2 errors > 0;\n"
    "critical if S +- 2 errors lies within +-0.1; else undecided, also where nothing tells the error.\n"
    "\n"
    "Exit code: 0, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

struct options {
    const char *store, *x, *y, *value, *csv, *plot;
    const char *at[DP_PICKS];
    int ats;
    bool help;
};

static const struct option {
    const char *name;
    size_t offset; // of its text in struct options
} option_table[] = {
    {"--x", offsetof(struct options, x)},         {"--y", offsetof(struct options, y)},
    {"--value", offsetof(struct options, value)}, {"--csv", offsetof(struct options, csv)},
    {"--plot", offsetof(struct options, plot)},   {"--at", offsetof(struct options, at)},
};

enum { OPTIONS = sizeof option_table / sizeof *option_table };

static enum dp_status unknown_option(const char *word, struct dp_error *error)
{
    const char *names[OPTIONS + 1] = {"--help"};
    for (int i = 0; i < OPTIONS; i++)
        names[i + 1] = option_table[i].name;
    const char *const near = dp_nearest_name(word, names, OPTIONS + 1);
    return dp_fail(error, DP_BAD_INPUT, "%s: no such option%s%s%s", word, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static enum dp_status set_option(struct options *options, const struct option *option, const char *text,
                                 struct dp_error *error)
{
    if (option->offset == offsetof(struct options, at)) {
        if (options->ats == DP_PICKS)
            return dp_fail(error, DP_BAD_INPUT, "--at %s: more than %d of --at", text, DP_PICKS);
        options->at[options->ats++] = text;
        return DP_OK;
    }
    const char **const place = (const char **)((char *)options + option->offset);
    if (*place)
        return dp_fail(error, DP_BAD_INPUT, "%s is given twice: %s and %s", option->name, *place, text);
    *place = text;
    return DP_OK;
}

/* Takes --name value or --name=value at arguments[*i]; leaves *i at its last word. */
static enum dp_status parse_option(int count, char **arguments, int *i, struct options *options,
                                   struct dp_error *error)
{
    const char *const word = arguments[*i], *const equals = strchr(word, '=');
    const size_t length = equals ? (size_t)(equals - word) : strlen(word);
    for (int k = 0; k < OPTIONS; k++) {
        const char *const name = option_table[k].name;
        if (strlen(name) != length || strncmp(name, word, length))
            continue;
        const char *const text = equals ? equals + 1 : *i + 1 < count ? arguments[++*i] : NULL;
        if (!text || !*text)
            return dp_fail(error, DP_BAD_INPUT, "%s needs a value", name);
        return set_option(options, &option_table[k], text, error);
    }
    return unknown_option(word, error);
}

static enum dp_status parse_options(int count, char **arguments, struct options *options,
                                    struct dp_error *error)
{
    bool only_files = false;
    for (int i = 1; i < count; i++) {
        const char *const word = arguments[i];
        if (!only_files && !strcmp(word, "--"))
            only_files = true;
        else if (!only_files && (!strcmp(word, "--help") || !strcmp(word, "-h")))
            options->help = true;
        else if (!only_files && word[0] == '-' && word[1])
            DP_TRY(parse_option(count, arguments, &i, options, error));
        else if (options->store)
            return dp_fail(error, DP_BAD_INPUT, "one store at a time: %s and %s", options->store, word);
        else
            options->store = word;
    }
    if (!options->store && !options->help)
        return dp_fail(error, DP_BAD_INPUT, "which store? Try dewpoint phase --help");
    return DP_OK;
}

/* Can a file be written at path without harm to the store? */
static enum dp_status check_output(const char *option, const char *path, const char *store,
                                   struct dp_error *error)
{
    struct stat there, ours;
    if (stat(path, &there) == 0) {
        if (stat(store, &ours) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino)
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is the store", option, path);
        if (S_ISDIR(there.st_mode))
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is a directory", option, path);
        if (access(path, W_OK))
            return dp_fail(error, DP_BAD_INPUT, "%s %s: no permission to write it", option, path);
        return DP_OK;
    }
    char *const directory = strdup(path);
    if (!directory)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a path");
    char *const slash = strrchr(directory, '/');
    if (slash)
        slash[slash == directory] = 0; // keeps the root's own slash
    const int closed = access(slash ? directory : ".", W_OK | X_OK);
    free(directory);
    return closed ? dp_fail(error, DP_BAD_INPUT, "%s %s: no file can be made there", option, path) : DP_OK;
}

static enum dp_status find_order(const char *column, const struct dp_order **order, struct dp_error *error)
{
    const char *names[8];
    for (int i = 0; i < dp_order_count; i++) {
        names[i] = dp_orders[i].column;
        if (!strcmp(dp_orders[i].column, column)) {
            *order = &dp_orders[i];
            return DP_OK;
        }
    }
    const char *const near = dp_nearest_name(column, names, dp_order_count);
    return dp_fail(error, DP_BAD_INPUT, "--value %s: it must be rd_w, rd_a or rd%s%s%s", column,
                   near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* All that can be wrong with the command before the store is opened. */
static enum dp_status check_options(const struct options *options, const struct dp_order **order,
                                    struct dp_error *error)
{
    DP_TRY(find_order(options->value ? options->value : "rd_w", order, error));
    if (options->plot) {
        DP_TRY(dp_figure_check(options->plot, error));
        DP_TRY(check_output("--plot", options->plot, options->store, error));
    }
    return options->csv ? check_output("--csv", options->csv, options->store, error) : DP_OK;
}

static enum dp_status make_view(const struct dp_store *store, const struct options *options,
                                const struct dp_order *order, struct dp_view *view, struct dp_error *error)
{
    view->x = options->x ? options->x : "gamma";
    view->y = options->y ? options->y : "gamma_prime";
    view->value = order->column;
    enum dp_status status = dp_view_check(store, view, error);
    for (int i = 0; i < options->ats; i++) {
        const enum dp_status pick = dp_view_pick(store, options->at[i], view, error);
        status = status == DP_OK ? pick : status;
    }
    return status;
}

/* Reads, prints, writes. The table comes first: it is there even if a file cannot be written. */
static enum dp_status report_store(const struct dp_store *store, const struct options *options,
                                   const struct dp_order *order, struct dp_error *error)
{
    struct dp_view view = {0};
    struct dp_gathered gathered = {0};
    DP_TRY(make_view(store, options, order, &view, error));
    enum dp_status status = dp_gather(store, &view, &gathered, error);
    const struct dp_report report = {
        .store = store, .path = options->store, .view = &view, .order = order, .gathered = &gathered};
    if (status == DP_OK)
        status = dp_report_print(&report, stdout, error);
    if (status == DP_OK && options->csv)
        status = dp_report_csv(&report, options->csv, error);
    if (status == DP_OK && options->plot)
        status = dp_report_plot(&report, options->plot, error);
    dp_gathered_free(&gathered);
    return status;
}

static enum dp_status run(int count, char **arguments, struct dp_error *error)
{
    struct options options = {0};
    const struct dp_order *order = NULL;
    struct dp_store *store = NULL;
    DP_TRY(parse_options(count, arguments, &options, error));
    if (options.help)
        return fputs(help, stdout) < 0 ? DP_IO : DP_OK;
    DP_TRY(check_options(&options, &order, error));
    DP_TRY(dp_store_open(options.store, &store, error));
    const enum dp_status status = report_store(store, &options, order, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

/* Prints each sentence of error with the program's name. */
static void print_error(const struct dp_error *error)
{
    for (const char *line = error->text; *line;) {
        const size_t length = strcspn(line, "\n");
        fprintf(stderr, "dewpoint phase: %.*s\n", (int)length, line);
        line += length + (line[length] == '\n');
    }
}

int main(int count, char **arguments)
{
    struct dp_error error = {0};
    const enum dp_status status = run(count, arguments, &error);
    print_error(&error);
    return dp_exit_code(status);
}
