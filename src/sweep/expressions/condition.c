// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/expressions/condition.h"
#include "sweep/expressions/condition_words.h"
#include <muParserDLL.h>
#include <stdlib.h>
#include <string.h>

struct dp_condition {
    muParserHandle_t parser;
    char source[DP_EXPRESSION_TEXT]; // the user's words, for showing
    char text[DP_EXPRESSION_TEXT];   // muParser's
    struct dp_condition_names names;
    bool reads[DP_NAMES_MAX];
    double values[DP_NAMES_MAX]; // where the parser's variables live
};

/* muParser calls this on every error; mupError reports the error afterwards. */
static void ignore(muParserHandle_t parser)
{
    (void)parser;
}

_Static_assert((int)DP_KEYS_MAX <= (int)DP_NAMES_MAX, "a condition has room for every key");

static bool start(struct dp_condition *condition)
{
    condition->parser = mupCreate(muBASETYPE_FLOAT);
    if (!condition->parser)
        return false;
    mupSetErrorHandler(condition->parser, ignore);
    for (int k = 0; k < condition->names.count; k++)
        if (condition->reads[k])
            mupDefineVar(condition->parser, condition->names.keys[k].name, &condition->values[k]);
    mupSetExpr(condition->parser, condition->text);
    return true;
}

enum dp_status dp_condition_create(const char *text, struct dp_place place, struct dp_faults *faults,
                                   struct dp_condition **condition)
{
    return dp_condition_create_about((struct dp_condition_names){dp_keys, dp_key_count}, text, place, faults,
                                     condition);
}

enum dp_status dp_condition_create_about(struct dp_condition_names names, const char *text,
                                         struct dp_place place, struct dp_faults *faults,
                                         struct dp_condition **condition)
{
    struct dp_condition *made = calloc(1, sizeof *made);
    *condition = NULL;
    if (!made)
        return DP_NO_MEMORY;
    made->names = names;
    snprintf(made->source, sizeof made->source, "%s", text);
    if (!dp_condition_translate(text, names, place, faults, made->text, made->reads)) {
        dp_condition_free(made);
        return DP_OK;
    }
    if (!start(made)) {
        dp_condition_free(made);
        return DP_NO_MEMORY;
    }
    mupEval(made->parser); // muParser reads the expression when it first needs its value
    if (mupError(made->parser)) {
        dp_complain(faults, place, "the condition \"%.200s\" cannot be read by muParser: %.200s", text,
                    mupGetErrorMsg(made->parser));
        dp_condition_free(made);
        return DP_OK;
    }
    *condition = made;
    return DP_OK;
}

bool dp_condition_reads(const struct dp_condition *condition, const struct dp_key *key)
{
    return condition->reads[key - condition->names.keys];
}

static bool holds(const struct dp_condition *condition)
{
    const double value = mupEval(condition->parser);
    return value > 0 || value < 0; // not NAN
}

bool dp_condition_holds(struct dp_condition *condition, const struct dp_run *run)
{
    for (int k = 0; k < dp_key_count; k++)
        if (condition->reads[k])
            condition->values[k] = dp_key_number(&dp_keys[k], run);
    return holds(condition);
}

bool dp_condition_holds_for(struct dp_condition *condition, const double *values)
{
    for (int k = 0; k < condition->names.count; k++)
        if (condition->reads[k])
            condition->values[k] = values[k];
    return holds(condition);
}

const char *dp_condition_source(const struct dp_condition *condition)
{
    return condition->source;
}

const char *dp_condition_text(const struct dp_condition *condition)
{
    return condition->text;
}

void dp_condition_free(struct dp_condition *condition)
{
    if (!condition)
        return;
    if (condition->parser)
        mupRelease(condition->parser);
    free(condition);
}
