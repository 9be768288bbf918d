// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "reading/command.h"
#include "reading/stored_run.h"
#include "tables/run_table.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* dewpoint export: the contents of a store for other programs. */

static const char help[] =
    "usage: dewpoint export STORE [--run ROW | --at KEY=VALUE...] [--point POINT] [-o FILE.csv|.h5]\n"
    "                             [--table FILE.csv [--numbers]] [--compress FILE.h5]\n"
    "\n"
    "Writes the results of all runs, or the neurons of one run, for other programs.\n"
    "\n"
    "  --table FILE       write all runs as CSV, a line for each run: its coordinates, status and results,\n"
    "                     with nan for missing values\n"
    "  --numbers          write status, activation and other names as the numbers in the store;\n"
    "                     numpy.loadtxt(FILE, delimiter=\",\", skiprows=1) reads this table\n"
    "  -o, --output FILE  write the neurons of one run: a line w_1..w_d, bias, a_1..a_o for each neuron\n"
    "                     (CSV) or the dataset `weights` (HDF5); init: {scheme: file, path: FILE} starts\n"
    "                     a run from this file\n"
    "  --run ROW          the run in this row of the store\n"
    "  --at KEY=VALUE     the run with this value of a swept key; repeat it until one run is left\n"
    "  --point POINT      first, last (default), K (point of the curve, from 0) or step=N\n"
    "  --compress FILE    write a copy of the store with compressed datasets, for archiving and reading\n"
    "\n"
    "The store has the neurons of a run if the sweep asked for them (keys weights, trajectories). All\n"
    "digits are written: a run in float64 that starts from exported neurons starts from the same bits.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading or writing failed.\n";

struct export_options {
    struct dp_common common;
    const char *run, *point, *output, *table, *compress;
    struct dp_list at;
    bool numbers;
};

static const struct dp_option option_table[] = {
    {"-o", DP_OPTION_TEXT, offsetof(struct export_options, output)},
    {"--output", DP_OPTION_TEXT, offsetof(struct export_options, output)},
    {"--run", DP_OPTION_TEXT, offsetof(struct export_options, run)},
    {"--point", DP_OPTION_TEXT, offsetof(struct export_options, point)},
    {"--table", DP_OPTION_TEXT, offsetof(struct export_options, table)},
    {"--numbers", DP_OPTION_FLAG, offsetof(struct export_options, numbers)},
    {"--compress", DP_OPTION_TEXT, offsetof(struct export_options, compress)},
    {"--at", DP_OPTION_MANY, offsetof(struct export_options, at)},
};

static enum dp_status check_options(void *options, struct dp_error *error)
{
    const struct export_options *const o = options;
    const struct {
        const char *option, *path;
    } outputs[] = {{"-o", o->output}, {"--table", o->table}, {"--compress", o->compress}};
    bool any = false;
    for (int i = 0; i < 3; i++)
        if (outputs[i].path) {
            DP_TRY(dp_output_check(outputs[i].option, outputs[i].path, o->common.store, error));
            any = true;
        }
    if (!any)
        return dp_fail(error, DP_BAD_INPUT, "what to write? Give -o, --table or --compress; see --help");
    if (o->numbers && !o->table)
        return dp_fail(error, DP_BAD_INPUT,
                       "--numbers says how to write the table of all runs, so it needs --table FILE");
    if (!o->output && (o->run || o->at.count || o->point))
        return dp_fail(error, DP_BAD_INPUT, "%s chooses neurons, so it needs -o FILE",
                       o->run     ? "--run"
                       : o->point ? "--point"
                                  : "--at");
    return DP_OK;
}

static enum dp_status write_neurons(const struct dp_stored_run *s, const struct export_options *o,
                                    struct dp_error *error)
{
    int64_t point = DP_POINT_LAST;
    char name[400], note[600];
    if (o->point)
        DP_TRY(dp_stored_run_point(s, o->point, &point, error));
    struct dp_start start = {.width = s->run.width, .components = s->components, .inputs = s->inputs};
    DP_TRY(dp_stored_run_neurons(s, point, &start.values, error));
    snprintf(note, sizeof note, "neurons of %s of the sweep %.100s at step %.0f",
             dp_stored_run_name(s, name, sizeof name), s->sweep.name, dp_stored_run_step(s, point));
    struct dp_output output;
    enum dp_status status = dp_output_begin(o->output, &output, error);
    if (status == DP_OK) // its ending, which chooses the format, is that of the place
        status = dp_output_end(&output, dp_start_write(output.temporary, &start, note, error), error);
    free(start.values);
    return status;
}

static enum dp_status export_neurons(const struct dp_store *store, const struct export_options *o,
                                     struct dp_error *error)
{
    struct dp_stored_run stored;
    int64_t row;
    DP_TRY(dp_stored_run_find(store, o->run, &o->at, &row, error));
    DP_TRY(dp_stored_run_open(store, row, &stored, error));
    const enum dp_status status = write_neurons(&stored, o, error);
    dp_stored_run_close(&stored);
    return status;
}

static enum dp_status export_all(const struct dp_store *store, void *options, struct dp_error *error)
{
    const struct export_options *const o = options;
    if (o->output)
        DP_TRY(export_neurons(store, o, error));
    if (o->table)
        DP_TRY(dp_run_table_csv(store, o->table, o->numbers, error));
    return o->compress ? dp_store_compress(o->common.store, o->compress, error) : DP_OK;
}

static const struct dp_command command = {
    .name = "export",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check_options,
    .work = export_all,
};

int main(int count, char **arguments)
{
    struct export_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
