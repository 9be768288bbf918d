// SPDX-License-Identifier: BSD-3-Clause
#include "neurons/cosines.h"
#include "neurons/orientations.h"
#include "report/groups.h"
#include <math.h>
#include <stdlib.h>

enum { NEURONS_MOST = 250, COSINES_MOST = 48, SHADES = 90 };

/* Angles in rad and amplitudes of every n-th neuron: [[angle, amplitude], ...]. */
static enum dp_status put_orientations(struct dp_page *page, const struct dp_stored_run *stored,
                                       int64_t point, const char *name, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    const int64_t m = stored->run.width, stride = 1 + (m - 1) / NEURONS_MOST;
    double *const values = malloc(2 * (size_t)m * sizeof *values);
    if (!values)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the angles of %lld neurons", (long long)m);
    const enum dp_status status = dp_orientations(stored, point, values, values + m, error);
    dp_json_name(json, name);
    dp_json_open(json, '[');
    for (int64_t k = 0; k < m && status == DP_OK; k += stride) {
        dp_json_open(json, '[');
        dp_json_rounded(json, values[k], 4);
        dp_json_rounded(json, values[m + k], 4);
        dp_json_close(json, ']');
    }
    dp_json_close(json, ']');
    free(values);
    return status;
}

/* The matrix of cosines as a text, row by row. -1 is the letter '#'; larger values are the following letters,
 * without " < and backslash. */
static enum dp_status put_cosines(struct dp_page *page, const struct dp_stored_run *stored, int64_t point,
                                  const char *name, struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    struct dp_cosines cosines;
    char row[COSINES_MOST + 1];
    DP_TRY(dp_cosines_read(stored, point, &cosines, error));
    const int64_t side = cosines.count < COSINES_MOST ? cosines.count : COSINES_MOST;
    dp_json_name(json, name);
    dp_json_open(json, '[');
    for (int64_t i = 0; i < side; i++) {
        for (int64_t j = 0; j < side; j++) {
            const double c = dp_cosine(&cosines, i * cosines.count / side, j * cosines.count / side);
            const char letter = (char)('#' + lrint((c + 1) / 2 * SHADES));
            row[j] = letter == '<' || letter == '\\' ? (char)(letter + 1) : letter;
        }
        row[side] = '\0';
        dp_json_text(json, row);
    }
    dp_json_close(json, ']');
    dp_cosines_free(&cosines);
    return DP_OK;
}

static enum dp_status put_points(struct dp_page *page, const struct dp_stored_run *stored,
                                 struct dp_error *error)
{
    struct dp_json *const json = &page->json;
    const bool plane = stored->inputs + stored->run.bias == 2;
    const int64_t m = stored->run.width, most = plane ? NEURONS_MOST : COSINES_MOST;
    dp_json_name(json, "neurons");
    dp_json_open(json, '{');
    dp_json_member_whole(json, "row", stored->row);
    dp_json_member_whole(json, "all", m);
    dp_json_member_whole(json, "shown", plane ? (m - 1) / (1 + (m - 1) / most) + 1 : m < most ? m : most);
    dp_json_member_text(json, "kind", plane ? "orientation" : "cosine");
    enum dp_status status = DP_OK;
    for (int last = 0; last < 2 && status == DP_OK; last++)
        status = (plane ? put_orientations : put_cosines)(page, stored, last ? DP_POINT_LAST : DP_POINT_FIRST,
                                                          last ? "last" : "first", error);
    dp_json_close(json, '}');
    return status;
}

enum dp_status dp_page_neurons(struct dp_page *page, const int64_t *rows, int64_t runs,
                               struct dp_error *error)
{
    enum { TRIED = 64 }; // runs that keep neurons are mostly those of the first seeds
    for (int64_t i = 0; i < runs && i < TRIED; i++) {
        struct dp_stored_run stored;
        double status = NAN;
        DP_TRY(dp_store_read(page->store, "status", rows[i], 1, &status, error));
        if (status != DP_DONE && status != DP_STEP_LIMIT)
            continue;
        DP_TRY(dp_stored_run_open(page->store, rows[i], &stored, error));
        const bool kept = stored.ends || stored.along;
        const enum dp_status written = kept ? put_points(page, &stored, error) : DP_OK;
        dp_stored_run_close(&stored);
        if (kept || written != DP_OK)
            return written;
    }
    return DP_OK;
}
