// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/identity.h"
#include "sweep/keys/key_value.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Keys that are not compared by their values, besides those of the section store. */
static const char *const apart[] = {
    // judged by how the run ended
    "stop_loss", "stop_drop", "stop_growth", "stop_time", "max_steps", "max_epochs", "max_evaluations",
    // what was read counts
    "file", "x", "y", "samples_in", "standardize", "standardize_y", "test_file", "test_share", "test_seed",
    "path",
    // kept beside the record
    "curve_ratio", "curve_every", "curve_counts", NULL};

static bool counts(const struct dp_key *key)
{
    for (int i = 0; apart[i]; i++)
        if (strcmp(apart[i], key->name) == 0)
            return false;
    return strcmp(key->section, "store") != 0;
}

_Static_assert((int)DP_KEYS_MAX <= (int)DP_IDENTITY_KEYS, "an identity has room for every key");

struct dp_identity dp_identity_make(void)
{
    struct dp_identity identity = {0};
    for (int k = 0; k < dp_key_count; k++)
        if (counts(&dp_keys[k]))
            identity.keys[identity.count++] = &dp_keys[k];
    return identity;
}

void dp_identity_reduce(struct dp_run *run)
{
    run->precision = dp_run_bits(run) == 32 ? DP_FLOAT32 : DP_FLOAT64; // auto depends on limits
    dp_run_clear_unread(run);
}

static uint64_t mix(uint64_t hash, uint64_t word)
{
    hash = (hash ^ word) * UINT64_C(0xff51afd7ed558ccd);
    hash = (hash ^ hash >> 32) * UINT64_C(0xc4ceb9fe1a85ec53);
    return hash ^ hash >> 29;
}

static uint64_t mix_text(uint64_t hash, const char *text)
{
    for (; *text; text++)
        hash = mix(hash, (unsigned char)*text);
    return mix(hash, 0x100);
}

/* Equal numbers have equal words: the two zeros are one number, and all NaNs are one value. */
static uint64_t word_of(double value)
{
    uint64_t word = 1;
    if (value == 0)
        return 0;
    if (!isnan(value))
        memcpy(&word, &value, sizeof word);
    return word;
}

uint64_t dp_identity_digest(const struct dp_identity *identity, const struct dp_run *run, uint64_t read)
{
    uint64_t hash = mix(UINT64_C(0x9e3779b97f4a7c15), read);
    for (int k = 0; k < identity->count; k++) {
        const struct dp_key *const key = identity->keys[k];
        if (key->type == DP_STRING)
            hash = mix_text(hash, (const char *)run + key->offset);
        else
            hash = mix(hash, word_of(dp_key_number(key, run)));
    }
    return hash;
}

bool dp_identity_agrees(const struct dp_identity *identity, const struct dp_run *a, const struct dp_run *b)
{
    for (int k = 0; k < identity->count; k++)
        if (!dp_key_same(identity->keys[k], a, b))
            return false;
    return true;
}

enum dp_status dp_read_digests_make(const struct dp_sweep *sweep, const char *text,
                                    struct dp_read_digests *digests, struct dp_error *error)
{
    *digests = (struct dp_read_digests){.start_count = dp_sweep_starts(sweep, NULL, 0)};
    DP_TRY(dp_sweep_data(sweep, &digests->runs, &digests->data_count, error));
    const int count = digests->data_count + digests->start_count;
    digests->starts = calloc((size_t)digests->start_count + 1, sizeof *digests->starts);
    digests->digests = calloc((size_t)count + 1, sizeof *digests->digests);
    if (!digests->starts || !digests->digests)
        return dp_fail(error, DP_NO_MEMORY, "no memory for the digests of the sweep's files");
    dp_sweep_starts(sweep, digests->starts, digests->start_count);
    for (int i = 0; i < count; i++) {
        char *end;
        digests->digests[i] = strtoull(text, &end, 16);
        if (end != text + 16)
            return dp_fail(error, DP_MISMATCH, "it does not tell the contents of its data files one by one");
        text = end + (*end == '\n');
    }
    return DP_OK;
}

uint64_t dp_read_digests_find(const struct dp_read_digests *digests, const struct dp_run *run)
{
    uint64_t hash = 0;
    for (int i = 0; run->target == DP_FILE && i < digests->data_count; i++)
        if (dp_sweep_same_data(&digests->runs[i], run)) {
            hash = mix(1, digests->digests[i]);
            break;
        }
    for (int i = 0; run->path[0] && i < digests->start_count; i++)
        if (strcmp(digests->starts[i], run->path) == 0)
            return mix(mix(hash, 2), digests->digests[digests->data_count + i]);
    return hash;
}

void dp_read_digests_free(struct dp_read_digests *digests)
{
    free(digests->runs);
    free(digests->starts);
    free(digests->digests);
    *digests = (struct dp_read_digests){0};
}
