// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/document/axes.h"
#include "sweep/keys/number.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* One axis being read. */
struct reading {
    struct dp_document *document;
    const struct dp_key *key;
    struct dp_place place;
    struct dp_values *values;
};

/* The data of a form of evenly spaced values that give value number k. */
struct spacing {
    struct dp_decimal from, step;
    const char *a, *b;
    int64_t n;
};

static struct dp_place at(const struct reading *r, const yaml_node_t *node)
{
    return dp_node_place(r->document, node);
}

/* Reserves values from the room that all axes share. */
static enum dp_status reserve(const struct reading *r, const yaml_node_t *node, int64_t n)
{
    int64_t *const room = r->document->room;
    if (n > *room) {
        dp_complain(r->document->faults, at(r, node),
                    "%s asks for %lld values, but the axes of a sweep have at most %d together", r->key->name,
                    (long long)n, DP_SWEPT_VALUES);
        return DP_OK;
    }
    r->values->values = malloc((size_t)n * sizeof *r->values->values);
    if (!r->values->values)
        return DP_NO_MEMORY;
    *room -= n;
    r->values->count = n;
    return DP_OK;
}

/* Reads a value of the key from a scalar node into run; complains of anything else. */
static bool read_value(const struct reading *r, const yaml_node_t *node, struct dp_run *run)
{
    char found[80], where[DP_PLACE_TEXT], expected[256];
    struct dp_faults *const faults = r->document->faults;
    if (!dp_node_is_value(node)) {
        dp_complain(faults, at(r, node), "%s must be %s, not %s", r->key->name,
                    dp_key_expected(r->key, expected, sizeof expected),
                    dp_node_found(node, found, sizeof found));
        return false;
    }
    dp_place_format(at(r, node), where, sizeof where);
    const bool fine = dp_key_parse(r->key, dp_node_text(node), where, run, faults->error) == DP_OK;
    faults->count += !fine;
    return fine;
}

static bool read_count(const struct reading *r, const yaml_node_t *node, const char *what, int64_t *n)
{
    char found[80];
    if (dp_node_is_value(node) && dp_number_whole(dp_node_text(node), n) && *n >= 1)
        return true;
    dp_complain(r->document->faults, at(r, node), "%s of %s must be a whole number of at least 1, not %s",
                what, r->key->name, dp_node_found(node, found, sizeof found));
    return false;
}

/* Whether there is only a comma between an item of a list and the next. */
static bool is_tight(const struct reading *r, const yaml_node_t *list, int64_t i)
{
    return dp_list_item(r->document, list, i)->end_mark.index + 1 ==
           dp_list_item(r->document, list, i + 1)->start_mark.index;
}

static bool is_whole(const char *text)
{
    text += strspn(text, "+-");
    return text[strspn(text, "0123456789")] == '\0';
}

/* [0,5, 1,5] is four values: a decimal comma where other commas of the list are followed by a blank. */
static void warn_of_decimal_comma(const struct reading *r, const yaml_node_t *node)
{
    const int64_t n = dp_list_count(node);
    int64_t tight = 0, first = -1;
    for (int64_t i = 0; i + 1 < n; i++) {
        const char *const here = dp_node_text(dp_list_item(r->document, node, i));
        const char *const next = dp_node_text(dp_list_item(r->document, node, i + 1));
        const bool comma =
            is_tight(r, node, i) && is_whole(here) && is_whole(next) && *next != '-' && *next != '+';
        tight += is_tight(r, node, i);
        if (first < 0 && comma)
            first = i;
    }
    if (r->key->type != DP_REAL || first < 0 || tight == n - 1)
        return;
    const yaml_node_t *const item = dp_list_item(r->document, node, first);
    const char *const a = dp_node_text(item), *const b =
                                                  dp_node_text(dp_list_item(r->document, node, first + 1));
    dp_warn(r->document->faults, at(r, item),
            "%.40s,%.40s is read as two values of %s; one number is written %.40s.%.40s", a, b, r->key->name,
            a, b);
}

/* [1,000] and [0,05]: nobody writes 000 or 05 for a value, so these are the digits behind a comma of the
 * item before. */
static bool continues_number(const struct reading *r, const yaml_node_t *node, int64_t i)
{
    const yaml_node_t *const item = dp_list_item(r->document, node, i);
    const char *const b = dp_node_text(item), *const a =
                                                  i > 0 ? dp_node_text(dp_list_item(r->document, node, i - 1))
                                                        : "";
    const size_t length = strlen(b);
    char point[96] = "";
    if (!*a || *b != '0' || length < 2 || length > 40 || strlen(a) > 40 ||
        b[strspn(b, "0123456789")] != '\0' || !is_tight(r, node, i - 1))
        return false;
    if (r->key->type == DP_REAL || length != 3)
        snprintf(point, sizeof point, "%s%s.%s", length == 3 ? " or " : "", a, b);
    dp_complain(r->document->faults, at(r, item),
                "%s,%s is read as two values of %s; one number is written %s%s%s", a, b, r->key->name,
                length == 3 ? a : "", length == 3 ? b : "", point);
    return true;
}

static enum dp_status read_list(const struct reading *r, const yaml_node_t *node)
{
    const int64_t n = dp_list_count(node);
    if (n == 0) {
        dp_complain(r->document->faults, at(r, node), "the axis %s is empty; give at least one value",
                    r->key->name);
        return DP_OK;
    }
    DP_TRY(reserve(r, node, n));
    struct dp_values *const values = r->values;
    if (values->count > 0 && r->key->type == DP_STRING && !(values->texts = malloc((size_t)n * DP_TEXT)))
        return DP_NO_MEMORY;
    struct dp_run run = dp_run_defaults();
    bool fine = values->count > 0;
    for (int64_t i = 0; i < values->count; i++) {
        fine &= !continues_number(r, node, i) && read_value(r, dp_list_item(r->document, node, i), &run);
        values->values[i] = values->texts ? (double)i : dp_key_number(r->key, &run);
        if (values->texts)
            memcpy(values->texts[i], dp_key_text(r->key, &run), DP_TEXT);
    }
    if (fine)
        warn_of_decimal_comma(r, node);
    else
        dp_axis_values_free(values);
    return DP_OK;
}

static double stepped(const struct spacing *s, int64_t k)
{
    return dp_decimal_double((struct dp_decimal){s->from.digits + k * s->step.digits, s->from.places});
}

static double linear(const struct spacing *s, int64_t k)
{
    return s->n == 1 ? strtod(s->a, NULL) : dp_number_linear(s->a, s->b, k, s->n);
}

static double geometric(const struct spacing *s, int64_t k)
{
    return dp_number_geometric(strtod(s->a, NULL), strtod(s->b, NULL), k, s->n);
}

/* Fills the axis with n values. Of whole numbers, those that rounding made equal are dropped. */
static enum dp_status fill(const struct reading *r, const yaml_node_t *node, int64_t n,
                           double (*value)(const struct spacing *, int64_t), const struct spacing *spacing)
{
    DP_TRY(reserve(r, node, n));
    struct dp_values *const values = r->values;
    int64_t kept = 0;
    for (int64_t k = 0; k < values->count; k++) {
        double x = value(spacing, k);
        if (r->key->type == DP_INT) {
            x = round(x);
            if (kept > 0 && values->values[kept - 1] == x)
                continue;
        }
        values->values[kept++] = x;
    }
    values->count = kept;
    return DP_OK;
}

static enum dp_status read_range(const struct reading *r, const yaml_node_t *const parts[3])
{
    struct dp_faults *const faults = r->document->faults;
    struct dp_run run = dp_run_defaults();
    double step = 0;
    bool fine = read_value(r, parts[0], &run);
    fine &= read_value(r, parts[1], &run);
    if (!dp_number_read(dp_node_text(parts[2]), &step) || !isfinite(step) || step <= 0 ||
        (r->key->type == DP_INT && step != floor(step))) {
        char found[80];
        dp_complain(faults, at(r, parts[2]), "the step of %s must be a %s above 0, not %s", r->key->name,
                    r->key->type == DP_INT ? "whole number" : "number",
                    dp_node_found(parts[2], found, sizeof found));
        fine = false;
    }
    if (!fine)
        return DP_OK;
    struct dp_decimal decimals[3];
    for (int i = 0; i < 3 && fine; i++)
        fine = dp_decimal_read(dp_node_text(parts[i]), &decimals[i]);
    if (!fine || !dp_decimal_align(decimals, 3)) {
        dp_complain(faults, r->place,
                    "from, to and step of %s must be finite and fit 18 decimal digits together",
                    r->key->name);
        return DP_OK;
    }
    if (decimals[0].digits > decimals[1].digits) {
        dp_complain(faults, at(r, parts[0]),
                    "%s goes up by its step, so from (%.40s) must not be above to (%.40s)", r->key->name,
                    dp_node_text(parts[0]), dp_node_text(parts[1]));
        return DP_OK;
    }
    const int64_t n = (decimals[1].digits - decimals[0].digits) / decimals[2].digits + 1;
    const int64_t last = decimals[0].digits + (n - 1) * decimals[2].digits;
    char text[DP_NUMBER_TEXT];
    if (last != decimals[1].digits)
        dp_warn(faults, at(r, parts[1]),
                "the axis %s ends at %s: steps of %.40s from %.40s do not meet %.40s", r->key->name,
                dp_number_format(dp_decimal_double((struct dp_decimal){last, decimals[0].places}), text,
                                 sizeof text),
                dp_node_text(parts[2]), dp_node_text(parts[0]), dp_node_text(parts[1]));
    return fill(r, parts[0], n, stepped, &(struct spacing){.from = decimals[0], .step = decimals[2]});
}

/* [a, b, n] of linspace and logspace. */
static enum dp_status read_space(const struct reading *r, const yaml_node_t *node, const char *form)
{
    struct dp_faults *const faults = r->document->faults;
    if (dp_list_count(node) != 3) {
        dp_complain(faults, at(r, node), "%s of %s takes [first, last, number of values]", form,
                    r->key->name);
        return DP_OK;
    }
    struct spacing spacing = {0};
    struct dp_run run = dp_run_defaults();
    bool fine = true;
    for (int i = 0; i < 2; i++) {
        const yaml_node_t *const end = dp_list_item(r->document, node, i);
        const bool read = read_value(r, end, &run);
        const double value = dp_key_number(r->key, &run);
        double number = value;
        const bool word = read && !dp_number_read(dp_node_text(end), &number);
        if (read && (word || isinf(value) || (form[1] == 'o' && value <= 0)))
            dp_complain(faults, at(r, end), "%s of %s needs %s ends, not %.40s", form, r->key->name,
                        isinf(value) || word ? "finite" : "positive", dp_node_text(end));
        fine &= read && !word && isfinite(value) && !(form[1] == 'o' && value <= 0);
        *(i == 0 ? &spacing.a : &spacing.b) = dp_node_text(end);
    }
    const yaml_node_t *const number = dp_list_item(r->document, node, 2);
    fine &= read_count(r, number, "the number of values", &spacing.n);
    return fine ? fill(r, number, spacing.n, form[1] == 'o' ? geometric : linear, &spacing) : DP_OK;
}

static enum dp_status read_repeat(const struct reading *r, const yaml_node_t *node)
{
    int64_t n;
    if (!read_count(r, node, "the repeat", &n))
        return DP_OK;
    if (!dp_key_in_range(r->key, 0) || !dp_key_in_range(r->key, (double)(n - 1))) {
        char expected[256];
        dp_complain(r->document->faults, at(r, node), "repeat counts from 0 to %lld, but %s must be %s",
                    (long long)(n - 1), r->key->name, dp_key_expected(r->key, expected, sizeof expected));
        return DP_OK;
    }
    return fill(r, node, n, stepped, &(struct spacing){.from = {0, 0}, .step = {1, 0}});
}

static const char forms[] = "{from, to, step}, {linspace: [a, b, n]}, {logspace: [a, b, n]} or {repeat: n}";
enum part { FROM, TO, STEP, LINSPACE, LOGSPACE, REPEAT, PARTS };
static const char *const part_names[PARTS] = {"from", "to", "step", "linspace", "logspace", "repeat"};

static void complain_part(const struct reading *r, const yaml_node_t *name)
{
    const char *const word = dp_node_text(name), *const near = dp_nearest_name(word, part_names, PARTS);
    char hint[DP_KEY_HINT];
    if (word[0] && strspn(word, "0123456789") == strlen(word)) // step: 0,25
        snprintf(hint, sizeof hint, "; a decimal number has a point, such as 0.%.20s", word);
    else if (!dp_colon_hint(word, hint)[0])
        snprintf(hint, sizeof hint, near ? "; did you mean %s?" : "; an axis is %s", near ? near : forms);
    dp_complain(r->document->faults, at(r, name), "unknown part \"%.40s\" of the axis %s%s", word,
                r->key->name, hint);
}

/* Finds the parts of a mapping form; reports unknown ones. */
static bool find_parts(const struct reading *r, const yaml_node_t *node, const yaml_node_t *parts[PARTS])
{
    struct dp_faults *const faults = r->document->faults;
    const int64_t before = faults->count;
    if (!dp_check_mapping(r->document, node, r->key->name, "an axis"))
        return false;
    for (int i = 0; i < dp_mapping_count(node); i++) {
        yaml_node_t *value;
        const yaml_node_t *const name = dp_mapping_pair(r->document, node, i, &value);
        int part = 0;
        while (part < PARTS && strcmp(part_names[part], dp_node_text(name)) != 0)
            part++;
        if (part < PARTS) {
            parts[part] = value;
            continue;
        }
        complain_part(r, name);
    }
    return faults->count == before;
}

static enum dp_status read_mapping(const struct reading *r, const yaml_node_t *node)
{
    const yaml_node_t *parts[PARTS] = {0};
    if (!find_parts(r, node, parts))
        return DP_OK;
    int given = 0;
    for (int i = 0; i < PARTS; i++)
        given += parts[i] != NULL;
    if (given == 3 && parts[FROM] && parts[TO] && parts[STEP])
        return read_range(r, parts);
    if (given == 1 && parts[LINSPACE])
        return read_space(r, parts[LINSPACE], "linspace");
    if (given == 1 && parts[LOGSPACE])
        return read_space(r, parts[LOGSPACE], "logspace");
    if (given == 1 && parts[REPEAT])
        return read_repeat(r, parts[REPEAT]);
    dp_complain(r->document->faults, at(r, node), "the axis %s must be %s", r->key->name, forms);
    return DP_OK;
}

static enum dp_status read_form(const struct reading *r, const yaml_node_t *node)
{
    struct dp_faults *const faults = r->document->faults;
    char found[80];
    if (!r->key->sweepable)
        dp_complain(faults, r->place, "%s is the same for the whole sweep and cannot be an axis",
                    r->key->name);
    else if (node->type == YAML_SEQUENCE_NODE)
        return read_list(r, node);
    else if (node->type == YAML_SCALAR_NODE)
        dp_complain(faults, at(r, node),
                    "the axis %s must be a list or one of {from, to, step}, {linspace}, {logspace}, "
                    "{repeat}, not %s; "
                    "one value belongs in section %s",
                    r->key->name, dp_node_found(node, found, sizeof found), r->key->section);
    else if (r->key->type != DP_REAL && r->key->type != DP_INT)
        dp_complain(faults, at(r, node),
                    "the axis %s must be a list of values, not a mapping: it is not a number", r->key->name);
    else
        return read_mapping(r, node);
    return DP_OK;
}

enum dp_status dp_axis_read(struct dp_document *document, const struct dp_key *key, struct dp_place place,
                            const yaml_node_t *node, struct dp_values *values)
{
    *values = (struct dp_values){.key = key, .place = place};
    const struct reading r = {document, key, place, values};
    const enum dp_status status = read_form(&r, node);
    if (status != DP_OK || values->count == 0)
        dp_axis_values_free(values);
    return status;
}
