// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "reading/command.h"
#include "reading/filter.h"
#include "reading/read_point.h"
#include "statistics/counts.h"

/* What `dewpoint multiplicity` has read from a store, and the files and tables that it writes.
 *
 * Runs are grouped by their multiplicity and by further keys; what else varies is pooled, and the report says
 * so. A data set is what the swept keys of the section data fix, data_seed above all. */

enum { DP_POOLED_MOST = 32 };

/* Runs that do not agree with their prediction. */
struct dp_reasons {
    int64_t all;
    int64_t unsettled; // a direction broader than DP_BROAD, or over a tenth uncondensed: neurons are on their
                       // kind
    int64_t lost, extra, both; // of the others: only lose predicted directions, only have others, do both
};

struct dp_direction_report {
    const struct dp_store *store;
    const char *path;
    bool lines, unfinished;          // count lines; use runs at their step limit too
    struct dp_read_point read_point; // where runs are read
    int64_t unreached;               // runs that do not come to it
    const char *key[DP_COUNT_KEYS];
    int keys; // key[0] is multiplicity
    struct dp_filter filter;
    int64_t runs, picked;
    int pooled; // coordinates that vary within groups
    const char *pool[DP_POOLED_MOST];
    int64_t pool_values[DP_POOLED_MOST];
    struct dp_counts counts; // finished
    struct dp_reasons reasons;
    struct dp_run settings; // of one of the runs: resolution, direction_share, amplitude_cut
};

/* rad; directions that neurons have arrived at are far narrower, shoulders and saddles where they linger are
 * not. */
#define DP_BROAD 0.01

/* Reads the store; by: further keys, or none for those of activation, inputs and method that vary. Zero
 * report before, but for store, path, lines, unfinished and read_point; dp_direction_report_free after, also
 * on failure.
 */
enum dp_status dp_direction_report_read(struct dp_direction_report *report, const struct dp_list *by,
                                        const struct dp_list *at, struct dp_error *error);
void dp_direction_report_free(struct dp_direction_report *report);

/* What is counted: "directions" or "lines". */
const char *dp_direction_report_noun(const struct dp_direction_report *report);

/* The number of directions up to which tables need columns: the largest measured, predicted, or bound. */
int dp_direction_report_most(const struct dp_direction_report *report);

/* A group's value of a key as the user writes it. Returns text. */
const char *dp_direction_report_value(const struct dp_direction_report *report,
                                      const struct dp_count_group *group, int key, bool exact, char *text,
                                      size_t size);

enum dp_status dp_direction_report_print(const struct dp_direction_report *report, FILE *out,
                                         struct dp_error *error);

/* A line a group, with all digits; a line for each pair of a predicted and a measured number in a group. */
enum dp_status dp_direction_report_csv(const struct dp_direction_report *report, const char *path,
                                       struct dp_error *error);
enum dp_status dp_direction_report_confusion(const struct dp_direction_report *report, const char *path,
                                             struct dp_error *error);

/* The same as a grid over the keys and the numbers. */
enum dp_status dp_direction_report_netcdf(const struct dp_direction_report *report, const char *path,
                                          struct dp_error *error);

/* Distributions, measured and predicted, against the multiplicity: a panel for each value of the further
 * keys. */
enum dp_status dp_direction_report_plot(const struct dp_direction_report *report, const char *path,
                                        struct dp_error *error);

/* Predicted against measured numbers, pooled over the multiplicities: a panel for each value of the further
 * keys. */
enum dp_status dp_confusion_plot(const struct dp_direction_report *report, const char *path,
                                 struct dp_error *error);
