// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store.h"
#include "verbs/verbs.h"
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum dp_status read_row(const char *text, int64_t runs, int64_t *row, struct dp_error *error)
{
    char *end;
    errno = 0;
    *row = strtoll(text, &end, 10);
    if (errno || end == text || *end || *row < 0 || *row >= runs)
        return dp_fail(error, DP_BAD_INPUT, "row must be a whole number from 0 to %lld, not \"%s\"",
                       (long long)runs - 1, text);
    return DP_OK;
}

/* As YAML that would make this run again, section by section. */
static void print(const struct dp_sweep *sweep, int64_t row)
{
    struct dp_run run;
    const char *section = "";
    dp_sweep_run(sweep, row, &run);
    printf("# run %lld of %lld of the sweep %s\n", (long long)row, (long long)sweep->runs, sweep->name);
    for (int i = 0; i < dp_key_count; i++) {
        char text[2 * DP_TEXT];
        const struct dp_key *key = &dp_keys[i];
        if (!dp_key_format(key, &run, text, sizeof text)[0])
            continue;
        if (strcmp(section, key->section) != 0)
            printf("%s:\n", section = key->section);
        printf("  %s: %s\n", key->name, text);
    }
    const struct dp_scales scales = dp_run_scales(&run);
    printf("# alpha %.9g, beta1 %.9g, beta2 %.9g; gamma %.9g, gamma_prime %.9g at this width\n", scales.alpha,
           scales.beta1, scales.beta2, scales.gamma, scales.gamma_prime);
}

static enum dp_status sweep_from_store(const char *path, struct dp_sweep *sweep, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    const enum dp_status status = dp_store_sweep(store, sweep, error);
    const enum dp_status closed = dp_store_close(store, error);
    return status == DP_OK ? closed : status;
}

int dp_verb_explain(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_sweep sweep = {0};
    int64_t row;
    enum dp_status status;
    if (dp_is_store(a->words[0]))
        status = sweep_from_store(a->words[0], &sweep, &error);
    else
        status = dp_sweep_read(a->words[0], a->sets, a->set_count, &sweep, &error);
    if (status == DP_OK)
        status = read_row(a->words[1], sweep.runs, &row, &error);
    if (status == DP_OK)
        print(&sweep, row);
    dp_sweep_free(&sweep);
    return status == DP_OK ? 0 : dp_report(&error);
}
