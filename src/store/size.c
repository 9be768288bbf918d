// SPDX-License-Identifier: BSD-3-Clause
#include "contents.h"
#include <stdlib.h>
#include <string.h>

/* HDF5's own bytes, measured: headers, indices and heaps of a column with its attributes, and of a file. */
enum { COLUMN_OVERHEAD = 1800, FILE_OVERHEAD = 12000 };

int64_t dp_store_size(const struct dp_sweep *sweep, int64_t inputs)
{
    struct dp_layout *layout = malloc(sizeof *layout);
    char *description = dp_sweep_describe(sweep);
    int64_t bytes = -1;
    if (!layout || !description || dp_layout_make(sweep, inputs, layout, NULL) != DP_OK)
        goto done;
    bytes = FILE_OVERHEAD + DP_RESTART_LINES * DP_RESTART_TEXT +
            (int64_t)(strlen(sweep->source) + strlen(sweep->overrides) + strlen(description));
    for (int c = 0; c < layout->count; c++) {
        int64_t rows, inner;
        dp_layout_shape(layout, &layout->columns[c], &rows, &inner);
        bytes += rows * inner * (int64_t)dp_column_size(layout->columns[c].type) + COLUMN_OVERHEAD;
    }
    dp_layout_free(layout);
done:
    free(description);
    free(layout);
    return bytes;
}
