// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "multiplicity/fields.h"
#include "multiplicity/report.h"
#include "tables/table.h"
#include <string.h>

static enum dp_status write_table(struct dp_text_table *table, const char *path, struct dp_error *error)
{
    struct dp_output output;
    enum dp_status status = dp_output_open(path, &output, error);
    if (status == DP_OK)
        status = dp_output_end(&output, dp_table_csv(table, output.file, error), error);
    dp_text_table_free(table);
    return status;
}

static void put_keys(const struct dp_direction_report *report, const struct dp_count_group *group,
                     struct dp_text_table *table)
{
    char text[DP_TEXT];
    for (int k = 0; k < report->keys; k++)
        dp_table_put(table, "%s",
                     group ? dp_direction_report_value(report, group, k, true, text, sizeof text)
                           : report->key[k]);
}

enum dp_status dp_direction_report_csv(const struct dp_direction_report *report, const char *path,
                                       struct dp_error *error)
{
    const int most = dp_direction_report_most(report);
    struct dp_text_table table = {.columns = report->keys + dp_direction_field_count + 2 * (most + 1)};
    put_keys(report, NULL, &table);
    for (int f = 0; f < dp_direction_field_count; f++)
        dp_table_put(&table, "%s", dp_direction_fields[f].name);
    for (int side = 0; side < 2; side++)
        for (int n = 0; n <= most; n++)
            dp_table_put(&table, "%s_%d", side ? "predicted" : "measured", n);
    for (int64_t i = 0; i < report->counts.count; i++) {
        const struct dp_count_group *const group = &report->counts.group[i];
        int64_t predicted[DP_COUNT_MOST + 1];
        double values[DP_DIRECTION_FIELDS];
        dp_count_predicted(group, predicted);
        dp_direction_field_values(group, values);
        put_keys(report, group, &table);
        for (int f = 0; f < dp_direction_field_count; f++)
            dp_table_number(&table, values[f]);
        for (int side = 0; side < 2; side++)
            for (int n = 0; n <= most; n++)
                dp_table_put(&table, "%lld", (long long)(side ? predicted[n] : group->measured[n]));
    }
    return write_table(&table, path, error);
}

enum dp_status dp_direction_report_confusion(const struct dp_direction_report *report, const char *path,
                                             struct dp_error *error)
{
    struct dp_text_table table = {.columns = report->keys + 3};
    put_keys(report, NULL, &table);
    dp_table_put(&table, "predicted");
    dp_table_put(&table, "measured");
    dp_table_put(&table, "runs");
    for (int64_t i = 0; i < report->counts.count; i++) {
        const struct dp_count_group *const group = &report->counts.group[i];
        for (int p = 0; p <= DP_COUNT_MOST; p++)
            for (int m = 0; m <= DP_COUNT_MOST; m++) {
                if (group->joint[p][m] == 0)
                    continue;
                put_keys(report, group, &table);
                dp_table_put(&table, "%d", p);
                dp_table_put(&table, "%d", m);
                dp_table_put(&table, "%lld", (long long)group->joint[p][m]);
            }
    }
    return write_table(&table, path, error);
}
