// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/mistakes/mistakes.h"
#include <stdbool.h>

/* What conditions and formulas have in common: their tokens, and the order in which these may follow each
 * other.
 *
 * muParser evaluates both, but it takes more than it should: the last part of a list alone ("gamma > 1, width
 * > 100"), assignments, strings, ?: and its own functions. So a text is first read here, token by token
 * against a whitelist, and translated to a text for muParser that holds nothing else. Mistakes are told with
 * the character at which they stand. */

enum { DP_EXPRESSION_TEXT = 2048, DP_EXPRESSION_DEPTH = 32, DP_EXPRESSION_WORD = 64 };

struct dp_function_name {
    const char *name;
    bool several; // takes two arguments or more, else one
};

struct dp_expression;

/* Reads the word at e->at, of that length, moves e->at behind it and what belongs to it, and emits its
 * translation as a value with dp_expression_value. False after a complaint. */
typedef bool dp_word_reader(struct dp_expression *e, const char *word, int length);

/* A text on its way to muParser. The caller sets the first part; zero is right for the rest. */
struct dp_expression {
    const char *what; // "condition" or "formula"
    const char *text;
    struct dp_place place;
    struct dp_faults *faults;
    const struct dp_function_name *functions; // ends with a NULL name
    dp_word_reader *read_word;
    bool logic;        // comparisons, and, or, not are allowed
    const char *power; // muParser's sign for ^
    double
        *numbers;  // NULL, or room for the text's numbers, which muParser then sees as variables n0, n1, ...
    char *out;     // [DP_EXPRESSION_TEXT]
    void *context; // of read_word

    const char *at; // what is still to read
    bool after_value, after_sign, inside_operand;
    int number_count;
    int depth;                               // open parentheses
    const struct dp_function_name *function; // the name of one was just read
    const struct dp_function_name
        *calls[DP_EXPRESSION_DEPTH]; // whose parentheses these are, by depth; or NULL
    int commas[DP_EXPRESSION_DEPTH];
    int negations[DP_EXPRESSION_DEPTH]; // `not`s whose operand is still open
    bool compared[DP_EXPRESSION_DEPTH]; // a comparison since the last and, or or parenthesis
};

/* Translates the whole text. False after a complaint. */
bool dp_expression_translate(struct dp_expression *e);

/* For readers of words. Complains of what stands at `from` (a part of the text), length bytes of it, and
 * returns false; near: the name to suggest, or NULL. */
bool dp_expression_fail(const struct dp_expression *e, const char *what, const char *from, int length,
                        const char *near);

/* Emit a value, which stands at `from` in the text; a sign of comparison; `and` or `or`; `not`. */
bool dp_expression_value(struct dp_expression *e, const char *from, const char *text);
bool dp_expression_number(struct dp_expression *e, const char *from, double value); // with e->numbers
bool dp_expression_comparison(struct dp_expression *e, const char *sign);
bool dp_expression_connective(struct dp_expression *e, const char *sign);
bool dp_expression_negation(struct dp_expression *e);

/* Copies the letters, digits and the characters of `more` at from; the length. */
int dp_expression_word(const char *from, const char *more, char word[DP_EXPRESSION_WORD]);

void dp_expression_skip_blanks(struct dp_expression *e);
