// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/csv.h"
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char blanks[] = " \t\r\n", around[] = " \t\"'";

static char *trim(char *text)
{
    text += strspn(text, blanks);
    size_t length = strlen(text);
    while (length && strchr(blanks, text[length - 1]))
        text[--length] = '\0';
    return text;
}

/* Parses a whole field as a finite number. */
static bool number(const char *field, double *value)
{
    char *end;
    *value = strtod(field, &end);
    return end != field && *end == '\0' && isfinite(*value);
}

/* Could this line be the header: is no field a number? */
static bool is_header(const char *line)
{
    while (*line) {
        const size_t length = strcspn(line, ",");
        char *end;
        strtod(line, &end);
        end += strspn(end, blanks);
        if (length && end == line + length)
            return false;
        line += length + (line[length] == ',');
    }
    return true;
}

static enum dp_status make_room(struct dp_csv *csv, int64_t columns, struct dp_error *error)
{
    if (csv->columns && csv->columns != columns)
        return dp_fail(error, DP_BAD_INPUT,
                       "%s:%lld: a line must have %lld columns like those before, not %lld", csv->path,
                       (long long)csv->line, (long long)csv->columns, (long long)columns);
    if (columns < csv->least)
        return dp_fail(error, DP_BAD_INPUT, "%s:%lld: a line must have at least %lld columns, %s", csv->path,
                       (long long)csv->line, (long long)csv->least, csv->what);
    csv->columns = columns;
    if (csv->count < csv->room)
        return DP_OK;
    const int64_t room = csv->room ? 2 * csv->room : 64;
    double *grown = realloc(csv->values, (size_t)(room * columns) * sizeof *grown);
    if (!grown)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its numbers", csv->path);
    csv->values = grown;
    csv->room = room;
    return DP_OK;
}

static enum dp_status parse_line(struct dp_csv *csv, char *line, struct dp_error *error)
{
    line[strcspn(line, "#")] = '\0';
    line = trim(line);
    if (!*line)
        return DP_OK;
    if (!csv->header && !csv->count && is_header(line)) {
        csv->header = strdup(line);
        return csv->header ? DP_OK : dp_fail(error, DP_NO_MEMORY, "%s: no memory for its header", csv->path);
    }
    int64_t columns = 1;
    for (const char *comma = line; (comma = strchr(comma, ',')) != NULL; comma++)
        columns++;
    DP_TRY(make_room(csv, columns, error));
    double *values = csv->values + csv->count * columns;
    for (int64_t k = 0; k < columns; k++) {
        const size_t length = strcspn(line, ",");
        line[length] = '\0'; // overwrites the comma, or the end again
        char *field = trim(line);
        if (!number(field, &values[k]))
            return dp_fail(error, DP_BAD_INPUT, "%s:%lld: column %lld must be a finite number, not \"%.60s\"",
                           csv->path, (long long)csv->line, (long long)k + 1, field);
        line += length + 1;
    }
    csv->count++;
    return DP_OK;
}

static enum dp_status read_lines(struct dp_csv *csv, FILE *file, struct dp_error *error)
{
    char *line = NULL;
    size_t size = 0;
    ssize_t length;
    enum dp_status status = DP_OK;
    while (status == DP_OK && (length = getline(&line, &size, file)) >= 0) {
        csv->line++;
        const bool mark = csv->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0; // some editors' UTF-8 sign
        if (strlen(line) != (size_t)length)
            status = dp_fail(error, DP_BAD_INPUT, "%s:%lld: not a text file: it holds a zero byte", csv->path,
                             (long long)csv->line);
        else
            status = parse_line(csv, line + (mark ? 3 : 0), error);
    }
    if (status == DP_OK && ferror(file))
        status = dp_fail(error, DP_BAD_INPUT, "%s: cannot read it: %s", csv->path, strerror(errno));
    free(line);
    return status;
}

static int64_t header_columns(const struct dp_csv *csv)
{
    int64_t columns = 1;
    for (const char *comma = csv->header; (comma = strchr(comma, ',')) != NULL; comma++)
        columns++;
    return columns;
}

enum dp_status dp_csv_read(const char *path, int64_t least, const char *what, struct dp_csv *csv,
                           struct dp_error *error)
{
    *csv = (struct dp_csv){.path = path, .least = least, .what = what};
    FILE *file = fopen(path, "r");
    if (!file)
        return dp_fail(error, DP_BAD_INPUT, "%s: cannot read it: %s", path, strerror(errno));
    enum dp_status status = read_lines(csv, file, error);
    fclose(file);
    if (status == DP_OK && csv->count == 0)
        status = dp_fail(error, DP_BAD_INPUT, "%s: no numbers in the file", path);
    if (status == DP_OK && csv->header && header_columns(csv) != csv->columns)
        status = dp_fail(error, DP_BAD_INPUT, "%s: the header names %lld columns, but there are %lld", path,
                         (long long)header_columns(csv), (long long)csv->columns);
    if (status != DP_OK)
        dp_csv_free(csv);
    return status;
}

const char *dp_csv_name(const struct dp_csv *csv, int64_t k, char *name, size_t size)
{
    const char *at = csv->header ? csv->header : "";
    for (; k > 0 && *at; k--) {
        at += strcspn(at, ",");
        at += *at == ',';
    }
    at += strspn(at, around);
    size_t length = strcspn(at, ",");
    while (length && strchr(around, at[length - 1]))
        length--;
    snprintf(name, size, "%.*s", (int)length, at);
    return name;
}

void dp_csv_free(struct dp_csv *csv)
{
    free(csv->header);
    free(csv->values);
    csv->header = NULL;
    csv->values = NULL;
}
