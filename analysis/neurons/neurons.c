// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/keys.h"
#include "neurons/look.h"
#include "reading/command.h"
#include <errno.h>
#include <string.h>

/* dewpoint neurons: the neurons of one run, as figures, films and numbers. */

static const char help[] =
    "usage: dewpoint neurons STORE [--run ROW | --at KEY=VALUE...] [--kind KIND] [--point POINT]\n"
    "                              [--plot FILE.png|.svg|.pdf] [--frames FILE.gif|.mp4] [--csv FILE]\n"
    "\n"
    "Draws the neurons of one run, at one point of its training or through all of it.\n"
    "\n"
    "  --run ROW        the run, by its row in the store\n"
    "  --at KEY=VALUE   the run by values of its keys; repeat it until one run is left\n"
    "  --kind KIND      what to draw; unless given, what suits the run:\n"
    "    orientation    angle atan2(b, w) against amplitude |a| |(w, b)|, at the start and at the point\n"
    "    cosine         cosines between all pairs of (w, b), ordered by their leading eigenvector\n"
    "    kinks          neurons at -b/w and sign(a) |(w, b)|, over the function and the data\n"
    "    trajectories   the way of every a w in the plane, and the teacher's neurons\n"
    "    product        entries of the product of the layers against each other (linear networks)\n"
    "    modes          squared errors of a linear network's modes beside the closed form\n"
    "  --point POINT    first, last (unless given), K (of the curve, from 0) or step=N\n"
    "  --plot FILE      the figure, drawn by gnuplot as the ending says\n"
    "  --frames FILE    a film through all points of the curve: .gif, or .mp4 with ffmpeg\n"
    "  --csv FILE       the numbers of the figure, all digits\n"
    "  --logy           amplitudes on a log axis (orientation)\n"
    "  --modes          in the synaptic basis (product)\n"
    "\n"
    "Neurons are there for runs that kept them: key weights for the start and the end, trajectories with\n"
    "curve_ratio for every point of the curve.\n"
    "\n"
    "Exit code: 0, 2 for a mistake in the command, 1 if reading, writing or drawing failed.\n";

struct options {
    struct dp_common common;
    const char *run, *kind, *point, *plot, *frames, *csv;
    struct dp_list at;
    bool log_y, modes;
};

static const struct dp_option option_table[] = {
    {"--run", DP_OPTION_TEXT, offsetof(struct options, run)},
    {"--at", DP_OPTION_MANY, offsetof(struct options, at)},
    {"--kind", DP_OPTION_TEXT, offsetof(struct options, kind)},
    {"--point", DP_OPTION_TEXT, offsetof(struct options, point)},
    {"--plot", DP_OPTION_TEXT, offsetof(struct options, plot)},
    {"--frames", DP_OPTION_TEXT, offsetof(struct options, frames)},
    {"--csv", DP_OPTION_TEXT, offsetof(struct options, csv)},
    {"--logy", DP_OPTION_FLAG, offsetof(struct options, log_y)},
    {"--modes", DP_OPTION_FLAG, offsetof(struct options, modes)},
};

enum { OPTIONS = sizeof option_table / sizeof *option_table };

static const struct dp_way *const ways[] = {&dp_way_orientation,  &dp_way_cosine,  &dp_way_kinks,
                                            &dp_way_trajectories, &dp_way_product, &dp_way_modes};

enum { WAYS = sizeof ways / sizeof *ways };

static enum dp_status check_options(const struct options *o, struct dp_error *error)
{
    if (!o->plot && !o->frames && !o->csv)
        return dp_fail(error, DP_BAD_INPUT, "what to make? Give --plot, --frames or --csv; see --help");
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

/* What suits a run, when the user does not say. */
static const struct dp_way *usual_way(const struct dp_subject *s)
{
    if (s->run.activation == DP_LINEAR && s->along && s->outputs > 1)
        return &dp_way_product;
    if (s->run.target == DP_TEACHER && s->along && s->inputs <= 2 && s->outputs == 1)
        return &dp_way_trajectories;
    return s->inputs + s->run.bias == 2 ? &dp_way_orientation : &dp_way_cosine;
}

static enum dp_status find_way(const char *name, const struct dp_way **way, struct dp_error *error)
{
    const char *names[WAYS];
    for (int i = 0; i < WAYS; i++) {
        names[i] = ways[i]->name;
        if (strcmp(name, names[i]) == 0) {
            *way = ways[i];
            return DP_OK;
        }
    }
    const char *const near = dp_nearest_name(name, names, WAYS);
    return dp_fail(error, DP_BAD_INPUT,
                   "--kind %s: it must be orientation, cosine, kinks, trajectories, product or modes%s%s%s",
                   name, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}

/* The numbers come first: they are there even if nothing can be drawn. */
static enum dp_status write_numbers(const struct dp_way *way, const struct dp_look *look, const char *path,
                                    struct dp_error *error)
{
    FILE *const out = fopen(path, "wb"); // binary: the lines end in CR LF everywhere
    if (!out)
        return dp_fail(error, DP_IO, "%s: %s", path, strerror(errno));
    const enum dp_status status = way->numbers(look, out, error);
    const int broken = ferror(out);
    if ((fclose(out) || broken) && status == DP_OK)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", path, strerror(errno));
    return status;
}

static enum dp_status draw(const struct dp_way *way, struct dp_look *look, const char *path, bool animated,
                           struct dp_error *error)
{
    look->animated = animated;
    const struct dp_picture drawing = {.width = way->width,
                                       .height = way->height,
                                       .animated = animated,
                                       .write = way->script,
                                       .figure = look};
    return dp_picture_draw(path, &drawing, error);
}

static enum dp_status show(const struct dp_subject *s, const struct options *o, struct dp_error *error)
{
    struct dp_look look = {.subject = s, .point = DP_POINT_LAST, .log_y = o->log_y, .modes = o->modes};
    const struct dp_way *way = usual_way(s);
    DP_TRY(dp_subject_check_point(s, DP_POINT_LAST, error)); // a run that keeps nothing says so first
    if (o->kind)
        DP_TRY(find_way(o->kind, &way, error));
    if (o->point)
        DP_TRY(dp_subject_point(s, o->point, &look.point, error));
    DP_TRY(way->check(&look, error));
    DP_TRY(dp_subject_check_point(s, look.point, error));
    if (o->frames && !way->animates)
        return dp_fail(error, DP_BAD_INPUT, "--frames: %s shows all of the training already; use --plot",
                       way->name);
    if (o->frames)
        DP_TRY(dp_subject_check_along(s, error));
    if (o->csv)
        DP_TRY(write_numbers(way, &look, o->csv, error));
    if (o->plot)
        DP_TRY(draw(way, &look, o->plot, false, error));
    return o->frames ? draw(way, &look, o->frames, true, error) : DP_OK;
}

static enum dp_status look_at(const struct dp_store *store, const struct options *o, struct dp_error *error)
{
    struct dp_subject subject;
    int64_t row;
    DP_TRY(dp_subject_row(store, o->run, &o->at, &row, error));
    DP_TRY(dp_subject_open(store, row, &subject, error));
    const enum dp_status status = show(&subject, o, error);
    dp_subject_close(&subject);
    return status;
}

static enum dp_status run(int count, char **arguments, struct dp_error *error)
{
    struct options options = {0};
    struct dp_store *store = NULL;
    DP_TRY(dp_command_parse("neurons", option_table, OPTIONS, count, arguments, &options.common, error));
    if (options.common.help)
        return fputs(help, stdout) < 0 ? DP_IO : DP_OK;
    DP_TRY(check_options(&options, error));
    DP_TRY(dp_store_open(options.common.store, &store, error));
    const enum dp_status status = look_at(store, &options, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

int main(int count, char **arguments)
{
    struct dp_error error = {0};
    const enum dp_status status = run(count, arguments, &error);
    return dp_command_report("neurons", status, &error);
}
