// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/document/document.h"

/* Writes a YAML list of names as the comma-separated text of a key with names: [age, "a, b"] becomes age, "a,
 * b". Reports a mistake and returns false when an item is not a name or the text is too long. */
bool dp_name_list_join(struct dp_document *document, const struct dp_key *key, const yaml_node_t *node,
                       char text[DP_TEXT]);
