// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "dewpoint/files/json.h"
#include "store/format/columns.h"
#include "sweep/keys/key_value.h"
#include "verbs/verbs.h"
#include <string.h>

static void write_choices(struct dp_json *json, const char *const *choices)
{
    dp_json_name(json, "choices");
    dp_json_open(json, '[');
    for (int i = 0; choices[i]; i++)
        dp_json_text(json, choices[i]);
    dp_json_close(json, ']');
}

static void write_key(struct dp_json *json, const struct dp_key *key)
{
    static const char *const types[] = {"real", "int", "bool", "choice", "string"};
    dp_json_open(json, '{');
    dp_json_member_text(json, "name", key->name);
    dp_json_member_text(json, "section", key->section);
    dp_json_member_text(json, "type", types[key->type]);
    dp_json_member_text(json, "unit", key->unit);
    dp_json_member_text(json, "default", key->fallback[0] ? key->fallback : NULL);
    if (key->type == DP_REAL || key->type == DP_INT) {
        dp_json_member_number(json, "min", key->min); // null: no limit
        dp_json_member_number(json, "max", key->max);
        dp_json_member_truth(json, "above_min", key->above_min);
    }
    if (key->type == DP_CHOICE)
        write_choices(json, key->choices);
    dp_json_member_truth(json, "sweepable", key->sweepable);
    dp_json_member_text(json, "meaning", key->meaning);
    dp_json_close(json, '}');
}

// What a column of stores means; its name is looked up here, too.
static void print_column(const struct dp_column *column)
{
    printf("%s is a column of stores: %s", column->name, column->meaning);
    if (column->detail)
        printf("; %s", column->detail);
    if (strcmp(column->unit, "1") != 0)
        printf("; unit %s", column->unit);
    putchar('\n');
}

static void write_column(struct dp_json *json, const struct dp_column *column)
{
    dp_json_open(json, '{');
    dp_json_member_text(json, "name", column->name);
    dp_json_member_text(json, "section", NULL); // of no sweep
    dp_json_member_text(json, "type",
                        column->flags                   ? "choice"
                        : column->type == DP_COLUMN_F64 ? "real"
                                                        : "int");
    dp_json_member_text(json, "unit", column->unit);
    if (column->flags)
        write_choices(json, column->flags);
    dp_json_member_text(json, "meaning", column->meaning);
    dp_json_member_text(json, "detail", column->detail);
    dp_json_close(json, '}');
}

/* A sentence for a name that neither a key nor a column has; the exit code. */
static int unknown(const char *name)
{
    char hint[DP_KEY_HINT];
    if (dp_speaks_for_all())
        fprintf(stderr, "dewpoint keys: unknown key \"%s\"%s\n", name, dp_key_hint(name, NULL, hint));
    return 2;
}

int dp_verb_keys(const struct dp_arguments *a)
{
    struct dp_json json = {.out = stdout};
    const char *const name = a->word_count ? a->words[0] : NULL;
    const struct dp_key *const only = name ? dp_key_find(name) : NULL;
    const struct dp_column *const column = name && !only ? dp_column_find(name) : NULL;
    const int count = only ? 1 : name ? 0 : dp_key_count;
    const struct dp_key *const first = only ? only : dp_keys;
    if (name && !only && !column)
        return unknown(name);
    if (a->names) {
        for (int i = 0; i < count; i++)
            puts(first[i].name);
        if (column)
            puts(column->name);
    } else if (a->as_json) {
        dp_json_open(&json, '[');
        for (int i = 0; i < count; i++)
            write_key(&json, &first[i]);
        if (column)
            write_column(&json, column);
        dp_json_close(&json, ']');
        putchar('\n');
    } else if (column) {
        print_column(column);
    } else {
        dp_keys_print(only, stdout);
    }
    return 0;
}
