// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/sweep/keys.h"

/* Values of keys as numbers, for the rest of src/sweep. Inside a sweep every value except texts is a double
 * (whole numbers are at most 2^53, so nothing is lost). Texts are in separate arrays. */

enum { DP_KEYS_MAX = 96 }; // at least dp_key_count, for arrays indexed by key

/* The index of the key in dp_keys. */
int dp_key_index(const struct dp_key *key);

/* The key whose name is nearest to word, or NULL: for "did you mean". */
const char *dp_key_nearest(const char *word);

/* The hint after "unknown key word": "; did you mean width?", "; write learning_rate" for a name that other
 * programs use, or "". near: a name that is nearer than those of the keys, or NULL. Returns text. */
enum { DP_KEY_HINT = 192 };
const char *dp_key_hint(const char *word, const char *near, char text[DP_KEY_HINT]);

/* The hint for "train.stop_loss"; "" for other words. Returns text. */
const char *dp_section_hint(const char *word, char text[DP_KEY_HINT]);

/* The hint for "repeat:7" and "repeat=7", which YAML takes for names; "" for other words. Returns text. */
const char *dp_colon_hint(const char *word, char text[DP_KEY_HINT]);

/* The first byte of a character that names and texts of a sweep must not contain, because it would affect the
 * terminal or the file in which it is printed: control characters, line separators, and characters that
 * change the direction of writing. NULL: there is none. */
const char *dp_text_control(const char *text);

/* Sets the key's field of run; not for STRING. The inverse of dp_key_number. */
void dp_key_put(const struct dp_key *key, struct dp_run *run, double value);

/* The STRING key's field of run: char[DP_TEXT]. */
char *dp_key_text(const struct dp_key *key, struct dp_run *run);

/* Whether two runs have the same value of the key; two unset values are the same. */
bool dp_key_same(const struct dp_key *key, const struct dp_run *a, const struct dp_run *b);

/* Whether the key takes a word in place of the number 0. */
bool dp_key_has_word(const struct dp_key *key);

/* Whether the value of a STRING key may be a list of names. */
bool dp_key_is_list(const struct dp_key *key);

/* Whether value lies in the range of a REAL or INT key. */
bool dp_key_in_range(const struct dp_key *key, double value);

/* The values that the key takes, to follow "must be": "a whole number from 1 to 1e9". Returns text. */
const char *dp_key_expected(const struct dp_key *key, char *text, size_t size);
