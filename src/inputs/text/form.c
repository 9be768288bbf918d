// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/form.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The beginning of a file: its first two lines and the comments before them. */
struct head {
    const char *path;
    struct dp_line first, second;
    char *copy;               // of the text, which the lines point into
    struct dp_names comments; // those before the second line, in their order
    struct dp_fields fields;  // of the line last tried
    char *line;               // room for it
    const struct dp_choice *choice;
};

static const char separators[] = {';', '\t', ',', ' '}; // in the order in which a mistake is looked for
enum { SEPARATORS = sizeof separators };

static const char *name_of(char separator)
{
    return separator == ','    ? "commas"
           : separator == ';'  ? "semicolons"
           : separator == '\t' ? "tabs"
                               : "blanks";
}

static enum dp_status no_memory(const struct head *head, struct dp_error *error)
{
    return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its first lines", head->path);
}

static enum dp_status split(struct head *head, const char *line, char separator, struct dp_error *error)
{
    strcpy(head->line, line);
    return dp_fields_split(&head->fields, head->line, separator) ? DP_OK : no_memory(head, error);
}

/* How many fields of each kind a line has with a separator. */
struct tally {
    int64_t fields, kind[DP_FIELD_WORDS + 1];
};

static struct tally count(const struct head *head)
{
    struct tally tally = {.fields = head->fields.count};
    double value;
    for (int64_t k = 0; k < tally.fields; k++)
        tally.kind[dp_field_kind(head->fields.text[k], &value)]++;
    return tally;
}

static enum dp_status names_of_fields(const struct head *head, struct dp_names *names, struct dp_error *error)
{
    for (int64_t k = 0; k < head->fields.count; k++)
        DP_TRY(dp_names_add(names, head->fields.text[k], strlen(head->fields.text[k]), error));
    return DP_OK;
}

/* The separator that makes a line all numbers, two at least; 0 if there is none. */
static enum dp_status find_separator(struct head *head, const char *line, char *separator,
                                     struct dp_error *error)
{
    *separator = 0;
    int64_t gaps = 0;
    for (int s = 0; s < SEPARATORS && !*separator; s++) {
        DP_TRY(split(head, line, separators[s], error));
        const struct tally tally = count(head);
        if (separators[s] == '\t')
            gaps = tally.fields > 1 ? tally.kind[DP_FIELD_MISSING] : 0;
        if (tally.fields > 1 && tally.kind[DP_FIELD_NUMBER] == tally.fields)
            *separator = separators[s];
    }
    if (*separator != ' ' || gaps == 0)
        return DP_OK;
    return dp_fail(
        error, DP_BAD_INPUT,
        "%s: between its tabs stand empty fields, or several tabs are one gap; write one tab, or commas, "
        "between two numbers",
        head->path);
}

/* Whether a line split by separator has all names that x and y list. */
static enum dp_status holds_names(struct head *head, const char *line, char separator, bool *holds,
                                  struct dp_error *error)
{
    struct dp_names there = {0}, wanted = {0};
    enum dp_status status = split(head, line, separator, error);
    if (status == DP_OK)
        status = names_of_fields(head, &there, error);
    if (status == DP_OK)
        status = dp_names_split(&wanted, head->choice->x, error);
    if (status == DP_OK)
        status = dp_names_split(&wanted, head->choice->y, error);
    *holds = there.count > 1 && count(head).kind[DP_FIELD_NUMBER] < there.count;
    for (int64_t i = 0; i < wanted.count && *holds; i++)
        *holds = dp_names_find(&there, wanted.text[i], 0) >= 0;
    dp_names_free(&there);
    dp_names_free(&wanted);
    return status;
}

/* Where columns are chosen by name: the separator that makes a line hold the names. */
static enum dp_status find_by_names(struct head *head, const char *line, struct dp_form *form, bool *found,
                                    struct dp_error *error)
{
    *found = false;
    for (int s = 0; s < SEPARATORS && !*found; s++) {
        DP_TRY(holds_names(head, line, separators[s], found, error));
        if (*found) {
            form->separator = separators[s];
            form->named = true;
            DP_TRY(names_of_fields(head, &form->names, error));
        }
    }
    return DP_OK;
}

/* Whether the fields of a comment can be names: each has a letter, and none is a number. */
static bool are_words(const struct head *head)
{
    double value;
    for (int64_t k = 0; k < head->fields.count; k++) {
        const char *at = head->fields.text[k];
        while (*at && !isalpha((unsigned char)*at) && (unsigned char)*at < 0x80)
            at++;
        if (!*at || dp_field_kind(head->fields.text[k], &value) == DP_FIELD_NUMBER)
            return false;
    }
    return true;
}

/* Names from the last comment that has a word for each column, else numbers. */
static enum dp_status find_names(struct head *head, int64_t columns, struct dp_form *form,
                                 struct dp_error *error)
{
    for (int64_t i = head->comments.count - 1; i >= 0 && !form->named; i--) {
        DP_TRY(split(head, head->comments.text[i], form->separator, error));
        form->named = head->fields.count == columns && are_words(head);
        if (form->named)
            DP_TRY(names_of_fields(head, &form->names, error));
    }
    return form->named ? DP_OK : dp_names_number(&form->names, columns, error);
}

/* Is a line 0, 1, 2, ...: the numbers that pandas writes for columns without names? */
static bool numbers_columns(const struct head *head)
{
    for (int64_t k = 0; k < head->fields.count; k++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)k);
        if (strcmp(text, head->fields.text[k]) != 0)
            return false;
    }
    return true;
}

static enum dp_status take_data(struct head *head, struct dp_form *form, struct dp_error *error)
{
    DP_TRY(split(head, head->first.text, form->separator, error));
    const int64_t columns = head->fields.count;
    if (numbers_columns(head))
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s:%lld: 0, 1, ... may be the numbers of the columns (pandas: to_csv(..., header=False) leaves "
            "them out) or data; take the line out, or write 0.0 if they are data",
            head->path, (long long)head->first.number);
    return find_names(head, columns, form, error);
}

/* Reports why a field of the header cannot be a name. */
static enum dp_status check_header(const struct head *head, int64_t columns, struct dp_error *error)
{
    const long long number = head->first.number;
    const bool numbers = count(head).kind[DP_FIELD_NUMBER] > 0;
    double value;
    for (int64_t k = 0; k < head->fields.count; k++) {
        const char *const field = head->fields.text[k];
        const enum dp_cell_kind kind = dp_field_kind(field, &value);
        if (kind != DP_FIELD_NUMBER && numbers)
            return dp_fail(
                error, DP_BAD_INPUT,
                "%s:%lld: column %lld must be a finite number, not \"%.60s\" (a header would have no "
                "number at all)",
                head->path, number, (long long)k + 1, field);
        if (kind == DP_FIELD_MISSING && field[0])
            return dp_fail(error, DP_BAD_INPUT,
                           "%s:%lld: column %lld is \"%s\", which is no number and no name", head->path,
                           number, (long long)k + 1, field);
    }
    if (head->fields.count != columns)
        return dp_fail(error, DP_BAD_INPUT,
                       "%s:%lld: the header has %lld names, but there are %lld columns%s", head->path, number,
                       (long long)head->fields.count, (long long)columns,
                       head->fields.count + 1 == columns ? " (R: write.table(..., row.names = FALSE))" : "");
    return DP_OK;
}

static enum dp_status take_header(struct head *head, struct dp_form *form, struct dp_error *error)
{
    DP_TRY(split(head, head->second.text, form->separator, error));
    const int64_t columns = head->fields.count;
    DP_TRY(split(head, head->first.text, form->separator, error));
    DP_TRY(check_header(head, columns, error));
    form->header = form->named = true;
    return names_of_fields(head, &form->names, error);
}

/* Reports why no separator gives numbers in a line. */
static enum dp_status complain(struct head *head, const struct dp_line *line, struct dp_error *error)
{
    char separator = 0;
    for (int s = 0; s < SEPARATORS; s++) {
        DP_TRY(split(head, line->text, separators[s], error));
        const struct tally tally = count(head);
        if (tally.fields > 1 && tally.kind[DP_FIELD_DECIMAL_COMMA] > 0 &&
            tally.kind[DP_FIELD_DECIMAL_COMMA] + tally.kind[DP_FIELD_NUMBER] == tally.fields)
            return dp_fail(
                error, DP_BAD_INPUT,
                "%s:%lld: decimal commas, in columns that %s separate; write points, 0.1 instead of 0,1",
                head->path, (long long)line->number, name_of(separators[s]));
        if (tally.fields > 1 && !separator)
            separator = separators[s];
    }
    DP_TRY(split(head, line->text, separator ? separator : ' ', error));
    if (head->fields.count < 2)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s:%lld: one column only; commas, semicolons, tabs or blanks must separate at least two",
            head->path, (long long)line->number);
    for (int64_t k = 0; k < head->fields.count; k++) {
        double value;
        const enum dp_cell_kind kind = dp_field_kind(head->fields.text[k], &value);
        if (kind != DP_FIELD_NUMBER)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s:%lld: column %lld must be a finite number, not \"%.60s\"%s", head->path,
                           (long long)line->number, (long long)k + 1, head->fields.text[k],
                           kind == DP_FIELD_MISSING ? ", which stands for a missing value" : "");
    }
    return dp_fail(error, DP_BAD_INPUT, "%s:%lld: what separates its columns is not clear", head->path,
                   (long long)line->number);
}

/* Whether no separator gives a number in any field of a line, so that it can only be a header. */
static enum dp_status is_wordy(struct head *head, const char *line, bool *wordy, struct dp_error *error)
{
    *wordy = true;
    for (int s = 0; s < SEPARATORS && *wordy; s++) {
        DP_TRY(split(head, line, separators[s], error));
        const struct tally tally = count(head);
        *wordy = tally.kind[DP_FIELD_NUMBER] == 0;
    }
    return DP_OK;
}

static enum dp_status find_chosen(struct head *head, struct dp_form *form, bool *found,
                                  struct dp_error *error)
{
    DP_TRY(find_by_names(head, head->first.text, form, found, error));
    form->header = *found;
    for (int64_t i = head->comments.count - 1; i >= 0 && !*found; i--)
        DP_TRY(find_by_names(head, head->comments.text[i], form, found, error));
    return DP_OK;
}

static enum dp_status find(struct head *head, struct dp_form *form, struct dp_error *error)
{
    bool found = false, wordy;
    if (head->choice && (head->choice->x[0] || head->choice->y[0]))
        DP_TRY(find_chosen(head, form, &found, error));
    if (found)
        return DP_OK;
    DP_TRY(find_separator(head, head->first.text, &form->separator, error));
    if (form->separator)
        return take_data(head, form, error);
    if (head->second.text)
        DP_TRY(find_separator(head, head->second.text, &form->separator, error));
    if (form->separator)
        return take_header(head, form, error);
    DP_TRY(is_wordy(head, head->first.text, &wordy, error));
    return complain(head, wordy && head->second.text ? &head->second : &head->first, error);
}

/* The next line of content; comments before it are kept. */
static enum dp_status next_line(struct head *head, struct dp_lines *lines, struct dp_line *line,
                                struct dp_error *error)
{
    for (;;) {
        DP_TRY(dp_lines_next(lines, line, error));
        if (!line->text || line->text[strspn(line->text, " \t\r")])
            return DP_OK;
        if (line->comment)
            DP_TRY(dp_names_add(&head->comments, line->comment, strlen(line->comment), error));
    }
}

static enum dp_status read_head(struct head *head, size_t size, struct dp_error *error)
{
    struct dp_lines lines = dp_lines_of(head->path, head->copy, size);
    DP_TRY(next_line(head, &lines, &head->first, error));
    if (!head->first.text)
        return dp_fail(error, DP_BAD_INPUT, "%s: no numbers in the file", head->path);
    return next_line(head, &lines, &head->second, error);
}

enum dp_status dp_form_find(const char *path, const char *text, size_t size, const struct dp_choice *choice,
                            struct dp_form *form, struct dp_error *error)
{
    struct head head = {.path = path, .choice = choice, .copy = malloc(size + 1), .line = malloc(size + 1)};
    *form = (struct dp_form){0};
    enum dp_status status = DP_OK;
    if (!head.copy || !head.line) {
        status = no_memory(&head, error);
    } else {
        memcpy(head.copy, text, size);
        head.copy[size] = '\0';
        status = read_head(&head, size, error);
    }
    if (status == DP_OK)
        status = find(&head, form, error);
    if (status != DP_OK)
        dp_names_free(&form->names);
    dp_names_free(&head.comments);
    free(head.fields.text);
    free(head.copy);
    free(head.line);
    return status;
}
