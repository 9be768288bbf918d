// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/contents.h"
#include <stdlib.h>

int64_t dp_store_size(const struct dp_sweep *sweep, const struct dp_samples *file)
{
    struct dp_layout *layout = malloc(sizeof *layout);
    if (!layout || dp_layout_make(sweep, file, layout, NULL) != DP_OK) {
        free(layout);
        return -1;
    }
    const int64_t bytes = dp_contents_size(sweep, layout);
    dp_layout_free(layout);
    free(layout);
    return bytes;
}
