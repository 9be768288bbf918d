// SPDX-License-Identifier: BSD-3-Clause
#include "contents.h"
#include <stdlib.h>

int64_t dp_store_size(const struct dp_sweep *sweep, int64_t inputs)
{
    struct dp_layout *layout = malloc(sizeof *layout);
    if (!layout || dp_layout_make(sweep, inputs, layout, NULL) != DP_OK) {
        free(layout);
        return -1;
    }
    int64_t bytes = dp_contents_size(sweep, layout);
    for (int c = 0; c < layout->count && bytes >= 0; c++) {
        int64_t rows, inner;
        dp_layout_shape(layout, &layout->columns[c], &rows, &inner);
        bytes += rows * inner * (int64_t)dp_column_size(layout->columns[c].type);
    }
    dp_layout_free(layout);
    free(layout);
    return bytes;
}
