// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/formula.h"
#include "dewpoint/core/functions.h"
#include "sweep/expressions/expression.h"
#include "sweep/expressions/formula_check.h"
#include "sweep/keys/key_value.h"
#include <muParserDLL.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// As many values as a text can have bytes; and muParser's own priority of ^, prPOW in muParserDef.h.
enum { MOST_VALUES = DP_TEXT, POWER_PRIORITY = 7 };

struct dp_formula {
    muParserHandle_t parser;
    char text[DP_EXPRESSION_TEXT]; // muParser's
    int64_t inputs;
    int input_count;
    int64_t input[MOST_VALUES]; // which of the x, counted from 0
    double at[MOST_VALUES];     // their values, where the parser's variables live
    // The numbers of the text are variables too: of constants muParser makes others, as (x * 3) * 0.1 -> x *
    // .3, which rounds otherwise, and differently from version to version.
    int number_count;
    double numbers[MOST_VALUES];
};

/* muParser calls this on every error; mupError reports the error afterwards. */
static void ignore(muParserHandle_t parser)
{
    (void)parser;
}

/* The number behind x, 0 when there is none. */
static int64_t index_of(const char *word)
{
    if (word[0] != 'x' || word[1] == '0' || strlen(word) > 8 || word[1 + strspn(word + 1, "0123456789")])
        return 0;
    return word[1] ? strtol(word + 1, NULL, 10) : 1;
}

static bool refuse_word(const struct dp_expression *e, const char *word, int length)
{
    const char *names[32] = {"x1", "pi", "min", "max"};
    int n = 4;
    for (const struct dp_function_of_one *f = dp_functions; f->name; f++)
        names[n++] = f->name;
    return dp_expression_fail(e, "knows no", e->at, length, dp_nearest_name(word, names, n));
}

static bool read_input(struct dp_expression *e, const char *word, int length, int64_t index)
{
    struct dp_formula *const formula = e->context;
    char what[96], name[32];
    if (formula->inputs > 0 && index > formula->inputs) {
        snprintf(what, sizeof what, "has %lld input%s and no", (long long)formula->inputs,
                 formula->inputs == 1 ? "" : "s");
        return dp_expression_fail(e, what, e->at, length, NULL);
    }
    if (!word[1] && formula->inputs > 1)
        return dp_expression_fail(e, "has several inputs, x1, x2 and so on, so there is no", e->at, length,
                                  NULL);
    int i = 0;
    while (i < formula->input_count && formula->input[i] != index - 1)
        i++;
    if (i == formula->input_count)
        formula->input[formula->input_count++] = index - 1;
    snprintf(name, sizeof name, "x%lld", (long long)index);
    return dp_expression_value(e, e->at, name);
}

static bool read_word(struct dp_expression *e, const char *word, int length)
{
    const int64_t index = index_of(word);
    const bool fine = index > 0                 ? read_input(e, word, length, index)
                      : strcmp(word, "pi") == 0 ? dp_expression_number(e, e->at, 0x1.921fb54442d18p+1)
                                                : refuse_word(e, word, length);
    e->at += length;
    return fine;
}

static bool translate(const char *text, struct dp_place place, struct dp_faults *faults,
                      struct dp_formula *formula)
{
    struct dp_function_name functions[32] = {{"min", true}, {"max", true}};
    int n = 2;
    for (const struct dp_function_of_one *f = dp_functions; f->name; f++)
        functions[n++].name = f->name;
    struct dp_expression e = {
        .what = "formula",
        .text = text,
        .place = place,
        .faults = faults,
        .functions = functions,
        .read_word = read_word,
        .power = "#",
        .numbers = formula->numbers,
        .out = formula->text,
        .context = formula,
    };
    const bool fine = dp_expression_translate(&e);
    formula->number_count = e.number_count;
    return fine;
}

static bool start(struct dp_formula *formula)
{
    char name[32];
    formula->parser = mupCreate(muBASETYPE_FLOAT);
    if (!formula->parser)
        return false;
    mupSetErrorHandler(formula->parser, ignore);
    for (const struct dp_function_of_one *f = dp_functions; f->name; f++)
        mupDefineFun1(formula->parser, f->name, f->value, 1);
    mupDefineOprt(formula->parser, "#", dp_power, POWER_PRIORITY, muOPRT_ASCT_RIGHT, 1);
    for (int i = 0; i < formula->input_count; i++) {
        snprintf(name, sizeof name, "x%lld", (long long)formula->input[i] + 1);
        mupDefineVar(formula->parser, name, &formula->at[i]);
    }
    for (int i = 0; i < formula->number_count; i++) {
        snprintf(name, sizeof name, "n%d", i);
        mupDefineVar(formula->parser, name, &formula->numbers[i]);
    }
    mupSetExpr(formula->parser, formula->text);
    return true;
}

static enum dp_status read_formula(const char *text, int64_t inputs, struct dp_place place,
                                   struct dp_faults *faults, struct dp_formula **formula)
{
    struct dp_formula *made = calloc(1, sizeof *made);
    *formula = NULL;
    if (!made)
        return DP_NO_MEMORY;
    made->inputs = inputs;
    if (strlen(text) >= DP_TEXT || !translate(text, place, faults, made)) {
        free(made);
        return DP_OK;
    }
    if (!start(made)) {
        free(made);
        return DP_NO_MEMORY;
    }
    mupEval(made->parser); // muParser reads the text when it first needs its value
    if (mupError(made->parser)) {
        dp_complain(faults, place, "the formula \"%.200s\" cannot be read by muParser: %.200s", text,
                    mupGetErrorMsg(made->parser));
        dp_formula_free(made);
        return DP_OK;
    }
    *formula = made;
    return DP_OK;
}

enum dp_status dp_formula_check(const char *text, int64_t inputs, struct dp_place place,
                                struct dp_faults *faults)
{
    struct dp_formula *formula;
    const enum dp_status status = read_formula(text, inputs, place, faults, &formula);
    dp_formula_free(formula);
    return status;
}

enum dp_status dp_formula_create(const char *text, int64_t inputs, struct dp_formula **formula,
                                 struct dp_error *error)
{
    struct dp_faults faults = {.error = error};
    DP_TRY(read_formula(text, inputs, (struct dp_place){"data", 0, 0}, &faults, formula));
    return *formula ? DP_OK : DP_BAD_INPUT;
}

double dp_formula_value(void *formula, const double *x)
{
    struct dp_formula *const f = formula;
    for (int i = 0; i < f->input_count; i++)
        f->at[i] = x[f->input[i]];
    return mupEval(f->parser);
}

void dp_formula_free(struct dp_formula *formula)
{
    if (!formula)
        return;
    mupRelease(formula->parser);
    free(formula);
}
