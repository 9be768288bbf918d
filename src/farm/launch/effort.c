// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/effort.h"
#include <math.h>
#include <string.h>

enum { FEWEST_ALIKE = 4 };
enum { LOOKS = 4096 }; // rows that are looked at to find the ranges of the swept keys

static const char *const not_places[] = {"width", "seed", "data_seed", "test_seed", NULL};

static bool is_place(const struct dp_key *key)
{
    for (const char *const *name = not_places; *name; name++)
        if (strcmp(*name, key->name) == 0)
            return false;
    return true;
}

/* A key's value as a number; texts by their bytes, between 0 and 1. */
static double number_of(const struct dp_key *key, const struct dp_run *run)
{
    if (key->type != DP_STRING)
        return dp_key_number(key, run);
    uint32_t hash = 2166136261u;
    for (const char *c = (const char *)run + key->offset; *c; c++)
        hash = (hash ^ (unsigned char)*c) * 16777619u;
    return hash * 0x1p-32;
}

/* Divides a number of cells among the axes: those of few values take no more than these. */
static void divide(const struct dp_efforts *e, const int64_t *counts, int cells, int *bins)
{
    double left = cells;
    bool taken[DP_EFFORT_AXES] = {false};
    for (int remaining = e->axis_count; remaining > 0; remaining--) {
        int fewest = -1;
        for (int i = 0; i < e->axis_count; i++)
            if (!taken[i] && (fewest < 0 || counts[i] < counts[fewest]))
                fewest = i;
        const int each = (int)(pow(left, 1. / remaining) + 1e-9);
        taken[fewest] = true;
        bins[fewest] = counts[fewest] < each ? (int)counts[fewest] : each;
        left /= bins[fewest];
    }
}

static void find_ranges(struct dp_efforts *e)
{
    const struct dp_sweep *sweep = e->sweep;
    const int64_t stride = 1 + sweep->runs / LOOKS;
    for (int64_t row = 0; row < sweep->runs + stride - 1; row += stride) {
        struct dp_run run;
        dp_sweep_run(sweep, row < sweep->runs ? row : sweep->runs - 1, &run);
        for (int i = 0; i < e->axis_count; i++) {
            const double value = number_of(e->axes[i].key, &run);
            e->axes[i].low = fmin(e->axes[i].low, value); // NANs do not count
            e->axes[i].high = fmax(e->axes[i].high, value);
        }
    }
}

void dp_efforts_open(const struct dp_sweep *sweep, const struct dp_inputs *inputs, struct dp_efforts *e)
{
    int64_t counts[DP_EFFORT_AXES];
    int bins[DP_EFFORT_AXES], coarse[DP_EFFORT_AXES];
    *e = (struct dp_efforts){.sweep = sweep, .inputs = inputs};
    for (int i = 0; i < sweep->axis_count && e->axis_count < DP_EFFORT_AXES; i++)
        if (is_place(sweep->axes[i].key)) {
            counts[e->axis_count] = sweep->axes[i].count;
            e->axes[e->axis_count++] =
                (struct dp_effort_axis){.key = sweep->axes[i].key, .low = INFINITY, .high = -INFINITY};
        }
    const struct dp_axis *const last = sweep->axis_count ? &sweep->axes[sweep->axis_count - 1] : NULL;
    e->seeds = last && strcmp(last->key->name, "seed") == 0 ? last->count : 1;
    divide(e, counts, DP_PLACES, bins);
    divide(e, counts, DP_REGIONS, coarse);
    for (int i = 0; i < e->axis_count; i++) {
        e->axes[i].bins = bins[i];
        e->axes[i].coarse = coarse[i];
    }
    find_ranges(e);
}

static int bin_of(double share, int bins)
{
    const int bin = (int)(share * bins);
    return bin < bins ? bin : bins - 1;
}

struct dp_effort dp_effort_of(const struct dp_efforts *e, const struct dp_run *run,
                              const struct dp_samples *file)
{
    struct dp_effort effort = {
        .operations = dp_run_cost(run, file),
        .evaluations = dp_run_evaluations(run, file),
        // Flow chooses the steps of each run for itself, so neighbours gain little there.
        .together = run->method == DP_FLOW ? 1 : dp_run_companions(run),
        .family =
            (int)((run->method * 3 + run->activation * 5 + (dp_run_bits(run) == 64 ? 8 : 0)) % DP_FAMILIES),
    };
    for (int i = 0; i < e->axis_count; i++) {
        const struct dp_effort_axis *axis = &e->axes[i];
        const double share = (number_of(axis->key, run) - axis->low) / (axis->high - axis->low);
        const double inside = share > 0 ? fmin(share, 1) : 0; // also for a NAN
        effort.place = effort.place * axis->bins + bin_of(inside, axis->bins);
        effort.region = effort.region * axis->coarse + bin_of(inside, axis->coarse);
    }
    return effort;
}

static struct dp_effort look_at(const struct dp_efforts *e, int64_t row)
{
    struct dp_run run;
    dp_sweep_run(e->sweep, row, &run);
    return dp_effort_of(e, &run, dp_inputs_data(e->inputs, &run));
}

bool dp_efforts_agree(const struct dp_effort *a, const struct dp_effort *b)
{
    return a->operations == b->operations && a->evaluations == b->evaluations && a->family == b->family &&
           a->place == b->place && a->region == b->region && a->together == b->together;
}

/* Rows that differ only in their seed follow each other, so the last of them stands for those between. */
struct dp_effort dp_effort_of_row(int64_t row, void *context)
{
    const struct dp_efforts *const e = context;
    struct dp_effort effort = look_at(e, row);
    effort.alike = 1;
    for (int64_t rows = e->seeds; rows >= FEWEST_ALIKE && effort.alike == 1; rows /= 2)
        if (row + rows <= e->sweep->runs) {
            const struct dp_effort last = look_at(e, row + rows - 1);
            effort.alike = dp_efforts_agree(&effort, &last) ? rows : 1;
        }
    return effort;
}
