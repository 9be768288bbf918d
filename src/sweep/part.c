// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/sweep.h"
#include "sweep/canonical_text.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A part consists of pieces: contiguous rows of about the same expected cost, many for each part. Costs that
 * the expectation does not include, and that vary along an axis, are then shared by all parts. The most
 * expensive pieces are assigned first, each to the part with the least cost so far (LPT). */

enum { PIECES = 32 }; // of each part, or as many as there are rows

struct piece {
    int64_t first, count;
    double cost;
    int part;
};

static int by_cost(const void *left, const void *right)
{
    const struct piece *const a = left, *const b = right;
    if (a->cost != b->cost)
        return a->cost > b->cost ? -1 : 1;
    return (a->first > b->first) - (a->first < b->first);
}

static int by_place(const void *left, const void *right)
{
    const struct piece *const a = left, *const b = right;
    return (a->first > b->first) - (a->first < b->first);
}

/* Cuts the rows into pieces, at least one for each part; returns how many, at most room. */
static int64_t cut(const struct dp_sweep *sweep, const double *costs, int parts, struct piece *pieces)
{
    const int64_t most_rows = (sweep->runs + parts - 1) / parts > 1 ? sweep->runs / parts : 1;
    double total = 0;
    int64_t count = 0;
    for (int64_t row = 0; row < sweep->runs; row++)
        total += costs[row];
    const double enough = total / ((double)parts * PIECES);
    for (int64_t row = 0; row < sweep->runs; row++) {
        struct piece *piece = &pieces[count > 0 ? count - 1 : 0];
        if (count == 0 || piece->cost + costs[row] > enough || piece->count == most_rows) {
            piece = &pieces[count++];
            *piece = (struct piece){.first = row};
        }
        piece->count++;
        piece->cost += costs[row];
    }
    return count;
}

/* How many pieces cut can make. */
static int64_t most_pieces(const struct dp_sweep *sweep, int parts)
{
    const int64_t most = 2 * (int64_t)parts * (PIECES + 1) + 2;
    return most < sweep->runs ? most : sweep->runs;
}

static void deal(struct piece *pieces, int64_t count, double *loads, int parts)
{
    qsort(pieces, (size_t)count, sizeof *pieces, by_cost);
    for (int64_t i = 0; i < count; i++) {
        int least = 0;
        for (int p = 1; p < parts; p++)
            if (loads[p] < loads[least])
                least = p;
        pieces[i].part = least;
        loads[least] += pieces[i].cost;
    }
    qsort(pieces, (size_t)count, sizeof *pieces, by_place);
}

/* "3/7: 0-119 240-359": the part, and its rows of the whole sweep; neighbouring pieces are one range. */
static char *write_part(const struct piece *pieces, int64_t count, int part, int parts)
{
    char *text = NULL;
    size_t size;
    FILE *const out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fprintf(out, "%d/%d:", part, parts);
    for (int64_t i = 0, end; i < count; i = end) {
        end = i + 1;
        while (end < count && pieces[end].part == pieces[i].part)
            end++;
        if (pieces[i].part == part - 1)
            fprintf(out, " %lld-%lld", (long long)pieces[i].first,
                    (long long)(pieces[end - 1].first + pieces[end - 1].count - 1));
    }
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

enum dp_status dp_sweep_deal(const struct dp_sweep *sweep, int part, int parts,
                             double (*cost)(int64_t row, void *context), void *context, char **text,
                             struct dp_error *error)
{
    *text = NULL;
    if (parts > sweep->runs)
        return dp_fail(error, DP_BAD_INPUT, "%s: %lld runs cannot be dealt out to %d shards", sweep->name,
                       (long long)sweep->runs, parts);
    double *const costs = malloc((size_t)sweep->runs * sizeof *costs);
    double *const loads = calloc((size_t)parts, sizeof *loads);
    struct piece *const pieces = malloc((size_t)most_pieces(sweep, parts) * sizeof *pieces);
    if (costs && loads && pieces) {
        for (int64_t row = 0; row < sweep->runs; row++)
            costs[row] = cost(row, context);
        const int64_t count = cut(sweep, costs, parts, pieces);
        deal(pieces, count, loads, parts);
        *text = write_part(pieces, count, part, parts);
    }
    free(costs);
    free(loads);
    free(pieces);
    return *text ? DP_OK
                 : dp_fail(error, DP_NO_MEMORY, "%s: no memory to deal out %lld runs", sweep->name,
                           (long long)sweep->runs);
}

/* Reads the ranges after the colon; returns their number, -1 when they are not ascending ranges of the
 * sweep. */
static int64_t read_ranges(const struct dp_sweep *sweep, const char *text, struct dp_range *ranges,
                           int64_t *rows)
{
    int64_t n = 0, least = 0;
    *rows = 0;
    for (text = strchr(text, ':'); text && *++text; n++) {
        char *end;
        const long long first = strtoll(text, &end, 10);
        if (end == text || *end != '-' || first < least)
            return -1;
        text = end + 1;
        const long long last = strtoll(text, &end, 10);
        if (end == text || (*end && *end != ' ') || last < first || last >= sweep->runs)
            return -1;
        if (ranges)
            ranges[n] = (struct dp_range){first, *rows};
        *rows += last - first + 1;
        least = last + 1;
        text = end;
        if (!*text)
            return n + 1;
    }
    return -1;
}

enum dp_status dp_sweep_take(struct dp_sweep *sweep, const char *text, struct dp_error *error)
{
    int64_t rows;
    const int64_t count = read_ranges(sweep, text, NULL, &rows);
    if (count < 1 || sweep->part)
        return dp_fail(error, DP_IO, "%s: \"%.80s\" is not a part of the sweep", sweep->name, text);
    sweep->ranges = malloc((size_t)count * sizeof *sweep->ranges);
    sweep->part = strdup(text);
    if (!sweep->ranges || !sweep->part)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for a part of the sweep", sweep->name);
    sweep->range_count = read_ranges(sweep, text, sweep->ranges, &rows);
    sweep->runs = rows;
    const enum dp_status status = dp_sweep_digest(sweep);
    return status == DP_OK ? DP_OK : dp_fail(error, status, "%s: no memory for its digest", sweep->name);
}
