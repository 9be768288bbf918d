// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/sections.h"
#include "sweep/document/axes.h"
#include "sweep/document/name_list.h"
#include "sweep/expressions/condition.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The file being read, and the scope (its top or a block) that the present entry belongs to. */
struct file {
    struct dp_document *document;
    struct dp_parsed *parsed;
    struct dp_scope *scope;
};

typedef enum dp_status reader(struct file *, const char *name, const yaml_node_t *);

static reader read_name, read_section, read_axes, read_zip, read_blocks, read_exclude;

static const struct entry {
    const char *name;
    reader *read;
    bool in_blocks;
} entries[] = {
    {"name", read_name, false},     {"model", read_section, true},    {"init", read_section, true},
    {"data", read_section, true},   {"train", read_section, true},    {"observe", read_section, false},
    {"store", read_section, false}, {"axes", read_axes, true},        {"zip", read_zip, true},
    {"blocks", read_blocks, false}, {"exclude", read_exclude, false},
};
enum { ENTRIES = sizeof entries / sizeof *entries, MOST_BLOCKS = 1000 };

static struct dp_place at(const struct file *file, const yaml_node_t *node)
{
    return dp_node_place(file->document, node);
}

static enum dp_status read_name(struct file *file, const char *name, const yaml_node_t *node)
{
    char found[80];
    const char *const text = dp_node_text(node);
    if (dp_node_is_value(node) && *text && strlen(text) < DP_TEXT && !dp_text_control(text))
        strcpy(file->parsed->name, text);
    else
        dp_complain(file->document->faults, at(file, node),
                    "%s must be a text of 1 to %d bytes without control characters, not %s", name,
                    DP_TEXT - 1, dp_node_found(node, found, sizeof found));
    return DP_OK;
}

/* Why a name is no key of this section. */
static void complain_key(struct file *file, const char *section, const yaml_node_t *node)
{
    const char *const name = dp_node_text(node);
    const struct dp_key *const key = dp_key_find(name);
    char hint[DP_KEY_HINT];
    if (key)
        dp_complain(file->document->faults, at(file, node), "%s belongs in section %s, not in %s", name,
                    key->section, section);
    else
        dp_complain(file->document->faults, at(file, node), "unknown key \"%.60s\" in section %s%s", name,
                    section, dp_key_hint(name, NULL, hint));
}

static void read_key(struct file *file, const struct dp_key *key, const yaml_node_t *name,
                     const yaml_node_t *value)
{
    char found[80], where[DP_PLACE_TEXT], expected[256], names[DP_TEXT];
    struct dp_faults *const faults = file->document->faults;
    const bool list = dp_key_is_list(key) && value->type == YAML_SEQUENCE_NODE;
    if (list && !dp_name_list_join(file->document, key, value, names))
        return;
    if (!list && !dp_node_is_value(value)) {
        dp_complain(faults, at(file, value), "%s must be %s, not %s%s", key->name,
                    dp_key_expected(key, expected, sizeof expected),
                    dp_node_found(value, found, sizeof found),
                    dp_node_is_null(value) ? "" : "; to sweep it, put it under axes");
        return;
    }
    dp_place_format(at(file, value), where, sizeof where);
    if (dp_key_parse(key, list ? names : dp_node_text(value), where, &file->scope->run, faults->error) !=
        DP_OK)
        faults->count++;
    file->scope->set[dp_key_index(key)] = at(file, name);
}

static enum dp_status read_section(struct file *file, const char *name, const yaml_node_t *node)
{
    if (dp_node_is_null(node)) // a section whose keys are all commented out
        return DP_OK;
    if (!dp_check_mapping(file->document, node, name, "a mapping of keys to values"))
        return DP_OK;
    for (int i = 0; i < dp_mapping_count(node); i++) {
        yaml_node_t *value;
        const yaml_node_t *const key_node = dp_mapping_pair(file->document, node, i, &value);
        const struct dp_key *const key = dp_key_find(dp_node_text(key_node));
        if (key && strcmp(key->section, name) == 0)
            read_key(file, key, key_node, value);
        else
            complain_key(file, name, key_node);
    }
    return DP_OK;
}

static enum dp_status read_axes(struct file *file, const char *name, const yaml_node_t *node)
{
    return dp_node_is_null(node) ? DP_OK : dp_axes_read(file->document, name, node, file->scope);
}

static enum dp_status read_zip(struct file *file, const char *name, const yaml_node_t *node)
{
    return dp_node_is_null(node) ? DP_OK : dp_zip_read(file->document, name, node, file->scope);
}

static enum dp_status read_condition(struct file *file, const yaml_node_t *node)
{
    char found[80];
    if (!dp_node_is_value(node)) {
        dp_complain(file->document->faults, at(file, node),
                    "exclude takes a condition such as \"gamma > 1\", not %s",
                    dp_node_found(node, found, sizeof found));
        return DP_OK;
    }
    struct dp_parsed *const parsed = file->parsed;
    void *const grown = dp_grow(parsed->conditions, parsed->condition_count, sizeof(struct dp_condition *));
    if (!grown)
        return DP_NO_MEMORY;
    parsed->conditions = grown;
    struct dp_condition *condition;
    DP_TRY(dp_condition_create(dp_node_text(node), at(file, node), file->document->faults, &condition));
    if (condition)
        parsed->conditions[parsed->condition_count++] = condition;
    return DP_OK;
}

static enum dp_status read_exclude(struct file *file, const char *name, const yaml_node_t *node)
{
    (void)name;
    file->parsed->exclude = at(file, node);
    if (node->type != YAML_SEQUENCE_NODE)
        return read_condition(file, node);
    for (int64_t i = 0; i < dp_list_count(node); i++)
        DP_TRY(read_condition(file, dp_list_item(file->document, node, i)));
    return DP_OK;
}

/* "; there are name, model, ... and exclude" */
static void list_entries(char *text, size_t size)
{
    int length = snprintf(text, size, "; there are %s", entries[0].name);
    for (int i = 1; i < ENTRIES; i++)
        length += snprintf(text + length, size - (size_t)length, "%s%s", i + 1 < ENTRIES ? ", " : " and ",
                           entries[i].name);
}

/* Why a name is no entry of this scope. */
static void complain_entry(struct file *file, const yaml_node_t *node, const struct entry *entry)
{
    struct dp_faults *const faults = file->document->faults;
    const char *const name = dp_node_text(node);
    const struct dp_key *const key = dp_key_find(name);
    if (entry) {
        dp_complain(faults, at(file, node), "%s is one for the whole sweep and cannot stand in a block",
                    name);
        return;
    }
    if (key) {
        dp_complain(faults, at(file, node), "%s belongs in section %s, or under axes to be swept", name,
                    key->section);
        return;
    }
    char hint[DP_KEY_HINT], all[ENTRIES * 16];
    const char *names[ENTRIES];
    for (int i = 0; i < ENTRIES; i++)
        names[i] = entries[i].name;
    dp_key_hint(name, dp_nearest_name(name, names, ENTRIES), hint);
    if (!hint[0])
        list_entries(all, sizeof all);
    dp_complain(faults, at(file, node), "unknown section \"%.60s\"%s", name, hint[0] ? hint : all);
}

/* An axis and a section of one scope cannot both give a key its value. */
static void check_level(struct file *file)
{
    char where[DP_PLACE_TEXT];
    for (int k = 0; k < dp_key_count; k++) {
        const struct dp_values *const axis = dp_scope_axis(file->scope, &dp_keys[k]);
        if (axis && file->scope->set[k].name)
            dp_complain(file->document->faults, axis->place,
                        "%s is an axis here and set in section %s at %s; keep one "
                        "of them",
                        dp_keys[k].name, dp_keys[k].section,
                        dp_place_format(file->scope->set[k], where, sizeof where));
    }
}

static enum dp_status read_level(struct file *file, const yaml_node_t *node, bool block)
{
    for (int i = 0; i < dp_mapping_count(node); i++) {
        yaml_node_t *value;
        const yaml_node_t *const name = dp_mapping_pair(file->document, node, i, &value);
        const struct entry *entry = NULL;
        for (int e = 0; e < ENTRIES; e++)
            if (strcmp(entries[e].name, dp_node_text(name)) == 0)
                entry = &entries[e];
        if (!entry || (block && !entry->in_blocks))
            complain_entry(file, name, entry);
        else
            DP_TRY(entry->read(file, entry->name, value));
    }
    check_level(file);
    return DP_OK;
}

static enum dp_status read_block(struct file *file, const yaml_node_t *node)
{
    if (!dp_check_mapping(file->document, node, "a block", "a mapping of sections, axes and zip"))
        return DP_OK;
    struct dp_parsed *const parsed = file->parsed;
    void *const grown = dp_grow(parsed->blocks, parsed->block_count, sizeof *parsed->blocks);
    if (!grown)
        return DP_NO_MEMORY;
    parsed->blocks = grown;
    struct dp_scope *const block = &parsed->blocks[parsed->block_count++];
    memset(block, 0, sizeof *block);
    block->run = dp_run_defaults();
    block->place = at(file, node);
    return read_level(&(struct file){file->document, parsed, block}, node, true);
}

/* Top-level axes multiply every block, so a block cannot give such a key another meaning. */
static void check_block(struct file *file, const struct dp_scope *block)
{
    char where[DP_PLACE_TEXT];
    for (int k = 0; k < dp_key_count; k++) {
        const struct dp_values *const above = dp_scope_axis(&file->parsed->top, &dp_keys[k]);
        const struct dp_values *const axis = dp_scope_axis(block, &dp_keys[k]);
        if (above && (axis || block->set[k].name))
            dp_complain(file->document->faults, axis ? axis->place : block->set[k],
                        "%s is %s in this block and an axis of all blocks at %s; keep one of them",
                        dp_keys[k].name, axis ? "an axis" : "set",
                        dp_place_format(above->place, where, sizeof where));
    }
}

static enum dp_status read_blocks(struct file *file, const char *name, const yaml_node_t *node)
{
    char found[80];
    if (node->type != YAML_SEQUENCE_NODE || dp_list_count(node) == 0) {
        dp_complain(file->document->faults, at(file, node), "%s must be a list of at least one block, not %s",
                    name,
                    node->type == YAML_SEQUENCE_NODE ? "empty" : dp_node_found(node, found, sizeof found));
        return DP_OK;
    }
    if (dp_list_count(node) > MOST_BLOCKS) {
        dp_complain(file->document->faults, at(file, node), "a sweep can have at most %d blocks, not %lld",
                    MOST_BLOCKS, (long long)dp_list_count(node));
        return DP_OK;
    }
    for (int64_t i = 0; i < dp_list_count(node); i++)
        DP_TRY(read_block(file, dp_list_item(file->document, node, i)));
    return DP_OK;
}

enum dp_status dp_sections_read(struct dp_document *document, struct dp_parsed *parsed)
{
    const yaml_node_t *const root = dp_document_root(document);
    static const char what[] = "a mapping of sections (model, init, data, train, axes, ...)";
    if (!root || dp_node_is_null(root)) {
        dp_complain(document->faults, (struct dp_place){document->name, 1, 1},
                    "the file is empty; it must be %s", what);
        return DP_OK;
    }
    if (!dp_check_mapping(document, root, "a sweep file", what))
        return DP_OK;
    struct file file = {document, parsed, &parsed->top};
    parsed->top.run = dp_run_defaults();
    parsed->top.place = dp_node_place(document, root);
    DP_TRY(read_level(&file, root, false));
    for (int b = 0; b < parsed->block_count; b++)
        check_block(&file, &parsed->blocks[b]);
    return DP_OK;
}
