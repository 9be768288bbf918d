// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/conditions/condition_words.h"
#include <ctype.h>
#include <string.h>

enum { DEEPEST = 32, WORD = 64 };

/* A condition on its way from the user's words to muParser's. */
struct translation {
    const char *text, *at; // the whole, and what is still to read
    struct dp_place place;
    struct dp_faults *faults;
    char *out;
    bool *reads;
    int depth;              // open parentheses
    int negations[DEEPEST]; // `not`s whose operand is still open, by depth
    bool compared[DEEPEST]; // a comparison has been made since the last and, or, comma or parenthesis
};

static bool fail(const struct translation *t, const char *what, const char *word, int length,
                 const char *near)
{
    dp_complain(t->faults, t->place, "the condition \"%.200s\": %s \"%.*s\"%s%s%s", t->text, what, length,
                word, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    return false;
}

static bool emit(const struct translation *t, const char *piece)
{
    if (strlen(t->out) + strlen(piece) >= DP_CONDITION_TEXT)
        return fail(t, "is too long at", t->at, 20, NULL);
    strcat(t->out, piece);
    return true;
}

/* The operand of every open `not` of this depth ends here: not x is translated to ((x)==0). */
static bool close_negations(struct translation *t)
{
    for (; t->negations[t->depth] > 0; t->negations[t->depth]--)
        if (!emit(t, ")==0)"))
            return false;
    t->compared[t->depth] = false;
    return true;
}

static bool connective(struct translation *t, const char *sign)
{
    return close_negations(t) && emit(t, sign);
}

static bool negation(struct translation *t)
{
    t->negations[t->depth]++;
    return emit(t, "((");
}

static bool comparison(struct translation *t, const char *sign)
{
    if (t->compared[t->depth])
        return fail(t, "comparisons cannot be chained (write a < b and b < c), as with", sign, 2, NULL);
    t->compared[t->depth] = true;
    return emit(t, sign);
}

static bool open_parenthesis(struct translation *t)
{
    if (t->depth + 1 == DEEPEST)
        return fail(t, "is nested too deeply at", t->at, 20, NULL);
    t->depth++;
    t->negations[t->depth] = 0;
    t->compared[t->depth] = false;
    return emit(t, "(");
}

static bool close_parenthesis(struct translation *t)
{
    if (t->depth == 0)
        return fail(t, "has no opening parenthesis for", ")", 1, NULL);
    if (!close_negations(t))
        return false;
    t->depth--;
    return emit(t, ")");
}

static const struct sign {
    const char *text;
    bool (*translate)(struct translation *, const char *);
    const char *means;
} signs[] = {
    // longer signs first
    {"&&", connective, "&&"},
    {"||", connective, "||"},
    {"==", comparison, "=="},
    {"!=", comparison, "!="},
    {"<=", comparison, "<="},
    {">=", comparison, ">="},
    {"<", comparison, "<"},
    {">", comparison, ">"},
    {",", connective, ","},
    {"+", 0, "+"},
    {"-", 0, "-"},
    {"*", 0, "*"},
    {"/", 0, "/"},
    {"^", 0, "^"},
};

static bool translate_sign(struct translation *t)
{
    if (*t->at == '(' || *t->at == ')')
        return *t->at++ == '(' ? open_parenthesis(t) : close_parenthesis(t);
    for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
        const size_t length = strlen(signs[i].text);
        if (strncmp(t->at, signs[i].text, length) != 0)
            continue;
        t->at += length;
        return signs[i].translate ? signs[i].translate(t, signs[i].means) : emit(t, signs[i].means);
    }
    if (*t->at == '!') {
        t->at++;
        return negation(t);
    }
    if (*t->at == '=')
        return fail(t, "write == to compare, not", "=", 1, NULL);
    return fail(t, "cannot be read at", t->at, 20, NULL);
}

/* Copies a number, or the word at t->at; names of choices may hold '-'. Returns its length. */
static int copy_word(const char *from, const char *more, char word[WORD])
{
    int length = 0;
    while (from[length] && (isalnum((unsigned char)from[length]) || strchr(more, from[length])) &&
           length < WORD - 1)
        length++;
    memcpy(word, from, (size_t)length);
    word[length] = '\0';
    return length;
}

static bool translate_number(struct translation *t)
{
    char number[WORD];
    int length = 0;
    const char *p = t->at;
    while (isdigit((unsigned char)*p) || *p == '.')
        p++;
    if (*p == 'e' || *p == 'E') {
        p++;
        p += *p == '-' || *p == '+';
        while (isdigit((unsigned char)*p))
            p++;
    }
    length = (int)(p - t->at);
    if (length >= WORD || isalpha((unsigned char)*p) || *p == '_')
        return fail(t, "has no number in", t->at, 20, NULL);
    memcpy(number, t->at, (size_t)length);
    number[length] = '\0';
    t->at = p;
    return emit(t, number);
}

static void skip_blanks(struct translation *t)
{
    while (isspace((unsigned char)*t->at))
        t->at++;
}

/* A key of names, then == or !=, then one of its names. */
static bool translate_choice(struct translation *t, const struct dp_key *key)
{
    char word[WORD], sign[3] = "", piece[32];
    skip_blanks(t);
    if ((*t->at == '=' || *t->at == '!') && t->at[1] == '=')
        memcpy(sign, t->at, 2);
    t->at += strlen(sign);
    skip_blanks(t);
    const char quote = *t->at == '\'' || *t->at == '"' ? *t->at : '\0';
    const char *const start = t->at + (quote != '\0');
    const int length = copy_word(start, "_-", word);
    if (!sign[0] || length == 0 || (quote && start[length] != quote)) {
        dp_complain(t->faults, t->place,
                    "the condition \"%.200s\": after %s write == or != and one of its names", t->text,
                    key->name);
        return false;
    }
    for (int i = 0; key->choices[i]; i++) {
        int same = 0;
        while (word[same] &&
               (word[same] == key->choices[i][same] || (word[same] == '_' && key->choices[i][same] == '-')))
            same++;
        if (word[same] || key->choices[i][same])
            continue;
        t->at = start + length + (quote != '\0');
        snprintf(piece, sizeof piece, "%d", i);
        return emit(t, key->name) && comparison(t, sign) && emit(t, piece);
    }
    int n = 0;
    while (key->choices[n])
        n++;
    char what[96];
    snprintf(what, sizeof what, "the key %s has no value", key->name);
    return fail(t, what, word, length, dp_nearest_name(word, key->choices, n));
}

static bool is_function(const char *word)
{
    static const char *const functions[] = {"abs",  "sqrt",  "exp", "ln",  "log",
                                            "log2", "log10", "min", "max", "rint"};
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
        if (strcmp(functions[i], word) == 0)
            return true;
    return false;
}

// Whether what follows is == or != and the key's word for 0.
static bool names_zero(const struct translation *t, const struct dp_key *key)
{
    char word[WORD];
    const char *p = t->at;
    while (isspace((unsigned char)*p))
        p++;
    if (!dp_key_has_word(key) || (*p != '=' && *p != '!') || p[1] != '=')
        return false;
    for (p += 2; isspace((unsigned char)*p) || *p == '\'' || *p == '"';)
        p++;
    copy_word(p, "_-", word);
    return strcmp(word, key->choices[0]) == 0;
}

static bool translate_key(struct translation *t, const struct dp_key *key)
{
    if (key->type == DP_STRING)
        return fail(t, "can be about numbers and names only, not about", key->name, WORD, NULL);
    t->reads[dp_key_index(key)] = true;
    return key->type == DP_CHOICE || names_zero(t, key) ? translate_choice(t, key) : emit(t, key->name);
}

/* The key of which word is a value, or NULL: for the hint to write key == value. */
static const struct dp_key *key_of_choice(const char *word)
{
    for (int k = 0; k < dp_key_count; k++)
        for (int i = 0; dp_keys[k].choices && dp_keys[k].choices[i]; i++)
            if (strcmp(dp_keys[k].choices[i], word) == 0)
                return &dp_keys[k];
    return NULL;
}

static bool translate_word(struct translation *t)
{
    char word[WORD];
    const int length = copy_word(t->at, "_", word);
    const char *const start = t->at;
    t->at += length;
    if (strcmp(word, "and") == 0 || strcmp(word, "or") == 0)
        return connective(t, *word == 'a' ? "&&" : "||");
    if (strcmp(word, "not") == 0)
        return negation(t);
    if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        return emit(t, *word == 't' ? "1" : "0");
    const struct dp_key *const key = dp_key_find(word);
    if (key)
        return translate_key(t, key);
    skip_blanks(t);
    if (*t->at == '(' && is_function(word))
        return emit(t, word);
    const struct dp_key *const owner = key_of_choice(word);
    if (owner) {
        char what[96];
        snprintf(what, sizeof what, "write %s == %s instead of", owner->name, word);
        return fail(t, what, word, length, NULL);
    }
    return fail(t, "knows no key", start, length, dp_key_nearest(word));
}

bool dp_condition_translate(const char *text, struct dp_place place, struct dp_faults *faults,
                            char translated[DP_CONDITION_TEXT], bool reads[DP_KEYS_MAX])
{
    struct translation t = {
        .text = text, .at = text, .place = place, .faults = faults, .out = translated, .reads = reads};
    *translated = '\0';
    for (skip_blanks(&t); *t.at; skip_blanks(&t)) {
        const unsigned char c = (unsigned char)*t.at;
        const bool number = isdigit(c) || (c == '.' && isdigit((unsigned char)t.at[1]));
        const bool fine = number                   ? translate_number(&t)
                          : isalpha(c) || c == '_' ? translate_word(&t)
                                                   : translate_sign(&t);
        if (!fine)
            return false;
    }
    if (t.depth > 0)
        return fail(&t, "has no closing parenthesis for", "(", 1, NULL);
    return close_negations(&t);
}
