// SPDX-License-Identifier: BSD-3-Clause
#include "reading/command.h"
#include "dewpoint/files/output.h"
#include "dewpoint/sweep/keys.h"
#include "reading/overwrite.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum dp_status unknown_option(const struct dp_command *command, const char *word,
                                     struct dp_error *error)
{
    const char *names[DP_OPTION_LIST + 1] = {"--help"};
    for (int i = 0; i < command->option_count && i < DP_OPTION_LIST; i++)
        names[i + 1] = command->options[i].name;
    const char *const near = dp_nearest_name(word, names, command->option_count + 1);
    return dp_fail(error, DP_BAD_INPUT, "%s: no such option%s%s%s", word, near ? "; did you mean " : "",
                   near ? near : "", near ? "?" : "");
}

static enum dp_status set_option(struct dp_common *options, const struct dp_option *option, const char *text,
                                 struct dp_error *error)
{
    void *const place = (char *)options + option->offset;
    if (option->kind == DP_OPTION_MANY) {
        struct dp_list *const list = place;
        if (list->count == DP_OPTION_LIST)
            return dp_fail(error, DP_BAD_INPUT, "%s %s: more than %d of %s", option->name, text,
                           DP_OPTION_LIST, option->name);
        list->text[list->count++] = text;
        return DP_OK;
    }
    const char **const value = place;
    if (*value)
        return dp_fail(error, DP_BAD_INPUT, "%s is given twice: %s and %s", option->name, *value, text);
    *value = text;
    return DP_OK;
}

/* Takes --name value or --name=value at arguments[*i]; leaves *i at its last word. */
static enum dp_status parse_option(const struct dp_command *command, int count, char **arguments, int *i,
                                   struct dp_common *options, struct dp_error *error)
{
    const struct dp_option *const table = command->options;
    const char *const word = arguments[*i], *const equals = strchr(word, '=');
    const size_t length = equals ? (size_t)(equals - word) : strlen(word);
    for (int k = 0; k < command->option_count; k++) {
        const char *const name = table[k].name;
        if (strlen(name) != length || strncmp(name, word, length))
            continue;
        if (table[k].kind == DP_OPTION_FLAG) {
            if (equals)
                return dp_fail(error, DP_BAD_INPUT, "%s takes no value", name);
            *(bool *)((char *)options + table[k].offset) = true;
            return DP_OK;
        }
        const char *const text = equals ? equals + 1 : *i + 1 < count ? arguments[++*i] : NULL;
        if (!text || !*text)
            return dp_fail(error, DP_BAD_INPUT, "%s needs a value", name);
        return set_option(options, &table[k], text, error);
    }
    return unknown_option(command, word, error);
}

static enum dp_status parse(const struct dp_command *command, int count, char **arguments,
                            struct dp_common *options, struct dp_error *error)
{
    bool only_files = false;
    for (int i = 1; i < count; i++) {
        const char *const word = arguments[i];
        if (!only_files && !strcmp(word, "--"))
            only_files = true;
        else if (!only_files && (!strcmp(word, "--help") || !strcmp(word, "-h")))
            options->help = true;
        else if (!only_files && word[0] == '-' && word[1])
            DP_TRY(parse_option(command, count, arguments, &i, options, error));
        else if (options->store)
            return dp_fail(error, DP_BAD_INPUT, "one store at a time: %s and %s", options->store, word);
        else
            options->store = word;
    }
    if (!options->store && !options->help)
        return dp_fail(error, DP_BAD_INPUT, "which store? Try dewpoint %s --help", command->name);
    return DP_OK;
}

static bool is_named_as_sweep(const char *path)
{
    const char *const ending = strrchr(path, '.');
    return ending && (!strcmp(ending, ".yaml") || !strcmp(ending, ".yml"));
}

enum dp_status dp_output_check(const char *option, const char *path, const char *store,
                               struct dp_error *error)
{
    struct stat there, ours;
    if (stat(path, &there) == 0) {
        if (stat(store, &ours) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino)
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is the store", option, path);
        if (S_ISDIR(there.st_mode))
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is a directory", option, path);
        if (dp_is_read_by_runs(path, store))
            return dp_fail(error, DP_BAD_INPUT, "%s %s: runs of %s read this file; choose another name",
                           option, path, store);
        if (strcmp(option, "--compress") != 0 &&
            dp_is_readable_store(path)) // a copy may replace an older one
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is another store", option, path);
        if (strcmp(option, "-o") != 0 && is_named_as_sweep(path)) // refine replaces its sweeps
            return dp_fail(error, DP_BAD_INPUT, "%s %s: that is a sweep file; choose another name", option,
                           path);
        if (access(path, W_OK))
            return dp_fail(error, dp_path_status(errno), "%s %s: cannot write it: %s", option, path,
                           strerror(errno));
        return DP_OK;
    }
    char *const directory = strdup(path);
    if (!directory)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a path");
    char *const slash = strrchr(directory, '/');
    if (slash)
        slash[slash == directory] = 0; // keeps the root's own slash
    const char *const folder = slash ? directory : ".";
    enum dp_status status = DP_OK;
    if (access(folder, F_OK) != 0)
        status = dp_fail(error, DP_BAD_INPUT, "%s %s: there is no directory %s", option, path, folder);
    else if (access(folder, W_OK | X_OK) != 0)
        status = dp_fail(error, dp_path_status(errno), "%s %s: cannot make a file there: %s", option, path,
                         strerror(errno));
    free(directory);
    return status;
}

static int report(const char *program, enum dp_status status, const struct dp_error *error)
{
    struct dp_error printing = {0};
    if (dp_stdout_check(&printing) != DP_OK && status == DP_OK) {
        fprintf(stderr, "dewpoint %s: %s", program, printing.text);
        return dp_exit_code(DP_IO);
    }
    for (const char *line = error->text; *line;) {
        const size_t length = strcspn(line, "\n");
        fprintf(stderr, "dewpoint %s: %.*s\n", program, (int)length, line);
        line += length + (line[length] == '\n');
    }
    return dp_exit_code(status);
}

static enum dp_status run(const struct dp_command *command, int count, char **arguments,
                          struct dp_common *options, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(parse(command, count, arguments, options, error));
    if (options->help)
        return fputs(command->help, stdout) < 0 ? DP_IO : DP_OK;
    if (command->check)
        DP_TRY(command->check(options, error));
    DP_TRY(dp_store_open(options->store, &store, error));
    const enum dp_status status = command->work(store, options, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

int dp_command_run(const struct dp_command *command, int count, char **arguments, struct dp_common *options)
{
    struct dp_error error = {0};
    const enum dp_status status = run(command, count, arguments, options, &error);
    return report(command->name, status, &error);
}
