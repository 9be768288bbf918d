// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/document/parsed.h"
#include <yaml.h>

/* A YAML text as a tree of nodes with their places.
 *
 * Sweep files use the plain part of YAML: mappings, lists and scalars, in one document. Anchors and aliases
 * (a few lines of them can expand to billions of nodes), tags, several documents and deep nesting are
 * refused, each with its place, before the tree is built. */

struct dp_document {
    yaml_document_t tree;
    const char *name; // name of the text in places
    bool one_place;   // the name alone is the place (--set)
    struct dp_faults *faults;
    int64_t *room; // values that axes may still have, shared by all texts of a sweep
};

/* Fills tree from text; the caller sets name, one_place and faults. Returns DP_BAD_INPUT after mistakes were
 * reported; nothing needs to be freed then. Release with yaml_document_delete. */
enum dp_status dp_document_load(struct dp_document *document, const char *text, size_t length);

/* The root node, NULL for an empty text. */
yaml_node_t *dp_document_root(struct dp_document *document);

yaml_node_t *dp_node(struct dp_document *document, int id);

struct dp_place dp_node_place(const struct dp_document *document, const yaml_node_t *node);

/* The text of a scalar node; "" for another kind of node. */
const char *dp_node_text(const yaml_node_t *node);

/* Whether the node is a scalar with a value: not missing, ~ or null. */
bool dp_node_is_value(const yaml_node_t *node);
bool dp_node_is_null(const yaml_node_t *node);

/* Describes a node: "a list", "a mapping", "nothing", "the text x", to follow "not". Returns text. */
const char *dp_node_found(const yaml_node_t *node, char *text, size_t size);

/* Number of pairs of a mapping, and pair i as two nodes. */
int dp_mapping_count(const yaml_node_t *node);
yaml_node_t *dp_mapping_pair(struct dp_document *document, const yaml_node_t *node, int i,
                             yaml_node_t **value);

/* Number of items of a sequence, and item i. */
int64_t dp_list_count(const yaml_node_t *node);
yaml_node_t *dp_list_item(struct dp_document *document, const yaml_node_t *node, int64_t i);

/* Whether node is a mapping with distinct scalar keys. If not, reports a mistake (what: the expected thing,
 * "a mapping of axes"). A mapping in which a key occurs twice can still be read, so the answer is then
 * true. */
bool dp_check_mapping(struct dp_document *document, const yaml_node_t *node, const char *owner,
                      const char *what);
