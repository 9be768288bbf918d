// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "dewpoint/files/json.h"
#include "store/format/columns.h"
#include "sweep/keys/key_value.h"
#include "verbs/verbs.h"
#include <string.h>

static void write_choices(struct dp_json *json, const struct dp_key *key)
{
    dp_json_name(json, "choices");
    dp_json_open(json, '[');
    for (int i = 0; key->choices[i]; i++)
        dp_json_text(json, key->choices[i]);
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
        write_choices(json, key);
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

/* A sentence for a name that no key has; the exit code. */
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
    const struct dp_key *const only = a->word_count ? dp_key_find(a->words[0]) : NULL;
    const struct dp_column *const column = a->word_count && !only ? dp_column_find(a->words[0]) : NULL;
    if (column && !a->as_json && !a->names) {
        print_column(column);
        return 0;
    }
    if (a->word_count && !only)
        return unknown(a->words[0]);
    const struct dp_key *const first = only ? only : dp_keys, *const end = first + (only ? 1 : dp_key_count);
    if (a->names) {
        for (const struct dp_key *key = first; key < end; key++)
            puts(key->name);
        return 0;
    }
    if (!a->as_json) {
        dp_keys_print(only, stdout);
        return 0;
    }
    dp_json_open(&json, '[');
    for (const struct dp_key *key = first; key < end; key++)
        write_key(&json, key);
    dp_json_close(&json, ']');
    putchar('\n');
    return 0;
}
