// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/keys.h"
#include "dewpoint/sweep/sweep.h"
#include "multiplicity/report.h"
#include "reading/coordinates.h"
#include "reading/scan.h"
#include "statistics/distinct.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COORDINATES = 40 };

// The columns of the pass, in the order of reading; the coordinates follow.
enum {
    RESULT_STATUS,
    RESULT_MEASURED,
    RESULT_PREDICTED,
    RESULT_PREDICTION,
    RESULT_MISSED,
    RESULT_FAINT,
    RESULT_MERGED,
    RESULT_LOST,
    RESULT_EXTRA,
    RESULT_ANGLE,
    RESULT_UNCONDENSED,
    RESULT_BREADTH,
    RESULTS
};

static const char *const result[2][RESULTS] = {
    {"status", "directions", "directions_predicted", "prediction", "directions_missed", "directions_faint",
     "directions_merged", "directions_lost", "directions_extra", "angle_error", "uncondensed",
     "direction_width"},
    {"status", "lines", "lines_predicted", "prediction", "directions_missed", "directions_faint",
     "directions_merged", "directions_lost", "directions_extra", "angle_error", "uncondensed",
     "direction_width"},
};

/* The coordinates of the store, their values among the picked runs, and the indices of the keys and of the
 * data's coordinates. */
struct count_pass {
    struct dp_direction_report *report;
    const char *name[RESULTS + COORDINATES];
    int coordinates;
    struct dp_distinct value[COORDINATES];
    int key[DP_COUNT_KEYS]; // of the report's, as coordinates
    bool of_data[COORDINATES];
};

/* Whether the runs of the store were told to count: those of its first and last row. */
static enum dp_status check_counted(const struct dp_direction_report *report, struct dp_error *error)
{
    struct dp_sweep sweep;
    struct dp_run first, last;
    DP_TRY(dp_store_sweep(report->store, &sweep, error));
    dp_sweep_run(&sweep, 0, &first);
    dp_sweep_run(&sweep, sweep.runs - 1, &last);
    dp_sweep_free(&sweep);
    return first.directions || last.directions
               ? DP_OK
               : dp_fail(error, DP_BAD_INPUT,
                         "%s: its runs did not count directions (observe: {directions: false})",
                         report->path);
}

static enum dp_status start(struct dp_direction_report *report, struct count_pass *pass,
                            struct dp_error *error)
{
    *pass = (struct count_pass){.report = report};
    memcpy(pass->name, result[report->lines], sizeof result[0]);
    pass->coordinates = dp_coordinates(report->store, pass->name + RESULTS, COORDINATES);
    for (int c = 0; c < pass->coordinates; c++) {
        const struct dp_key *const key = dp_key_find(pass->name[RESULTS + c]);
        pass->of_data[c] = key && !strcmp(key->section, "data");
    }
    for (int i = 0; i < RESULTS; i++)
        if (!dp_store_has(report->store, pass->name[i]))
            return dp_fail(error, DP_BAD_INPUT,
                           "%s has no column %s: it was written by a version of dewpoint that did not "
                           "explain directions",
                           report->path, pass->name[i]);
    return check_counted(report, error);
}

static int find_coordinate(const struct count_pass *pass, const char *name)
{
    for (int c = 0; c < pass->coordinates; c++)
        if (!strcmp(pass->name[RESULTS + c], name))
            return c;
    return -1;
}

static enum dp_status open_scan(const struct count_pass *pass, struct dp_scan *scan, struct dp_error *error)
{
    return dp_scan_open(pass->report->store, pass->name, RESULTS + pass->coordinates, &pass->report->filter,
                        scan, error);
}

static enum dp_status read_coordinates(struct count_pass *pass, struct dp_error *error)
{
    struct dp_scan scan;
    enum dp_status status = open_scan(pass, &scan, error);
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++) {
            if (!dp_scan_passes(&scan, i))
                continue;
            pass->report->picked++;
            for (int c = 0; c < pass->coordinates; c++)
                if (!dp_distinct_add(&pass->value[c], scan.column[RESULTS + c][i]))
                    status = dp_fail(error, DP_NO_MEMORY, "not enough memory for the values of the axes");
        }
    }
    dp_scan_close(&scan);
    return status;
}

static enum dp_status add_key(struct count_pass *pass, const char *name, struct dp_error *error)
{
    struct dp_direction_report *const report = pass->report;
    const int at = find_coordinate(pass, name);
    if (at < 0) {
        const char *const near = dp_nearest_name(name, pass->name + RESULTS, pass->coordinates);
        return dp_fail(error, DP_BAD_INPUT, "--by %s: no such coordinate in this store%s%s%s", name,
                       near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    for (int k = 0; k < report->keys; k++)
        if (pass->key[k] == at)
            return DP_OK;
    if (report->keys == DP_COUNT_KEYS)
        return dp_fail(error, DP_BAD_INPUT, "--by %s: at most %d keys beside the multiplicity", name,
                       DP_COUNT_KEYS - 1);
    pass->key[report->keys] = at;
    report->key[report->keys++] = pass->name[RESULTS + at];
    return DP_OK;
}

/* Without --by, groups are made by the keys that change what is counted, not by those that sample it. */
static enum dp_status choose_keys(struct count_pass *pass, const struct dp_list *by, struct dp_error *error)
{
    static const char *const usual[] = {"activation", "inputs", "method"};
    DP_TRY(add_key(pass, "multiplicity", error));
    for (int i = 0; i < by->count; i++)
        DP_TRY(add_key(pass, by->text[i], error));
    for (int i = 0; i < 3 && by->count == 0; i++) {
        const int at = find_coordinate(pass, usual[i]);
        if (at >= 0 && pass->value[at].count > 1)
            DP_TRY(add_key(pass, usual[i], error));
    }
    return DP_OK;
}

static void list_pooled(struct count_pass *pass)
{
    struct dp_direction_report *const report = pass->report;
    for (int c = 0; c < pass->coordinates && report->pooled < DP_POOLED_MOST; c++) {
        bool key = false;
        for (int k = 0; k < report->keys; k++)
            key = key || pass->key[k] == c;
        if (key || pass->value[c].count < 2)
            continue;
        report->pool[report->pooled] = pass->name[RESULTS + c];
        report->pool_values[report->pooled++] = pass->value[c].count;
    }
}

static void add_reason(struct dp_reasons *reasons, double *const *column, int64_t i)
{
    const bool lost = column[RESULT_LOST][i] > 0, extra = column[RESULT_EXTRA][i] > 0;
    if (!lost && !extra)
        return;
    reasons->all++;
    if (column[RESULT_BREADTH][i] > DP_BROAD || column[RESULT_UNCONDENSED][i] > 0.1)
        reasons->unsettled++;
    else if (lost && extra)
        reasons->both++;
    else if (lost)
        reasons->lost++;
    else
        reasons->extra++;
}

/* Reads a run along its curve: the number counted there, and nothing known only at its end. However the run
 * ended, it counts if it reached the read point. */
static enum dp_status read_along(struct dp_direction_report *report, int64_t row, struct dp_count_run *run,
                                 struct dp_error *error)
{
    run->predicted = run->missed = run->faint = run->merged = run->lost = run->extra = NAN;
    run->prediction = run->uncondensed = run->angle_error = NAN;
    if (run->status == DP_PENDING || run->status == DP_RUN_FAILED)
        return DP_OK;
    DP_TRY(dp_read_point_count(&report->read_point, report->store, row, &run->measured, error));
    run->used = run->measured >= 0;
    report->unreached += !run->used;
    return DP_OK;
}

static enum dp_status add_row(struct count_pass *pass, const struct dp_scan *scan, int64_t i,
                              struct dp_error *error)
{
    struct dp_direction_report *const report = pass->report;
    double *const *const column = scan->column;
    const double status = column[RESULT_STATUS][i];
    struct dp_count_run run = {.status = status,
                               .used = status == DP_DONE || (report->unfinished && status == DP_STEP_LIMIT),
                               .measured = column[RESULT_MEASURED][i],
                               .predicted = column[RESULT_PREDICTED][i],
                               .prediction = column[RESULT_PREDICTION][i],
                               .missed = column[RESULT_MISSED][i],
                               .faint = column[RESULT_FAINT][i],
                               .merged = column[RESULT_MERGED][i],
                               .lost = column[RESULT_LOST][i],
                               .extra = column[RESULT_EXTRA][i],
                               .angle_error = column[RESULT_ANGLE][i],
                               .uncondensed =
                                   isnan(column[RESULT_UNCONDENSED][i]) ? 1 : column[RESULT_UNCONDENSED][i]};
    for (int k = 0; k < report->keys; k++)
        run.key[k] = column[RESULTS + pass->key[k]][i];
    for (int c = 0; c < pass->coordinates; c++)
        if (pass->of_data[c])
            run.set = dp_value_hash(run.set, dp_value_bits(column[RESULTS + c][i]));
    run.bound = (report->lines ? 1 : 2) * run.key[0];
    if (report->read_point.column)
        DP_TRY(read_along(report, scan->first - scan->count + i, &run, error));
    else if (run.used)
        add_reason(&report->reasons, column, i);
    return dp_counts_add(&report->counts, &run, error);
}

static enum dp_status count_rows(struct count_pass *pass, struct dp_error *error)
{
    struct dp_scan scan;
    enum dp_status status = open_scan(pass, &scan, error);
    pass->report->counts.keys = pass->report->keys;
    while (status == DP_OK && scan.first < scan.runs) {
        status = dp_scan_next(&scan, error);
        for (int64_t i = 0; i < scan.count && status == DP_OK; i++)
            if (dp_scan_passes(&scan, i))
                status = add_row(pass, &scan, i, error);
    }
    dp_scan_close(&scan);
    dp_counts_finish(&pass->report->counts);
    return status;
}

static enum dp_status read_groups(struct count_pass *pass, const struct dp_list *by, struct dp_error *error)
{
    struct dp_direction_report *const report = pass->report;
    DP_TRY(read_coordinates(pass, error));
    if (report->picked == 0 && report->runs > 0)
        return dp_fail(error, DP_BAD_INPUT, "--at: no run of the store has these values");
    DP_TRY(choose_keys(pass, by, error));
    list_pooled(pass);
    return count_rows(pass, error);
}

enum dp_status dp_direction_report_read(struct dp_direction_report *report, const struct dp_list *by,
                                        const struct dp_list *at, struct dp_error *error)
{
    struct count_pass pass;
    struct dp_sweep sweep;
    report->runs = dp_store_runs(report->store);
    for (int i = 0; i < at->count; i++)
        DP_TRY(dp_filter_add(report->store, at->text[i], &report->filter, error));
    DP_TRY(dp_store_sweep(report->store, &sweep, error));
    report->settings = sweep.base;
    dp_sweep_free(&sweep);
    DP_TRY(start(report, &pass, error));
    const enum dp_status status = read_groups(&pass, by, error);
    for (int c = 0; c < pass.coordinates; c++)
        dp_distinct_free(&pass.value[c]);
    return status;
}

void dp_direction_report_free(struct dp_direction_report *report)
{
    dp_counts_free(&report->counts);
    dp_read_point_free(&report->read_point);
}

const char *dp_direction_report_noun(const struct dp_direction_report *report)
{
    return report->lines ? "lines" : "directions";
}

int dp_direction_report_most(const struct dp_direction_report *report)
{
    int most = 0;
    for (int64_t i = 0; i < report->counts.count; i++) {
        const struct dp_count_group *const group = &report->counts.group[i];
        int64_t predicted[DP_COUNT_MOST + 1];
        dp_count_predicted(group, predicted);
        for (int n = 0; n <= DP_COUNT_MOST; n++)
            if (n > most && (group->measured[n] > 0 || predicted[n] > 0 || n == group->bound))
                most = n;
    }
    return most;
}

const char *dp_direction_report_value(const struct dp_direction_report *report,
                                      const struct dp_count_group *group, int key, bool exact, char *text,
                                      size_t size)
{
    return dp_coordinate_text(report->store, report->key[key], group->key[key], exact, text, size);
}
