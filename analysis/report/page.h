// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/files/json.h"
#include "dewpoint/sweep/sweep.h"
#include "diagram/troubles.h"

/* The page of `dewpoint report`: one HTML file that shows a store and needs no other file.
 *
 * The data of the page are written into it as JSON. They are reduced here, by the functions that the other
 * programs use; JavaScript only draws them, with d3. d3 is found when dewpoint is built, installed with it,
 * and copied into every page. Our own JavaScript and CSS are the files in web/, which CMake turns into
 * arrays.
 *
 * A page stays small: data that need a number for each run are omitted for large stores (DP_PAGE_RUNS), and
 * lines and neurons are thinned. The page says when this is so. */

enum { DP_PAGE_RUNS = 30000, DP_PAGE_DIGITS = 5 };

struct dp_page {
    const struct dp_store *store;
    const char *path;               // of the store
    const char *x, *y;              // of the plane; NULL: gamma and gamma_prime, where the sweep has them
    struct dp_sweep sweep;          // the store's
    struct dp_troubles coordinates; // their values over all runs, and what runs in trouble have of them
    struct dp_json json;
};

/* Writes the members of the data, one function for each part of the page. */
enum dp_status dp_page_store(struct dp_page *page, struct dp_error *error);  // title, provenance
enum dp_status dp_page_runs(struct dp_page *page, struct dp_error *error);   // by status; the table of runs
enum dp_status dp_page_time(struct dp_page *page, struct dp_error *error);   // by width and by rank
enum dp_status dp_page_planes(struct dp_page *page, struct dp_error *error); // phase diagrams
enum dp_status dp_page_counts(struct dp_page *page, struct dp_error *error); // numbers of directions
enum dp_status dp_page_groups(struct dp_page *page, struct dp_error *error); // curves and neurons

/* The values of a coordinate over all runs, NULL when the store has none of that name. */
const struct dp_distinct *dp_page_values(const struct dp_page *page, const char *coordinate);

/* Whether the coordinate distinguishes runs that are not mere repeats: it has several values and is not a
 * seed. */
bool dp_page_is_axis(const struct dp_trouble_setting *coordinate);

/* Members "key", "label", "named", "values" and "texts" of a coordinate. */
void dp_page_coordinate(struct dp_page *page, const char *name, const struct dp_distinct *values);

/* Writes the page around the data: opens the document and closes it. directory: the location of d3. */
enum dp_status dp_page_begin(struct dp_page *page, struct dp_error *error);
enum dp_status dp_page_end(struct dp_page *page, struct dp_error *error);
