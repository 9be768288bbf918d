// SPDX-License-Identifier: BSD-3-Clause
#include "phase/options.h"
#include "phase/report.h"
#include <string.h>

/* dewpoint phase: a store's phase diagram as a table, a CSV file, a netCDF grid and a figure. */

static const char help[] =
    "usage: dewpoint phase STORE [--x KEY] [--y KEY] [--value VALUE] [--at KEY=VALUE]...\n"
    "                            [--average KEY]... [--weights runs|width] [--bootstrap N]\n"
    "                            [--csv FILE] [--netcdf FILE.nc] [--plot FILE.png|.svg|.pdf]\n"
    "\n"
    "Reduces the store of a sweep, finished or not, to its phase diagram: for each cell of the\n"
    "plane the relative distance RD at each width and its exponent S = d log RD / d log width.\n"
    "\n"
    "  --x KEY, --y KEY   the plane (gamma and gamma_prime)\n"
    "  --value VALUE      s_w (default), s_a or s: the exponent for the input weights w, the output\n"
    "                     weights a, all parameters; drift or drift_a: the exponent over the upper half\n"
    "                     of the widths less that over all; or the mean of a column: loss, rd_w, ...\n"
    "  --at KEY=VALUE     only runs with this value of a swept key; again for alternatives, other keys\n"
    "  --average KEY      average over a key whose values are names, such as activation; keys with\n"
    "                     numbers are averaged over without being told to\n"
    "  --weights WEIGHTS  of a width in the fit: the number of its runs (runs), or runs x width, which\n"
    "                     suits a scatter over seeds of variance ~ 1/width and leans on large widths\n"
    "  --bootstrap N      95 % intervals from N resamples of the seeds instead of standard errors\n"
    "  --csv FILE         write the cells with all digits\n"
    "  --netcdf FILE      write the cells as a grid, netCDF-4 that is NeXus as well\n"
    "  --plot FILE        draw the map with gnuplot, as the ending says\n"
    "\n"
    "RD is the geometric mean over seeds of the runs that are done; runs that are pending, diverged,\n"
    "failed or at their step limit are counted, not used. S is a least-squares line of log RD on log\n"
    "width. The same seed gives the same random numbers at every width, so where three seeds or more\n"
    "have all widths, a line is fitted to each seed alone: S is the mean of their slopes, its error\n"
    "their standard error. Elsewhere (\"pooled\") one line goes through the means of all seeds, its\n"
    "error from their scatter as if widths were independent. If the misfit of the line, which seeds\n"
    "do not average out, gives a larger error, that one counts. chi2 is the misfit per degree of\n"
    "freedom over what scatter explains: about 1 for a power law, more where the law bends.\n"
    "95 % interval: S +- Student's quantile x error from seeds, or +- 1.96 x error from misfit.\n"
    "Regimes: linear if S < -0.1 and the interval below 0; condensed if S > 0.1 and the interval\n"
    "above 0; critical if the interval lies within +-0.1; else undecided, also without an interval.\n"
    "\n"
    "Exit code: 0, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

static enum dp_status make_plane(const struct dp_store *store, const struct dp_options *options,
                                 struct dp_plane *plane, struct dp_error *error)
{
    DP_TRY(dp_plane_value(store, options->value ? options->value : "s_w", plane, error));
    enum dp_status status = dp_plane_axes(store, options->x ? options->x : "gamma",
                                          options->y ? options->y : "gamma_prime", plane, error);
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

static enum dp_status write_files(const struct dp_phase_report *report, const struct dp_options *options,
                                  struct dp_error *error)
{
    if (options->csv)
        DP_TRY(dp_phase_csv(report, options->csv, error));
    if (options->netcdf)
        DP_TRY(dp_phase_netcdf(report, options->netcdf, error));
    return options->plot ? dp_phase_plot(report, options->plot, error) : DP_OK;
}

/* The files come first: they are there even if the reader of the table has seen enough and closes the pipe.
 * The table is there even if a file cannot be written. */
static enum dp_status output(const struct dp_phase_report *report, const struct dp_options *options,
                             struct dp_error *error)
{
    const enum dp_status files = write_files(report, options, error);
    const enum dp_status table = dp_phase_print(report, stdout, files == DP_OK ? error : NULL);
    return files == DP_OK ? table : files;
}

static enum dp_status report_store(const struct dp_store *store, const struct dp_options *options,
                                   struct dp_error *error)
{
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

static enum dp_status run(int count, char **arguments, struct dp_error *error)
{
    struct dp_options options;
    struct dp_store *store = NULL;
    DP_TRY(dp_options_parse(count, arguments, &options, error));
    if (options.common.help)
        return fputs(help, stdout) < 0 ? DP_IO : DP_OK;
    DP_TRY(dp_store_open(options.common.store, &store, error));
    const enum dp_status status = report_store(store, &options, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

int main(int count, char **arguments)
{
    struct dp_error error = {0};
    const enum dp_status status = run(count, arguments, &error);
    return dp_command_report("phase", status, &error);
}
