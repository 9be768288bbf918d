// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "reading/command.h"
#include "reading/filter.h"
#include "reading/read_point.h"
#include "statistics/counts.h"

/* The results that `dewpoint multiplicity` has read from a store, and the files and tables that it writes.
 *
 * Runs are grouped by their multiplicity and by further keys. Other swept keys are pooled, and the report
 * says so. The swept keys of the section data, data_seed above all, identify a data set. */

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
    bool lines, unfinished;          // count lines; also use runs at their step limit
    struct dp_read_point read_point; // point at which runs are read
    int64_t unreached;               // runs that do not reach it
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

/* rad. Directions at which neurons have arrived are far narrower; shoulders and saddles where they linger are
 * broader. */
#define DP_BROAD 0.01

/* Reads the store. by: further keys, or none for activation, inputs and method if they vary. The report must
 * be zero except for store, path, lines, unfinished and read_point. Free it with dp_direction_report_free,
 * also on failure. */
enum dp_status dp_direction_report_read(struct dp_direction_report *report, const struct dp_list *by,
                                        const struct dp_list *at, struct dp_error *error);
void dp_direction_report_free(struct dp_direction_report *report);

/* What is counted: "directions" or "lines". */
const char *dp_direction_report_noun(const struct dp_direction_report *report);

/* The largest number of directions in tables: the largest that is measured, predicted, or a bound. */
int dp_direction_report_most(const struct dp_direction_report *report);

/* A group's value of a key as the user writes it. Returns text. */
const char *dp_direction_report_value(const struct dp_direction_report *report,
                                      const struct dp_count_group *group, int key, bool exact, char *text,
                                      size_t size);

enum dp_status dp_direction_report_print(const struct dp_direction_report *report, FILE *out,
                                         struct dp_error *error);

/* Write a line for each group, with all digits; and a line for each pair of a predicted and a measured number
 * in a group. */
enum dp_status dp_direction_report_csv(const struct dp_direction_report *report, const char *path,
                                       struct dp_error *error);
enum dp_status dp_direction_report_confusion(const struct dp_direction_report *report, const char *path,
                                             struct dp_error *error);

/* Writes the same as a grid over the keys and the numbers. */
enum dp_status dp_direction_report_netcdf(const struct dp_direction_report *report, const char *path,
                                          struct dp_error *error);

/* Draws the measured and predicted distributions against the multiplicity, with a panel for each value of the
 * further keys. */
enum dp_status dp_direction_report_plot(const struct dp_direction_report *report, const char *path,
                                        struct dp_error *error);

/* Draws measured against predicted numbers, pooled over the multiplicities, with a panel for each value of
 * the further keys. */
enum dp_status dp_confusion_plot(const struct dp_direction_report *report, const char *path,
                                 struct dp_error *error);
