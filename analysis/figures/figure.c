// SPDX-License-Identifier: BSD-3-Clause
#include "figures/figure.h"
#include "dewpoint/files/output.h"
#include "figures/style.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { FIGURE_PATH = 4096, MESSAGE_ROOM = 400 };

extern char **environ;

/* The formats of pictures, and the number of units in a cm. The sizes make letters of 8 points in a column of
 * a journal. */
static const struct terminal {
    const char *ending;
    bool animated, numbered;
    const char *format; // of width and height
    double units;
} terminals[] = {
    {".png", false, false, "pngcairo size %.0f,%.0f font 'sans,8' fontscale 3.6 linewidth 3 pointscale 3",
     150},
    {".svg", false, false, "svg size %.0f,%.0f font 'sans-serif,14' linewidth 1.4 background 'white'", 60},
    {".pdf", false, false,
     "pdfcairo size %.2fcm,%.2fcm font 'sans,8' linewidth 1.2 fontscale 0.6 pointscale 0.6", 1},
    {".gif", true, false,
     "gif animate delay 10 loop 0 size %.0f,%.0f font 'DejaVuSans,15' linewidth 2 background '#ffffff'", 90},
    {".mp4", true, true, "pngcairo size %.0f,%.0f font 'sans,8' fontscale 2.4 linewidth 2 pointscale 2", 100},
};

/* A temporary directory with the script, the picture and the messages of gnuplot. */
struct workshop {
    char directory[FIGURE_PATH], script[FIGURE_PATH], picture[FIGURE_PATH], messages[FIGURE_PATH];
    int64_t frames; // numbered pictures
};

static const struct terminal *find_terminal(const char *path)
{
    const size_t length = strlen(path);
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++) {
        const size_t ending = strlen(terminals[i].ending);
        if (length > ending && !strcmp(path + length - ending, terminals[i].ending))
            return &terminals[i];
    }
    return NULL;
}

enum dp_status dp_picture_check(const char *option, const char *path, bool animated, struct dp_error *error)
{
    const struct terminal *const terminal = find_terminal(path);
    if (terminal && terminal->animated == animated)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "%s %s: the name must end in %s, which says how to draw", option,
                   path, animated ? ".gif or .mp4" : ".png, .svg or .pdf");
}

void dp_canvas_begin(const struct dp_canvas *canvas, FILE *out)
{
    fprintf(out, "# Written by dewpoint; draw it with: gnuplot THIS_FILE\n");
    fprintf(out, "set encoding utf8\nset terminal %s\n", canvas->terminal);
    if (canvas->numbered)
        return;
    fprintf(out, "set output ");
    dp_figure_quote(canvas->output, out);
    fprintf(out, "\n");
}

void dp_canvas_frame(struct dp_canvas *canvas, FILE *out)
{
    char path[FIGURE_PATH + 32];
    canvas->frames++;
    if (!canvas->numbered)
        return;
    snprintf(path, sizeof path, "%s-%05lld.png", canvas->output, (long long)canvas->frames);
    fprintf(out, "set output ");
    dp_figure_quote(path, out);
    fprintf(out, "\n");
}

static enum dp_status open_workshop(struct workshop *shop, const char *ending, struct dp_error *error)
{
    const char *place = getenv("TMPDIR");
    if (!place || place[0] != '/' || strlen(place) > FIGURE_PATH / 2)
        place = "/tmp";
    snprintf(shop->directory, sizeof shop->directory, "%s/dewpoint-XXXXXX", place);
    if (!mkdtemp(shop->directory))
        return dp_fail(error, DP_IO, "%s: cannot make a temporary directory: %s", shop->directory,
                       strerror(errno));
    const int script = snprintf(shop->script, FIGURE_PATH, "%s/figure.gp", shop->directory);
    const int picture = snprintf(shop->picture, FIGURE_PATH, "%s/figure%s", shop->directory, ending);
    const int messages = snprintf(shop->messages, FIGURE_PATH, "%s/messages", shop->directory);
    if (script >= FIGURE_PATH || picture >= FIGURE_PATH || messages >= FIGURE_PATH)
        return dp_fail(error, DP_IO, "%s: too long a name", place);
    return DP_OK;
}

/* The name of a numbered picture. */
static const char *frame_path(const struct workshop *shop, int64_t frame, char path[FIGURE_PATH + 32])
{
    snprintf(path, FIGURE_PATH + 32, "%s-%05lld.png", shop->picture, (long long)frame);
    return path;
}

static void close_workshop(const struct workshop *shop)
{
    char path[FIGURE_PATH + 32];
    for (int64_t frame = 1; frame <= shop->frames; frame++)
        unlink(frame_path(shop, frame, path));
    unlink(shop->script);
    unlink(shop->picture);
    unlink(shop->messages);
    rmdir(shop->directory);
}

/* *frames: how many the script draws. */
static enum dp_status write_script(const char *script, const struct dp_picture *drawing,
                                   const struct terminal *terminal, const char *picture, int64_t *frames,
                                   struct dp_error *error)
{
    char settings[256];
    struct dp_canvas canvas = {.terminal = settings, .output = picture, .numbered = terminal->numbered};
    snprintf(settings, sizeof settings, terminal->format, drawing->width * terminal->units,
             drawing->height * terminal->units);
    FILE *const out = fopen(script, "w");
    if (!out)
        return dp_fail(error, DP_IO, "%s: %s", script, strerror(errno));
    const enum dp_status status = drawing->write(drawing->figure, &canvas, out, error);
    *frames = canvas.frames;
    const int broken = ferror(out);
    if ((fclose(out) || broken) && status == DP_OK)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", script, strerror(errno));
    return status;
}

/* The first line of gnuplot's messages. */
static void read_message(const char *path, char *text, int size)
{
    text[0] = 0;
    FILE *const in = fopen(path, "r");
    if (!in)
        return;
    while (fgets(text, size, in) && strspn(text, " \t\r\n^") == strlen(text))
        ;
    text[strcspn(text, "\r\n")] = 0;
    fclose(in);
}

/* Runs a program from the PATH with the workshop's directory for its messages. *missing: the program does not
 * exist. */
static enum dp_status run_program(const struct workshop *shop, char *const *arguments, bool *missing,
                                  struct dp_error *error)
{
    const char *const program = arguments[0];
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions))
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to start %s", program);
    pid_t child = 0;
    int failure = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (!failure)
        failure = posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    if (!failure)
        failure = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, shop->messages,
                                                   O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (!failure)
        failure = posix_spawnp(&child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    *missing = failure == ENOENT || failure == EACCES;
    if (failure)
        return *missing ? DP_OK : dp_fail(error, DP_IO, "%s does not start: %s", program, strerror(failure));
    int outcome = 0;
    while (waitpid(child, &outcome, 0) < 0)
        if (errno != EINTR)
            return dp_fail(error, DP_IO, "lost sight of %s: %s", program, strerror(errno));
    *missing = WIFEXITED(outcome) && WEXITSTATUS(outcome) == 127; // how some systems report a failed start
    if (*missing || (WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0))
        return DP_OK;
    char message[MESSAGE_ROOM];
    read_message(shop->messages, message, sizeof message);
    return dp_fail(error, DP_IO, "%s could not draw the figure: %s", program,
                   message[0] ? message : "it ended without a word");
}

static enum dp_status run_gnuplot(struct workshop *shop, bool *missing, struct dp_error *error)
{
    char program[] = "gnuplot", plain[] = "--default-settings"; // the user's own settings stay out
    return run_program(shop, (char *const[]){program, plain, shop->script, NULL}, missing, error);
}

/* Makes one film of numbered pictures, in the place of the workshop's picture. */
static enum dp_status run_ffmpeg(struct workshop *shop, const char *path, struct dp_error *error)
{
    char pattern[FIGURE_PATH + 32];
    snprintf(pattern, sizeof pattern, "%s-%%05d.png", shop->picture);
    bool missing;
    // Sizes must be even for the usual format of pixels, which every player shows.
    char *const arguments[] = {(char[]){"ffmpeg"},     (char[]){"-y"},
                               (char[]){"-loglevel"},  (char[]){"error"},
                               (char[]){"-framerate"}, (char[]){"10"},
                               (char[]){"-i"},         pattern,
                               (char[]){"-vf"},        (char[]){"pad=ceil(iw/2)*2:ceil(ih/2)*2"},
                               (char[]){"-pix_fmt"},   (char[]){"yuv420p"},
                               shop->picture,          NULL};
    DP_TRY(run_program(shop, arguments, &missing, error));
    if (!missing)
        return DP_OK;
    return dp_fail(
        error, DP_IO,
        "ffmpeg is not installed, so %s was not made (Debian: apt install ffmpeg); a name that ends "
        "in .gif needs gnuplot alone",
        path);
}

/* Copies the finished picture to its place, which may lie on another file system. */
static enum dp_status deliver(const char *from, const char *to, struct dp_error *error)
{
    char block[1 << 14];
    FILE *const in = fopen(from, "rb");
    if (!in)
        return dp_fail(error, DP_IO, "gnuplot drew nothing: %s: %s", from, strerror(errno));
    struct dp_output output;
    enum dp_status status = dp_output_open(to, &output, error);
    if (status == DP_OK) {
        size_t length;
        while ((length = fread(block, 1, sizeof block, in)) > 0)
            if (fwrite(block, 1, length, output.file) != length)
                break;
        if (ferror(in))
            status = dp_fail(error, DP_IO, "%s: cannot read the picture: %s", from, strerror(errno));
        status = dp_output_end(&output, status, error);
    }
    fclose(in);
    return status;
}

/* Leaves the script beside the picture that it would have made. */
static enum dp_status keep_script(const char *path, const struct dp_picture *drawing,
                                  const struct terminal *terminal, struct dp_error *error)
{
    char script[FIGURE_PATH], picture[FIGURE_PATH];
    int64_t frames;
    const char *const slash = strrchr(path, '/');
    if (snprintf(script, sizeof script, "%s.gp", path) >= FIGURE_PATH ||
        snprintf(picture, sizeof picture, "./%s", slash ? slash + 1 : path) >= FIGURE_PATH)
        return dp_fail(error, DP_IO, "%s: too long a name", path);
    DP_TRY(write_script(script, drawing, terminal, picture, &frames, error));
    return dp_fail(
        error, DP_IO,
        "gnuplot is not installed, so %s was not drawn; %s holds the figure as a gnuplot script with its "
        "data (Debian: apt install gnuplot-nox, then gnuplot on it)",
        path, script);
}

enum dp_status dp_picture_draw(const char *path, const struct dp_picture *drawing, struct dp_error *error)
{
    const struct terminal *const terminal = find_terminal(path);
    if (!terminal)
        return dp_picture_check("figure", path, drawing->animated, error);
    struct workshop shop = {0};
    DP_TRY(open_workshop(&shop, terminal->ending, error));
    bool missing = false;
    enum dp_status status = write_script(shop.script, drawing, terminal, shop.picture, &shop.frames, error);
    if (status == DP_OK)
        status = run_gnuplot(&shop, &missing, error);
    if (status == DP_OK && !missing && terminal->numbered)
        status = run_ffmpeg(&shop, path, error);
    if (status == DP_OK && !missing)
        status = deliver(shop.picture, path, error);
    close_workshop(&shop);
    return status == DP_OK && missing ? keep_script(path, drawing, terminal, error) : status;
}

enum dp_status dp_figure_draw(const char *path, dp_figure_writer *writer, const void *figure,
                              struct dp_error *error)
{
    const struct dp_picture picture = {.width = 8.6, .height = 7.5, .write = writer, .figure = figure};
    return dp_picture_draw(path, &picture, error);
}

void dp_figure_begin(const struct dp_canvas *canvas, const char *title, FILE *out)
{
    dp_canvas_begin(canvas, out);
    dp_figure_title(title, 0, out);
}
