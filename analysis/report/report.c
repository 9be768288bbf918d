// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "reading/command.h"
#include "reading/coordinates.h"
#include "report/page.h"
#include <string.h>

/* dewpoint report: an HTML page that shows a store. */

static const char help[] =
    "usage: dewpoint report STORE -o FILE.html [--x KEY] [--y KEY]\n"
    "\n"
    "Writes one HTML file that shows a store, finished or not. It needs no network and no other file.\n"
    "\n"
    "  -o, --output FILE  the HTML file\n"
    "  --x KEY, --y KEY   the two keys that span the phase diagram (default: gamma and gamma_prime, if the\n"
    "                     sweep varies them); if a key with names varies, such as activation, each of its\n"
    "                     values has a diagram\n"
    "\n"
    "The page shows the phase diagram. For the cell that you select, it shows the fit over the widths, the\n"
    "curves and neurons in the store, the runs, and a command that trains them again. It also shows the\n"
    "number of directions at each multiplicity, how and why the runs ended, how long they took, and the\n"
    "origin of the store. The numbers are those of `dewpoint phase`, `multiplicity`, `curves` and\n"
    "`neurons`.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading or writing failed.\n";

struct report_options {
    struct dp_common common;
    const char *output, *x, *y;
};

static const struct dp_option option_table[] = {
    {"-o", DP_OPTION_TEXT, offsetof(struct report_options, output)},
    {"--output", DP_OPTION_TEXT, offsetof(struct report_options, output)},
    {"--x", DP_OPTION_TEXT, offsetof(struct report_options, x)},
    {"--y", DP_OPTION_TEXT, offsetof(struct report_options, y)},
};

static enum dp_status check_options(void *options, struct dp_error *error)
{
    const struct report_options *const o = options;
    if (!o->output)
        return dp_fail(error, DP_BAD_INPUT, "where to? Give -o FILE.html; see --help");
    if (!o->x != !o->y)
        return dp_fail(error, DP_BAD_INPUT, "%s needs %s beside it: two keys span the phase diagram",
                       o->x ? "--x" : "--y", o->x ? "--y" : "--x");
    return dp_output_check("-o", o->output, o->common.store, error);
}

static enum dp_status write_page(struct dp_page *page, struct dp_error *error)
{
    static enum dp_status (*const parts[])(struct dp_page *, struct dp_error *) = {
        dp_page_store, dp_page_runs, dp_page_time, dp_page_planes, dp_page_counts, dp_page_groups};
    DP_TRY(dp_page_begin(page, error));
    dp_json_open(&page->json, '{');
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        DP_TRY(parts[i](page, error));
    dp_json_close(&page->json, '}');
    return dp_page_end(page, error);
}

static enum dp_status make_page(const struct dp_store *store, void *options, struct dp_error *error)
{
    const struct report_options *const o = options;
    struct dp_page page = {.store = store, .path = o->common.store};
    struct dp_output output;
    const char *const axes[] = {o->x, o->y};
    for (int i = 0; i < 2 && o->x; i++)
        DP_TRY(dp_coordinate_find(store, i ? "--y" : "--x", axes[i], i ? &page.y : &page.x, error));
    DP_TRY(dp_store_sweep(store, &page.sweep, error));
    enum dp_status status = dp_troubles_read(store, &(struct dp_filter){0}, &page.coordinates, error);
    if (status == DP_OK)
        status = dp_output_open(o->output, &output, error);
    if (status == DP_OK) {
        page.json.out = output.file;
        status = dp_output_end(&output, write_page(&page, error), error);
    }
    dp_troubles_free(&page.coordinates);
    dp_sweep_free(&page.sweep);
    return status;
}

static const struct dp_command command = {
    .name = "report",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check_options,
    .work = make_page,
};

int main(int count, char **arguments)
{
    struct report_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
