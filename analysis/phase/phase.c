// SPDX-License-Identifier: BSD-3-Clause
#include "phase/options.h"
#include "phase/report.h"
#include <string.h>

/* dewpoint phase: a store's phase diagram as a table, a CSV file, a netCDF grid and a figure. */

static const char help[] =
    "usage: dewpoint phase STORE [--x KEY] [--y KEY] [--value VALUE] [--at KEY=VALUE]...\n"
    "                            [--average KEY]... [--doubtful] [--weights runs|width]\n"
    "                            [--bootstrap N] [--csv FILE] [--netcdf FILE.nc]\n"
    "                            [--plot FILE.png|.svg|.pdf]\n"
    "\n"
    "Reduces the store of a sweep, finished or not, to its phase diagram: for each cell of a plane\n"
    "the relative distance RD at each width and its exponent S = d log RD / d log width.\n"
    "\n"
    "  --x KEY, --y KEY   the two keys that span the plane (default: gamma and gamma_prime)\n"
    "  --value VALUE      what to show: s_w (default), s_a or s, the exponent S for the input weights,\n"
    "                     the output weights or all parameters; drift or drift_a, the change of S_w or\n"
    "                     S_a when only the larger half of the widths is fitted; alignment (see below);\n"
    "                     or the mean of any column of the store (loss, rd_w, ...)\n"
    "  --at KEY=VALUE     use only runs with this value of a swept key; give it again for an\n"
    "                     alternative value or for another key\n"
    "  --average KEY      allow averaging over a key whose values are names, such as activation;\n"
    "                     keys whose values are numbers do not need it\n"
    "  --doubtful         show the regime of doubtful cells, too (see below)\n"
    "  --weights WEIGHTS  weight of a width in the fit: runs (default): the number of its runs;\n"
    "                     width: runs x width, for a variance over seeds of order 1/width\n"
    "  --bootstrap N      compute the 95 % intervals from N resamples of the seeds\n"
    "  --csv FILE         write the cells with all digits\n"
    "  --netcdf FILE      write the cells as a grid that is both netCDF-4 and NeXus\n"
    "  --plot FILE        draw the figure with gnuplot in the format of the file's ending\n"
    "\n"
    "RD at a width is the geometric mean over the seeds of the runs that are done. Runs that are\n"
    "pending, diverged, failed or at their step limit are counted but not used. S is the slope of a\n"
    "least-squares line through log RD against log width. A seed gives the same random numbers at\n"
    "every width. If at least three seeds of a cell have all widths, a line is fitted to each seed: S\n"
    "is the mean of these slopes, and its error is the standard error of this mean. In other cells\n"
    "(\"pooled\") one line is fitted to the means over all seeds, as if the widths were independent.\n"
    "If the misfit of the line gives a larger error, the larger error is used. chi2 is the misfit per\n"
    "degree of freedom relative to the scatter: about 1 for a power law, more where log RD bends.\n"
    "The 95 % interval is S +- Student's quantile x error from seeds, or S +- 1.96 x error from\n"
    "misfit, whichever is wider.\n"
    "\n"
    "Regime of a cell:\n"
    "  linear      S < -0.1 and the whole interval lies below 0\n"
    "  condensed   S > 0.1 and the whole interval lies above 0\n"
    "  critical    the interval lies within -0.1 and 0.1\n"
    "  undecided   otherwise, also when there is no interval\n"
    "  withheld    the cell is doubtful\n"
    "A cell is doubtful if any of its runs diverged, or if the loss of a gd run rose by 1 % of\n"
    "itself during training (loss_rise; not judged with minibatches, momentum or weight decay): its\n"
    "learning rate was too large, and RD does not represent the cell. The table marks such widths\n"
    "with ! and lists the reasons below.\n"
    "\n"
    "The +- of --value COLUMN is the standard error of the mean over runs, from the scatter within\n"
    "widths: over seeds and other averaged keys.\n"
    "\n"
    "--value alignment shows initial condensation (key alignment). At each width it gives the alignment\n"
    "C of the input weights with the data at the end of the initial stage, C^2 = sum (w.z)^2 / sum\n"
    "|w|^2. G = (D - 1) C^2 / (1 - C^2) is about 1 for a random start of w with D components; its\n"
    "exponent is S_G = d log (G/G(start) - 1) / d log width. Beside it stand the exponent of the closed\n"
    "form at the same widths (formula) and the one predicted for large widths (limit). Marks (~, ^),\n"
    "explained below the table, show where they differ.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

static enum dp_status make_plane(const struct dp_store *store, const struct dp_phase_options *options,
                                 struct dp_plane *plane, struct dp_error *error)
{
    DP_TRY(dp_plane_value(store, options->value ? options->value : "s_w", plane, error));
    enum dp_status status = dp_plane_axes(store, options->x ? options->x : "gamma",
                                          options->y ? options->y : "gamma_prime", plane, error);
    plane->doubtful = options->doubtful;
    for (int i = 0; i < options->at.count; i++) {
        const enum dp_status added = dp_filter_add(store, options->at.text[i], &plane->filter, error);
        status = status == DP_OK ? added : status;
    }
    for (int i = 0; i < options->average.count; i++) {
        const enum dp_status average = dp_plane_average(store, options->average.text[i], plane, error);
        status = status == DP_OK ? average : status;
    }
    return status;
}

static enum dp_status write_files(const struct dp_phase_report *report,
                                  const struct dp_phase_options *options, struct dp_error *error)
{
    if (options->csv)
        DP_TRY(dp_phase_csv(report, options->csv, error));
    if (options->netcdf)
        DP_TRY(dp_phase_netcdf(report, options->netcdf, error));
    return options->plot ? dp_phase_plot(report, options->plot, error) : DP_OK;
}

/* The files come first: they are there even if the reader of the table has seen enough and closes the pipe.
 * The table is there even if a file cannot be written. */
static enum dp_status output(const struct dp_phase_report *report, const struct dp_phase_options *options,
                             struct dp_error *error)
{
    const enum dp_status files = write_files(report, options, error);
    const enum dp_status table = dp_phase_print(report, stdout, files == DP_OK ? error : NULL);
    return files == DP_OK ? table : files;
}

static enum dp_status report_store(const struct dp_store *store, void *given, struct dp_error *error)
{
    const struct dp_phase_options *const options = given;
    struct dp_plane plane = {0};
    struct dp_diagram diagram = {0};
    DP_TRY(make_plane(store, options, &plane, error));
    enum dp_status status = dp_diagram_read(store, &plane, options->power, &diagram, error);
    if (status == DP_OK && options->replicates && plane.kind != DP_PLANE_MEAN)
        status = dp_cell_seeds_bootstrap(&diagram.seed_lines, options->replicates, error);
    if (status == DP_OK && options->replicates && plane.companion)
        status = dp_cell_seeds_bootstrap(&diagram.companion_lines, options->replicates, error);
    const struct dp_phase_report report = {.store = store,
                                           .path = options->common.store,
                                           .plane = &plane,
                                           .diagram = &diagram,
                                           .theory = dp_theory_of(store, &plane, &diagram),
                                           .replicates = options->replicates};
    if (status == DP_OK)
        status = output(&report, options, error);
    dp_diagram_free(&diagram);
    return status;
}

static const struct dp_command command = {
    .name = "phase",
    .help = help,
    .options = dp_phase_table,
    .option_count = DP_PHASE_OPTIONS,
    .check = dp_phase_check,
    .work = report_store,
};

int main(int count, char **arguments)
{
    struct dp_phase_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
