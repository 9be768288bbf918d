// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/survey.h"
#include "dewpoint/keys.h"
#include "dewpoint/sweep.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { COORDINATES = 40 };

// The columns of the pass, in the order of reading; the coordinates follow.
enum {
    STATUS,
    MEASURED,
    PREDICTED,
    PREDICTION,
    MISSED,
    FAINT,
    MERGED,
    LOST,
    EXTRA,
    ANGLE,
    UNCONDENSED,
    BREADTH,
    FIXED
};

static const char *const result[2][FIXED] = {
    {"status", "directions", "directions_predicted", "prediction", "directions_missed", "directions_faint",
     "directions_merged", "directions_lost", "directions_extra", "angle_error", "uncondensed",
     "direction_width"},
    {"status", "lines", "lines_predicted", "prediction", "directions_missed", "directions_faint",
     "directions_merged", "directions_lost", "directions_extra", "angle_error", "uncondensed",
     "direction_width"},
};

/* The coordinates of the store, what the picked runs have of them, and where the keys and the data's are. */
struct pass {
    struct dp_survey *survey;
    const char *name[FIXED + COORDINATES];
    int coordinates;
    struct dp_values value[COORDINATES];
    int key[DP_COUNT_KEYS]; // of the survey's, as coordinates
    bool of_data[COORDINATES];
};

static enum dp_status start(struct dp_survey *survey, struct pass *pass, struct dp_error *error)
{
    *pass = (struct pass){.survey = survey};
    memcpy(pass->name, result[survey->lines], sizeof result[0]);
    pass->coordinates = dp_coordinates(survey->store, pass->name + FIXED, COORDINATES);
    for (int c = 0; c < pass->coordinates; c++) {
        const struct dp_key *const key = dp_key_find(pass->name[FIXED + c]);
        pass->of_data[c] = key && !strcmp(key->section, "data");
    }
    for (int i = 0; i < FIXED; i++)
        if (!dp_store_has(survey->store, pass->name[i]))
            return dp_fail(error, DP_BAD_INPUT,
                           "%s has no column %s: it was written by a version of dewpoint that did not "
                           "explain directions",
                           survey->path, pass->name[i]);
    return DP_OK;
}

static int find_coordinate(const struct pass *pass, const char *name)
{
    for (int c = 0; c < pass->coordinates; c++)
        if (!strcmp(pass->name[FIXED + c], name))
            return c;
    return -1;
}

static enum dp_status open_rows(const struct pass *pass, struct dp_rows *rows, struct dp_error *error)
{
    return dp_rows_open(pass->survey->store, pass->name, FIXED + pass->coordinates, pass->survey->view.pick,
                        pass->survey->view.picks, rows, error);
}

static enum dp_status collect_values(struct pass *pass, struct dp_error *error)
{
    struct dp_rows rows;
    enum dp_status status = open_rows(pass, &rows, error);
    while (status == DP_OK && rows.first < rows.runs) {
        status = dp_rows_next(&rows, error);
        for (int64_t i = 0; i < rows.count && status == DP_OK; i++) {
            if (!dp_rows_pass(&rows, i))
                continue;
            pass->survey->picked++;
            for (int c = 0; c < pass->coordinates; c++)
                if (!dp_values_add(&pass->value[c], rows.column[FIXED + c][i]))
                    status = dp_fail(error, DP_NO_MEMORY, "not enough memory for the values of the axes");
        }
    }
    dp_rows_close(&rows);
    return status;
}

static enum dp_status add_key(struct pass *pass, const char *name, struct dp_error *error)
{
    struct dp_survey *const survey = pass->survey;
    const int at = find_coordinate(pass, name);
    if (at < 0) {
        const char *const near = dp_nearest_name(name, pass->name + FIXED, pass->coordinates);
        return dp_fail(error, DP_BAD_INPUT, "--by %s: no such coordinate in this store%s%s%s", name,
                       near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
    }
    for (int k = 0; k < survey->keys; k++)
        if (pass->key[k] == at)
            return DP_OK;
    if (survey->keys == DP_COUNT_KEYS)
        return dp_fail(error, DP_BAD_INPUT, "--by %s: at most %d keys beside the multiplicity", name,
                       DP_COUNT_KEYS - 1);
    pass->key[survey->keys] = at;
    survey->key[survey->keys++] = pass->name[FIXED + at];
    return DP_OK;
}

/* Without --by the keys that change what is counted rather than sample it. */
static enum dp_status choose_keys(struct pass *pass, const struct dp_list *by, struct dp_error *error)
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

static void list_pooled(struct pass *pass)
{
    struct dp_survey *const survey = pass->survey;
    for (int c = 0; c < pass->coordinates && survey->pooled < DP_PICKS; c++) {
        bool key = false;
        for (int k = 0; k < survey->keys; k++)
            key = key || pass->key[k] == c;
        if (key || pass->value[c].count < 2)
            continue;
        survey->pool[survey->pooled] = pass->name[FIXED + c];
        survey->pool_values[survey->pooled++] = pass->value[c].count;
    }
}

static void add_reason(struct dp_reasons *reasons, double *const *column, int64_t i)
{
    const bool lost = column[LOST][i] > 0, extra = column[EXTRA][i] > 0;
    if (!lost && !extra)
        return;
    reasons->all++;
    if (column[BREADTH][i] > DP_BROAD || column[UNCONDENSED][i] > 0.1)
        reasons->unsettled++;
    else if (lost && extra)
        reasons->both++;
    else if (lost)
        reasons->lost++;
    else
        reasons->extra++;
}

/* Reads a run along its curve: the number counted there, and nothing that is known of its end alone. However
 * it ended, it counts if it came so far. */
static enum dp_status read_along(struct dp_survey *survey, int64_t row, struct dp_count_run *run,
                                 struct dp_error *error)
{
    run->predicted = run->missed = run->faint = run->merged = run->lost = run->extra = NAN;
    run->prediction = run->uncondensed = run->angle_error = NAN;
    if (run->status == DP_PENDING || run->status == DP_RUN_FAILED)
        return DP_OK;
    DP_TRY(dp_readout_row(&survey->readout, survey->store, row, &run->measured, error));
    run->used = run->measured >= 0;
    survey->unreached += !run->used;
    return DP_OK;
}

static enum dp_status add_row(struct pass *pass, const struct dp_rows *rows, int64_t i,
                              struct dp_error *error)
{
    struct dp_survey *const survey = pass->survey;
    double *const *const column = rows->column;
    const double status = column[STATUS][i];
    struct dp_count_run run = {.status = status,
                               .used = status == DP_DONE || (survey->unfinished && status == DP_STEP_LIMIT),
                               .measured = column[MEASURED][i],
                               .predicted = column[PREDICTED][i],
                               .prediction = column[PREDICTION][i],
                               .missed = column[MISSED][i],
                               .faint = column[FAINT][i],
                               .merged = column[MERGED][i],
                               .lost = column[LOST][i],
                               .extra = column[EXTRA][i],
                               .angle_error = column[ANGLE][i],
                               .uncondensed = isnan(column[UNCONDENSED][i]) ? 1 : column[UNCONDENSED][i]};
    for (int k = 0; k < survey->keys; k++)
        run.key[k] = column[FIXED + pass->key[k]][i];
    for (int c = 0; c < pass->coordinates; c++)
        if (pass->of_data[c])
            run.set = dp_value_hash(run.set, dp_value_bits(column[FIXED + c][i]));
    run.bound = (survey->lines ? 1 : 2) * run.key[0];
    if (survey->readout.column)
        DP_TRY(read_along(survey, rows->first - rows->count + i, &run, error));
    else if (run.used)
        add_reason(&survey->reasons, column, i);
    return dp_counts_add(&survey->counts, &run, error);
}

static enum dp_status count_rows(struct pass *pass, struct dp_error *error)
{
    struct dp_rows rows;
    enum dp_status status = open_rows(pass, &rows, error);
    pass->survey->counts.keys = pass->survey->keys;
    while (status == DP_OK && rows.first < rows.runs) {
        status = dp_rows_next(&rows, error);
        for (int64_t i = 0; i < rows.count && status == DP_OK; i++)
            if (dp_rows_pass(&rows, i))
                status = add_row(pass, &rows, i, error);
    }
    dp_rows_close(&rows);
    dp_counts_finish(&pass->survey->counts);
    return status;
}

static enum dp_status gather(struct pass *pass, const struct dp_list *by, struct dp_error *error)
{
    struct dp_survey *const survey = pass->survey;
    DP_TRY(collect_values(pass, error));
    if (survey->picked == 0 && survey->runs > 0)
        return dp_fail(error, DP_BAD_INPUT, "--at: no run of the store has these values");
    DP_TRY(choose_keys(pass, by, error));
    list_pooled(pass);
    return count_rows(pass, error);
}

enum dp_status dp_survey_gather(struct dp_survey *survey, const struct dp_list *by, const struct dp_list *at,
                                struct dp_error *error)
{
    struct pass pass;
    struct dp_sweep sweep;
    survey->runs = dp_store_runs(survey->store);
    for (int i = 0; i < at->count; i++)
        DP_TRY(dp_view_pick(survey->store, at->text[i], &survey->view, error));
    DP_TRY(dp_store_sweep(survey->store, &sweep, error));
    survey->settings = sweep.base;
    dp_sweep_free(&sweep);
    DP_TRY(start(survey, &pass, error));
    const enum dp_status status = gather(&pass, by, error);
    for (int c = 0; c < pass.coordinates; c++)
        dp_values_free(&pass.value[c]);
    return status;
}

void dp_survey_free(struct dp_survey *survey)
{
    dp_counts_free(&survey->counts);
    dp_readout_free(&survey->readout);
}

const char *dp_survey_what(const struct dp_survey *survey)
{
    return survey->lines ? "lines" : "directions";
}

int dp_survey_most(const struct dp_survey *survey)
{
    int most = 0;
    for (int64_t i = 0; i < survey->counts.count; i++) {
        const struct dp_count_group *const group = &survey->counts.group[i];
        int64_t predicted[DP_COUNT_MOST + 1];
        dp_count_predicted(group, predicted);
        for (int n = 0; n <= DP_COUNT_MOST; n++)
            if (n > most && (group->measured[n] > 0 || predicted[n] > 0 || n == group->bound))
                most = n;
    }
    return most;
}

const char *dp_survey_value(const struct dp_survey *survey, const struct dp_count_group *group, int key,
                            bool exact, char *text, size_t size)
{
    return dp_coordinate_text(survey->store, survey->key[key], group->key[key], exact, text, size);
}
