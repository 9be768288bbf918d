// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/report.h"
#include "tables/table.h"
#include <math.h>
#include <string.h>

/* The report on the terminal. */

enum { COLUMNS_MOST = DP_COUNT_KEYS + DP_COUNT_MOST + 4 };

static const char *const ends[DP_STATUSES] = {
    [DP_PENDING] = "pending",       [DP_DONE] = "done",         [DP_DIVERGED] = "diverged",
    [DP_STEP_LIMIT] = "step limit", [DP_RUN_FAILED] = "failed",
};

static void print_runs(const struct dp_direction_report *report, FILE *out)
{
    int64_t ended[DP_STATUSES] = {0}, sets = 0, used = 0;
    for (int64_t i = 0; i < report->counts.count; i++) {
        for (int s = 0; s < DP_STATUSES; s++)
            ended[s] += report->counts.group[i].ended[s];
        sets = report->counts.group[i].sets > sets ? report->counts.group[i].sets : sets;
        used += report->counts.group[i].used;
    }
    const char *const title = dp_store_text(report->store, "title");
    fprintf(out, "%s (%s): %lld of %lld runs in use", title[0] ? title : "store", report->path,
            (long long)used, (long long)report->picked);
    for (int s = 0; s < DP_STATUSES; s++)
        if (ended[s] > 0 && s != DP_DONE && !(s == DP_STEP_LIMIT && report->unfinished))
            fprintf(out, ", %lld %s", (long long)ended[s], ends[s]);
    fprintf(out, "; %lld data set%s\n", (long long)sets, sets == 1 ? "" : "s");
    fprintf(out, "%s counted at resolution %g degrees, share %g, amplitude cut %g",
            dp_direction_report_noun(report), report->settings.resolution, report->settings.direction_share,
            report->settings.amplitude_cut);
    if (report->read_point.column)
        fprintf(out, ", at the first point of the curve with %s (%lld run%s not come to it)",
                report->read_point.text, (long long)report->unreached,
                report->unreached == 1 ? " does" : "s do");
    for (int k = 0; k < report->pooled; k++)
        fprintf(out, "%s %s (%lld value%s)", k ? "," : "; pooled over", report->pool[k],
                (long long)report->pool_values[k], report->pool_values[k] == 1 ? "" : "s");
    fprintf(out, "\n");
}

static void put_keys(const struct dp_direction_report *report, const struct dp_count_group *group,
                     struct dp_text_table *table)
{
    char text[DP_TEXT];
    for (int k = 0; k < report->keys; k++)
        dp_table_put(table, "%s",
                     group ? dp_direction_report_value(report, group, k, false, text, sizeof text)
                           : report->key[k]);
}

static void put_interval(struct dp_text_table *table, const struct dp_interval *interval)
{
    if (isnan(interval->share)) {
        dp_table_put(table, "-");
        dp_table_put(table, "%s", "");
        return;
    }
    dp_table_put(table, "%.1f %%", 100 * interval->share);
    dp_table_put(table, "(%.1f to %.1f)", 100 * interval->low, 100 * interval->high);
}

// sum / runs
static void put_number(struct dp_text_table *table, bool percent, double sum, int64_t runs)
{
    if (runs == 0)
        dp_table_put(table, "-");
    else if (percent)
        dp_table_put(table, "%.1f %%", 100 * sum / (double)runs);
    else
        dp_table_put(table, "%.3f", sum / (double)runs);
}

static void put_distribution(struct dp_text_table *table, const struct dp_distribution *d)
{
    if (d->total == 0) {
        for (int i = 0; i < 4; i++)
            dp_table_put(table, "-");
        return;
    }
    dp_table_put(table, "%.2f", d->mean);
    dp_table_put(table, "%g", d->median);
    dp_table_put(table, "%lld", (long long)d->mode);
    dp_table_put(table, "%lld", (long long)d->most);
}

static enum dp_status print_table(struct dp_text_table *table, int keys, FILE *out, struct dp_error *error)
{
    char align[COLUMNS_MOST + 1];
    memset(align, 'r', sizeof align);
    memset(align, 'l', (size_t)keys);
    const enum dp_status status = dp_table_print(table, align, out, error);
    dp_text_table_free(table);
    return status;
}

static enum dp_status print_measured(const struct dp_direction_report *report, FILE *out,
                                     struct dp_error *error)
{
    static const char *const heads[] = {"runs",  "mean",     "median", "mode",   "most",
                                        "bound", "reach it", "95 %",   "beyond", "uncondensed"};
    enum { MEASURED_HEADS = sizeof heads / sizeof *heads };
    struct dp_text_table table = {.columns = report->keys + MEASURED_HEADS};
    put_keys(report, NULL, &table);
    for (int h = 0; h < MEASURED_HEADS; h++)
        dp_table_put(&table, "%s", heads[h]);
    for (int64_t i = 0; i < report->counts.count; i++) {
        const struct dp_count_group *const group = &report->counts.group[i];
        const struct dp_distribution measured = dp_distribution_of(group->measured);
        put_keys(report, group, &table);
        dp_table_put(&table, "%lld", (long long)group->used);
        put_distribution(&table, &measured);
        if (group->bound > 0) {
            dp_table_put(&table, "%g", group->bound);
            put_interval(&table, &group->reached);
            put_number(&table, true, (double)group->exceeded, group->used);
        } else {
            for (int empty = 0; empty < 4; empty++)
                dp_table_put(&table, "%s", empty == 2 ? "" : "-");
        }
        put_number(&table, false, group->uncondensed, group->seen);
    }
    fprintf(out, "\n%s measured (bound: %s)\n", dp_direction_report_noun(report),
            report->lines ? "the multiplicity p" : "2 p, p the multiplicity");
    return print_table(&table, report->keys, out, error);
}

static void put_angle(struct dp_text_table *table, double angle)
{
    dp_table_put(table, isnan(angle) ? "-" : "%.1e", angle);
}

static void put_agreement(const struct dp_count_group *group, struct dp_text_table *table)
{
    int64_t histogram[DP_COUNT_MOST + 1];
    dp_count_predicted(group, histogram);
    const struct dp_distribution predicted = dp_distribution_of(histogram);
    const int64_t without = group->prediction[DP_PREDICTION_FLAT] + group->prediction[DP_PREDICTION_ZERO];
    dp_table_put(table, "%lld", (long long)group->compared);
    dp_table_put(table, "%lld", (long long)without);
    put_distribution(table, &predicted);
    put_interval(table, &group->agreed);
    put_number(table, true, (double)group->complete, group->compared);
    put_number(table, false, group->faint, group->compared);
    put_number(table, false, group->merged, group->compared);
    put_number(table, false, group->lost, group->compared);
    put_number(table, false, group->extra, group->compared);
    put_angle(table, dp_count_angle(group, 0.5));
    put_angle(table, group->largest_angle > 0 ? group->largest_angle : NAN);
    dp_table_put(table, "%lld of %lld", (long long)group->same, (long long)group->repeated);
}

static enum dp_status print_agreement(const struct dp_direction_report *report, FILE *out,
                                      struct dp_error *error)
{
    static const char *const heads[] = {
        "runs", "no number", "mean",   "median", "mode",  "most",  "agree",   "95 %",
        "all",  "faint",     "merged", "lost",   "extra", "angle", "largest", "sets of one number"};
    enum { AGREEMENT_HEADS = sizeof heads / sizeof *heads };
    struct dp_text_table table = {.columns = report->keys + AGREEMENT_HEADS};
    put_keys(report, NULL, &table);
    for (int h = 0; h < AGREEMENT_HEADS; h++)
        dp_table_put(&table, "%s", heads[h]);
    for (int64_t i = 0; i < report->counts.count; i++) {
        put_keys(report, &report->counts.group[i], &table);
        put_agreement(&report->counts.group[i], &table);
    }
    fprintf(out,
            "\n%s predicted, and agreement: none lost and no other found; \"all\": none missed either (a run "
            "misses faint,\nmerged and lost ones; angles in rad)\n",
            dp_direction_report_noun(report));
    return print_table(&table, report->keys, out, error);
}

static enum dp_status print_histograms(const struct dp_direction_report *report, FILE *out,
                                       struct dp_error *error)
{
    const int most = dp_direction_report_most(report);
    struct dp_text_table table = {.columns = report->keys + 2 + most};
    put_keys(report, NULL, &table);
    dp_table_put(&table, "%s", "");
    for (int n = 0; n <= most; n++)
        dp_table_put(&table, "%d%s", n, n == DP_COUNT_MOST ? "+" : "");
    table.columns = report->keys + 2 + most;
    for (int64_t i = 0; i < report->counts.count; i++) {
        const struct dp_count_group *const group = &report->counts.group[i];
        int64_t predicted[DP_COUNT_MOST + 1];
        dp_count_predicted(group, predicted);
        for (int side = 0; side < (group->compared ? 2 : 1); side++) {
            put_keys(report, group, &table);
            dp_table_put(&table, side ? "predicted" : "measured");
            for (int n = 0; n <= most; n++) {
                const int64_t runs = side ? predicted[n] : group->measured[n];
                dp_table_put(&table, runs ? "%lld" : ".", (long long)runs);
            }
        }
    }
    fprintf(out, "\nruns by their number of %s\n", dp_direction_report_noun(report));
    return print_table(&table, report->keys + 1, out, error);
}

static void print_group(const struct dp_direction_report *report, const struct dp_count_group *group,
                        FILE *out)
{
    char text[DP_TEXT];
    for (int k = 0; k < report->keys; k++)
        fprintf(out, "%s%s %s", k ? ", " : "  ", report->key[k],
                dp_direction_report_value(report, group, k, false, text, sizeof text));
}

// Only what is off the diagonal: the rest is in the histograms.
static void print_confusion(const struct dp_direction_report *report, FILE *out)
{
    bool any = false;
    for (int64_t i = 0; i < report->counts.count; i++) {
        const struct dp_count_group *const group = &report->counts.group[i];
        bool begun = false;
        for (int p = 0; p <= DP_COUNT_MOST; p++)
            for (int m = 0; m <= DP_COUNT_MOST; m++) {
                if (p == m || group->joint[p][m] == 0)
                    continue;
                if (!any)
                    fprintf(out, "\nruns with another number than predicted (predicted > measured: runs)\n");
                if (!begun)
                    print_group(report, group, out);
                fprintf(out, "%s %d > %d: %lld", begun ? "," : ":", p, m, (long long)group->joint[p][m]);
                any = begun = true;
            }
        if (begun)
            fprintf(out, "\n");
    }
}

static void print_reasons(const struct dp_direction_report *report, FILE *out)
{
    const struct dp_reasons *const r = &report->reasons;
    if (r->all == 0)
        return;
    fprintf(out,
            "\nruns that do not agree: %lld, of which %lld with neurons still on their way (a direction "
            "broader than %g rad, or "
            "over a "
            "tenth of the\namplitude uncondensed); of the others %lld only lose directions, %lld only have "
            "others, "
            "%lld do both\n",
            (long long)r->all, (long long)r->unsettled, DP_BROAD, (long long)r->lost, (long long)r->extra,
            (long long)r->both);
}

enum dp_status dp_direction_report_print(const struct dp_direction_report *report, FILE *out,
                                         struct dp_error *error)
{
    print_runs(report, out);
    if (report->counts.count == 0)
        return DP_OK;
    DP_TRY(print_measured(report, out, error));
    if (!report->read_point.column) // what the data predict is compared with the end
        DP_TRY(print_agreement(report, out, error));
    DP_TRY(print_histograms(report, out, error));
    print_confusion(report, out);
    print_reasons(report, out);
    return ferror(out) ? dp_fail(error, DP_IO, "cannot print the report") : DP_OK;
}
