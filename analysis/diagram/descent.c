// SPDX-License-Identifier: BSD-3-Clause
#include "diagram/descent.h"
#include "dewpoint/sweep/keys.h"
#include "dewpoint/sweep/sweep.h"

enum { DESCENT_RISE, DESCENT_METHOD, DESCENT_BATCH, DESCENT_MOMENTUM, DESCENT_DECAY };
static const double ALLOWED = 0.01; // of the lowest loss before

enum dp_status dp_descent_of(const struct dp_store *store, struct dp_descent *descent, struct dp_error *error)
{
    const bool knows_rise = dp_store_has(store, "loss_rise");
    const char *const names[] = {[DESCENT_RISE] = knows_rise ? "loss_rise" : "loss_rises",
                                 [DESCENT_METHOD] = "method",
                                 [DESCENT_BATCH] = "batch",
                                 [DESCENT_MOMENTUM] = "momentum",
                                 [DESCENT_DECAY] = "weight_decay"};
    struct dp_sweep sweep;
    DP_TRY(dp_store_sweep(store, &sweep, error));
    *descent = (struct dp_descent){.allowed = knows_rise ? ALLOWED : 0};
    for (int c = 0; c < DP_DESCENT_COLUMNS; c++) {
        const struct dp_key *const key = dp_key_find(names[c]);
        if (dp_store_has(store, names[c]))
            descent->column[c] = names[c];
        else if (key)
            descent->value[c] = dp_key_number(key, &sweep.base);
    }
    dp_sweep_free(&sweep);
    return DP_OK;
}

bool dp_descent_rose(const struct dp_descent *descent, const struct dp_scan *scan, int first, int64_t i)
{
    double value[DP_DESCENT_COLUMNS];
    for (int c = 0; c < DP_DESCENT_COLUMNS; c++)
        value[c] = descent->column[c] ? scan->column[first + c][i] : descent->value[c];
    const bool whole =
        value[DESCENT_METHOD] == DP_GD || (value[DESCENT_METHOD] == DP_SGD && !(value[DESCENT_BATCH] > 0));
    return whole && value[DESCENT_RISE] > descent->allowed && !(value[DESCENT_MOMENTUM] > 0) &&
           !(value[DESCENT_DECAY] > 0);
}
