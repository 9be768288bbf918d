// SPDX-License-Identifier: BSD-3-Clause
#include "multiplicity/fields.h"
#include "multiplicity/report.h"
#include "report/page.h"
#include <math.h>

/* Numbers of directions: for each group of `dewpoint multiplicity` what was counted and predicted. */

/* An array up to the last number that is not 0. */
static void put_histogram(struct dp_json *json, const char *name, const int64_t *runs)
{
    int most = DP_COUNT_MOST;
    while (most > 0 && runs[most] == 0)
        most--;
    dp_json_name(json, name);
    dp_json_open(json, '[');
    for (int n = 0; n <= most; n++)
        dp_json_whole(json, runs[n]);
    dp_json_close(json, ']');
}

static void put_texts(struct dp_json *json, const char *name, const char *const *texts, int count)
{
    dp_json_name(json, name);
    dp_json_open(json, '[');
    for (int i = 0; i < count; i++)
        dp_json_text(json, texts[i]);
    dp_json_close(json, ']');
}

static void put_joint(struct dp_json *json, const struct dp_count_group *group)
{
    dp_json_name(json, "joint");
    dp_json_open(json, '[');
    for (int p = 0; p <= DP_COUNT_MOST; p++)
        for (int m = 0; m <= DP_COUNT_MOST; m++)
            if (group->joint[p][m] > 0) {
                dp_json_open(json, '[');
                dp_json_whole(json, p);
                dp_json_whole(json, m);
                dp_json_whole(json, group->joint[p][m]);
                dp_json_close(json, ']');
            }
    dp_json_close(json, ']');
}

static void put_group(struct dp_page *page, const struct dp_direction_report *report,
                      const struct dp_count_group *group)
{
    struct dp_json *const json = &page->json;
    int64_t predicted[DP_COUNT_MOST + 1];
    double values[DP_DIRECTION_FIELDS];
    char text[DP_TEXT];
    dp_json_open(json, '{');
    dp_json_name(json, "keys");
    dp_json_open(json, '[');
    for (int k = 0; k < report->keys; k++)
        dp_json_text(json, dp_direction_report_value(report, group, k, false, text, sizeof text));
    dp_json_close(json, ']');
    put_histogram(json, "measured", group->measured);
    dp_count_predicted(group, predicted);
    put_histogram(json, "predicted", predicted);
    put_joint(json, group);
    dp_direction_field_values(group, values);
    for (int f = 0; f < dp_direction_field_count; f++) {
        dp_json_name(json, dp_direction_fields[f].name);
        dp_json_rounded(json, values[f], DP_PAGE_DIGITS);
    }
    dp_json_close(json, '}');
}

static void put_report(struct dp_page *page, const struct dp_direction_report *report)
{
    struct dp_json *const json = &page->json;
    dp_json_name(json, "directions");
    dp_json_open(json, '{');
    put_texts(json, "keys", report->key, report->keys);
    put_texts(json, "pooled", report->pool, report->pooled);
    dp_json_member_number(json, "resolution", report->settings.resolution);
    dp_json_member_number(json, "share", report->settings.direction_share);
    dp_json_name(json, "meanings");
    dp_json_open(json, '{');
    for (int f = 0; f < dp_direction_field_count; f++)
        dp_json_member_text(json, dp_direction_fields[f].name, dp_direction_fields[f].meaning);
    dp_json_close(json, '}');
    dp_json_name(json, "groups");
    dp_json_open(json, '[');
    for (int64_t i = 0; i < report->counts.count; i++)
        put_group(page, report, &report->counts.group[i]);
    dp_json_close(json, ']');
    dp_json_close(json, '}');
}

/* Is there something to compare: predictions, or several multiplicities? */
static bool has_counts(const struct dp_direction_report *report)
{
    int64_t compared = 0, used = 0;
    for (int64_t i = 0; i < report->counts.count; i++) {
        compared += report->counts.group[i].compared;
        used += report->counts.group[i].used;
    }
    return compared > 0 || (used > 0 && report->counts.count > 1);
}

enum dp_status dp_page_counts(struct dp_page *page, struct dp_error *error)
{
    const struct dp_list none = {.count = 0};
    struct dp_direction_report report = {.store = page->store, .path = page->path};
    const struct dp_distinct *const multiplicities = dp_page_values(page, "multiplicity");
    if (!multiplicities || !dp_store_has(page->store, "directions_lost"))
        return DP_OK;
    enum dp_status status = dp_direction_report_read(&report, &none, &none, error);
    if (status == DP_OK && has_counts(&report))
        put_report(page, &report);
    dp_direction_report_free(&report);
    return status;
}
