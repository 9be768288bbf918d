// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/text.h"
#include "inputs/table/bytes.h"
#include "inputs/text/form.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct text {
    const char *path;
    const struct dp_form *form;
    const struct dp_roles *roles;
    struct dp_fields fields;
    struct dp_table *table;
    int64_t room; // rows that values has room for
};

static enum dp_status make_room(struct text *text, struct dp_error *error)
{
    struct dp_table *const table = text->table;
    if (table->rows < text->room)
        return DP_OK;
    const int64_t columns = table->inputs + table->outputs, room = text->room ? 2 * text->room : 64;
    double *const grown = dp_fits_memory((uint64_t)room, (uint64_t)columns)
                              ? realloc(table->values, (size_t)(room * columns) * sizeof *grown)
                              : NULL;
    if (!grown)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its numbers", text->path);
    table->values = grown;
    text->room = room;
    return DP_OK;
}

/* wanted: "a finite number"; hint: what to say behind the field. */
static enum dp_status refuse_field(const struct text *text, const struct dp_line *line, int64_t column,
                                   const char *wanted, const char *hint, struct dp_error *error)
{
    const char *const name = text->form->named ? text->form->names.text[column] : "";
    return dp_fail(error, DP_BAD_INPUT, "%s:%lld: column %lld%s%.60s%s must be %s, not \"%.60s\"%s",
                   text->path, (long long)line->number, (long long)column + 1, *name ? " (" : "", name,
                   *name ? ")" : "", wanted, text->fields.text[column], hint);
}

static enum dp_status parse_line(struct text *text, const struct dp_line *line, struct dp_error *error)
{
    const int64_t columns = text->form->names.count, chosen = text->table->inputs + text->table->outputs;
    if (!dp_fields_split(&text->fields, line->text, text->form->separator))
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for a line", text->path);
    if (text->fields.count != columns)
        return dp_fail(error, DP_BAD_INPUT,
                       "%s:%lld: a line must have %lld columns like those before, not %lld", text->path,
                       (long long)line->number, (long long)columns, (long long)text->fields.count);
    DP_TRY(make_room(text, error));
    double *const row = text->table->values + text->table->rows * chosen;
    for (int64_t i = 0; i < chosen; i++) {
        const int64_t column = text->roles->column[i];
        if (dp_field_kind(text->fields.text[column], &row[i]) != DP_FIELD_NUMBER)
            return refuse_field(text, line, column, "a finite number",
                                dp_field_hint(text->fields.text[column]), error);
        if (fabs(row[i]) > DP_LARGEST)
            return refuse_field(text, line, column, "at most 1e70 in size",
                                "; the fourth power of larger numbers overflows in training", error);
    }
    text->table->rows++;
    return DP_OK;
}

static enum dp_status parse_lines(struct text *text, char *bytes, size_t size, struct dp_error *error)
{
    struct dp_lines lines = dp_lines_of(text->path, bytes, size);
    struct dp_line line;
    DP_TRY(dp_lines_content(&lines, &line, error));
    if (text->form->header)
        DP_TRY(dp_lines_content(&lines, &line, error));
    while (line.text) {
        DP_TRY(parse_line(text, &line, error));
        DP_TRY(dp_lines_content(&lines, &line, error));
    }
    return text->table->rows ? DP_OK : dp_fail(error, DP_BAD_INPUT, "%s: no numbers in the file", text->path);
}

enum dp_status dp_text_parse(const char *path, char *text, size_t size, const struct dp_choice *choice,
                             struct dp_table *table, struct dp_error *error)
{
    struct dp_form form;
    struct dp_roles roles = {0};
    *table = (struct dp_table){0};
    DP_TRY(dp_form_find(path, text, size, choice, &form, error));
    struct text parts = {.path = path, .form = &form, .roles = &roles, .table = table};
    table->named = form.named;
    table->numbered = !form.named;
    enum dp_status status = dp_roles_find(path, &form.names, form.named, choice, &roles, error);
    if (status == DP_OK)
        status = dp_roles_name(path, &form.names, &roles, table, error);
    if (status == DP_OK)
        status = parse_lines(&parts, text, size, error);
    if (status == DP_OK && choice && !choice->x[0])
        status = dp_table_check_index(path, table, error);
    free(parts.fields.text);
    free(roles.column);
    dp_names_free(&form.names);
    if (status != DP_OK)
        dp_table_free(table);
    return status;
}
