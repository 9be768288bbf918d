// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/keys/key_value.h"
#include "sweep/keys/number.h"
#include <float.h>
#include <string.h>

enum { MEANING_COLUMN = 59, LINE = 110 };

static const char *const type_names[] = {
    [DP_REAL] = "real", [DP_INT] = "int", [DP_BOOL] = "bool", [DP_CHOICE] = "choice", [DP_STRING] = "text",
};

/* The range in as few letters as will do: 1..1e9, >0, >=0, any. */
static void range_text(const struct dp_key *key, char *text, size_t size)
{
    char low[DP_NUMBER_TEXT], high[DP_NUMBER_TEXT];
    dp_number_format(key->min, low, sizeof low);
    dp_number_format(key->max, high, sizeof high);
    if (key->max == 0x1p53)
        snprintf(high, sizeof high, "2^53");
    if (key->max < 1 && key->max > 0.9999)
        snprintf(high, sizeof high, "<1");
    if (key->type == DP_BOOL)
        snprintf(text, size, "true, false");
    else if (key->type != DP_REAL && key->type != DP_INT)
        snprintf(text, size, "%s", "");
    else if (key->min == -DBL_MAX)
        snprintf(text, size, "any");
    else if (key->max >= DBL_MAX)
        snprintf(text, size, "%s%s%s%s", key->above_min ? ">" : ">=", low, dp_key_has_word(key) ? ", " : "",
                 dp_key_has_word(key) ? key->choices[0] : "");
    else
        snprintf(text, size, "%s%s..%s", key->above_min ? ">" : "", low, high);
}

/* Prints words in the last column, broken at blanks; the line has already reached that column. */
static void print_wrapped(FILE *out, const char *text)
{
    int column = MEANING_COLUMN;
    for (const char *word = text; *word;) {
        const int length = (int)strcspn(word, " ");
        if (column > MEANING_COLUMN && column + 1 + length > LINE) {
            fprintf(out, "\n%*s", MEANING_COLUMN, "");
            column = MEANING_COLUMN;
        }
        if (column > MEANING_COLUMN)
            column += fprintf(out, " ");
        column += fprintf(out, "%.*s", length, word);
        word += length + (word[length] == ' ');
    }
    fprintf(out, "\n");
}

static void print_key(FILE *out, const struct dp_key *key)
{
    char range[128];
    range_text(key, range, sizeof range);
    fprintf(out, "  %-17s %-7s %-6s %-9s %-13s ", key->name,
            dp_key_is_list(key) ? "names" : type_names[key->type], key->unit,
            key->fallback[0] ? key->fallback : "(unset)", range);
    char text[512];
    snprintf(text, sizeof text, "%s%s", key->meaning,
             key->sweepable ? "" : " (the same for the whole sweep)");
    for (int i = 0; key->type == DP_CHOICE && key->choices[i]; i++) {
        const size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s %s", i ? "," : "; one of", key->choices[i]);
    }
    print_wrapped(out, text);
}

void dp_keys_print(const struct dp_key *only, FILE *out)
{
    fprintf(out, "  %-17s %-7s %-6s %-9s %-13s %s\n", "key", "type", "unit", "default", "range", "meaning");
    for (int i = 0; i < dp_key_count; i++) {
        if (only && only != &dp_keys[i])
            continue;
        if (only || i == 0 || strcmp(dp_keys[i].section, dp_keys[i - 1].section) != 0)
            fprintf(out, "\n%s\n", dp_keys[i].section);
        print_key(out, &dp_keys[i]);
    }
}
