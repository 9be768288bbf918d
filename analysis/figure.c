// SPDX-License-Identifier: BSD-3-Clause
#include "figure.h"
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { PATH_ROOM = 4096, MESSAGE_ROOM = 400 };

extern char **environ;

/* What can be drawn. A column of a journal is 8.6 cm wide; the sizes make letters of 8 points there. */
static const struct terminal {
    const char *ending, *name;
} terminals[] = {
    {".png", "pngcairo size 1290,1125 font 'sans,8' fontscale 3.6 linewidth 3 pointscale 3"},
    {".svg", "svg size 516,450 font 'sans-serif,14' linewidth 1.4 background 'white'"},
    {".pdf", "pdfcairo size 8.6cm,7.5cm font 'sans,8' linewidth 1.2 fontscale 0.6 pointscale 0.6"},
};

/* A temporary directory with the script, the picture and gnuplot's complaints. */
struct workshop {
    char directory[PATH_ROOM], script[PATH_ROOM], picture[PATH_ROOM], messages[PATH_ROOM];
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

enum dp_status dp_figure_check(const char *path, struct dp_error *error)
{
    if (find_terminal(path))
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT,
                   "--plot %s: the name must end in .png, .svg or .pdf, which says how to draw", path);
}

static enum dp_status open_workshop(struct workshop *shop, const char *ending, struct dp_error *error)
{
    const char *place = getenv("TMPDIR");
    if (!place || place[0] != '/' || strlen(place) > PATH_ROOM / 2)
        place = "/tmp";
    snprintf(shop->directory, sizeof shop->directory, "%s/dewpoint-XXXXXX", place);
    if (!mkdtemp(shop->directory))
        return dp_fail(error, DP_IO, "%s: cannot make a temporary directory: %s", shop->directory,
                       strerror(errno));
    const int script = snprintf(shop->script, PATH_ROOM, "%s/figure.gp", shop->directory);
    const int picture = snprintf(shop->picture, PATH_ROOM, "%s/figure%s", shop->directory, ending);
    const int messages = snprintf(shop->messages, PATH_ROOM, "%s/messages", shop->directory);
    if (script >= PATH_ROOM || picture >= PATH_ROOM || messages >= PATH_ROOM)
        return dp_fail(error, DP_IO, "%s: too long a name", place);
    return DP_OK;
}

static void close_workshop(const struct workshop *shop)
{
    unlink(shop->script);
    unlink(shop->picture);
    unlink(shop->messages);
    rmdir(shop->directory);
}

/* A figure and who writes it. */
struct drawn {
    dp_figure_writer *writer;
    const void *figure;
};

static enum dp_status write_script(const char *script, const struct drawn *drawn, const char *terminal,
                                   const char *picture, struct dp_error *error)
{
    FILE *const out = fopen(script, "w");
    if (!out)
        return dp_fail(error, DP_IO, "%s: %s", script, strerror(errno));
    const enum dp_status status = drawn->writer(drawn->figure, terminal, picture, out, error);
    const int broken = ferror(out);
    if ((fclose(out) || broken) && status == DP_OK)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", script, strerror(errno));
    return status;
}

/* The first line that gnuplot complained with. */
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

/* Runs gnuplot on the script. *missing: there is no gnuplot. */
static enum dp_status run_gnuplot(struct workshop *shop, bool *missing, struct dp_error *error)
{
    char program[] = "gnuplot", plain[] = "--default-settings"; // the user's own settings stay out
    char *const arguments[] = {program, plain, shop->script, NULL};
    posix_spawn_file_actions_t actions;
    if (posix_spawn_file_actions_init(&actions))
        return dp_fail(error, DP_NO_MEMORY, "not enough memory to start gnuplot");
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
        return *missing ? DP_OK : dp_fail(error, DP_IO, "gnuplot does not start: %s", strerror(failure));
    int outcome = 0;
    while (waitpid(child, &outcome, 0) < 0)
        if (errno != EINTR)
            return dp_fail(error, DP_IO, "lost sight of gnuplot: %s", strerror(errno));
    *missing = WIFEXITED(outcome) && WEXITSTATUS(outcome) == 127; // how some systems report a failed start
    if (*missing || (WIFEXITED(outcome) && WEXITSTATUS(outcome) == 0))
        return DP_OK;
    char message[MESSAGE_ROOM];
    read_message(shop->messages, message, sizeof message);
    return dp_fail(error, DP_IO, "gnuplot could not draw the figure: %s",
                   message[0] ? message : "it ended without a word");
}

/* Copies the finished picture to its place, which may lie on another file system. */
static enum dp_status deliver(const char *from, const char *to, struct dp_error *error)
{
    char block[1 << 14];
    FILE *const in = fopen(from, "rb");
    if (!in)
        return dp_fail(error, DP_IO, "gnuplot drew nothing: %s: %s", from, strerror(errno));
    FILE *const out = fopen(to, "wb");
    if (!out) {
        fclose(in);
        return dp_fail(error, DP_IO, "%s: %s", to, strerror(errno));
    }
    size_t length;
    while ((length = fread(block, 1, sizeof block, in)) > 0)
        if (fwrite(block, 1, length, out) != length)
            break;
    const int broken = ferror(in) || ferror(out);
    fclose(in);
    if (fclose(out) || broken)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", to, strerror(errno));
    return DP_OK;
}

/* Leaves the script beside the picture that it would have made. */
static enum dp_status keep_script(const char *path, const struct drawn *drawn, const char *terminal,
                                  struct dp_error *error)
{
    char script[PATH_ROOM], picture[PATH_ROOM];
    const char *const slash = strrchr(path, '/');
    if (snprintf(script, sizeof script, "%s.gp", path) >= PATH_ROOM ||
        snprintf(picture, sizeof picture, "./%s", slash ? slash + 1 : path) >= PATH_ROOM)
        return dp_fail(error, DP_IO, "%s: too long a name", path);
    DP_TRY(write_script(script, drawn, terminal, picture, error));
    return dp_fail(
        error, DP_IO,
        "gnuplot is not installed, so %s was not drawn; %s holds the figure as a gnuplot script with its "
        "data (Debian: apt install gnuplot-nox, then gnuplot on it)",
        path, script);
}

enum dp_status dp_figure_draw(const char *path, dp_figure_writer *writer, const void *figure,
                              struct dp_error *error)
{
    const struct drawn drawn = {writer, figure};
    const struct terminal *const terminal = find_terminal(path);
    if (!terminal)
        return dp_figure_check(path, error);
    struct workshop shop;
    DP_TRY(open_workshop(&shop, terminal->ending, error));
    bool missing = false;
    enum dp_status status = write_script(shop.script, &drawn, terminal->name, shop.picture, error);
    if (status == DP_OK)
        status = run_gnuplot(&shop, &missing, error);
    if (status == DP_OK && !missing)
        status = deliver(shop.picture, path, error);
    close_workshop(&shop);
    return status == DP_OK && missing ? keep_script(path, &drawn, terminal->name, error) : status;
}

void dp_figure_quote(const char *text, FILE *out)
{
    putc('\'', out);
    for (; *text; text++) {
        if (*text == '\'')
            putc('\'', out);
        putc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    putc('\'', out);
}

void dp_figure_label(const char *axis, const char *key, FILE *out)
{
    static const struct {
        const char *key, *letter;
    } letters[] = {{"gamma", "{/:Italic γ}"}, {"gamma_prime", "{/:Italic γ} ′"}};
    for (size_t i = 0; i < sizeof letters / sizeof *letters; i++)
        if (!strcmp(key, letters[i].key)) {
            fprintf(out, "set %slabel '%s' enhanced%s\n", axis, letters[i].letter,
                    *axis == 'y' ? " rotate by 0" : " offset 0,0.4");
            return;
        }
    fprintf(out, "set %slabel ", axis);
    dp_figure_quote(key, out);
    fprintf(out, " noenhanced\n");
}

void dp_figure_begin(const char *terminal, const char *output, const char *title, FILE *out)
{
    fprintf(out,
            "# Written by dewpoint; draw it with: gnuplot THIS_FILE\nset encoding utf8\nset terminal %s\nset "
            "output ",
            terminal);
    dp_figure_quote(output, out);
    fprintf(out, "\nset title ");
    dp_figure_quote(title, out);
    fprintf(out, " noenhanced offset 0,-0.4\n");
}
