// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/keys/key_value.h"
#include "sweep/keys/number.h"
#include <float.h>
#include <math.h>
#include <string.h>

static void *field(const struct dp_key *key, struct dp_run *run)
{
    return (char *)run + key->offset;
}

static const void *field_of(const struct dp_key *key, const struct dp_run *run)
{
    return (const char *)run + key->offset;
}

double dp_key_number(const struct dp_key *key, const struct dp_run *run)
{
    if (key->type == DP_STRING)
        return NAN;
    if (key->type == DP_REAL)
        return *(const double *)field_of(key, run);
    return (double)*(const int64_t *)field_of(key, run);
}

void dp_key_put(const struct dp_key *key, struct dp_run *run, double value)
{
    if (key->type == DP_REAL)
        *(double *)field(key, run) = value;
    else if (key->type != DP_STRING)
        *(int64_t *)field(key, run) = (int64_t)value;
}

char *dp_key_text(const struct dp_key *key, struct dp_run *run)
{
    return field(key, run);
}

bool dp_key_same(const struct dp_key *key, const struct dp_run *a, const struct dp_run *b)
{
    if (key->type == DP_STRING)
        return strcmp(field_of(key, a), field_of(key, b)) == 0;
    const double x = dp_key_number(key, a), y = dp_key_number(key, b);
    return x == y || (isnan(x) && isnan(y));
}

bool dp_keys_agree(const struct dp_key *keys, int count, const char *section, const struct dp_run *a,
                   const struct dp_run *b)
{
    for (int i = 0; i < count; i++)
        if (*keys[i].section == *section && strcmp(keys[i].section, section) == 0 &&
            !dp_key_same(&keys[i], a, b)) // asked for every row: most sections differ in their first letter
            return false;
    return true;
}

bool dp_key_has_word(const struct dp_key *key)
{
    return key->type == DP_REAL && key->choices;
}

bool dp_key_is_list(const struct dp_key *key)
{
    return key->type == DP_STRING && key->choices;
}

bool dp_key_in_range(const struct dp_key *key, double value)
{
    return (key->above_min ? value > key->min : value >= key->min) && value <= key->max;
}

const char *dp_key_format(const struct dp_key *key, const struct dp_run *run, char *text, size_t size)
{
    const double value = dp_key_number(key, run);
    if (dp_key_has_word(key) && value == 0) {
        snprintf(text, size, "%s", key->choices[0]);
        return text;
    }
    switch (key->type) {
    case DP_STRING:
        snprintf(text, size, "%s", (const char *)field_of(key, run));
        return text;
    case DP_CHOICE:
        snprintf(text, size, "%s", key->choices[(int)value]);
        return text;
    case DP_BOOL:
        snprintf(text, size, "%s", value != 0 ? "true" : "false");
        return text;
    case DP_INT:
        snprintf(text, size, "%lld", (long long)value);
        return text;
    default:
        return dp_number_format(value, text, size);
    }
}

/* "from 1 to 1e9", "above 0", "at least 0", "from 0 to below 1" or "" when every finite number will do. */
static void range_words(const struct dp_key *key, char *text, size_t size)
{
    char low[DP_NUMBER_TEXT], high[DP_NUMBER_TEXT];
    dp_number_format(key->min, low, sizeof low);
    dp_number_format(key->max, high, sizeof high);
    const bool below_one = key->max < 1 && key->max > 0.9999;
    if (key->min == -DBL_MAX)
        snprintf(text, size, "%s", "");
    else if (key->max >= DBL_MAX)
        snprintf(text, size, " %s %s", key->above_min ? "above" : "of at least", low);
    else if (key->above_min)
        snprintf(text, size, " above %s and at most %s", low, high);
    else
        snprintf(text, size, " from %s to %s", low, below_one ? "below 1" : high);
}

const char *dp_key_expected(const struct dp_key *key, char *text, size_t size)
{
    char range[128];
    range_words(key, range, sizeof range);
    switch (key->type) {
    case DP_STRING:
        snprintf(text, size, "%sa text of at most %d bytes without control characters",
                 dp_key_is_list(key) ? "a list of names or " : "", DP_TEXT - 1);
        break;
    case DP_BOOL:
        snprintf(text, size, "true or false");
        break;
    case DP_CHOICE:
        snprintf(text, size, "one of");
        for (int i = 0; key->choices[i]; i++) {
            const size_t used = strlen(text);
            snprintf(text + used, size - used, "%s %s", i ? "," : "", key->choices[i]);
        }
        break;
    case DP_INT:
        snprintf(text, size, "a whole number%s", range);
        break;
    default:
        snprintf(text, size, "a number%s%s%s", range, dp_key_has_word(key) ? " or " : "",
                 dp_key_has_word(key) ? key->choices[0] : "");
    }
    return text;
}

const char *dp_text_control(const char *text)
{
    static const char *const others[] = {
        "\xe2\x80\xa8", "\xe2\x80\xa9",                                                 // separators
        "\xe2\x80\xaa", "\xe2\x80\xab", "\xe2\x80\xac", "\xe2\x80\xad", "\xe2\x80\xae", // directions
        "\xe2\x81\xa6", "\xe2\x81\xa7", "\xe2\x81\xa8", "\xe2\x81\xa9", "\xef\xbb\xbf",
    };
    for (const char *c = text; *c; c++) {
        const unsigned char byte = (unsigned char)*c, next = (unsigned char)c[1];
        if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next <= 0x9f))
            return c;
        for (size_t i = 0; i < sizeof others / sizeof *others; i++)
            if (strncmp(c, others[i], 3) == 0)
                return c;
    }
    return NULL;
}

static bool parse_text(const char *text, char *value)
{
    const size_t length = strlen(text);
    if (length >= DP_TEXT || dp_text_control(text))
        return false;
    memset(value, 0, DP_TEXT); // records are hashed and compared whole, so no old bytes may stay behind
    memcpy(value, text, length);
    return true;
}

static bool parse_choice(const struct dp_key *key, const char *text, int64_t *value)
{
    for (int i = 0; key->choices[i]; i++)
        if (strcmp(key->choices[i], text) == 0) {
            *value = i;
            return true;
        }
    return false;
}

static bool parse_bool(const char *text, int64_t *value)
{
    static const char *const words[] = {"false", "False", "FALSE", "true", "True", "TRUE"};
    for (int i = 0; i < 6; i++)
        if (strcmp(text, words[i]) == 0) {
            *value = i >= 3;
            return true;
        }
    return false;
}

static bool parse_value(const struct dp_key *key, const char *text, struct dp_run *run)
{
    double real = 0;
    int64_t whole = 0;
    switch (key->type) {
    case DP_STRING:
        return parse_text(text, dp_key_text(key, run));
    case DP_CHOICE:
        if (!parse_choice(key, text, &whole))
            return false;
        break;
    case DP_BOOL:
        if (!parse_bool(text, &whole))
            return false;
        break;
    case DP_INT:
        // compared as whole numbers, because 2^53 + 1 would become 2^53 as a double
        if (!dp_number_whole(text, &whole) || whole < (int64_t)key->min || whole > (int64_t)key->max)
            return false;
        break;
    default:
        if (dp_key_has_word(key) && strcmp(text, key->choices[0]) == 0) {
            dp_key_put(key, run, 0);
            return true;
        }
        if (!dp_number_read(text, &real) || !dp_key_in_range(key, real))
            return false;
        dp_key_put(key, run, real);
        return true;
    }
    *(int64_t *)field(key, run) = whole;
    return true;
}

/* Whether the text would be a value of the key if a comma were a point, or were left out as a separator of
 * thousands; the other text. */
static bool has_comma(const struct dp_key *key, const char *text, char other[DP_NUMBER_TEXT])
{
    struct dp_run run;
    const char *const comma = strchr(text, ',');
    if ((key->type != DP_REAL && key->type != DP_INT) || !comma || strlen(text) >= DP_NUMBER_TEXT)
        return false;
    strcpy(other, text);
    other[comma - text] = '.';
    if (key->type == DP_REAL && parse_value(key, other, &run))
        return true;
    char *to = other;
    for (const char *from = text; *from; from++)
        if (*from != ',')
            *to++ = *from;
        else if (strspn(from + 1, "0123456789") != 3)
            return false;
    *to = '\0';
    return parse_value(key, other, &run);
}

enum dp_status dp_key_parse(const struct dp_key *key, const char *text, const char *place, struct dp_run *run,
                            struct dp_error *error)
{
    if (parse_value(key, text, run))
        return DP_OK;
    char expected[256];
    dp_key_expected(key, expected, sizeof expected);
    const char *near = NULL;
    if (key->type == DP_CHOICE) {
        int n = 0;
        while (key->choices[n])
            n++;
        near = dp_nearest_name(text, key->choices, n);
    }
    char other[DP_NUMBER_TEXT];
    if (has_comma(key, text, other))
        near = other;
    return dp_fail(error, DP_BAD_INPUT, "%s: %s must be %s, not \"%.80s\"%s%s%s", place, key->name, expected,
                   text, near ? "; did you mean " : "", near ? near : "", near ? "?" : "");
}
