// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/text/lines.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static bool add(struct dp_fields *fields, char *text)
{
    if (fields->count == fields->room) {
        const int64_t room = fields->room ? 2 * fields->room : 64;
        char **const grown = realloc(fields->text, (size_t)room * sizeof *grown);
        if (!grown)
            return false;
        fields->text = grown;
        fields->room = room;
    }
    fields->text[fields->count++] = text;
    return true;
}

/* The closing quote of a field that begins with one, if only blanks stand between it and the separator; else
 * NULL. */
static char *whole_quote(char *at, const char *ends)
{
    for (at++; *at && (*at != '"' || at[1] == '"'); at++)
        at += *at == '"';
    if (*at != '"')
        return NULL;
    const char *const behind = at + 1 + strspn(at + 1, " \t");
    const bool ended = *behind == '\0' || strchr(ends, *behind) || (at[1] && strchr(ends, at[1]));
    return ended ? at : NULL;
}

/* Makes "" one quote, in place. */
static void unquote(char *text)
{
    char *to = text;
    for (; *text; text++) {
        *to++ = *text;
        text += *text == '"' && text[1] == '"';
    }
    *to = '\0';
}

/* Cuts off one field at `at`; returns where the next one begins, NULL behind the last. */
static char *cut(char **at, const char *ends, const char *blanks)
{
    char *const closing = **at == '"' ? whole_quote(*at, ends) : NULL;
    char *end = closing ? closing + 1 : *at;
    end += strcspn(end, ends);
    char *const next = *end ? end + 1 : NULL;
    *end = '\0';
    if (closing) {
        *closing = '\0';
        unquote(++*at);
        return next;
    }
    while (end > *at && strchr(blanks, end[-1]))
        *--end = '\0';
    return next;
}

bool dp_fields_split(struct dp_fields *fields, char *line, char separator)
{
    const char one[] = {separator, '\0'};
    const bool wide = separator == ' ';
    const char *const ends = wide ? " \t" : one, *const blanks = separator == '\t' ? " \r" : " \t\r";
    fields->count = 0;
    for (char *at = line; at;) {
        at += strspn(at, blanks);
        if (wide && !*at)
            break;
        char *field = at;
        at = cut(&field, ends, blanks);
        if (!add(fields, field))
            return false;
    }
    return true;
}

/* digits [. digits] [e [sign] digits], with a sign before, and . or , for the point. */
static bool is_decimal(const char *text, char point)
{
    static const char digits[] = "0123456789";
    text += *text == '+' || *text == '-';
    size_t whole = strspn(text, digits), part = 0;
    text += whole;
    if (*text == point) {
        part = strspn(text + 1, digits);
        text += 1 + part;
    }
    if (whole + part == 0)
        return false;
    if (*text == 'e' || *text == 'E') {
        text++;
        text += *text == '+' || *text == '-';
        const size_t exponent = strspn(text, digits);
        text += exponent;
        return exponent > 0 && *text == '\0';
    }
    return *text == '\0';
}

enum dp_cell_kind dp_field_kind(const char *field, double *value)
{
    static const char *const missing[] = {"",     "?",    "NA",      "N/A", "#N/A",    "NaN",  "-NaN", "nil",
                                          "null", "none", "-",       ".",   "missing", "<NA>", "N.A.", "--",
                                          "...",  "NaT",  "unknown", "nd",  "n.d.",    "***"};
    *value = NAN;
    if (is_decimal(field, '.')) {
        *value = strtod(field, NULL);
        return isfinite(*value) ? DP_FIELD_NUMBER : DP_FIELD_WORDS;
    }
    for (size_t i = 0; i < sizeof missing / sizeof *missing; i++)
        if (strcasecmp(field, missing[i]) == 0)
            return DP_FIELD_MISSING;
    return is_decimal(field, ',') ? DP_FIELD_DECIMAL_COMMA : DP_FIELD_WORDS;
}

bool dp_field_is_thousands(const char *field)
{
    static const char digits[] = "0123456789";
    field += *field == '+' || *field == '-';
    size_t length = strspn(field, digits);
    bool grouped = false;
    if (length < 1 || length > 3 || *field == '0')
        return false;
    for (field += length; *field == ','; field += length + 1, grouped = true)
        if ((length = strspn(field + 1, digits)) != 3)
            return false;
    return grouped && (*field == '\0' || *field == '.');
}

/* A Fortran exponent: 0.1D+01. */
static bool has_d_exponent(const char *field)
{
    char copy[64];
    const size_t at = strcspn(field, "dD");
    if (!field[at] || strlen(field) >= sizeof copy)
        return false;
    strcpy(copy, field);
    copy[at] = 'e';
    return is_decimal(copy, '.');
}

const char *dp_field_hint(const char *field)
{
    double value;
    const enum dp_cell_kind kind = dp_field_kind(field, &value);
    return kind == DP_FIELD_MISSING ? ", which stands for a missing value"
           : dp_field_is_thousands(field)
               ? "; a comma is no decimal point (1.5) and separates no thousands (1500)"
           : kind == DP_FIELD_DECIMAL_COMMA ? "; write a point instead of the decimal comma"
           : has_d_exponent(field)          ? "; write the exponent with e, 1.5e3"
           : strcasecmp(field, "true") == 0 || strcasecmp(field, "false") == 0 ? "; write 1 or 0"
           : strncmp(field, "\xe2\x88\x92", 3) == 0 ? "; write the minus sign of ASCII, -"
           : strchr("'`", field[0]) || strncmp(field, "\xe2\x80", 2) == 0 ? "; quotes are \" (RFC 4180)"
           : strpbrk(field, ",'_ \xc2") && isdigit((unsigned char)field[0]) && !strpbrk(field, ":/")
               ? "; separate no thousands, and write a point before decimals"
               : "";
}
