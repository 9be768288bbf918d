// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/lines.h"
#include <string.h>

struct dp_lines dp_lines_of(const char *path, char *text, size_t size)
{
    struct dp_lines lines = {.path = path, .next = text, .end = text + size};
    if (size >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) // some editors' UTF-8 sign
        lines.next += 3;
    return lines;
}

static enum dp_status refuse_zero(const struct dp_lines *lines, struct dp_error *error)
{
    return dp_fail(error, DP_BAD_INPUT,
                   "%s:%lld: not a text file: it holds a zero byte (a text in UTF-16 must be saved as UTF-8)",
                   lines->path, (long long)lines->number);
}

/* The end of the quotes that open at `at`; NULL if there is none. Counts the lines on its way. */
static char *closing_quote(struct dp_lines *lines, char *at)
{
    for (at++; at < lines->end; at++) {
        lines->number += *at == '\n';
        if (*at == '"' && at[1] != '"')
            return at;
        at += *at == '"';
    }
    return NULL;
}

static void trim(struct dp_line *line)
{
    line->text += strspn(line->text, " ");
    size_t length = strlen(line->text);
    while (length && strchr(" \r", line->text[length - 1]))
        line->text[--length] = '\0';
}

/* Whether # at `at` belongs to a word that programs write for a missing number: #N/A, #DIV/0! and so on of
 * spreadsheets, in a field of its own, and 1.#IND of Microsoft's C library. The text ends with a zero. */
static bool is_in_word(const struct dp_lines *lines, const char *at, bool begins)
{
    static const char *const words[] = {"N/A", "VALUE!", "DIV/0!", "REF!",   "NAME?",   "NUM!", "NULL!",
                                        "NV",  "WERT!",  "ZAHL!",  "BEZUG!", "NOMBRE?", "NOM?"};
    static const char *const endings[] = {"IND", "QNAN", "SNAN", "INF"};
    for (size_t i = 0; begins && i < sizeof words / sizeof *words; i++) {
        const size_t length = strlen(words[i]);
        if (strncmp(at + 1, words[i], length) == 0 && strchr(",;\t\r\n\" ", at[length + 1]))
            return true; // strchr finds the zero at the end, too
    }
    for (size_t i = 0; at > lines->next && at[-1] == '.' && i < sizeof endings / sizeof *endings; i++)
        if (strncmp(at + 1, endings[i], strlen(endings[i])) == 0)
            return true;
    return false;
}

/* A line feed, or a carriage return without one, as old Macintosh programs write it. */
static bool ends_line(const char *at)
{
    return *at == '\n' || (*at == '\r' && at[1] != '\n');
}

enum dp_status dp_lines_next(struct dp_lines *lines, struct dp_line *line, struct dp_error *error)
{
    *line = (struct dp_line){0};
    if (lines->next >= lines->end)
        return DP_OK;
    *line = (struct dp_line){.text = lines->next, .number = ++lines->number};
    bool begins = true; // a field may begin here
    char *at = lines->next;
    for (; at < lines->end && !ends_line(at); at++) {
        if (*at == '\0')
            return refuse_zero(lines, error);
        if (*at == '#' && !line->comment && !is_in_word(lines, at, begins)) {
            line->comment = at + 1;
            *at = '\0';
        } else if (*at == '"' && begins && !line->comment) {
            char *const closing = closing_quote(lines, at);
            if (!closing)
                return dp_fail(error, DP_BAD_INPUT, "%s:%lld: a quote is opened here and closed nowhere",
                               lines->path, (long long)line->number);
            if (memchr(at, '\0', (size_t)(closing - at)))
                return refuse_zero(lines, error);
            at = closing;
        }
        begins = strchr(" \t,;", *at) != NULL;
    }
    if (at < lines->end)
        *at++ = '\0';
    lines->next = at;
    trim(line);
    return DP_OK;
}

enum dp_status dp_lines_content(struct dp_lines *lines, struct dp_line *line, struct dp_error *error)
{
    do
        DP_TRY(dp_lines_next(lines, line, error));
    while (line->text && line->text[strspn(line->text, " \t\r")] == '\0');
    return DP_OK;
}
