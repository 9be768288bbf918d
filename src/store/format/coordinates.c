// SPDX-License-Identifier: BSD-3-Clause
#include "hdf5/h5.h"
#include "store/format/checksum.h"
#include "store/format/contents.h"
#include <stdlib.h>

enum { WINDOW = 1 << 15 }; // rows in memory at a time, however long the sweep

/* Computes rows first..first+count-1 of all coordinates into one buffer, with WINDOW values of 8 bytes for
 * each column. */
static void fill_window(const struct dp_sweep *sweep, const struct dp_layout *layout, int64_t first,
                        int64_t count, struct dp_row_place *place, unsigned char *bytes)
{
    for (int64_t i = 0; i < count; i++) {
        struct dp_run run;
        dp_sweep_run(sweep, first + i, &run);
        dp_place_next(layout, sweep, &run, first + i, place);
        for (int c = 0; c < layout->count; c++)
            if (dp_role_in(layout->columns[c].role, DP_ROLES_FIXED))
                dp_layout_put(layout, c, &run, place,
                              bytes + (size_t)c * WINDOW * 8 +
                                  (size_t)i * dp_column_size(layout->columns[c].type));
    }
}

enum dp_status dp_coordinates_write(const char *path, const struct dp_sweep *sweep,
                                    const struct dp_layout *layout, const int64_t *datasets,
                                    uint32_t *checksum, struct dp_error *error)
{
    uint32_t checksums[DP_STORE_COLUMNS] = {0};
    unsigned char *bytes = malloc((size_t)layout->count * WINDOW * 8);
    if (!bytes)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the coordinates", path);
    enum dp_status status = DP_OK;
    struct dp_row_place place = {0};
    for (int64_t first = 0; first < layout->runs && status == DP_OK; first += WINDOW) {
        const int64_t left = layout->runs - first, count = left < WINDOW ? left : WINDOW;
        fill_window(sweep, layout, first, count, &place, bytes);
        for (int c = 0; c < layout->count && status == DP_OK; c++) {
            const unsigned char *const column = bytes + (size_t)c * WINDOW * 8;
            const enum dp_column_type type = layout->columns[c].type;
            if (!dp_role_in(layout->columns[c].role, DP_ROLES_FIXED))
                continue;
            checksums[c] = dp_checksum_continue(checksums[c], column, (size_t)count * dp_column_size(type));
            if (!dp_h5_write(datasets[c], dp_h5_type(type), first, count, 1, column))
                status = dp_h5_fail(error, path, "write the coordinates");
        }
    }
    *checksum = 0;
    for (int c = 0; c < layout->count; c++)
        if (dp_role_in(layout->columns[c].role, DP_ROLES_FIXED))
            *checksum = dp_checksum_number(*checksum, checksums[c]);
    free(bytes);
    return status;
}
