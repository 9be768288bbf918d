// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/mistakes/mistakes.h"
#include <stdbool.h>

/* The common part of conditions and formulas: their tokens, and the order in which tokens may follow each
 * other.
 *
 * muParser evaluates both, but it accepts more than it should: only the last part of a list ("gamma > 1,
 * width > 100"), assignments, strings, ?: and its own functions. A text is therefore first read here, token
 * by token against a whitelist, and translated to a text for muParser that contains nothing else. Mistakes
 * are reported with their character. */

enum { DP_EXPRESSION_TEXT = 2048, DP_EXPRESSION_DEPTH = 32, DP_EXPRESSION_WORD = 64 };

struct dp_function_name {
    const char *name;
    bool several; // takes two or more arguments; otherwise one
};

struct dp_expression;

/* Reads the word of this length at e->at, moves e->at past it and what belongs to it, and emits its
 * translation as a value with dp_expression_value. Returns false after a mistake was reported. */
typedef bool dp_word_reader(struct dp_expression *e, const char *word, int length);

/* The translation of a text for muParser. The caller sets the first part; the rest starts as zero. */
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

    const char *at; // the rest of the text
    bool after_value, after_sign, inside_operand;
    int number_count;
    int depth;                               // open parentheses
    const struct dp_function_name *function; // function whose name was just read
    const struct dp_function_name
        *calls[DP_EXPRESSION_DEPTH]; // function of the parentheses at each depth, or NULL
    int commas[DP_EXPRESSION_DEPTH];
    int negations[DP_EXPRESSION_DEPTH]; // `not`s whose operand is still open
    bool compared[DP_EXPRESSION_DEPTH]; // a comparison since the last and, or or parenthesis
    bool decides[DP_EXPRESSION_DEPTH];  // the same, or a value that is true or false
    const char *value;                  // the value last read
};

/* Translates the whole text. Returns false after a mistake was reported. */
bool dp_expression_translate(struct dp_expression *e);

/* For readers of words: reports a mistake in the `length` bytes at `from` (a part of the text) and returns
 * false. near: a name to suggest, or NULL. */
bool dp_expression_fail(const struct dp_expression *e, const char *what, const char *from, int length,
                        const char *near);

/* Emit a value, which is at `from` in the text; a sign of comparison; `and` or `or`; `not`. */
bool dp_expression_value(struct dp_expression *e, const char *from, const char *text);
bool dp_expression_number(struct dp_expression *e, const char *from, double value);    // with e->numbers
bool dp_expression_truth(struct dp_expression *e, const char *from, const char *text); // true or false
bool dp_expression_comparison(struct dp_expression *e, const char *sign);
bool dp_expression_connective(struct dp_expression *e, const char *sign);
bool dp_expression_negation(struct dp_expression *e);

/* Copies the letters, digits and characters of `more` at from; returns the length. */
int dp_expression_word(const char *from, const char *more, char word[DP_EXPRESSION_WORD]);

void dp_expression_skip_blanks(struct dp_expression *e);
