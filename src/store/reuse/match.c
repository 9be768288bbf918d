// SPDX-License-Identifier: BSD-3-Clause
#include "store/reuse/donor.h"
#include <stdlib.h>

/* A finished row, or a run of the new sweep (donor -1). */
struct entry {
    uint64_t digest;
    int64_t row;
    int donor;
};

/* All entries, sorted by digest: new runs first, then the donors in their order. */
struct entries {
    int64_t count;
    struct entry *entry;
};

static int by_digest(const void *left, const void *right)
{
    const struct entry *const a = left, *const b = right;
    if (a->digest != b->digest)
        return a->digest < b->digest ? -1 : 1;
    if (a->donor != b->donor)
        return a->donor < b->donor ? -1 : 1;
    return (a->row > b->row) - (a->row < b->row);
}

struct matching {
    struct dp_reuse *reuse;
    const struct dp_sweep *sweep;
    struct dp_identity identity;
    struct dp_read_digests read;
    unsigned again;
};

/* A run, reduced to what matters, and what it reads. */
static uint64_t reduced(const struct matching *m, int donor, int64_t row, struct dp_run *run)
{
    const struct dp_donor *const from = donor < 0 ? NULL : &m->reuse->donors[donor];
    dp_sweep_run(from ? &from->sweep : m->sweep, row, run);
    const uint64_t read = dp_read_digests_find(from ? &from->read : &m->read, run);
    dp_identity_reduce(run);
    return read;
}

static bool is_finished(const struct dp_ended *ended)
{
    return ended->status != DP_PENDING && ended->status != DP_RUN_FAILED;
}

static void add_entries(const struct matching *m, int donor, struct entries *entries)
{
    const int64_t runs = donor < 0 ? m->sweep->runs : m->reuse->donors[donor].sweep.runs;
    for (int64_t row = 0; row < runs; row++) {
        struct dp_run run;
        if (donor >= 0 && !is_finished(&m->reuse->donors[donor].ended[row]))
            continue;
        const uint64_t read = reduced(m, donor, row, &run);
        entries->entry[entries->count++] =
            (struct entry){dp_identity_digest(&m->identity, &run, read), row, donor};
    }
}

/* Whether a finished row that agrees otherwise ends as the new run would, and has everything that must be
 * kept. */
static bool fits(const struct matching *m, int64_t row, const struct entry *old)
{
    const struct dp_donor *const donor = &m->reuse->donors[old->donor];
    const struct dp_ended *const ended = &donor->ended[old->row];
    struct dp_run then, now;
    if (m->again >> ended->status & 1 || !donor->keeps_curves)
        return false;
    for (int what = 0; what < DP_KEEPS; what++)
        if (dp_sweep_keeps(m->sweep, row, (enum dp_keep)what) &&
            !dp_sweep_keeps(&donor->sweep, old->row, (enum dp_keep)what))
            return false;
    dp_sweep_run(&donor->sweep, old->row, &then);
    dp_sweep_run(m->sweep, row, &now);
    return dp_run_ends_alike(&then,
                             &(struct dp_record){.status = ended->status,
                                                 .stop = ended->stop,
                                                 .steps = ended->steps,
                                                 .evaluations = ended->evaluations,
                                                 .flow_time = ended->flow_time},
                             &now);
}

/* Finds the origin of a new run among the finished rows of its digest; marks the rows with which it
 * agrees. */
static void find_origin(const struct matching *m, int64_t row, const struct entry *old, int64_t count,
                        bool *agrees)
{
    struct dp_reuse *const reuse = m->reuse;
    struct dp_run now, then;
    const uint64_t read = reduced(m, -1, row, &now);
    for (int64_t i = 0; i < count; i++) {
        if (reduced(m, old[i].donor, old[i].row, &then) != read ||
            !dp_identity_agrees(&m->identity, &now, &then))
            continue;
        agrees[i] = true;
        if (reuse->origins[row].donor >= 0 || !fits(m, row, &old[i]))
            continue;
        reuse->origins[row] = (struct dp_origin){old[i].row, old[i].donor};
        reuse->donors[old[i].donor].rows++;
        reuse->rows++;
    }
}

/* Entries with one digest: new runs, then finished rows. */
static enum dp_status match_group(const struct matching *m, const struct entry *entry, int64_t count,
                                  struct dp_error *error)
{
    int64_t fresh = 0;
    while (fresh < count && entry[fresh].donor < 0)
        fresh++;
    if (fresh == count)
        return DP_OK;
    bool *const agrees = calloc((size_t)(count - fresh), sizeof *agrees);
    if (!agrees)
        return dp_fail(error, DP_NO_MEMORY, "no memory to compare runs");
    for (int64_t i = 0; i < fresh; i++)
        find_origin(m, entry[i].row, entry + fresh, count - fresh, agrees);
    for (int64_t i = fresh; i < count; i++)
        m->reuse->donors[entry[i].donor].lost += !agrees[i - fresh];
    free(agrees);
    return DP_OK;
}

static enum dp_status match_all(const struct matching *m, struct dp_error *error)
{
    int64_t most = m->sweep->runs;
    for (int d = 0; d < m->reuse->count; d++)
        most += m->reuse->donors[d].sweep.runs;
    struct entries entries = {.entry = malloc((size_t)most * sizeof *entries.entry)};
    if (!entries.entry)
        return dp_fail(error, DP_NO_MEMORY, "no memory to compare %lld runs", (long long)most);
    for (int d = -1; d < m->reuse->count; d++)
        add_entries(m, d, &entries);
    qsort(entries.entry, (size_t)entries.count, sizeof *entries.entry, by_digest);
    enum dp_status status = DP_OK;
    for (int64_t first = 0, end; first < entries.count && status == DP_OK; first = end) {
        end = first + 1;
        while (end < entries.count && entries.entry[end].digest == entries.entry[first].digest)
            end++;
        status = match_group(m, entries.entry + first, end - first, error);
    }
    free(entries.entry);
    return status;
}

enum dp_status dp_reuse_match(struct dp_reuse *reuse, const struct dp_sweep *sweep, const char *parts,
                              unsigned again, struct dp_error *error)
{
    struct matching m = {.reuse = reuse, .sweep = sweep, .identity = dp_identity_make(), .again = again};
    enum dp_status status = dp_read_digests_make(sweep, parts, &m.read, error);
    if (status == DP_OK)
        status = match_all(&m, error);
    dp_read_digests_free(&m.read);
    return status;
}
