// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include "figures/figure.h"
#include "multiplicity/report.h"
#include "multiplicity/stability.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* dewpoint multiplicity: numbers of directions in a store, beside those that the data predict. */

static const char help[] =
    "usage: dewpoint multiplicity STORE [--by KEY]... [--at KEY=VALUE]... [--lines] [--unfinished]\n"
    "                             [--read WHEN] [--stability] [--csv FILE] [--confusion FILE]\n"
    "                             [--netcdf FILE.nc] [--plot FILE] [--plot-stability FILE]\n"
    "                             [--plot-confusion FILE]\n"
    "\n"
    "Shows, for each multiplicity p of the activation, onto how many directions the neurons condense\n"
    "and how many the data predict: the growing extrema of mean y (w.x)^p on the sphere.\n"
    "\n"
    "  --by KEY           make a group for each value of this key, too; default: activation, inputs and\n"
    "                     method, if they vary\n"
    "  --at KEY=VALUE     use only runs with this value of a swept key; give it again for an\n"
    "                     alternative value or for another key\n"
    "  --lines            count lines: two opposite directions are one line\n"
    "  --unfinished       use runs at their step limit, too\n"
    "  --read WHEN        when to count: end (default), or the first recorded point of training that\n"
    "                     reaches step=500, flow_time=3, growth=100 (of sum |a||w|) or loss_drop=.1,\n"
    "                     which needs the key curve_counts\n"
    "  --stability        count again at other resolutions, shares and amplitude cuts; needs neurons in\n"
    "                     the store (key weights)\n"
    "  --csv FILE         write a line for each group with all digits\n"
    "  --confusion FILE   write the number of runs for each predicted and measured number (CSV)\n"
    "  --netcdf FILE      write the groups as a grid that is both netCDF-4 and NeXus\n"
    "  --plot FILE        draw the distributions with gnuplot: .png, .svg or .pdf\n"
    "  --plot-stability FILE  draw the mean numbers of --stability\n"
    "  --plot-confusion FILE  draw measured against predicted numbers; the area of a square is the\n"
    "                     share of the runs with that prediction\n"
    "\n"
    "A run agrees with its prediction when, within the resolution, no predicted direction is lost and no\n"
    "other direction is found. A predicted direction that was not found is faint if less than 1.1 times\n"
    "direction_share of the amplitude starts in its basin (where neurons climb |F| towards it), merged\n"
    "if another predicted direction lies within the resolution, and lost otherwise.\n"
    "The 95 % intervals of shares are Wilson's for an effective number of runs: runs on one data set\n"
    "are not independent, so the scatter between data sets is taken into account. Data sets differ in\n"
    "the swept keys of the section data. \"no number\" means that the data predict a continuum of\n"
    "directions, or no growth at this order.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

struct multiplicity_options {
    struct dp_common common;
    struct dp_list by, at;
    bool lines, unfinished, stability;
    const char *read, *csv, *confusion, *netcdf, *plot, *plot_stability, *plot_confusion;
};

static const struct dp_option option_table[] = {
    {"--by", DP_OPTION_MANY, offsetof(struct multiplicity_options, by)},
    {"--at", DP_OPTION_MANY, offsetof(struct multiplicity_options, at)},
    {"--lines", DP_OPTION_FLAG, offsetof(struct multiplicity_options, lines)},
    {"--unfinished", DP_OPTION_FLAG, offsetof(struct multiplicity_options, unfinished)},
    {"--stability", DP_OPTION_FLAG, offsetof(struct multiplicity_options, stability)},
    {"--read", DP_OPTION_TEXT, offsetof(struct multiplicity_options, read)},
    {"--csv", DP_OPTION_TEXT, offsetof(struct multiplicity_options, csv)},
    {"--confusion", DP_OPTION_TEXT, offsetof(struct multiplicity_options, confusion)},
    {"--netcdf", DP_OPTION_TEXT, offsetof(struct multiplicity_options, netcdf)},
    {"--plot", DP_OPTION_TEXT, offsetof(struct multiplicity_options, plot)},
    {"--plot-stability", DP_OPTION_TEXT, offsetof(struct multiplicity_options, plot_stability)},
    {"--plot-confusion", DP_OPTION_TEXT, offsetof(struct multiplicity_options, plot_confusion)},
};
static enum dp_status check(void *given, struct dp_error *error)
{
    const struct multiplicity_options *const options = given;
    const struct {
        const char *option, *path;
        bool picture;
    } outputs[] = {{"--csv", options->csv, false},
                   {"--confusion", options->confusion, false},
                   {"--netcdf", options->netcdf, false},
                   {"--plot", options->plot, true},
                   {"--plot-stability", options->plot_stability, true},
                   {"--plot-confusion", options->plot_confusion, true}};
    const char *const again = options->stability        ? "--stability"
                              : options->plot_stability ? "--plot-stability"
                              : options->plot_confusion ? "--plot-confusion"
                                                        : NULL;
    if (again && options->read && strcmp(options->read, "end") != 0)
        return dp_fail(error, DP_BAD_INPUT, "%s looks at runs at their end, so it does not go with --read %s",
                       again, options->read);
    for (size_t i = 0; i < sizeof outputs / sizeof *outputs; i++) {
        if (!outputs[i].path)
            continue;
        if (outputs[i].picture)
            DP_TRY(dp_picture_check(outputs[i].option, outputs[i].path, false, error));
        DP_TRY(dp_output_check(outputs[i].option, outputs[i].path, options->common.store, error));
    }
    return DP_OK;
}

static enum dp_status write_files(const struct dp_direction_report *report, const struct dp_recount *recounts,
                                  const struct multiplicity_options *options, struct dp_error *error)
{
    if (options->csv)
        DP_TRY(dp_direction_report_csv(report, options->csv, error));
    if (options->confusion)
        DP_TRY(dp_direction_report_confusion(report, options->confusion, error));
    if (options->netcdf)
        DP_TRY(dp_direction_report_netcdf(report, options->netcdf, error));
    if (options->plot)
        DP_TRY(dp_direction_report_plot(report, options->plot, error));
    if (options->plot_stability)
        DP_TRY(dp_stability_plot(report, recounts, options->plot_stability, error));
    return options->plot_confusion ? dp_confusion_plot(report, options->plot_confusion, error) : DP_OK;
}

/* The files are written first, because the report may go to a pipe that closes early. The report is printed
 * even if a file cannot be written. */
static enum dp_status output(const struct dp_direction_report *report,
                             const struct multiplicity_options *options, struct dp_error *error)
{
    struct dp_recount *recounts = NULL;
    if (options->stability || options->plot_stability)
        DP_TRY(dp_stability_count(report, options->stability ? "--stability" : "--plot-stability", &recounts,
                                  error));
    const enum dp_status files = write_files(report, recounts, options, error);
    struct dp_error *const later = files == DP_OK ? error : NULL;
    enum dp_status text = dp_direction_report_print(report, stdout, later);
    if (text == DP_OK && options->stability)
        text = dp_stability_print(report, recounts, stdout, later);
    free(recounts);
    return files == DP_OK ? text : files;
}

static enum dp_status work(const struct dp_store *store, void *given, struct dp_error *error)
{
    const struct multiplicity_options *const options = given;
    struct dp_direction_report report = {.store = store,
                                         .path = options->common.store,
                                         .lines = options->lines,
                                         .unfinished = options->unfinished};
    enum dp_status status = dp_read_point_parse(options->read ? options->read : "end", store, report.path,
                                                options->lines, &report.read_point, error);
    if (status == DP_OK)
        status = dp_direction_report_read(&report, &options->by, &options->at, error);
    if (status == DP_OK)
        status = output(&report, options, error);
    dp_direction_report_free(&report);
    return status;
}

static const struct dp_command command = {
    .name = "multiplicity",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check,
    .work = work,
};

int main(int count, char **arguments)
{
    struct multiplicity_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
