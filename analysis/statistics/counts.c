// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/counts.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { COUNT_GROUPS_FIRST = 8, SET_SLOTS_FIRST = 64, A_DECADE = 20 };
static const double SMALLEST = 1e-12; // the classes of angles begin here

static enum dp_status no_memory(struct dp_error *error)
{
    return dp_fail(error, DP_NO_MEMORY, "not enough memory to group the runs");
}

static bool same_keys(const struct dp_counts *counts, const double *a, const double *b)
{
    bool same = true;
    for (int k = 0; k < counts->keys; k++)
        same = same && dp_value_bits(a[k]) == dp_value_bits(b[k]);
    return same;
}

int64_t dp_counts_find(const struct dp_counts *counts, const double key[DP_COUNT_KEYS])
{
    int64_t i = counts->count - 1;
    while (i >= 0 && !same_keys(counts, counts->group[i].key, key))
        i--;
    return i;
}

static struct dp_count_group *find_group(struct dp_counts *counts, const struct dp_count_run *run)
{
    const int64_t known = dp_counts_find(counts, run->key);
    if (known >= 0)
        return &counts->group[known];
    if (counts->count == counts->room) {
        const int64_t room = counts->room ? 2 * counts->room : COUNT_GROUPS_FIRST;
        struct dp_count_group *const group = realloc(counts->group, sizeof *group * (size_t)room);
        if (!group)
            return NULL;
        counts->group = group;
        counts->room = room;
    }
    struct dp_count_group *const group = &counts->group[counts->count++];
    memset(group, 0, sizeof *group);
    memcpy(group->key, run->key, sizeof group->key);
    group->bound = run->bound;
    return group;
}

static int64_t slot_of(const struct dp_count_group *group, uint64_t set)
{
    const uint64_t mask = (uint64_t)group->set_slots - 1;
    uint64_t at = dp_value_hash(7, set) & mask;
    while (group->set_slot[at] >= 0 && group->set[group->set_slot[at]].set != set)
        at = (at + 1) & mask;
    return (int64_t)at;
}

static bool grow_sets(struct dp_count_group *group)
{
    const int64_t slots = group->set_slots ? 2 * group->set_slots : SET_SLOTS_FIRST;
    struct dp_count_set *const set = realloc(group->set, sizeof *set * (size_t)(slots / 2));
    if (!set)
        return false;
    group->set = set;
    int64_t *const slot = malloc(sizeof *slot * (size_t)slots);
    if (!slot)
        return false;
    free(group->set_slot);
    group->set_slot = slot;
    group->set_slots = slots;
    for (int64_t i = 0; i < slots; i++)
        slot[i] = -1;
    for (int64_t i = 0; i < group->sets; i++)
        slot[slot_of(group, set[i].set)] = i;
    return true;
}

static struct dp_count_set *find_set(struct dp_count_group *group, const struct dp_count_run *run)
{
    if (2 * (group->sets + 1) > group->set_slots && !grow_sets(group))
        return NULL;
    const int64_t at = slot_of(group, run->set);
    if (group->set_slot[at] < 0) {
        group->set[group->sets] = (struct dp_count_set){.set = run->set, .first = run->measured};
        group->set_slot[at] = group->sets++;
    }
    return &group->set[group->set_slot[at]];
}

static int class_of(double count)
{
    return count < DP_COUNT_MOST ? (int)count : DP_COUNT_MOST;
}

static void add_angle(struct dp_count_group *group, double angle)
{
    const double place = A_DECADE * log10(fmax(angle, SMALLEST) / SMALLEST);
    group->angle[place < DP_COUNT_ANGLES - 1 ? (int)place : DP_COUNT_ANGLES - 1]++;
    group->largest_angle = fmax(group->largest_angle, angle);
}

static void compare(struct dp_count_group *group, struct dp_count_set *set, const struct dp_count_run *run)
{
    const bool agrees = run->lost == 0 && run->extra == 0;
    group->compared++;
    group->complete += run->missed == 0 && run->extra == 0;
    group->joint[class_of(run->predicted)][class_of(run->measured)]++;
    group->missed += run->missed;
    group->faint += run->faint;
    group->merged += run->merged;
    group->lost += run->lost;
    group->extra += run->extra;
    set->compared++;
    set->agreed += agrees;
    if (agrees && !isnan(run->angle_error))
        add_angle(group, run->angle_error);
}

enum dp_status dp_counts_add(struct dp_counts *counts, const struct dp_count_run *run, struct dp_error *error)
{
    struct dp_count_group *const group = find_group(counts, run);
    if (!group)
        return no_memory(error);
    const bool known = run->status >= 0 && run->status < DP_STATUSES;
    group->ended[known ? (int)run->status : DP_STATUSES - 1]++;
    if (!run->used || !(run->measured >= 0))
        return DP_OK;
    struct dp_count_set *const set = find_set(group, run);
    if (!set)
        return no_memory(error);
    group->used++;
    group->measured[class_of(run->measured)]++;
    group->exceeded += run->bound > 0 && run->measured > run->bound;
    if (!isnan(run->uncondensed)) {
        group->seen++;
        group->uncondensed += run->uncondensed;
    }
    if (run->prediction >= 0 && run->prediction < DP_COUNT_PREDICTIONS)
        group->prediction[(int)run->prediction]++;
    set->runs++;
    set->reached += run->bound > 0 && run->measured >= run->bound;
    set->varies = set->varies || run->measured != set->first;
    if (run->predicted >= 0)
        compare(group, set, run);
    return DP_OK;
}

static int compare_groups(const void *a, const void *b)
{
    const struct dp_count_group *const x = a, *const y = b;
    for (int k = 0; k < DP_COUNT_KEYS; k++) {
        const int order = dp_value_compare(&x->key[k], &y->key[k]);
        if (order)
            return order;
    }
    return 0;
}

void dp_counts_finish(struct dp_counts *counts)
{
    for (int64_t i = 0; i < counts->count; i++) {
        struct dp_count_group *const group = &counts->group[i];
        struct dp_proportion reached = {0}, agreed = {0};
        for (int64_t s = 0; s < group->sets; s++) {
            const struct dp_count_set *const set = &group->set[s];
            dp_proportion_add(&reached, set->runs, set->reached);
            dp_proportion_add(&agreed, set->compared, set->agreed);
            group->repeated += set->runs > 1;
            group->same += set->runs > 1 && !set->varies;
        }
        group->reached = dp_proportion_interval(&reached);
        group->agreed = dp_proportion_interval(&agreed);
    }
    if (counts->count)
        qsort(counts->group, (size_t)counts->count, sizeof *counts->group, compare_groups);
}

struct dp_distribution dp_distribution_of(const int64_t histogram[DP_COUNT_MOST + 1])
{
    struct dp_distribution d = {.mode = -1, .most = -1, .mean = NAN, .median = NAN};
    double sum = 0;
    for (int i = 0; i <= DP_COUNT_MOST; i++) {
        d.total += histogram[i];
        sum += (double)i * (double)histogram[i];
        if (histogram[i] > 0)
            d.most = i;
        if (histogram[i] > 0 && (d.mode < 0 || histogram[i] > histogram[d.mode]))
            d.mode = i;
    }
    if (d.total == 0)
        return d;
    d.mean = sum / (double)d.total;
    // the numbers at the two middle places, which are one when the total is odd
    int64_t below = 0;
    double middle[2] = {-1, -1};
    for (int i = 0; i <= DP_COUNT_MOST; i++) {
        below += histogram[i];
        middle[0] = middle[0] < 0 && below > (d.total - 1) / 2 ? i : middle[0];
        middle[1] = middle[1] < 0 && below > d.total / 2 ? i : middle[1];
    }
    d.median = (middle[0] + middle[1]) / 2;
    return d;
}

void dp_count_predicted(const struct dp_count_group *group, int64_t histogram[DP_COUNT_MOST + 1])
{
    for (int i = 0; i <= DP_COUNT_MOST; i++) {
        histogram[i] = 0;
        for (int j = 0; j <= DP_COUNT_MOST; j++)
            histogram[i] += group->joint[i][j];
    }
}

double dp_count_angle(const struct dp_count_group *group, double quantile)
{
    int64_t total = 0, below = 0;
    for (int i = 0; i < DP_COUNT_ANGLES; i++)
        total += group->angle[i];
    for (int i = 0; i < DP_COUNT_ANGLES; i++) {
        below += group->angle[i];
        if (total > 0 && (double)below >= quantile * (double)total)
            return SMALLEST * pow(10, (i + 0.5) / A_DECADE);
    }
    return NAN;
}

void dp_counts_free(struct dp_counts *counts)
{
    for (int64_t i = 0; i < counts->count; i++) {
        free(counts->group[i].set);
        free(counts->group[i].set_slot);
    }
    free(counts->group);
    *counts = (struct dp_counts){.keys = counts->keys};
}
