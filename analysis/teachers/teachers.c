// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "figures/figure.h"
#include "reading/command.h"
#include "reading/coordinates.h"
#include "tables/table.h"
#include "teachers/found.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* dewpoint teachers: which teacher neurons were found, by strength and by distance from the others. */

static const char help[] =
    "usage: dewpoint teachers STORE [--by KEY] [--at KEY=VALUE]... [--csv FILE] [--plot FILE.png|.svg|.pdf]\n"
    "\n"
    "Shows the share of teacher neurons that the students found, in a sweep with target teacher. The\n"
    "shares are listed by the rank of a teacher neuron's strength |a| (1 is the strongest) and by its\n"
    "smallest angle to the other neurons of its teacher.\n"
    "\n"
    "  --by KEY         make a group for each value of this key; default: teacher_width, if\n"
    "                   it varies\n"
    "  --at KEY=VALUE   use only runs with this value of a swept key; give it again for an\n"
    "                   alternative value or for another key\n"
    "  --csv FILE       write all shares with all digits\n"
    "  --plot FILE      draw the figure with gnuplot in the format of the file's ending\n"
    "\n"
    "A teacher neuron is found if the student neurons nearest to it, within the resolution, carry at\n"
    "least half of its amplitude. Their sum of a |w| / alpha is compared, sign included, with a / M of a\n"
    "teacher of M neurons. The 95 % intervals are Wilson's for an effective number of neurons: students\n"
    "of one teacher are not independent, so the scatter between teachers is taken into account. Runs\n"
    "that are done or at their step limit are used.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

struct teachers_options {
    struct dp_common common;
    const char *by, *csv, *plot;
    struct dp_list at;
};

static const struct dp_option option_table[] = {
    {"--by", DP_OPTION_TEXT, offsetof(struct teachers_options, by)},
    {"--at", DP_OPTION_MANY, offsetof(struct teachers_options, at)},
    {"--csv", DP_OPTION_TEXT, offsetof(struct teachers_options, csv)},
    {"--plot", DP_OPTION_TEXT, offsetof(struct teachers_options, plot)},
};

static enum dp_status check(void *options, struct dp_error *error)
{
    const struct teachers_options *const o = options;
    if (o->plot) {
        DP_TRY(dp_picture_check("--plot", o->plot, false, error));
        DP_TRY(dp_output_check("--plot", o->plot, o->common.store, error));
    }
    return o->csv ? dp_output_check("--csv", o->csv, o->common.store, error) : DP_OK;
}

static const char *group_text(const struct dp_found *f, int g, bool exact, char *text, size_t size)
{
    text[0] = '\0';
    return f->by ? dp_coordinate_text(f->store, f->by, f->group[g].value, exact, text, size) : text;
}

/* One of the two tables: bins from .. to - 1 of all groups. */
static enum dp_status print_bins(const struct dp_found *f, const char *what, int from, int to,
                                 struct dp_error *error)
{
    struct dp_text_table table = {.columns = 5};
    char text[DP_TEXT];
    dp_table_put(&table, "%s", f->by ? f->by : "");
    dp_table_put(&table, "%s", what);
    dp_table_put(&table, "neurons");
    dp_table_put(&table, "found");
    dp_table_put(&table, "95 %%");
    for (int g = 0; g < f->groups; g++)
        for (int bin = from; bin < to; bin++) {
            const struct dp_proportion *const p = &f->group[g].bin[bin];
            const struct dp_interval share = dp_proportion_interval(p);
            if (p->runs == 0)
                continue;
            dp_table_put(&table, "%s", group_text(f, g, false, text, sizeof text));
            if (bin < DP_RANKS)
                dp_table_put(&table, "%d", bin + 1);
            else
                dp_table_put(&table, "%g to %g", dp_angle_edges[bin - DP_RANKS],
                             dp_angle_edges[bin - DP_RANKS + 1]);
            dp_table_put(&table, "%lld", (long long)p->runs);
            dp_table_put(&table, "%.3f", share.share);
            dp_table_put(&table, "%.3f to %.3f", share.low, share.high);
        }
    const enum dp_status status = dp_table_print(&table, "lrrrr", stdout, error);
    dp_text_table_free(&table);
    return status;
}

static enum dp_status print(const struct dp_found *f, const char *path, struct dp_error *error)
{
    const char *const title = dp_store_text(f->store, "title");
    printf("%s (%s): %lld run%s with a teacher", title[0] ? title : "store", path, (long long)f->runs,
           f->runs == 1 ? "" : "s");
    if (f->left_out)
        printf("; left out: %lld that are pending, diverged or failed", (long long)f->left_out);
    printf("\n\nteacher neurons found, by the rank of their strength |a|\n");
    DP_TRY(print_bins(f, "rank", 0, DP_RANKS, error));
    printf("\nby the smallest angle to the other neurons of their teacher, in degrees\n");
    return print_bins(f, "angle", DP_RANKS, DP_BINS, error);
}

static enum dp_status write_csv(const struct dp_found *f, const char *path, struct dp_error *error)
{
    static const char *const names[] = {"by",    "from", "to",   "neurons",  "found",
                                        "share", "low",  "high", "effective"};
    enum { COLUMNS = 1 + sizeof names / sizeof *names };
    struct dp_text_table table = {.columns = COLUMNS};
    struct dp_output output;
    char text[DP_TEXT];
    DP_TRY(dp_output_open(path, &output, error));
    dp_table_put(&table, "%s", f->by ? f->by : "group");
    for (int k = 0; k < COLUMNS - 1; k++)
        dp_table_put(&table, "%s", names[k]);
    for (int g = 0; g < f->groups; g++)
        for (int bin = 0; bin < DP_BINS; bin++) {
            const struct dp_proportion *const p = &f->group[g].bin[bin];
            const struct dp_interval share = dp_proportion_interval(p);
            const bool rank = bin < DP_RANKS;
            if (p->runs == 0)
                continue;
            dp_table_put(&table, "%s", group_text(f, g, true, text, sizeof text));
            dp_table_put(&table, rank ? "rank" : "angle");
            dp_table_number(&table, rank ? bin + 1 : dp_angle_edges[bin - DP_RANKS]);
            dp_table_number(&table, rank ? bin + 1 : dp_angle_edges[bin - DP_RANKS + 1]);
            dp_table_number(&table, (double)p->runs);
            dp_table_number(&table, (double)p->hits);
            dp_table_number(&table, share.share);
            dp_table_number(&table, share.low);
            dp_table_number(&table, share.high);
            dp_table_number(&table, share.effective);
        }
    const enum dp_status status = dp_table_csv(&table, output.file, error);
    dp_text_table_free(&table);
    return dp_output_end(&output, status, error);
}

/* The files come first, as the tables may go to a pipe that closes early. */
static enum dp_status report(const struct dp_store *store, void *options, struct dp_error *error)
{
    const struct teachers_options *const o = options;
    struct dp_filter filter = {0};
    struct dp_found found = {.store = store, .filter = &filter};
    for (int i = 0; i < o->at.count; i++)
        DP_TRY(dp_filter_add(store, o->at.text[i], &filter, error));
    if (o->by)
        DP_TRY(dp_coordinate_find(store, "--by", o->by, &found.by, error));
    else
        found.by = dp_coordinate_name(store, "teacher_width");
    DP_TRY(dp_found_read(&found, error));
    if (o->csv)
        DP_TRY(write_csv(&found, o->csv, error));
    const enum dp_status drawn = o->plot ? dp_found_plot(&found, o->plot, error) : DP_OK;
    const enum dp_status printed = print(&found, o->common.store, drawn == DP_OK ? error : NULL);
    return drawn == DP_OK ? printed : drawn;
}

static const struct dp_command command = {
    .name = "teachers",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check,
    .work = report,
};

int main(int count, char **arguments)
{
    struct teachers_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
