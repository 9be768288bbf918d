// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "dewpoint/sweep/keys.h"
#include "neurons/neuron_plot.h"
#include "reading/command.h"
#include <string.h>

/* dewpoint neurons: the neurons of one run, as figures, films and numbers. */

static const char help[] =
    "usage: dewpoint neurons STORE [--run ROW | --at KEY=VALUE...] [--kind KIND] [--point POINT]\n"
    "                              [--plot FILE.png|.svg|.pdf] [--frames FILE.gif|.mp4] [--csv FILE]\n"
    "                              [--logy | --liny] [--modes]\n"
    "\n"
    "Draws the neurons of one run, at one point of its training or at all recorded points.\n"
    "\n"
    "  --run ROW        the run in this row of the store\n"
    "  --at KEY=VALUE   the run with this value of a swept key; repeat it until one run is left\n"
    "  --kind KIND      what to draw; by default the first of these that suits the run:\n"
    "    product        entries of the product of the layers (linear networks)\n"
    "    trajectories   the path of every a w in the plane, and the teacher's neurons\n"
    "    orientation    angle atan2(b, w) and amplitude |a| |(w, b)| at the start and at the point\n"
    "    cosine         cosines between all pairs of (w, b), ordered by their leading eigenvector\n"
    "    kinks          the function and the data; below, each neuron at -b/w, sign(a) |(w, b)|\n"
    "    modes          squared errors of a linear network's modes, and their closed form\n"
    "    risk           mean squared error on the test samples by mode (linear), and the closed form\n"
    "  --point POINT    first, last (default), K (point of the curve, from 0) or step=N\n"
    "  --plot FILE      draw the figure with gnuplot in the format of the file's ending\n"
    "  --frames FILE    make a film through all points of the curve: .gif, or .mp4 with ffmpeg\n"
    "  --csv FILE       write the numbers of the figure with all digits\n"
    "  --logy, --liny   log (default) or linear axis of amplitudes (orientation)\n"
    "  --modes          use the synaptic basis (product)\n"
    "\n"
    "The store has the neurons of a run if the sweep asked for them. The key weights keeps them at the\n"
    "start and the end. The key trajectories, with curve_ratio or curve_every, keeps them at every point\n"
    "of the curve.\n"
    "\n"
    "Exit code: 0 on success, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

struct neurons_options {
    struct dp_common common;
    const char *run, *kind, *point, *plot, *frames, *csv;
    struct dp_list at;
    bool log_y, linear_y, modes;
};

static const struct dp_option option_table[] = {
    {"--run", DP_OPTION_TEXT, offsetof(struct neurons_options, run)},
    {"--at", DP_OPTION_MANY, offsetof(struct neurons_options, at)},
    {"--kind", DP_OPTION_TEXT, offsetof(struct neurons_options, kind)},
    {"--point", DP_OPTION_TEXT, offsetof(struct neurons_options, point)},
    {"--plot", DP_OPTION_TEXT, offsetof(struct neurons_options, plot)},
    {"--frames", DP_OPTION_TEXT, offsetof(struct neurons_options, frames)},
    {"--csv", DP_OPTION_TEXT, offsetof(struct neurons_options, csv)},
    {"--logy", DP_OPTION_FLAG, offsetof(struct neurons_options, log_y)},
    {"--liny", DP_OPTION_FLAG, offsetof(struct neurons_options, linear_y)},
    {"--modes", DP_OPTION_FLAG, offsetof(struct neurons_options, modes)},
};

static const struct dp_plot_kind *const kinds[] = {&dp_orientation_plot,  &dp_cosine_plot,  &dp_kinks_plot,
                                                   &dp_trajectories_plot, &dp_product_plot, &dp_modes_plot,
                                                   &dp_risk_plot};

enum { KINDS = sizeof kinds / sizeof *kinds };

static enum dp_status check_made(const struct neurons_options *o, struct dp_error *error)
{
    return o->plot || o->frames || o->csv
               ? DP_OK
               : dp_fail(error, DP_BAD_INPUT, "what to make? Give --plot, --frames or --csv; see --help");
}

static enum dp_status check_options(void *options, struct dp_error *error)
{
    const struct neurons_options *const o = options;
    if (o->log_y && o->linear_y)
        return dp_fail(error, DP_BAD_INPUT, "--logy and --liny exclude each other; keep one of them");
    if (!o->run && !o->at.count) // else it is seen first whether the run is there
        DP_TRY(check_made(o, error));
    if (o->plot) {
        DP_TRY(dp_picture_check("--plot", o->plot, false, error));
        DP_TRY(dp_output_check("--plot", o->plot, o->common.store, error));
    }
    if (o->frames) {
        DP_TRY(dp_picture_check("--frames", o->frames, true, error));
        DP_TRY(dp_output_check("--frames", o->frames, o->common.store, error));
    }
    return o->csv ? dp_output_check("--csv", o->csv, o->common.store, error) : DP_OK;
}

/* The kind of figure that suits a run, when the user does not choose one. */
static const struct dp_plot_kind *usual_kind(const struct dp_stored_run *s)
{
    if (s->run.activation == DP_LINEAR && s->along && s->outputs > 1)
        return &dp_product_plot;
    if (s->run.target == DP_TEACHER && s->along && s->inputs <= 2 && s->outputs == 1)
        return &dp_trajectories_plot;
    return s->inputs + s->run.bias == 2 ? &dp_orientation_plot : &dp_cosine_plot;
}

static enum dp_status find_kind(const char *name, const struct dp_plot_kind **kind, struct dp_error *error)
{
    const char *names[KINDS];
    for (int i = 0; i < KINDS; i++) {
        names[i] = kinds[i]->name;
        if (strcmp(name, names[i]) == 0) {
            *kind = kinds[i];
            return DP_OK;
        }
    }
    const char *const near = dp_nearest_name(name, names, KINDS);
    return dp_fail(
        error, DP_BAD_INPUT,
        "--kind %s: it must be orientation, cosine, kinks, trajectories, product, modes or risk%s%s%s", name,
        near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* The numbers are written first, so that they exist even if nothing can be drawn. */
static enum dp_status write_numbers(const struct dp_plot_kind *kind, const struct dp_neuron_plot *plot,
                                    const char *path, struct dp_error *error)
{
    struct dp_output output;
    DP_TRY(dp_output_open(path, &output, error));
    return dp_output_end(&output, kind->numbers(plot, output.file, error), error);
}

static enum dp_status draw(const struct dp_plot_kind *kind, struct dp_neuron_plot *plot, const char *path,
                           bool animated, struct dp_error *error)
{
    plot->animated = animated;
    const struct dp_picture drawing = {.width = kind->width,
                                       .height = kind->height,
                                       .animated = animated,
                                       .write = kind->script,
                                       .figure = plot};
    return dp_picture_draw(path, &drawing, error);
}

static enum dp_status show(const struct dp_stored_run *s, const struct neurons_options *o,
                           struct dp_error *error)
{
    struct dp_neuron_plot plot = {
        .stored = s, .point = DP_POINT_LAST, .linear_y = o->linear_y, .modes = o->modes};
    const struct dp_plot_kind *kind = usual_kind(s);
    DP_TRY(dp_stored_run_check_point(s, DP_POINT_LAST, error)); // a run that keeps nothing says so first
    if (o->kind)
        DP_TRY(find_kind(o->kind, &kind, error));
    if (o->point)
        DP_TRY(dp_stored_run_point(s, o->point, &plot.point, error));
    DP_TRY(kind->check(&plot, error));
    DP_TRY(dp_stored_run_check_point(s, plot.point, error));
    if (o->frames && !kind->animates)
        return dp_fail(error, DP_BAD_INPUT, "--frames: %s shows all of the training already; use --plot",
                       kind->name);
    if (o->frames)
        DP_TRY(dp_stored_run_check_along(s, error));
    if (o->csv)
        DP_TRY(write_numbers(kind, &plot, o->csv, error));
    if (o->plot)
        DP_TRY(draw(kind, &plot, o->plot, false, error));
    return o->frames ? draw(kind, &plot, o->frames, true, error) : DP_OK;
}

static enum dp_status look_at(const struct dp_store *store, void *options, struct dp_error *error)
{
    const struct neurons_options *const o = options;
    struct dp_stored_run stored;
    int64_t row;
    DP_TRY(dp_stored_run_find(store, o->run, &o->at, &row, error));
    DP_TRY(check_made(o, error));
    DP_TRY(dp_stored_run_open(store, row, &stored, error));
    const enum dp_status status = show(&stored, o, error);
    dp_stored_run_close(&stored);
    return status;
}

static const struct dp_command command = {
    .name = "neurons",
    .help = help,
    .options = option_table,
    .option_count = sizeof option_table / sizeof *option_table,
    .check = check_options,
    .work = look_at,
};

int main(int count, char **arguments)
{
    struct neurons_options options = {0};
    return dp_command_run(&command, count, arguments, &options.common);
}
