// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "inputs/table/table.h"
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

bool dp_name_is_output(const char *name)
{
    if (tolower((unsigned char)name[0]) != 'y')
        return false;
    name += name[1] == '_' && name[2] ? 2 : 1;
    return name[strspn(name, "0123456789")] == '\0';
}

/* Finds the columns of a list of names. */
static enum dp_status find_listed(const char *path, const struct dp_names *names, bool named, const char *key,
                                  const char *list, int64_t *columns, int64_t *count, struct dp_error *error)
{
    struct dp_names wanted = {0};
    enum dp_status status = dp_names_split(&wanted, list, error);
    *count = 0;
    for (int64_t i = 0; i < wanted.count && status == DP_OK; i++) {
        const char *const name = wanted.text[i];
        const int64_t at = dp_names_find(names, name, 0);
        char all[400];
        const char *const near = dp_nearest_name(name, (const char *const *)names->text, (int)names->count);
        if (at < 0)
            status = dp_fail(error, DP_BAD_INPUT, "%s: %s names \"%.60s\", but the columns are %s%s%s%s%s",
                             path, key, name, dp_names_list(names, all, sizeof all),
                             named ? "" : " (their numbers, because the file gives no names)",
                             near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
        else if (dp_names_find(names, name, at + 1) >= 0)
            status = dp_fail(error, DP_BAD_INPUT, "%s: %s names \"%.60s\", but two columns are called so",
                             path, key, name);
        else if (dp_names_find(&wanted, name, i + 1) >= 0)
            status = dp_fail(error, DP_BAD_INPUT, "%s: %s names \"%.60s\" twice", path, key, name);
        else
            columns[(*count)++] = at;
    }
    dp_names_free(&wanted);
    return status;
}

static bool holds(const int64_t *columns, int64_t count, int64_t column)
{
    for (int64_t i = 0; i < count; i++)
        if (columns[i] == column)
            return true;
    return false;
}

/* Outputs by their names, or the last column that is no input. */
static void find_outputs(const struct dp_names *names, bool named, const int64_t *x, int64_t inputs,
                         int64_t *y, int64_t *outputs)
{
    int64_t last = -1;
    for (int64_t k = 0; k < names->count; k++)
        if (!holds(x, inputs, k)) {
            last = k;
            if (named && dp_name_is_output(names->text[k]))
                y[(*outputs)++] = k;
        }
    if (*outputs == 0 && last >= 0)
        y[(*outputs)++] = last;
}

static enum dp_status find(const char *path, const struct dp_names *names, bool named,
                           const struct dp_choice *choice, int64_t *x, int64_t *y, struct dp_roles *roles,
                           struct dp_error *error)
{
    int64_t inputs = 0, outputs = 0;
    DP_TRY(find_listed(path, names, named, "x", choice ? choice->x : "", x, &inputs, error));
    DP_TRY(find_listed(path, names, named, "y", choice ? choice->y : "", y, &outputs, error));
    if (choice && outputs == 0)
        find_outputs(names, named, x, inputs, y, &outputs);
    for (int64_t i = 0; i < inputs; i++)
        if (holds(y, outputs, x[i]))
            return dp_fail(error, DP_BAD_INPUT, "%s: \"%.60s\" is both in x and in y", path,
                           names->text[x[i]]);
    if (inputs == 0)
        for (int64_t k = 0; k < names->count; k++)
            if (!holds(y, outputs, k))
                x[inputs++] = k;
    if (inputs == 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: every column is an output; there is no input", path);
    if (choice && outputs == 0)
        return dp_fail(error, DP_BAD_INPUT, "%s: every column is an input; there is no output", path);
    *roles = (struct dp_roles){inputs, outputs, x};
    memcpy(x + inputs, y, (size_t)outputs * sizeof *y);
    return DP_OK;
}

enum dp_status dp_roles_find(const char *path, const struct dp_names *names, bool named,
                             const struct dp_choice *choice, struct dp_roles *roles, struct dp_error *error)
{
    const size_t count = (size_t)names->count;
    int64_t *const x = malloc((2 * count + 1) * sizeof *x), *const y = malloc((count + 1) * sizeof *y);
    enum dp_status status = DP_OK;
    if (!x || !y)
        status = dp_fail(error, DP_NO_MEMORY, "%s: no memory for its columns", path);
    else
        status = find(path, names, named, choice, x, y, roles, error);
    free(y);
    if (status != DP_OK)
        free(x);
    return status;
}

enum dp_status dp_roles_name(const char *path, const struct dp_names *names, const struct dp_roles *roles,
                             struct dp_table *table, struct dp_error *error)
{
    table->inputs = roles->inputs;
    table->outputs = roles->outputs;
    for (int64_t i = 0; i < roles->inputs + roles->outputs; i++) {
        const char *const name = names->text[roles->column[i]];
        if (!name[0])
            return dp_fail(
                error, DP_BAD_INPUT,
                "%s: column %lld of the header has no name; if it numbers the rows, take it out "
                "(pandas: to_csv(..., index=False); R: row.names = FALSE), or name the columns to use "
                "with data: {x: [...], y: [...]}",
                path, (long long)roles->column[i] + 1);
        if (table->named && dp_names_find(&table->names, name, 0) >= 0)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: two columns are called \"%.60s\"; give each its own name", path, name);
        DP_TRY(dp_names_add(&table->names, name, strlen(name), error));
    }
    return DP_OK;
}
