// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/expressions/expression.h"
#include "sweep/keys/number.h"
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { EXCERPT = 20 };

bool dp_expression_fail(const struct dp_expression *e, const char *what, const char *from, int length,
                        const char *near)
{
    const int rest = (int)strlen(from);
    dp_complain(e->faults, e->place, "the %s \"%.200s\": %s \"%.*s\"%s%s%s (character %d)", e->what, e->text,
                what, length < rest ? length : rest, from, near ? "; did you mean " : "", near ? near : "",
                near ? "?" : "", (int)(from - e->text) + 1);
    return false;
}

static bool emit(const struct dp_expression *e, const char *piece)
{
    if (strlen(e->out) + strlen(piece) >= DP_EXPRESSION_TEXT)
        return dp_expression_fail(e, "is too long at", e->at, EXCERPT, NULL);
    strcat(e->out, piece);
    return true;
}

/* A value may begin here. from: its position. */
static bool begin_value(struct dp_expression *e, const char *from)
{
    if (e->after_value)
        return dp_expression_fail(e, "has no operator before", from, EXCERPT, NULL);
    e->after_value = true;
    e->after_sign = false;
    e->inside_operand = true;
    e->value = from;
    return true;
}

bool dp_expression_value(struct dp_expression *e, const char *from, const char *text)
{
    return begin_value(e, from) && emit(e, text);
}

bool dp_expression_truth(struct dp_expression *e, const char *from, const char *text)
{
    e->decides[e->depth] = true;
    return dp_expression_value(e, from, text);
}

bool dp_expression_number(struct dp_expression *e, const char *from, double value)
{
    char name[32];
    snprintf(name, sizeof name, "n%d", e->number_count);
    e->numbers[e->number_count++] = value;
    return dp_expression_value(e, from, name);
}

/* An operator between two values. */
static bool between_values(struct dp_expression *e, const char *sign)
{
    if (!e->after_value)
        return dp_expression_fail(e, "has no value before", e->at, EXCERPT, NULL);
    e->after_value = false;
    return emit(e, sign);
}

/* The operand of every open `not` of this depth ends here: not x is translated to ((x)==0). */
static bool close_negations(struct dp_expression *e)
{
    for (; e->negations[e->depth] > 0; e->negations[e->depth]--)
        if (!emit(e, ")==0)"))
            return false;
    e->compared[e->depth] = false;
    return true;
}

/* "exclude: gamma" and "seed == 0 and width" would hold for every number but 0. */
static bool check_decides(struct dp_expression *e)
{
    const bool decides = e->decides[e->depth] || !e->logic;
    e->decides[e->depth] = false;
    return decides || dp_expression_fail(e, "needs a comparison, such as == 0, for", e->value, EXCERPT, NULL);
}

bool dp_expression_connective(struct dp_expression *e, const char *sign)
{
    if (!e->after_value)
        return dp_expression_fail(e, "has no value before", e->at, EXCERPT, NULL);
    if (*sign != ',' && !check_decides(e))
        return false;
    e->after_value = e->inside_operand = false;
    return close_negations(e) && emit(e, sign);
}

bool dp_expression_negation(struct dp_expression *e)
{
    if (e->after_value || e->inside_operand)
        return dp_expression_fail(e, "negates (not, !) only whole comparisons; use parentheses at", e->at,
                                  EXCERPT, NULL);
    e->negations[e->depth]++;
    return emit(e, "((");
}

bool dp_expression_comparison(struct dp_expression *e, const char *sign)
{
    if (e->compared[e->depth])
        return dp_expression_fail(e, "comparisons cannot be chained (write a < b and b < c), as with", e->at,
                                  EXCERPT, NULL);
    e->compared[e->depth] = e->decides[e->depth] = true;
    return between_values(e, sign);
}

static bool arithmetic(struct dp_expression *e, const char *sign)
{
    const bool may_sign = *sign == '-' || *sign == '+';
    if (e->after_value || !may_sign)
        return between_values(e, *sign == '^' ? e->power : sign);
    if (e->after_sign)
        return dp_expression_fail(e, "has two signs in a row at", e->at, EXCERPT, NULL);
    e->after_sign = e->inside_operand = true;
    return emit(e, sign);
}

static bool open_parenthesis(struct dp_expression *e)
{
    const struct dp_function_name *const function = e->function;
    e->function = NULL;
    if (!function && !begin_value(e, e->at))
        return false;
    if (e->depth + 1 == DP_EXPRESSION_DEPTH)
        return dp_expression_fail(e, "is nested too deeply at", e->at, EXCERPT, NULL);
    e->depth++;
    e->calls[e->depth] = function;
    e->commas[e->depth] = e->negations[e->depth] = 0;
    e->compared[e->depth] = e->decides[e->depth] = false;
    e->after_value = e->after_sign = e->inside_operand = false;
    return emit(e, "(");
}

static bool close_parenthesis(struct dp_expression *e)
{
    if (e->depth == 0)
        return dp_expression_fail(e, "has no opening parenthesis for", e->at, 1, NULL);
    if (!e->after_value)
        return dp_expression_fail(e, "has no value before", e->at, EXCERPT, NULL);
    const struct dp_function_name *const call = e->calls[e->depth];
    if (call && call->several && e->commas[e->depth] == 0)
        return dp_expression_fail(e, "min and max take two values or more, before", e->at, EXCERPT, NULL);
    if (!close_negations(e))
        return false;
    e->depth--;
    e->decides[e->depth] |= !call && e->decides[e->depth + 1];
    e->inside_operand = true;
    return emit(e, ")");
}

/* Between the values of a function, and nowhere else. */
static bool comma(struct dp_expression *e)
{
    const struct dp_function_name *const call = e->depth > 0 ? e->calls[e->depth] : NULL;
    const bool decimal =
        e->at > e->text && isdigit((unsigned char)e->at[-1]) && isdigit((unsigned char)e->at[1]);
    if (!call || !call->several)
        return dp_expression_fail(e,
                                  decimal    ? "has a comma in a number (write 1.5 or 1500), at"
                                  : e->logic ? "has a comma between conditions (write and, or), at"
                                             : "has a comma outside min and max, at",
                                  e->at, EXCERPT, NULL);
    e->commas[e->depth]++;
    return dp_expression_connective(e, ",");
}

static const struct sign {
    const char *text;
    enum { ARITHMETIC, COMPARISON, CONNECTIVE } kind;
} signs[] = {
    // longer signs first
    {"&&", CONNECTIVE}, {"||", CONNECTIVE}, {"==", COMPARISON}, {"!=", COMPARISON}, {"<=", COMPARISON},
    {">=", COMPARISON}, {"<", COMPARISON},  {">", COMPARISON},  {"+", ARITHMETIC},  {"-", ARITHMETIC},
    {"*", ARITHMETIC},  {"/", ARITHMETIC},  {"^", ARITHMETIC},
};

static bool translate_sign(struct dp_expression *e, const struct sign *sign)
{
    return sign->kind == ARITHMETIC   ? arithmetic(e, sign->text)
           : sign->kind == COMPARISON ? dp_expression_comparison(e, sign->text)
                                      : dp_expression_connective(e, sign->text);
}

/* Signs and parentheses; *length: how many bytes they take. */
static bool read_sign(struct dp_expression *e, int *length)
{
    *length = 1;
    if (*e->at == '(')
        return open_parenthesis(e);
    if (*e->at == ')')
        return close_parenthesis(e);
    if (*e->at == ',')
        return comma(e);
    if (e->at[0] == '*' && e->at[1] == '*')
        return dp_expression_fail(e, "writes powers with ^, not", e->at, 2, NULL);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        *length = (int)strlen(signs[i].text);
        if (strncmp(e->at, signs[i].text, (size_t)*length) == 0 && (e->logic || signs[i].kind == ARITHMETIC))
            return translate_sign(e, &signs[i]);
    }
    *length = 1;
    if (*e->at == '!' && e->logic)
        return dp_expression_negation(e);
    if (*e->at == '=' && e->logic)
        return dp_expression_fail(e, "write == to compare, not", e->at, 1, NULL);
    return dp_expression_fail(e, "cannot be read at", e->at, EXCERPT, NULL);
}

int dp_expression_word(const char *from, const char *more, char word[DP_EXPRESSION_WORD])
{
    int length = 0;
    while (from[length] && (isalnum((unsigned char)from[length]) || strchr(more, from[length])) &&
           length < DP_EXPRESSION_WORD - 1)
        length++;
    memcpy(word, from, (size_t)length);
    word[length] = '\0';
    return length;
}

static bool read_number(struct dp_expression *e)
{
    char number[DP_EXPRESSION_WORD];
    double value;
    const char *p = e->at;
    while (isdigit((unsigned char)*p) || *p == '.')
        p++;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        while (isdigit((unsigned char)*p))
            p++;
    }
    const size_t length = (size_t)(p - e->at);
    if (length >= DP_EXPRESSION_WORD || isalpha((unsigned char)*p) || *p == '_')
        return dp_expression_fail(e, "has no number in", e->at, EXCERPT, NULL);
    memcpy(number, e->at, length);
    number[length] = '\0';
    if (!dp_number_read(number, &value))
        return dp_expression_fail(e, "has no number in", e->at, EXCERPT, NULL);
    const char *const from = e->at;
    e->at = p;
    return e->numbers ? dp_expression_number(e, from, value) : dp_expression_value(e, from, number);
}

void dp_expression_skip_blanks(struct dp_expression *e)
{
    while (isspace((unsigned char)*e->at))
        e->at++;
}

/* A function, which a parenthesis must follow, or a word of the reader. */
static bool read_word(struct dp_expression *e)
{
    char word[DP_EXPRESSION_WORD];
    const char *const start = e->at;
    const int length = dp_expression_word(start, "_", word);
    for (const struct dp_function_name *f = e->functions; f->name; f++) {
        if (strcmp(f->name, word) != 0)
            continue;
        if (!begin_value(e, start))
            return false;
        e->at += length;
        dp_expression_skip_blanks(e);
        if (*e->at != '(')
            return dp_expression_fail(e, "has no parenthesis after the function", start, length, NULL);
        e->function = f;
        return emit(e, word);
    }
    return e->read_word(e, word, length);
}

/* One token. */
static bool read_token(struct dp_expression *e)
{
    const unsigned char c = (unsigned char)*e->at;
    if (isdigit(c) || (c == '.' && isdigit((unsigned char)e->at[1])))
        return read_number(e);
    if (isalpha(c) || c == '_')
        return read_word(e);
    int length;
    if (!read_sign(e, &length))
        return false;
    e->at += length;
    return true;
}

bool dp_expression_translate(struct dp_expression *e)
{
    *e->out = '\0';
    e->at = e->text;
    for (dp_expression_skip_blanks(e); *e->at; dp_expression_skip_blanks(e))
        if (!read_token(e))
            return false;
    if (e->depth > 0)
        return dp_expression_fail(e, "has no closing parenthesis for", strchr(e->text, '('), 1, NULL);
    if (!e->after_value)
        return dp_expression_fail(e, "has no value at its end", e->at, 0, NULL);
    return check_decides(e) && close_negations(e);
}
