// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/where.h"
#include "sweep/expressions/condition.h"
#include <stdlib.h>

struct dp_where {
    struct dp_condition *condition;
    const struct dp_key *names;
};

enum dp_status dp_where_create(const char *option, const char *text, const struct dp_key *names, int count,
                               struct dp_where **where, struct dp_error *error)
{
    struct dp_faults faults = {.error = error};
    struct dp_where *const made = calloc(1, sizeof *made);
    enum dp_status status = made ? DP_OK : DP_NO_MEMORY;
    *where = made;
    if (count > DP_NAMES_MAX)
        status = dp_fail(error, DP_INTERNAL, "%s: a condition can be about %d names", option, DP_NAMES_MAX);
    if (status == DP_OK) {
        made->names = names;
        status = dp_condition_create_about((struct dp_condition_names){names, count}, text,
                                           (struct dp_place){option, 0, 0}, &faults, &made->condition);
    }
    if (status == DP_NO_MEMORY)
        dp_fail(error, status, "%s: no memory for the condition", option);
    if (status == DP_OK && faults.count > 0)
        status = DP_BAD_INPUT;
    if (status == DP_OK)
        return DP_OK;
    dp_where_free(made);
    *where = NULL;
    return status;
}

bool dp_where_reads(const struct dp_where *where, int name)
{
    return dp_condition_reads(where->condition, &where->names[name]);
}

bool dp_where_holds(struct dp_where *where, const double *values)
{
    return dp_condition_holds_for(where->condition, values);
}

void dp_where_free(struct dp_where *where)
{
    if (where)
        dp_condition_free(where->condition);
    free(where);
}
