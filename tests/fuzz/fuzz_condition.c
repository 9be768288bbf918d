// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/expressions/condition.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A text as a condition. What the reader of tokens lets through, muParser must understand. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[DP_TEXT];
    if (size >= sizeof text || memchr(data, 0, size))
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (strstr(text, "muParser")) // the word by which its complaints are known here
        return 0;
    struct dp_error error = {0};
    struct dp_faults faults = {.error = &error};
    struct dp_condition *condition;
    const enum dp_status status =
        dp_condition_create(text, (struct dp_place){"s.yaml", 1, 1}, &faults, &condition);
    if (status != DP_OK || strstr(error.text, "muParser") || (condition != NULL) == (faults.count > 0))
        abort();
    if (condition) {
        struct dp_run run = dp_run_defaults();
        dp_condition_holds(condition, &run);
        run.width = 10;
        run.gamma = -1.5;
        dp_condition_holds(condition, &run);
    }
    dp_condition_free(condition);
    return 0;
}
