// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/form.h"
#include "inputs/text/head.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum dp_status names_of_fields(const struct dp_head *head, struct dp_names *names,
                                      struct dp_error *error)
{
    for (int64_t k = 0; k < head->fields.count; k++)
        DP_TRY(dp_names_add(names, head->fields.text[k], strlen(head->fields.text[k]), error));
    return DP_OK;
}

/* The separator that makes a line all numbers, two at least; 0 if there is none. */
static enum dp_status find_separator(struct dp_head *head, const char *line, char *separator,
                                     struct dp_error *error)
{
    *separator = 0;
    int64_t gaps = 0;
    for (int s = 0; s < DP_SEPARATORS && !*separator; s++) {
        DP_TRY(dp_head_split(head, line, dp_separators[s], error));
        const struct dp_field_counts counts = dp_head_count(head);
        if (dp_separators[s] == '\t')
            gaps = counts.fields > 1 ? counts.kind[DP_FIELD_MISSING] : 0;
        if (counts.fields > 1 && counts.kind[DP_FIELD_NUMBER] == counts.fields)
            *separator = dp_separators[s];
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
static enum dp_status holds_names(struct dp_head *head, const char *line, char separator, bool *holds,
                                  struct dp_error *error)
{
    struct dp_names there = {0}, wanted = {0};
    enum dp_status status = dp_head_split(head, line, separator, error);
    if (status == DP_OK)
        status = names_of_fields(head, &there, error);
    if (status == DP_OK)
        status = dp_names_split(&wanted, head->choice->x, error);
    if (status == DP_OK)
        status = dp_names_split(&wanted, head->choice->y, error);
    *holds = there.count > 1 && dp_head_count(head).kind[DP_FIELD_NUMBER] < there.count;
    for (int64_t i = 0; i < wanted.count && *holds; i++)
        *holds = dp_names_find(&there, wanted.text[i], 0) >= 0;
    dp_names_free(&there);
    dp_names_free(&wanted);
    return status;
}

/* Where columns are chosen by name: the separator that makes a line hold the names. */
static enum dp_status find_by_names(struct dp_head *head, const char *line, struct dp_form *form, bool *found,
                                    struct dp_error *error)
{
    *found = false;
    for (int s = 0; s < DP_SEPARATORS && !*found; s++) {
        DP_TRY(holds_names(head, line, dp_separators[s], found, error));
        if (*found) {
            form->separator = dp_separators[s];
            form->named = true;
            DP_TRY(names_of_fields(head, &form->names, error));
        }
    }
    return DP_OK;
}

/* Whether the fields of a comment can be names: each has a letter, and none is a number. */
static bool are_words(const struct dp_head *head)
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

static bool have_output(const struct dp_head *head)
{
    for (int64_t k = 0; k < head->fields.count; k++)
        if (dp_name_is_output(head->fields.text[k]))
            return true;
    return false;
}

/* Takes the names of a comment that has a word for each column. If something else separates them than the
 * data, it may be prose: only with y among the words are they names. */
static enum dp_status take_comment(struct dp_head *head, const char *comment, int64_t columns,
                                   struct dp_form *form, struct dp_error *error)
{
    for (int s = -1; s < DP_SEPARATORS && !form->named; s++) {
        DP_TRY(dp_head_split(head, comment, s < 0 ? form->separator : dp_separators[s], error));
        form->named = head->fields.count == columns && are_words(head) && (s < 0 || have_output(head));
    }
    return form->named ? names_of_fields(head, &form->names, error) : DP_OK;
}

/* Names from the last comment that has them, else numbers. */
static enum dp_status find_names(struct dp_head *head, int64_t columns, struct dp_form *form,
                                 struct dp_error *error)
{
    for (int64_t i = head->comments.count - 1; i >= 0 && !form->named; i--)
        DP_TRY(take_comment(head, head->comments.text[i], columns, form, error));
    return form->named ? DP_OK : dp_names_number(&form->names, columns, error);
}

/* Is a line 0, 1, 2, ...: the numbers that pandas writes for columns without names? */
static bool numbers_columns(const struct dp_head *head)
{
    for (int64_t k = 0; k < head->fields.count; k++) {
        char text[24];
        snprintf(text, sizeof text, "%lld", (long long)k);
        if (strcmp(text, head->fields.text[k]) != 0)
            return false;
    }
    return true;
}

static enum dp_status take_data(struct dp_head *head, struct dp_form *form, struct dp_error *error)
{
    DP_TRY(dp_head_split(head, head->first.text, form->separator, error));
    const int64_t columns = head->fields.count;
    if (numbers_columns(head))
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s:%lld: 0, 1, ... may be the numbers of the columns (pandas: to_csv(..., header=False) leaves "
            "them out) or data; take the line out, or write 0.0 if they are data",
            head->path, (long long)head->first.number);
    return find_names(head, columns, form, error);
}

static enum dp_status take_header(struct dp_head *head, struct dp_form *form, struct dp_error *error)
{
    DP_TRY(dp_head_split(head, head->second.text, form->separator, error));
    const int64_t columns = head->fields.count;
    DP_TRY(dp_head_split(head, head->first.text, form->separator, error));
    DP_TRY(dp_head_check(head, columns, error));
    form->header = form->named = true;
    return names_of_fields(head, &form->names, error);
}

/* Whether no separator gives a number in any field of a line, so that it can only be a header. */
static enum dp_status is_wordy(struct dp_head *head, const char *line, bool *wordy, struct dp_error *error)
{
    *wordy = true;
    for (int s = 0; s < DP_SEPARATORS && *wordy; s++) {
        DP_TRY(dp_head_split(head, line, dp_separators[s], error));
        const struct dp_field_counts counts = dp_head_count(head);
        *wordy = counts.kind[DP_FIELD_NUMBER] == 0;
    }
    return DP_OK;
}

/* The names stand in a comment: what separates the data may be something else. */
static enum dp_status find_data_separator(struct dp_head *head, struct dp_form *form, struct dp_error *error)
{
    for (int s = -1; s < DP_SEPARATORS; s++) {
        const char separator = s < 0 ? form->separator : dp_separators[s];
        DP_TRY(dp_head_split(head, head->first.text, separator, error));
        if (head->fields.count == form->names.count) {
            form->separator = separator;
            break;
        }
    }
    return DP_OK;
}

static enum dp_status find_chosen(struct dp_head *head, struct dp_form *form, bool *found,
                                  struct dp_error *error)
{
    DP_TRY(find_by_names(head, head->first.text, form, found, error));
    form->header = *found;
    for (int64_t i = head->comments.count - 1; i >= 0 && !*found; i--)
        DP_TRY(find_by_names(head, head->comments.text[i], form, found, error));
    return *found && !form->header ? find_data_separator(head, form, error) : DP_OK;
}

static enum dp_status find(struct dp_head *head, struct dp_form *form, struct dp_error *error)
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
    return dp_head_complain(head, wordy, error);
}

/* The next line of content; comments before it are kept. */
static enum dp_status next_line(struct dp_head *head, struct dp_lines *lines, struct dp_line *line,
                                struct dp_error *error)
{
    for (;;) {
        DP_TRY(dp_lines_next(lines, line, error));
        if (!line->text || line->text[strspn(line->text, " \t\r")])
            return DP_OK;
        if (line->comment)
            DP_TRY(dp_names_add(&head->comments, line->comment + strspn(line->comment, "#"),
                                strlen(line->comment + strspn(line->comment, "#")), error));
    }
}

static enum dp_status read_head(struct dp_head *head, size_t size, struct dp_error *error)
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
    struct dp_head head = {
        .path = path, .choice = choice, .copy = malloc(size + 1), .line = malloc(size + 1)};
    *form = (struct dp_form){0};
    enum dp_status status = DP_OK;
    if (!head.copy || !head.line) {
        status = dp_head_no_memory(&head, error);
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
