// SPDX-License-Identifier: BSD-3-Clause
#include "phase/letter_map.h"
#include "diagram/diagram.h"
#include "reading/coordinates.h"
#include <stdlib.h>
#include <string.h>

enum {
    LABEL = 10,       // characters for the y values
    SPACED_LIMIT = 40 // up to so many cells stand a blank apart, which makes them about square
};

bool dp_letter_map_fits(const struct dp_cells *cells)
{
    return cells->count > 0 && cells->x.count <= DP_LETTER_MAP_WIDTH &&
           cells->y.count <= 4 * (int64_t)DP_LETTER_MAP_WIDTH;
}

static void print_x_axis(const struct dp_store *store, const struct dp_cells *cells, int step,
                         const char *name, FILE *out)
{
    char first[DP_TEXT], last[DP_TEXT];
    const int64_t n = cells->x.count;
    dp_coordinate_text(store, name, cells->x.value[0], false, first, sizeof first);
    dp_coordinate_text(store, name, cells->x.value[n - 1], false, last, sizeof last);
    // The last value ends under the last cell, or follows the first where there is no room for that.
    const int room = (int)(n - 1) * step + 1 - (int)strlen(first) - (int)strlen(last);
    fprintf(out, "%*s   %s", LABEL, "", first);
    if (n > 1)
        fprintf(out, "%*s%s", room > 0 ? room : 1, "", last);
    fprintf(out, "  %s\n", name);
}

enum dp_status dp_letter_map_print(const struct dp_store *store, const struct dp_cells *cells,
                                   const char *x_name, const char *y_name, FILE *out, struct dp_error *error)
{
    char label[DP_TEXT];
    const int64_t nx = cells->x.count, ny = cells->y.count;
    char *const letters = malloc((size_t)(nx * ny) + 1);
    if (!letters)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a map");
    memset(letters, ' ', (size_t)(nx * ny));
    bool seen[DP_REGIMES] = {false};
    for (int64_t i = 0; i < cells->count; i++) {
        const struct dp_cell *const cell = &cells->cell[i];
        const int64_t column = dp_distinct_index(&cells->x, cell->x),
                      row = dp_distinct_index(&cells->y, cell->y);
        letters[row * nx + column] = dp_regime_letter(cell->regime);
        seen[cell->regime] = true;
    }
    const int step = nx <= SPACED_LIMIT ? 2 : 1;
    fprintf(out, "%*s\n", LABEL, y_name);
    for (int64_t row = ny - 1; row >= 0; row--) {
        dp_coordinate_text(store, y_name, cells->y.value[row], false, label, sizeof label);
        fprintf(out, "%*s |", LABEL, label);
        for (int64_t column = 0; column < nx; column++)
            fprintf(out, "%s%c", step == 2 || column == 0 ? " " : "", letters[row * nx + column]);
        putc('\n', out);
    }
    print_x_axis(store, cells, step, x_name, out);
    fprintf(out, "%*s ", LABEL, "");
    for (enum dp_regime regime = DP_NO_SLOPE; regime < DP_REGIMES; regime++)
        if (seen[regime])
            fprintf(out, "  %c %s", dp_regime_letter(regime), dp_regime_name(regime));
    putc('\n', out);
    free(letters);
    return DP_OK;
}
