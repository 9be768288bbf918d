// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/document/document.h"

/* Axes: the values of swept keys, from their forms in YAML.
 *
 *   [a, b, ...]              these values
 *   {from, to, step}         from, from + step, ... up to to, inclusive; exact in decimals (number.h)
 *   {linspace: [a, b, n]}    n evenly spaced values, the ends included
 *   {logspace: [a, b, n]}    n values of constant ratio, the ends included
 *   {repeat: n}              0 .. n-1
 *
 * For a key of whole numbers, linspace and logspace are rounded and repeated values dropped. Mistakes are
 * reported; the functions return DP_OK or DP_NO_MEMORY only. */

/* Reads one axis of key. After a mistake was reported, values->count is 0 and nothing needs to be freed. */
enum dp_status dp_axis_read(struct dp_document *document, const struct dp_key *key, struct dp_place place,
                            const yaml_node_t *node, struct dp_values *values);

/* Reads `axes:`, each into a factor of its own, and `zip:`, each group into one factor. */
enum dp_status dp_axes_read(struct dp_document *document, const char *name, const yaml_node_t *node,
                            struct dp_scope *scope);
enum dp_status dp_zip_read(struct dp_document *document, const char *name, const yaml_node_t *node,
                           struct dp_scope *scope);
