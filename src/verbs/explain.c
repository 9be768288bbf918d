// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/json.h"
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/store/store.h"
#include "verbs/verbs.h"
#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum dp_status read_row(const char *text, int64_t runs, int64_t *row, struct dp_error *error)
{
    char *end;
    errno = 0;
    *row = strtoll(text, &end, 10);
    if (errno || end == text || *end || *row < 0 || *row >= runs)
        return dp_fail(error, DP_BAD_INPUT, "row must be a whole number from 0 to %lld, not \"%s\"",
                       (long long)runs - 1, text);
    return DP_OK;
}

/* Whether YAML reads the text as it stands, inside a list too. */
static bool is_plain(const char *text)
{
    if (!isalnum((unsigned char)*text) || strcasecmp(text, "null") == 0 || text[strlen(text) - 1] == ' ')
        return false;
    for (; *text; text++)
        if (!isalnum((unsigned char)*text) && !strchr("_.- /+*^()", *text))
            return false;
    return true;
}

static void print_text(const char *text)
{
    if (is_plain(text)) {
        fputs(text, stdout);
        return;
    }
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'')
            putchar('\'');
        putchar(*text);
    }
    putchar('\'');
}

/* Names as a run keeps them, separated by ", " and with double quotes where they need some: RFC 4180. */
static void print_names(const char *text)
{
    char name[DP_TEXT];
    putchar('[');
    while (*text) {
        size_t length = 0;
        const bool quoted = *text == '"';
        for (text += quoted; *text && (quoted || *text != ','); text++) {
            if (quoted && *text == '"' && *++text != '"')
                break;
            name[length++] = *text;
        }
        name[length] = '\0';
        print_text(name);
        text += strspn(text, ", ");
        if (*text)
            fputs(", ", stdout);
    }
    putchar(']');
}

/* The key's 0 means the activation's own multiplicity, which is what the store has. */
static bool is_own_multiplicity(const struct dp_key *key, const struct dp_run *run)
{
    return strcmp(key->name, "multiplicity") == 0 && run->multiplicity == 0 && dp_run_multiplicity(run) > 0;
}

/* As YAML that would make this run again, section by section. */
static void print(const struct dp_sweep *sweep, int64_t row)
{
    struct dp_run run;
    const char *section = "";
    dp_sweep_run(sweep, row, &run);
    printf("# run %lld of %lld of the sweep %s\n", (long long)row, (long long)sweep->runs, sweep->name);
    for (int i = 0; i < dp_key_count; i++) {
        char text[2 * DP_TEXT];
        const struct dp_key *key = &dp_keys[i];
        if (!dp_key_format(key, &run, text, sizeof text)[0])
            continue;
        if (strcmp(section, key->section) != 0)
            printf("%s:\n", section = key->section);
        printf("  %s: ", key->name);
        if (key->type != DP_STRING)
            fputs(text, stdout);
        else if (key->choices) // a list
            print_names(text);
        else
            print_text(text);
        if (is_own_multiplicity(key, &run))
            printf(" # the activation's own, %lld", (long long)dp_run_multiplicity(&run));
        putchar('\n');
    }
    const struct dp_scales scales = dp_run_scales(&run);
    printf("# alpha %.9g, beta1 %.9g, beta2 %.9g; gamma %.9g, gamma_prime %.9g at this width\n", scales.alpha,
           scales.beta1, scales.beta2, scales.gamma, scales.gamma_prime);
}

static void write_value(struct dp_json *json, const struct dp_key *key, const struct dp_run *run)
{
    char text[2 * DP_TEXT];
    const double number = dp_key_number(key, run);
    dp_key_format(key, run, text, sizeof text);
    if (key->type == DP_BOOL)
        dp_json_truth(json, number != 0);
    else if (is_own_multiplicity(key, run))
        dp_json_whole(json, dp_run_multiplicity(run));
    else if (key->type == DP_INT)
        dp_json_whole(json, (int64_t)number);
    else if (key->type == DP_REAL && isfinite(number) && !(key->choices && number == 0))
        dp_json_number(json, number);
    else // a name, or a number that JSON does not have
        dp_json_text(json, text[0] ? text : NULL);
}

static void write_json(const struct dp_sweep *sweep, int64_t row, const char *files)
{
    struct dp_json json = {.out = stdout};
    struct dp_run run;
    dp_sweep_run(sweep, row, &run);
    dp_json_open(&json, '{');
    dp_json_member_text(&json, "sweep", sweep->name);
    dp_json_member_whole(&json, "row", row);
    dp_json_member_whole(&json, "runs", sweep->runs);
    dp_json_name(&json, "keys");
    dp_json_open(&json, '{');
    for (int i = 0; i < dp_key_count; i++) {
        dp_json_name(&json, dp_keys[i].name);
        write_value(&json, &dp_keys[i], &run);
    }
    dp_json_close(&json, '}');
    const struct dp_scales scales = dp_run_scales(&run);
    const struct {
        const char *name;
        double value;
    } scale[] = {{"alpha", scales.alpha},
                 {"beta1", scales.beta1},
                 {"beta2", scales.beta2},
                 {"gamma", scales.gamma},
                 {"gamma_prime", scales.gamma_prime}};
    dp_json_name(&json, "scales");
    dp_json_open(&json, '{');
    for (size_t i = 0; i < sizeof scale / sizeof *scale; i++)
        dp_json_member_number(&json, scale[i].name, scale[i].value);
    dp_json_close(&json, '}');
    dp_json_member_lines(&json, "data", files);
    dp_json_close(&json, '}');
    putchar('\n');
}

/* The sweep of a store, and what the store says of the files that it was made from. */
static enum dp_status read_store(const char *path, struct dp_sweep *sweep, char **files,
                                 struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    enum dp_status status = dp_store_sweep(store, sweep, error);
    *files = strdup(dp_store_text(store, "data_files"));
    if (!*files && status == DP_OK)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory for the names of its files", path);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

static enum dp_status read_sweep(const struct dp_arguments *a, struct dp_sweep *sweep, char **files,
                                 struct dp_error *error)
{
    struct dp_inputs inputs;
    DP_TRY(dp_inputs_sweep(a->words[0], a->sets, a->set_count, sweep, error));
    DP_TRY(dp_inputs_read(sweep, &inputs, error));
    *files = inputs.read;
    inputs.read = NULL;
    dp_inputs_free(&inputs);
    return DP_OK;
}

static enum dp_status read_named(const struct dp_arguments *a, struct dp_sweep *sweep, char **files,
                                 struct dp_error *error)
{
    if (!dp_is_store(a->words[0]))
        return read_sweep(a, sweep, files, error);
    if (a->set_count > 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: --set changes a sweep file, and this is a store",
                       a->words[0]);
    return read_store(a->words[0], sweep, files, error);
}

/* Whether a line of what was read of files is about the one with this name. */
static bool tells_of(const char *line, const char *name)
{
    const size_t length = strlen(name);
    return length > 0 && strncmp(line, name, length) == 0 && strncmp(line + length, ": ", 2) == 0;
}

/* Leaves of the lines about the files of a sweep those about the files of a row. */
static void keep_files_of(const struct dp_sweep *sweep, int64_t row, char *files)
{
    struct dp_run run;
    char *kept = files;
    dp_sweep_run(sweep, row, &run);
    for (size_t length; *files; files += length) {
        length = strcspn(files, "\n");
        length += files[length] == '\n';
        if (!tells_of(files, run.file) && !tells_of(files, run.path))
            continue;
        memmove(kept, files, length);
        kept += length;
    }
    *kept = '\0';
}

int dp_verb_explain(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_sweep sweep = {0};
    char *files = NULL;
    int64_t row;
    enum dp_status status = read_named(a, &sweep, &files, &error);
    if (status == DP_OK)
        status = read_row(a->words[1], sweep.runs, &row, &error);
    if (status == DP_OK)
        keep_files_of(&sweep, row, files);
    if (status == DP_OK && a->as_json) {
        write_json(&sweep, row, files);
    } else if (status == DP_OK) {
        print(&sweep, row);
        dp_print_lines(stdout, "# data: ", files);
    }
    free(files);
    dp_sweep_free(&sweep);
    return status == DP_OK ? 0 : dp_report(&error);
}
