// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/sweep.h"
#include "sweep/canonical_text.h"
#include "sweep/document/override.h"
#include "sweep/document/sections.h"
#include "sweep/keys/utf8.h"
#include "sweep/runs_check.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LONGEST_FILE = 4 << 20 }; // bytes; longer texts only serve to fill the memory with nodes

/* The strings that the parsing of a sweep needs, and that places point to. */
struct places {
    int count;
    char **texts; // "--set key=value"
};

static void places_free(struct places *places)
{
    for (int i = 0; i < places->count; i++)
        free(places->texts[i]);
    free(places->texts);
}

static enum dp_status places_make(const char *const *overrides, int count, struct places *places)
{
    *places = (struct places){0};
    places->texts = calloc((size_t)count + 1, sizeof *places->texts);
    if (!places->texts)
        return DP_NO_MEMORY;
    for (int i = 0; i < count; i++) {
        const size_t size = strlen(overrides[i]) + sizeof "--set ";
        places->texts[i] = malloc(size);
        if (!places->texts[i])
            return DP_NO_MEMORY;
        snprintf(places->texts[i], size, "--set %s", overrides[i]);
        places->count++;
    }
    return DP_OK;
}

/* The file's own name without its directory and ending; characters that a name cannot have become _. */
static void default_name(const char *path, char name[DP_TEXT])
{
    const char *const slash = strrchr(path, '/');
    snprintf(name, DP_TEXT, "%s", slash ? slash + 1 : path);
    char *const dot = strrchr(name, '.');
    if (dot && dot != name)
        *dot = '\0';
    for (const char *bad; (bad = dp_text_control(name));)
        name[bad - name] = '_';
    for (size_t i = 0, bytes; name[i]; i += bytes ? bytes : 1)
        if ((bytes = dp_utf8_bytes(name + i, DP_TEXT - i)) == 0)
            name[i] = '_';
}

/* Keeps what was given verbatim: the text, and the overrides one a line. */
static enum dp_status keep_source(struct dp_sweep *sweep, const char *text, size_t length,
                                  const char *const *overrides, int count)
{
    size_t size = 1;
    for (int i = 0; i < count; i++)
        size += strlen(overrides[i]) + 1;
    sweep->source = malloc(length + 1);
    sweep->overrides = calloc(size, 1);
    sweep->command_folder = strdup("");
    if (!sweep->source || !sweep->overrides || !sweep->command_folder)
        return DP_NO_MEMORY;
    if (length > 0)
        memcpy(sweep->source, text, length);
    sweep->source[length] = '\0';
    char *end = sweep->overrides;
    for (int i = 0; i < count; i++) {
        const size_t used = strlen(overrides[i]);
        memcpy(end, overrides[i], used);
        end[used] = i + 1 < count ? '\n' : '\0';
        end += used + 1;
    }
    return DP_OK;
}

/* The path up to its last slash. */
static enum dp_status keep_folder(struct dp_sweep *sweep, const char *path)
{
    const char *const slash = strrchr(path, '/');
    const size_t length = slash ? (size_t)(slash - path) + 1 : 0;
    sweep->folder = calloc(length + 1, 1);
    if (!sweep->folder)
        return DP_NO_MEMORY;
    memcpy(sweep->folder, path, length);
    return DP_OK;
}

static enum dp_status read_draft(const char *name, const char *text, size_t length,
                                 const struct places *places, const char *const *overrides,
                                 struct dp_parsed *parsed, struct dp_faults *faults)
{
    int64_t room = DP_SWEPT_VALUES;
    struct dp_document document = {.name = name, .faults = faults, .room = &room};
    DP_TRY(dp_document_load(&document, text, length));
    enum dp_status status = dp_sections_read(&document, parsed);
    for (int i = 0; i < places->count && status == DP_OK; i++)
        status = dp_override(parsed, overrides[i], places->texts[i], &room, faults);
    yaml_document_delete(&document.tree);
    return status;
}

/* From a parsed file without mistakes to numbered runs. */
static enum dp_status expand(const char *name, struct dp_parsed *parsed, struct dp_sweep *sweep,
                             struct dp_faults *faults)
{
    sweep->base = parsed->top.run;
    if (parsed->name[0])
        memcpy(sweep->name, parsed->name, sizeof sweep->name);
    else
        default_name(name, sweep->name);
    DP_TRY(dp_expansion_create(parsed, name, faults, &sweep->expansion));
    if (!sweep->expansion)
        return DP_BAD_INPUT;
    DP_TRY(dp_expansion_exclude(sweep->expansion));
    DP_TRY(dp_expansion_drop_duplicates(sweep->expansion));
    DP_TRY(dp_expansion_number(sweep->expansion, &sweep->runs));
    if (sweep->runs == 0)
        dp_complain(faults, sweep->expansion->parsed.exclude, "exclude leaves no run of the sweep");
    else
        DP_TRY(dp_runs_check(sweep->expansion, name, faults));
    DP_TRY(dp_expansion_keep(sweep->expansion, name, faults));
    DP_TRY(dp_axis_list_make(sweep));
    return dp_sweep_digest(sweep);
}

/* What can run out of memory on its way. */
static enum dp_status parse(const char *name, const char *text, size_t length, const char *const *overrides,
                            const struct places *places, struct dp_sweep *sweep, struct dp_faults *faults)
{
    struct dp_parsed parsed = {0};
    enum dp_status status = read_draft(name, text, length, places, overrides, &parsed, faults);
    if (status == DP_OK && faults->count > 0)
        status = DP_BAD_INPUT;
    if (status == DP_OK)
        status = expand(name, &parsed, sweep, faults);
    dp_parsed_free(&parsed);
    if (status == DP_OK && faults->count > 0)
        status = DP_BAD_INPUT;
    return status;
}

enum dp_status dp_sweep_parse(const char *name, const char *text, size_t length, const char *const *overrides,
                              int count, struct dp_sweep *sweep, struct dp_error *error)
{
    struct dp_error *const warnings = calloc(1, sizeof *warnings); // too large for some stacks
    struct dp_faults faults = {.error = error, .warnings = warnings};
    struct places places;
    memset(sweep, 0, sizeof *sweep);
    enum dp_status status = places_make(overrides, count, &places);
    if (status == DP_OK)
        status = keep_source(sweep, text, length, overrides, count);
    if (status == DP_OK)
        status = keep_folder(sweep, name);
    if (status == DP_OK)
        status = parse(name, text, length, overrides, &places, sweep, &faults);
    if (status == DP_OK && !(warnings && (sweep->warnings = strdup(warnings->text))))
        status = DP_NO_MEMORY;
    places_free(&places);
    free(warnings);
    if (status == DP_OK)
        return DP_OK;
    dp_sweep_free(sweep);
    if (status == DP_NO_MEMORY)
        return dp_fail(error, DP_NO_MEMORY, "%s: not enough memory for this sweep", name);
    return status;
}

/* Splits text into its lines, in place; returns their number, or -1 without memory. */
static int cut_lines(char *text, const char ***lines)
{
    int n = 0;
    for (const char *at = text; (at = strchr(at, '\n')); at++)
        n++;
    *lines = calloc((size_t)n + 2, sizeof **lines);
    if (!*lines)
        return -1;
    n = 0;
    for (char *line = text, *end; *line; line = end) {
        (*lines)[n++] = line;
        end = line + strcspn(line, "\n");
        if (*end)
            *end++ = '\0';
    }
    return n;
}

enum dp_status dp_sweep_parse_lines(const char *name, const char *text, const char *overrides,
                                    struct dp_sweep *sweep, struct dp_error *error)
{
    char *const copy = strdup(overrides);
    const char **lines = NULL;
    const int n = copy ? cut_lines(copy, &lines) : -1;
    memset(sweep, 0, sizeof *sweep);
    const enum dp_status status =
        n < 0 ? dp_fail(error, DP_NO_MEMORY, "%s: not enough memory for this sweep", name)
              : dp_sweep_parse(name, text, strlen(text), lines, n, sweep, error);
    free(lines);
    free(copy);
    return status;
}

static enum dp_status read_text(const char *path, FILE *file, char **text, size_t *length,
                                struct dp_error *error)
{
    struct stat about;
    if (fstat(fileno(file), &about) != 0 || !S_ISREG(about.st_mode))
        return dp_fail(error, DP_BAD_INPUT, "%s: not a regular file", path);
    if (about.st_size > LONGEST_FILE)
        return dp_fail(error, DP_BAD_INPUT, "%s: longer than %d bytes, which no sweep file needs", path,
                       LONGEST_FILE);
    *text = malloc(LONGEST_FILE + 1);
    if (!*text)
        return dp_fail(error, DP_NO_MEMORY, "%s: not enough memory to read it", path);
    *length = fread(*text, 1, LONGEST_FILE, file);
    if (!ferror(file))
        return DP_OK;
    free(*text);
    return dp_fail(error, dp_path_status(errno), "%s: cannot be read: %s", path, strerror(errno));
}

enum dp_status dp_sweep_read(const char *path, const char *const *overrides, int count,
                             struct dp_sweep *sweep, struct dp_error *error)
{
    memset(sweep, 0, sizeof *sweep);
    struct stat about;
    if (stat(path, &about) != 0)
        return dp_fail(error, dp_path_status(errno), "%s: %s", path, strerror(errno));
    if (!S_ISREG(about.st_mode)) // asked before opening, because opening a pipe would wait
        return dp_fail(error, DP_BAD_INPUT, "%s: not a regular file", path);
    FILE *const file = fopen(path, "rb");
    if (!file)
        return dp_fail(error, dp_path_status(errno), "%s: %s", path, strerror(errno));
    char *text = NULL;
    size_t length = 0;
    enum dp_status status = read_text(path, file, &text, &length, error);
    fclose(file);
    if (status != DP_OK)
        return status;
    status = dp_sweep_parse(path, text, length, overrides, count, sweep, error);
    free(text);
    return status;
}

void dp_sweep_run(const struct dp_sweep *sweep, int64_t row, struct dp_run *run)
{
    dp_expansion_run(sweep->expansion, dp_sweep_whole_row(sweep, row), run);
}

void dp_sweep_free(struct dp_sweep *sweep)
{
    dp_expansion_free(sweep->expansion);
    free(sweep->source);
    free(sweep->overrides);
    free(sweep->warnings);
    free(sweep->folder);
    free(sweep->command_folder);
    free(sweep->part);
    free(sweep->ranges);
    memset(sweep, 0, sizeof *sweep);
}
