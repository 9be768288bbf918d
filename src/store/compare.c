// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/store/store.h"
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/* Two sweeps are compared by their canonical texts, with one line for every key, axis, block and exclusion.
 * Lines of the same key are matched in their order, so that a changed value shows as one difference, not as
 * one missing and one additional line. */

/* The next line of a text: its beginning, its length, and the length of its key (before the first ':' or
 * '='). */
struct line {
    const char *text;
    size_t length, key;
};

static bool next_line(const char **text, struct line *line)
{
    if (!**text)
        return false;
    line->text = *text;
    line->length = strcspn(*text, "\n");
    line->key = strcspn(*text, ":=\n");
    *text += line->length + ((*text)[line->length] == '\n');
    return true;
}

static bool same(const struct line *a, const struct line *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool same_key(const struct line *a, const struct line *b)
{
    return a->key == b->key && memcmp(a->text, b->text, a->key) == 0;
}

/* The value of a line, without the sign after the key. */
static struct line value_of(const struct line *line)
{
    size_t skip = line->key;
    while (skip < line->length && strchr(":= ", line->text[skip]))
        skip++;
    return (struct line){.text = line->text + skip, .length = line->length - skip};
}

/* The n-th line of text with the key of wanted. */
static bool find_line(const char *text, const struct line *wanted, int64_t n, struct line *found)
{
    while (next_line(&text, found))
        if (same_key(found, wanted) && n-- == 0)
            return true;
    return false;
}

/* The number of lines with the same key before this line in text. */
static int64_t place_of(const char *text, const struct line *line)
{
    struct line other;
    int64_t n = 0;
    while (next_line(&text, &other) && other.text != line->text)
        n += same_key(&other, line);
    return n;
}

enum { SHOWN = 200 }; // bytes of a value in a sentence

static int shown(struct line value)
{
    return value.length < SHOWN ? (int)value.length : SHOWN;
}

static int compare_lines(const char *path, const char *there, const char *here, struct dp_error *error)
{
    int differences = 0;
    struct line line, other;
    for (const char *rest = there; next_line(&rest, &line);) {
        const struct line a = value_of(&line);
        if (!find_line(here, &line, place_of(there, &line), &other)) {
            dp_fail(error, DP_MISMATCH, "%s: %.*s is %.*s in the store, and not given now", path,
                    (int)line.key, line.text, shown(a), a.text);
        } else if (!same(&line, &other)) {
            const struct line b = value_of(&other);
            dp_fail(error, DP_MISMATCH, "%s: %.*s is %.*s in the store, %.*s now", path, (int)line.key,
                    line.text, shown(a), a.text, shown(b), b.text);
        } else {
            continue;
        }
        differences++;
    }
    for (const char *rest = here; next_line(&rest, &line);)
        if (!find_line(there, &line, place_of(here, &line), &other)) {
            const struct line b = value_of(&line);
            dp_fail(error, DP_MISMATCH, "%s: %.*s is %.*s now, and not in the store", path, (int)line.key,
                    line.text, shown(b), b.text);
            differences++;
        }
    return differences;
}

static enum dp_status compare(const struct dp_store *store, const char *path, const struct dp_sweep *sweep,
                              const char *here, struct dp_error *error)
{
    const char *there = dp_store_text(store, "sweep_description");
    if (!there[0])
        return dp_fail(error, DP_IO, "%s: not a store of dewpoint's: it does not say which sweep made it",
                       path);
    if (dp_store_text(store, "compressed_from")[0])
        return dp_fail(error, DP_MISMATCH, "%s: a compressed copy of a store, which is for reading only",
                       path);
    if (compare_lines(path, there, here, error) > 0)
        return DP_MISMATCH;
    if (strcmp(dp_store_text(store, "sweep_digest"), sweep->digest) != 0)
        return dp_fail(error, DP_MISMATCH,
                       "%s: a data file of the sweep is not the one that the store was made from", path);
    if (dp_store_results_version(store) != DP_RESULTS_VERSION)
        return dp_fail(
            error, DP_MISMATCH,
            "%s: trained by %s, whose results differ in their bits (results version %lld, here %d)", path,
            dp_store_text(store, "program"), (long long)dp_store_results_version(store), DP_RESULTS_VERSION);
    if (dp_store_runs(store) != sweep->runs)
        return dp_fail(error, DP_MISMATCH, "%s: the store has %lld runs, the sweep %lld", path,
                       (long long)dp_store_runs(store), (long long)sweep->runs);
    return DP_OK;
}

enum dp_status dp_store_compare(const char *path, const struct dp_sweep *sweep, struct dp_error *error)
{
    struct dp_store *store;
    DP_TRY(dp_store_open(path, &store, error));
    char *here = dp_sweep_canonical_text(sweep);
    const enum dp_status status =
        here ? compare(store, path, sweep, here, error)
             : dp_fail(error, DP_NO_MEMORY, "%s: no memory to compare the sweeps", path);
    free(here);
    dp_store_close(store, NULL);
    return status;
}
