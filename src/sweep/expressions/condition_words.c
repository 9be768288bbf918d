// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/expressions/condition_words.h"
#include <ctype.h>
#include <string.h>

static const struct dp_function_name functions[] = {
    {"abs", false},
    {"sqrt", false},
    {"exp", false},
    {"ln", false},
    {"log", false},
    {"log2", false},
    {"log10", false},
    {"rint", false},
    {"min", true},
    {"max", true},
    {0},
};

/* The meanings that words may have, and which of them the condition reads. */
struct vocabulary {
    struct dp_condition_names names;
    bool *reads;
};

static const struct dp_key *find(const struct dp_expression *e, const char *word)
{
    const struct vocabulary *const words = e->context;
    for (int k = 0; k < words->names.count; k++)
        if (strcmp(words->names.keys[k].name, word) == 0)
            return &words->names.keys[k];
    return NULL;
}

static const char *nearest(const struct dp_expression *e, const char *word)
{
    const struct vocabulary *const words = e->context;
    const char *names[DP_NAMES_MAX];
    for (int k = 0; k < words->names.count; k++)
        names[k] = words->names.keys[k].name;
    return dp_nearest_name(word, names, words->names.count);
}

/* Whether a word is the name of a choice, in which _ may stand for -. */
static bool is_choice(const char *word, const char *choice)
{
    while (*word && (*word == *choice || (*word == '_' && *choice == '-'))) {
        word++;
        choice++;
    }
    return !*word && !*choice;
}

static int count_choices(const struct dp_key *key)
{
    int n = 0;
    while (key->choices[n])
        n++;
    return n;
}

/* After a key of names: == or !=, then one of its names, bare or quoted. */
static bool translate_choice(struct dp_expression *e, const struct dp_key *key)
{
    char word[DP_EXPRESSION_WORD], sign[3] = "", number[32], what[96];
    const char *const start = e->at;
    dp_expression_skip_blanks(e);
    if ((*e->at == '=' || *e->at == '!') && e->at[1] == '=')
        memcpy(sign, e->at, 2);
    if (!sign[0] || !dp_expression_comparison(e, sign)) {
        snprintf(what, sizeof what, "needs == or != and a name after %s, at", key->name);
        return !sign[0] ? dp_expression_fail(e, what, start, 20, NULL) : false;
    }
    e->at += 2;
    dp_expression_skip_blanks(e);
    const char quote = *e->at == '\'' || *e->at == '"' ? *e->at : '\0';
    const char *const name = e->at + (quote != '\0');
    const int length = dp_expression_word(name, "_-", word);
    if (length == 0 || (quote && name[length] != quote)) {
        snprintf(what, sizeof what, "needs one of the names of %s at", key->name);
        return dp_expression_fail(e, what, e->at, 20, NULL);
    }
    for (int i = 0; key->choices[i]; i++) {
        if (!is_choice(word, key->choices[i]))
            continue;
        snprintf(number, sizeof number, "%d", i);
        e->at = name + length + (quote != '\0');
        return dp_expression_value(e, name, number);
    }
    snprintf(what, sizeof what, "the key %s has no value", key->name);
    return dp_expression_fail(e, what, name, length, dp_nearest_name(word, key->choices, count_choices(key)));
}

/* Whether what follows is == or != and the key's word for 0. */
static bool names_zero(const struct dp_expression *e, const struct dp_key *key)
{
    char word[DP_EXPRESSION_WORD];
    const char *p = e->at;
    while (isspace((unsigned char)*p))
        p++;
    if (!dp_key_has_word(key) || (*p != '=' && *p != '!') || p[1] != '=')
        return false;
    for (p += 2; isspace((unsigned char)*p) || *p == '\'' || *p == '"';)
        p++;
    dp_expression_word(p, "_-", word);
    return strcmp(word, key->choices[0]) == 0;
}

static bool translate_key(struct dp_expression *e, const struct dp_key *key, int length)
{
    const char *const start = e->at;
    const struct vocabulary *const words = e->context;
    if (key->type == DP_STRING)
        return dp_expression_fail(e, "can be about numbers and names only, not about", start, length, NULL);
    if (!(key->type == DP_BOOL ? dp_expression_truth : dp_expression_value)(e, start, key->name))
        return false;
    words->reads[key - words->names.keys] = true;
    e->at += length;
    return key->type == DP_CHOICE || names_zero(e, key) ? translate_choice(e, key) : true;
}

/* The key of which word is a value, or NULL: for the hint to write key == value. */
static const struct dp_key *key_of_choice(const struct dp_expression *e, const char *word)
{
    const struct vocabulary *const words = e->context;
    for (int k = 0; k < words->names.count; k++)
        for (const char *const *choice = words->names.keys[k].choices; choice && *choice; choice++)
            if (strcmp(*choice, word) == 0)
                return &words->names.keys[k];
    return NULL;
}

static bool refuse_word(const struct dp_expression *e, const char *word, int length)
{
    char what[96];
    const struct dp_key *const owner = key_of_choice(e, word);
    if (!owner)
        return dp_expression_fail(e, "knows no key", e->at, length, nearest(e, word));
    snprintf(what, sizeof what, "write %s == %s instead of", owner->name, word);
    return dp_expression_fail(e, what, e->at, length, NULL);
}

static bool read_word(struct dp_expression *e, const char *word, int length)
{
    const struct dp_key *const key = find(e, word);
    bool fine;
    if (key)
        return translate_key(e, key, length);
    if (strcmp(word, "and") == 0 || strcmp(word, "or") == 0)
        fine = dp_expression_connective(e, *word == 'a' ? "&&" : "||");
    else if (strcmp(word, "not") == 0)
        fine = dp_expression_negation(e);
    else if (strcmp(word, "true") == 0 || strcmp(word, "false") == 0)
        fine = dp_expression_truth(e, e->at, *word == 't' ? "1" : "0");
    else
        fine = refuse_word(e, word, length);
    e->at += length;
    return fine;
}

bool dp_condition_translate(const char *text, struct dp_condition_names names, struct dp_place place,
                            struct dp_faults *faults, char translated[DP_EXPRESSION_TEXT],
                            bool reads[DP_NAMES_MAX])
{
    struct vocabulary words = {names, reads};
    struct dp_expression e = {
        .what = "condition",
        .text = text,
        .place = place,
        .faults = faults,
        .functions = functions,
        .read_word = read_word,
        .logic = true,
        .power = "^",
        .out = translated,
        .context = &words,
    };
    return dp_expression_translate(&e);
}
