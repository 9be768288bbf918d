// SPDX-License-Identifier: BSD-3-Clause
#include "options.h"
#include "dewpoint/keys.h"
#include "figure.h"
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { REPLICATES_LEAST = 100, REPLICATES_MOST = 100000 };

/* THE table of options. An option with a place for a count may be given several times. */
static const struct option {
    const char *name;
    size_t offset; // of its text in struct dp_options
    size_t count;  // of how many there are; 0: one at most
} option_table[] = {
    {"--x", offsetof(struct dp_options, x), 0},
    {"--y", offsetof(struct dp_options, y), 0},
    {"--value", offsetof(struct dp_options, value), 0},
    {"--at", offsetof(struct dp_options, at), offsetof(struct dp_options, ats)},
    {"--average", offsetof(struct dp_options, average), offsetof(struct dp_options, averages)},
    {"--weights", offsetof(struct dp_options, weights), 0},
    {"--bootstrap", offsetof(struct dp_options, bootstrap), 0},
    {"--csv", offsetof(struct dp_options, csv), 0},
    {"--netcdf", offsetof(struct dp_options, netcdf), 0},
    {"--plot", offsetof(struct dp_options, plot), 0},
};

enum { OPTIONS = sizeof option_table / sizeof *option_table };

static enum dp_status unknown_option(const char *word, struct dp_error *error)
{
    const char *names[OPTIONS + 1] = {"--help"};
    for (int i = 0; i < OPTIONS; i++)
        names[i + 1] = option_table[i].name;
    const char *const near = dp_nearest_name(word, names, OPTIONS + 1);
    return dp_fail(error, DP_BAD_INPUT, "%s: no such option%s%s%s", word, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static enum dp_status set_option(struct dp_options *options, const struct option *option, const char *text,
                                 struct dp_error *error)
{
    const char **place = (const char **)(void *)((char *)options + option->offset);
    if (option->count) {
        int *const count = (int *)(void *)((char *)options + option->count);
        if (*count == DP_PICKS)
            return dp_fail(error, DP_BAD_INPUT, "%s %s: more than %d of %s", option->name, text, DP_PICKS,
                           option->name);
        place += (*count)++;
    }
    if (*place)
        return dp_fail(error, DP_BAD_INPUT, "%s is given twice: %s and %s", option->name, *place, text);
    *place = text;
    return DP_OK;
}

/* Takes --name value or --name=value at arguments[*i]; leaves *i at its last word. */
static enum dp_status parse_option(int count, char **arguments, int *i, struct dp_options *options,
                                   struct dp_error *error)
{
    const char *const word = arguments[*i], *const equals = strchr(word, '=');
    const size_t length = equals ? (size_t)(equals - word) : strlen(word);
    for (int k = 0; k < OPTIONS; k++) {
        const char *const name = option_table[k].name;
        if (strlen(name) != length || strncmp(name, word, length))
            continue;
        const char *const text = equals ? equals + 1 : *i + 1 < count ? arguments[++*i] : NULL;
        if (!text || !*text)
            return dp_fail(error, DP_BAD_INPUT, "%s needs a value", name);
        return set_option(options, &option_table[k], text, error);
    }
    return unknown_option(word, error);
}

static enum dp_status parse_words(int count, char **arguments, struct dp_options *options,
                                  struct dp_error *error)
{
    bool only_files = false;
    for (int i = 1; i < count; i++) {
        const char *const word = arguments[i];
        if (!only_files && !strcmp(word, "--"))
            only_files = true;
        else if (!only_files && (!strcmp(word, "--help") || !strcmp(word, "-h")))
            options->help = true;
        else if (!only_files && word[0] == '-' && word[1])
            DP_TRY(parse_option(count, arguments, &i, options, error));
        else if (options->store)
            return dp_fail(error, DP_BAD_INPUT, "one store at a time: %s and %s", options->store, word);
        else
            options->store = word;
    }
    if (!options->store && !options->help)
        return dp_fail(error, DP_BAD_INPUT, "which store? Try dewpoint phase --help");
    return DP_OK;
}

/* Can a file be written at path without harm to the store? */
static enum dp_status check_output(const char *option, const char *path, const char *store,
                                   struct dp_error *error)
{
    struct stat there, ours;
    if (stat(path, &there) == 0) {
        if (stat(store, &ours) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino)
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is the store", option, path);
        if (S_ISDIR(there.st_mode))
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is a directory", option, path);
        if (access(path, W_OK))
            return dp_fail(error, DP_BAD_INPUT, "%s %s: no permission to write it", option, path);
        return DP_OK;
    }
    char *const directory = strdup(path);
    if (!directory)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a path");
    char *const slash = strrchr(directory, '/');
    if (slash)
        slash[slash == directory] = 0; // keeps the root's own slash
    const int closed = access(slash ? directory : ".", W_OK | X_OK);
    free(directory);
    return closed ? dp_fail(error, DP_BAD_INPUT, "%s %s: no file can be made there", option, path) : DP_OK;
}

static enum dp_status parse_weights(struct dp_options *options, struct dp_error *error)
{
    const char *const text = options->weights ? options->weights : "runs";
    options->power = !strcmp(text, "width");
    if (options->power > 0 || !strcmp(text, "runs"))
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "--weights %s: it must be runs or width", text);
}

static enum dp_status parse_bootstrap(struct dp_options *options, struct dp_error *error)
{
    if (!options->bootstrap)
        return DP_OK;
    char *end;
    const long long number = strtoll(options->bootstrap, &end, 10);
    options->replicates = number;
    if (!*end && number >= REPLICATES_LEAST && number <= REPLICATES_MOST)
        return DP_OK;
    return dp_fail(error, DP_BAD_INPUT, "--bootstrap %s: it must be a whole number from %d to %d",
                   options->bootstrap, REPLICATES_LEAST, REPLICATES_MOST);
}

enum dp_status dp_options_parse(int count, char **arguments, struct dp_options *options,
                                struct dp_error *error)
{
    *options = (struct dp_options){0};
    DP_TRY(parse_words(count, arguments, options, error));
    if (options->help)
        return DP_OK;
    DP_TRY(parse_weights(options, error));
    DP_TRY(parse_bootstrap(options, error));
    const struct {
        const char *option, *path;
    } outputs[] = {{"--csv", options->csv}, {"--netcdf", options->netcdf}, {"--plot", options->plot}};
    if (options->plot)
        DP_TRY(dp_figure_check(options->plot, error));
    for (int i = 0; i < 3; i++)
        if (outputs[i].path)
            DP_TRY(check_output(outputs[i].option, outputs[i].path, options->store, error));
    return DP_OK;
}
