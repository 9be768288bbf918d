// SPDX-License-Identifier: BSD-3-Clause
#include "store/reuse/donor.h"
#include "store/format/layout.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Records of another results version have other bits, and so may records of stores without a version. */
static enum dp_status check_version(struct dp_donor *donor, const struct dp_sweep *sweep, bool any_version,
                                    struct dp_error *error)
{
    const struct dp_store *const store = donor->store;
    const int64_t version = dp_store_results_version(store);
    donor->other_version = version != DP_RESULTS_VERSION;
    if (donor->other_version && !any_version)
        return dp_fail(
            error, DP_MISMATCH,
            "%s: trained by %s, whose results differ in their bits (results version %lld, here %d); "
            "--reuse-any-version takes its rows all the same",
            store->path, dp_store_text(store, "program"), (long long)version, DP_RESULTS_VERSION);
    const struct dp_column *column;
    for (int i = 0; (column = dp_column_row(i)); i++)
        if (column->role == DP_ROLE_RESULT && dp_layout_wants(sweep, column) &&
            !dp_opened_find(store, column->name)) {
            if (!any_version)
                return dp_fail(
                    error, DP_MISMATCH,
                    "%s: it has no column %s, which this dewpoint records; --reuse-any-version takes "
                    "its rows all the same",
                    store->path, column->name);
            donor->other_version = true;
        }
    return DP_OK;
}

/* Checks that every line of the description with which the store was made is still in the description of its
 * sweep. A program with other defaults would read another sweep from the same file. */
static enum dp_status check_description(const struct dp_donor *donor, struct dp_error *error)
{
    char *const description = dp_sweep_canonical_text(&donor->sweep);
    const char *line = dp_store_text(donor->store, "sweep_description"), *now = description;
    bool same = description;
    while (same && *line) {
        const size_t length = strcspn(line, "\n");
        while (*now && (strcspn(now, "\n") != length || memcmp(now, line, length) != 0))
            now += strcspn(now, "\n") + (now[strcspn(now, "\n")] == '\n');
        same = *now != '\0';
        line += length + (line[length] == '\n');
    }
    free(description);
    return same ? DP_OK
                : dp_fail(error, DP_MISMATCH,
                          "%s: its sweep means something else to this dewpoint than to the one that made it",
                          donor->store->path);
}

static enum dp_status read_ended(struct dp_donor *donor, struct dp_error *error)
{
    enum { WINDOW = 1 << 14 };
    static const char *const names[] = {"steps", "evaluations", "flow_time"};
    const struct dp_store *const store = donor->store;
    struct dp_end ends[WINDOW];
    double values[WINDOW];
    for (int64_t first = 0; first < store->runs; first += WINDOW) {
        const int64_t count = store->runs - first < WINDOW ? store->runs - first : WINDOW;
        struct dp_ended *const ended = donor->ended + first;
        DP_TRY(dp_store_ends(store, first, count, ends, &donor->damaged, error));
        for (int64_t i = 0; i < count; i++) {
            ended[i].status = ends[i].status;
            ended[i].stop = ends[i].stop;
        }
        for (int n = 0; n < 3; n++) {
            const struct dp_store_column *const column = dp_opened_find(store, names[n]);
            if (!column || !dp_h5_read(column->dataset, H5T_NATIVE_DOUBLE, first, count, 1, values))
                return dp_h5_fail(error, store->path, "read how the runs ended");
            for (int64_t i = 0; i < count; i++)
                if (n == 2)
                    ended[i].flow_time = values[i];
                else
                    *(n == 0 ? &ended[i].steps : &ended[i].evaluations) = (int64_t)values[i];
        }
    }
    return DP_OK;
}

static bool same_curves(const struct dp_run *a, const struct dp_run *b)
{
    return a->curve_ratio == b->curve_ratio && a->curve_every == b->curve_every &&
           a->curve_counts == b->curve_counts;
}

enum dp_status dp_donor_open(const char *path, const struct dp_sweep *sweep, bool any_version,
                             struct dp_donor *donor, struct dp_error *error)
{
    *donor = (struct dp_donor){0};
    DP_TRY(dp_store_open(path, &donor->store, error));
    DP_TRY(check_version(donor, sweep, any_version, error));
    DP_TRY(dp_store_sweep(donor->store, &donor->sweep, error));
    if (donor->sweep.runs != donor->store->runs)
        return dp_fail(error, DP_MISMATCH, "%s: it has %lld rows, its sweep %lld", path,
                       (long long)donor->store->runs, (long long)donor->sweep.runs);
    DP_TRY(check_description(donor, error));
    struct dp_error here = {0};
    if (dp_read_digests_make(&donor->sweep, dp_store_text(donor->store, "data_parts"), &donor->read, &here) !=
        DP_OK)
        return dp_fail(error, here.status, "%s: %.*s", path, (int)strcspn(here.text, "\n"), here.text);
    donor->keeps_curves = !dp_run_keeps_curve(&sweep->base) || same_curves(&sweep->base, &donor->sweep.base);
    donor->ended = malloc((size_t)donor->store->runs * sizeof *donor->ended);
    if (!donor->ended)
        return dp_fail(error, DP_NO_MEMORY, "%s: no memory for the ends of %lld runs", path,
                       (long long)donor->store->runs);
    return read_ended(donor, error);
}

void dp_donor_free(struct dp_donor *donor)
{
    dp_store_close(donor->store, NULL);
    dp_read_digests_free(&donor->read);
    if (donor->sweep.expansion)
        dp_sweep_free(&donor->sweep);
    free(donor->ended);
    *donor = (struct dp_donor){0};
}

static int64_t count_lines(const char *text)
{
    int64_t n = *text != '\0';
    for (; *text; text++)
        n += *text == '\n';
    return n;
}

bool dp_donor_sources(const struct dp_donor *donor, char **text, int64_t *lines)
{
    const struct dp_store *const store = donor->store;
    const char *const inherited = dp_store_text(store, "sources");
    char version[64] = "";
    if (donor->other_version)
        snprintf(version, sizeof version, " (results version %lld, not %d)",
                 (long long)dp_store_results_version(store), DP_RESULTS_VERSION);
    const char *const facts[] = {*text ? *text : "",
                                 *text ? "\n" : "",
                                 store->path,
                                 ": sweep ",
                                 dp_store_text(store, "sweep_digest"),
                                 ", created ",
                                 dp_store_text(store, "created"),
                                 " by ",
                                 dp_store_text(store, "program"),
                                 version,
                                 " on ",
                                 dp_store_text(store, "hosts"),
                                 inherited[0] ? "\n" : "",
                                 inherited};
    enum { FACTS = sizeof facts / sizeof *facts };
    size_t size = 1;
    for (int i = 0; i < FACTS; i++)
        size += strlen(facts[i]);
    char *const grown = calloc(size, 1);
    char *end = grown;
    for (int i = 0; grown && i < FACTS; i++) {
        strcpy(end, facts[i]);
        for (; *end; end++)
            if (i == 2 && (unsigned char)*end < ' ') // a line each, whatever the path
                *end = '?';
    }
    free(*text);
    *text = grown;
    *lines += 1 + count_lines(inherited);
    return grown;
}
