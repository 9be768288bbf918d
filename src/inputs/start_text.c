// SPDX-License-Identifier: BSD-3-Clause
#include "inputs/formats.h"
#include "inputs/table/bytes.h"
#include "inputs/text/text.h"
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A line for each neuron: w_1, ..., w_d, bias, a_1, ..., a_o. A header must have these names in this order;
 * it then also defines d. */

/* The name of column k for d inputs. */
static const char *name_of(int64_t k, int64_t inputs, char *name, size_t size)
{
    if (k < inputs)
        snprintf(name, size, "w_%lld", (long long)k + 1);
    else if (k == inputs)
        snprintf(name, size, "bias");
    else
        snprintf(name, size, "a_%lld", (long long)(k - inputs));
    return name;
}

static enum dp_status check_header(const char *path, const struct dp_table *table, struct dp_start *start,
                                   struct dp_error *error)
{
    char expected[64];
    int64_t inputs = 0;
    while (inputs < table->inputs && strncmp(table->names.text[inputs], "w_", 2) == 0)
        inputs++;
    for (int64_t k = 0; k < table->inputs; k++)
        if (strcmp(table->names.text[k], name_of(k, inputs, expected, sizeof expected)) != 0)
            return dp_fail(error, DP_BAD_INPUT,
                           "%s: column %lld must be %s, not %s (w_1, ..., w_d, bias, a_1, ..., a_o)", path,
                           (long long)k + 1, expected, table->names.text[k]);
    start->inputs = inputs;
    return DP_OK;
}

static enum dp_status take(const char *path, struct dp_table *table, struct dp_start *start,
                           struct dp_error *error)
{
    if (table->inputs < 3)
        return dp_fail(error, DP_BAD_INPUT, "%s: a line must have at least 3 columns, w_1, bias and a_1",
                       path);
    if (table->named)
        DP_TRY(check_header(path, table, start, error));
    start->width = table->rows;
    start->components = table->inputs;
    start->values = table->values;
    table->values = NULL;
    return DP_OK;
}

enum dp_status dp_start_read_text(const char *path, struct dp_start *start, struct dp_error *error)
{
    struct dp_bytes bytes;
    struct dp_table table;
    DP_TRY(dp_bytes_read(path, &bytes, error));
    enum dp_status status = dp_text_parse(path, bytes.data, bytes.size, NULL, &table, error);
    free(bytes.data);
    if (status == DP_OK)
        status = take(path, &table, start, error);
    dp_table_free(&table);
    return status;
}

/* The fewest digits that read back as the same double. */
static void put_number(double value, FILE *out)
{
    char text[40];
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, out);
}

enum dp_status dp_start_write_text(const char *path, const struct dp_start *start, const char *note,
                                   struct dp_error *error)
{
    char name[64];
    (void)note; // a header and numbers alone: what every reader of CSV takes as it is
    FILE *out = fopen(path, "w");
    if (!out)
        return dp_fail(error, DP_IO, "%s: %s", path, strerror(errno));
    for (int64_t k = 0; k < start->components; k++)
        fprintf(out, "%s%s", k ? "," : "", name_of(k, start->inputs, name, sizeof name));
    for (int64_t i = 0; i < start->width * start->components; i++) {
        fputs(i % start->components ? "," : "\n", out);
        put_number(start->values[i], out);
    }
    fputs("\n", out);
    const bool broken = ferror(out);
    if (fclose(out) != 0 || broken)
        return dp_fail(error, DP_IO, "%s: cannot write: %s", path, strerror(errno));
    return DP_OK;
}
