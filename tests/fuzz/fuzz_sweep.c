// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/sweep.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A text as a sweep file, and its last line as a --set text too: whatever is accepted must give its rows, its
 * canonical text and the same digest when it is parsed again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *const text = malloc(size + 1);
    if (!text)
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    const char *const last = strrchr(text, '\n');
    const char *const sets[] = {last ? last + 1 : text};
    for (int count = 0; count < 2; count++) {
        struct dp_sweep sweep, again;
        struct dp_error error = {0};
        if (dp_sweep_parse("s.yaml", text, size, sets, count, &sweep, &error) != DP_OK) {
            if (error.count == 0)
                abort();
            continue;
        }
        struct dp_run run;
        for (int64_t row = 0; row < sweep.runs; row += 1 + sweep.runs / 7) {
            dp_sweep_run(&sweep, row, &run);
            if (dp_run_check(&run, NULL) != DP_OK)
                abort();
            dp_sweep_keeps(&sweep, row, DP_KEEP_WEIGHTS);
        }
        if (dp_sweep_parse("s.yaml", text, size, sets, count, &again, NULL) != DP_OK ||
            strcmp(sweep.digest, again.digest) != 0)
            abort();
        dp_sweep_free(&again);
        dp_sweep_free(&sweep);
    }
    free(text);
    return 0;
}
