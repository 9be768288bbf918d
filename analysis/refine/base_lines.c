// SPDX-License-Identifier: BSD-3-Clause
#include "refine/base_lines.h"
#include "tables/field.h"
#include <stdlib.h>
#include <string.h>

static const char comment[] = "# base lines of ";

void dp_base_lines_write(const char *key, const double *lines, int64_t count, FILE *out)
{
    fprintf(out, "%s%s:", comment, key);
    for (int64_t i = 0; i < count; i++) {
        putc(' ', out);
        dp_field_put_number(lines[i], out);
    }
    putc('\n', out);
}

enum dp_status dp_base_lines_read(const char *yaml, const char *key, double **lines, int64_t *count,
                                  struct dp_error *error)
{
    const size_t length = strlen(key);
    *lines = NULL;
    *count = 0;
    const char *at = yaml;
    while ((at = strstr(at, comment))) {
        at += sizeof comment - 1;
        if ((at - yaml == sizeof comment - 1 || at[-(int)sizeof comment] == '\n') &&
            strncmp(at, key, length) == 0 && at[length] == ':')
            break;
    }
    if (!at)
        return DP_OK;
    at += length + 1;
    const size_t room = strcspn(at, "\n");
    *lines = malloc((room + 1) * sizeof **lines);
    if (!*lines)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for the lines of a plane");
    for (char *end; *at == ' '; at = end) {
        (*lines)[*count] = strtod(at, &end);
        if (end == at || (*count > 0 && !((*lines)[*count] > (*lines)[*count - 1])))
            return dp_fail(error, DP_BAD_INPUT, "the sweep's comment with the base lines of %s was changed",
                           key);
        (*count)++;
    }
    return DP_OK;
}
