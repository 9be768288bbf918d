// SPDX-License-Identifier: BSD-3-Clause
#include "store/format/contents.h"
#include <stdlib.h>

/* NULL out of memory. */
static struct dp_layout *layout_of(const struct dp_sweep *sweep, const struct dp_samples *file)
{
    struct dp_layout *layout = malloc(sizeof *layout);
    if (layout && dp_layout_make(sweep, file, layout, NULL) == DP_OK)
        return layout;
    free(layout);
    return NULL;
}

static void release(struct dp_layout *layout)
{
    dp_layout_free(layout);
    free(layout);
}

int64_t dp_store_size(const struct dp_sweep *sweep, const struct dp_samples *file)
{
    struct dp_layout *const layout = layout_of(sweep, file);
    if (!layout)
        return -1;
    const int64_t bytes = dp_contents_size(sweep, layout);
    release(layout);
    return bytes;
}

int64_t dp_store_curves_size(const struct dp_sweep *sweep, const struct dp_samples *file, int64_t *points)
{
    *points = 0;
    if (!dp_run_keeps_curve(&sweep->base)) // spares a pass over the runs
        return 0;
    struct dp_layout *const layout = layout_of(sweep, file);
    if (!layout)
        return -1;
    const int64_t bytes = dp_layout_bytes(layout, 1U << DP_ROLE_CURVE | 1U << DP_ROLE_ALONG);
    *points = layout->points;
    release(layout);
    return bytes;
}
