// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/head.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

const char dp_separators[DP_SEPARATORS] = {';', '\t', ',', ' '};

static const char *name_of(char separator)
{
    return separator == ','    ? "commas"
           : separator == ';'  ? "semicolons"
           : separator == '\t' ? "tabs"
                               : "blanks";
}

enum dp_status dp_head_no_memory(const struct dp_head *head, struct dp_error *error)
{
    return dp_fail(error, DP_NO_MEMORY, "%s: no memory for its first lines", head->path);
}

enum dp_status dp_head_split(struct dp_head *head, const char *line, char separator, struct dp_error *error)
{
    strcpy(head->line, line);
    return dp_fields_split(&head->fields, head->line, separator) ? DP_OK : dp_head_no_memory(head, error);
}

struct dp_field_counts dp_head_count(const struct dp_head *head)
{
    struct dp_field_counts counts = {.fields = head->fields.count};
    double value;
    for (int64_t k = 0; k < counts.fields; k++)
        counts.kind[dp_field_kind(head->fields.text[k], &value)]++;
    return counts;
}

static enum dp_status refuse_number(const struct dp_head *head, const struct dp_line *line, int64_t k,
                                    const char *why, struct dp_error *error)
{
    const char *const field = head->fields.text[k];
    return dp_fail(error, DP_BAD_INPUT, "%s:%lld: column %lld must be a finite number, not \"%.60s\"%s%s",
                   head->path, (long long)line->number, (long long)k + 1, field, dp_field_hint(field), why);
}

/* 50% and 0,5 begin as numbers do. Only a line with another name among them is a header: 2theta, counts. */
static bool begins_as_number(const char *field)
{
    field += *field == '+' || *field == '-' || *field == '$';
    field += *field == '.' || *field == ',';
    return isdigit((unsigned char)*field);
}

static bool looks_like_data(const struct dp_head *head)
{
    int64_t numbers = 0;
    for (int64_t k = 0; k < head->fields.count; k++)
        numbers += begins_as_number(head->fields.text[k]);
    return numbers == head->fields.count || dp_head_count(head).kind[DP_FIELD_DECIMAL_COMMA] > 0;
}

static enum dp_status refuse_count(const struct dp_head *head, int64_t columns, struct dp_error *error)
{
    const char *const text = head->first.text;
    const int64_t names = head->fields.count;
    const char *const why = head->first.comment        ? " (# begins a comment, unless it stands in quotes)"
                            : names + 1 == columns     ? " (R: write.table(..., row.names = FALSE))"
                            : 2 * names == columns     ? " (a decimal comma makes two columns of one number)"
                            : strchr("%!/;*", text[0]) ? " (a comment begins with #)"
                                                       : "";
    return dp_fail(error, DP_BAD_INPUT, "%s:%lld: the header has %lld name%s, but there are %lld columns%s",
                   head->path, (long long)head->first.number, (long long)names, names == 1 ? "" : "s",
                   (long long)columns, why);
}

enum dp_status dp_head_check(const struct dp_head *head, int64_t columns, struct dp_error *error)
{
    const bool numbers = dp_head_count(head).kind[DP_FIELD_NUMBER] > 0, data = looks_like_data(head);
    double value;
    for (int64_t k = 0; k < head->fields.count; k++) {
        const char *const field = head->fields.text[k];
        const enum dp_cell_kind kind = dp_field_kind(field, &value);
        if (kind != DP_FIELD_NUMBER && (numbers || data))
            return refuse_number(head, &head->first, k,
                                 numbers ? " (a header would have no number at all)" : "", error);
        if (kind == DP_FIELD_MISSING && field[0])
            return dp_fail(error, DP_BAD_INPUT,
                           "%s:%lld: column %lld is \"%s\", which is no number and no name", head->path,
                           (long long)head->first.number, (long long)k + 1, field);
    }
    return head->fields.count == columns ? DP_OK : refuse_count(head, columns, error);
}

/* Commas in numbers: most often decimal ones, in columns that something else separates. */
static enum dp_status refuse_commas(const struct dp_head *head, const struct dp_line *line, char separator,
                                    struct dp_error *error)
{
    double value;
    for (int64_t k = 0; k < head->fields.count; k++)
        if (dp_field_kind(head->fields.text[k], &value) == DP_FIELD_DECIMAL_COMMA &&
            dp_field_is_thousands(head->fields.text[k]))
            return refuse_number(head, line, k, "", error);
    return dp_fail(error, DP_BAD_INPUT,
                   "%s:%lld: decimal commas, in columns that %s separate; write points, 0.1 instead of 0,1%s",
                   head->path, (long long)line->number, name_of(separator),
                   separator == ',' ? " (pandas: read_csv(OLD, decimal=\",\").to_csv(NEW, index=False))"
                                    : ", for example with: sed 's/,/./g' OLD > NEW");
}

/* What helps with a word in the line below a header: most of a second line of a header are words, those of
 * names or units; a few words are columns of names. */
static const char *word_hint(const char *word, const struct dp_field_counts *counts)
{
    double value;
    if (dp_field_kind(word, &value) != DP_FIELD_WORDS || dp_field_hint(word)[0])
        return "";
    return 2 * counts->kind[DP_FIELD_WORDS] > counts->fields
               ? " (a header is one line; put # before the others)"
               : " (to leave the column out: data: {x: [...], y: [...]} names those to use)";
}

enum dp_status dp_head_complain(struct dp_head *head, bool wordy, struct dp_error *error)
{
    const struct dp_line *const line = wordy && head->second.text ? &head->second : &head->first;
    char separator = 0;
    for (int s = 0; s < DP_SEPARATORS; s++) {
        DP_TRY(dp_head_split(head, line->text, dp_separators[s], error));
        const struct dp_field_counts counts = dp_head_count(head);
        if (counts.fields > 1 && counts.kind[DP_FIELD_DECIMAL_COMMA] > 0 &&
            counts.kind[DP_FIELD_DECIMAL_COMMA] + counts.kind[DP_FIELD_NUMBER] == counts.fields)
            return refuse_commas(head, line, dp_separators[s], error);
        if (counts.fields > 1 && !separator)
            separator = dp_separators[s];
    }
    if (wordy && !head->second.text)
        return dp_fail(error, DP_BAD_INPUT, "%s: no numbers in the file, only a line of words", head->path);
    DP_TRY(dp_head_split(head, line->text, separator ? separator : ' ', error));
    const int64_t last = head->fields.count - 1;
    if (last < 1)
        return dp_fail(
            error, DP_BAD_INPUT,
            "%s:%lld: one column only; commas, semicolons, tabs or blanks must separate at least two",
            head->path, (long long)line->number);
    const struct dp_field_counts counts = dp_head_count(head);
    const bool ends = !head->fields.text[last][0] && counts.kind[DP_FIELD_NUMBER] == last;
    double value;
    for (int64_t k = 0; k <= last; k++)
        if (dp_field_kind(head->fields.text[k], &value) != DP_FIELD_NUMBER)
            return refuse_number(head, line, k,
                                 ends    ? " (what separates columns must not stand at the end of a line)"
                                 : wordy ? word_hint(head->fields.text[k], &counts)
                                         : "",
                                 error);
    return dp_fail(error, DP_BAD_INPUT, "%s:%lld: what separates its columns is not clear", head->path,
                   (long long)line->number);
}
