// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/formulas.h"
#include "dewpoint/core/model.h"
#include "dewpoint/sweep/formula.h"
#include <stdlib.h>
#include <string.h>

static const double most_memory = 1e9; // bytes of a run whose labels are tried

enum { MOST_CHECKED = 20000 };

enum dp_status dp_formulas_make(const struct dp_sweep *sweep, struct dp_inputs *inputs,
                                struct dp_error *error)
{
    const int count = dp_sweep_formulas(sweep, NULL, 0);
    const char **const texts = calloc((size_t)count + 1, sizeof *texts);
    inputs->formulas = calloc((size_t)count + 1, sizeof *inputs->formulas);
    enum dp_status status =
        texts && inputs->formulas ? DP_OK : dp_fail(error, DP_NO_MEMORY, "no memory for %d formulas", count);
    if (status == DP_OK)
        dp_sweep_formulas(sweep, texts, count);
    for (int i = 0; i < count && status == DP_OK; i++) {
        struct dp_formula *formula;
        // for any number of inputs: the sweep has checked it for those of its runs
        status = dp_formula_create(texts[i], 0, &formula, error);
        if (status == DP_OK)
            inputs->formulas[inputs->formula_count++] =
                (struct dp_named_function){texts[i], {.function = {dp_formula_value, formula}}};
    }
    free(texts);
    return status;
}

const struct dp_samples *dp_formulas_find(const struct dp_inputs *inputs, const struct dp_run *run)
{
    for (int i = 0; i < inputs->formula_count; i++)
        if (strcmp(inputs->formulas[i].text, run->formula) == 0)
            return &inputs->formulas[i].samples;
    return NULL;
}

/* Whether two runs have the same points. */
static bool same_points(const struct dp_run *a, const struct dp_run *b)
{
    return strcmp(a->formula, b->formula) == 0 && a->samples == b->samples && a->inputs == b->inputs &&
           a->points == b->points && memcmp(&a->low, &b->low, sizeof a->low) == 0 &&
           memcmp(&a->high, &b->high, sizeof a->high) == 0 && a->data_seed == b->data_seed &&
           a->input_ratio == b->input_ratio && a->basis == b->basis;
}

enum dp_status dp_formulas_check(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                                 struct dp_error *error)
{
    const int64_t stride = 1 + sweep->runs / MOST_CHECKED;
    struct dp_run run, last = {0};
    enum dp_status status = DP_OK;
    for (int64_t row = 0; inputs->formula_count > 0 && row < sweep->runs && status == DP_OK; row += stride) {
        dp_sweep_run(sweep, row, &run);
        if (run.target != DP_FORMULA || same_points(&run, &last) || dp_run_memory(&run, NULL) > most_memory)
            continue;
        struct dp_samples train, test;
        struct dp_error reason = {0};
        status = dp_run_data(&run, dp_formulas_find(inputs, &run), &train, &test, &reason);
        if (status != DP_OK)
            dp_fail(error, status, "sweep %s, run %lld, key formula: \"%s\": %.*s", sweep->name,
                    (long long)row, run.formula, (int)strcspn(reason.text, "\n"), reason.text);
        dp_samples_free(&train);
        dp_samples_free(&test);
        last = run;
    }
    return status;
}

void dp_formulas_free(struct dp_inputs *inputs)
{
    for (int i = 0; i < inputs->formula_count; i++)
        dp_formula_free(inputs->formulas[i].samples.function.context);
    free(inputs->formulas);
}
