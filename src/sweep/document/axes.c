// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/axes.h"
#include "sweep/keys/number.h"
#include <string.h>

/* A value of an axis as the user would write it. */
static const char *value_text(const struct dp_values *axis, int64_t i, char *text, size_t size)
{
    struct dp_run run = dp_run_defaults();
    dp_values_put(axis, i, &run);
    return dp_key_format(axis->key, &run, text, size);
}

/* Reports equal values of a factor, which would give two equal runs. list: the node, if the values were in
 * one. */
static enum dp_status check_repeats(struct dp_document *document, const struct dp_factor *factor,
                                    const yaml_node_t *list)
{
    bool repeats;
    int64_t i, j;
    DP_TRY(dp_factor_repeats(factor, &repeats, &i, &j));
    if (!repeats)
        return DP_OK;
    char text[DP_TEXT];
    const struct dp_values *const axis = &factor->axes[0];
    if (factor->axis_count > 1) {
        dp_complain(document->faults, factor->place,
                    "positions %lld and %lld of this zip have the same values", (long long)i + 1,
                    (long long)j + 1);
        return DP_OK;
    }
    const bool listed = list && list->type == YAML_SEQUENCE_NODE;
    dp_complain(
        document->faults, listed ? dp_node_place(document, dp_list_item(document, list, j)) : axis->place,
        "the axis %s has the value %s twice", axis->key->name, value_text(axis, j, text, sizeof text));
    return DP_OK;
}

/* Finds the key with a name under axes or zip; reports a mistake if there is none, or if it is already
 * swept. */
static const struct dp_key *find_key(struct dp_document *document, const yaml_node_t *name,
                                     const struct dp_scope *scope)
{
    const struct dp_place place = dp_node_place(document, name);
    const struct dp_key *const key = dp_key_find(dp_node_text(name));
    if (!key) {
        char hint[DP_KEY_HINT];
        dp_complain(document->faults, place, "unknown key \"%.60s\"%s", dp_node_text(name),
                    dp_key_hint(dp_node_text(name), NULL, hint));
        return NULL;
    }
    const struct dp_values *const other = dp_scope_axis(scope, key);
    if (other) {
        char where[DP_PLACE_TEXT];
        dp_complain(document->faults, place, "%s is an axis here and at %s; keep one of them", key->name,
                    dp_place_format(other->place, where, sizeof where));
        return NULL;
    }
    return key;
}

enum dp_status dp_axes_read(struct dp_document *document, const char *name, const yaml_node_t *node,
                            struct dp_scope *scope)
{
    if (!dp_check_mapping(document, node, name, "a mapping of keys to their values"))
        return DP_OK;
    for (int i = 0; i < dp_mapping_count(node); i++) {
        yaml_node_t *value;
        const yaml_node_t *const key_node = dp_mapping_pair(document, node, i, &value);
        const struct dp_key *const key = find_key(document, key_node, scope);
        if (!key)
            continue;
        const struct dp_place place = dp_node_place(document, key_node);
        struct dp_values values;
        DP_TRY(dp_axis_read(document, key, place, value, &values));
        if (values.count == 0)
            continue;
        struct dp_factor factor = {.order = key_node->start_mark.index, .place = place};
        DP_TRY(dp_factor_add(&factor, &values));
        const enum dp_status status = check_repeats(document, &factor, value);
        if (status != DP_OK) {
            dp_factor_free(&factor);
            return status;
        }
        DP_TRY(dp_scope_add(scope, &factor));
    }
    return DP_OK;
}

/* Reads the axes of one zip group into factor. *fine stays true if all could be read and agree in length. */
static enum dp_status read_members(struct dp_document *document, const yaml_node_t *node,
                                   const struct dp_scope *scope, struct dp_factor *factor, bool *fine)
{
    for (int i = 0; i < dp_mapping_count(node); i++) {
        yaml_node_t *value;
        const yaml_node_t *const key_node = dp_mapping_pair(document, node, i, &value);
        const struct dp_key *const key = find_key(document, key_node, scope);
        bool known = key != NULL;
        for (int a = 0; a < factor->axis_count; a++)
            known &= factor->axes[a].key != key; // stands twice, which has been told
        struct dp_values values = {0};
        if (known)
            DP_TRY(dp_axis_read(document, key, dp_node_place(document, key_node), value, &values));
        *fine &= values.count > 0;
        if (values.count == 0)
            continue;
        const struct dp_values *const first = factor->axes;
        if (factor->axis_count > 0 && first->count != values.count) {
            dp_complain(document->faults, values.place,
                        "zip ties %s (%lld values) to %s (%lld values); they must agree", key->name,
                        (long long)values.count, first->key->name, (long long)first->count);
            *fine = false;
            dp_axis_values_free(&values);
            continue;
        }
        DP_TRY(dp_factor_add(factor, &values));
    }
    return DP_OK;
}

static enum dp_status read_group(struct dp_document *document, const yaml_node_t *node,
                                 struct dp_scope *scope)
{
    if (!dp_check_mapping(document, node, "zip",
                          "a mapping of keys to their values, or a list of such mappings"))
        return DP_OK;
    struct dp_factor factor = {.order = node->start_mark.index, .place = dp_node_place(document, node)};
    bool fine = true;
    enum dp_status status = read_members(document, node, scope, &factor, &fine);
    if (status == DP_OK && fine && factor.axis_count == 0)
        dp_complain(document->faults, factor.place, "this zip is empty; give it at least two axes");
    fine &= factor.axis_count > 0;
    if (status == DP_OK && fine)
        status = check_repeats(document, &factor, NULL);
    if (status != DP_OK || !fine) {
        dp_factor_free(&factor);
        return status;
    }
    return dp_scope_add(scope, &factor);
}

enum dp_status dp_zip_read(struct dp_document *document, const char *name, const yaml_node_t *node,
                           struct dp_scope *scope)
{
    (void)name;
    if (node->type != YAML_SEQUENCE_NODE)
        return read_group(document, node, scope);
    if (dp_list_count(node) == 0)
        dp_complain(document->faults, dp_node_place(document, node),
                    "zip is empty; give it a mapping of axes");
    for (int64_t i = 0; i < dp_list_count(node); i++)
        DP_TRY(read_group(document, dp_list_item(document, node, i), scope));
    return DP_OK;
}
