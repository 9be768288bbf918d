// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/keys/number.h"
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *skip_digits(const char *p)
{
    while (isdigit((unsigned char)*p))
        p++;
    return p;
}

/* [-+]? (digits [. digits] | . digits) ([eE] [-+]? digits)? and nothing else: what YAML calls a number. */
static bool is_decimal(const char *p)
{
    p += *p == '-' || *p == '+';
    const char *end = skip_digits(p);
    size_t digits = (size_t)(end - p);
    if (*end == '.') {
        p = end + 1;
        end = skip_digits(p);
        digits += (size_t)(end - p);
    }
    if (digits == 0)
        return false;
    if (*end == 'e' || *end == 'E') {
        p = end + 1;
        p += *p == '-' || *p == '+';
        end = skip_digits(p);
        if (end == p)
            return false;
    }
    return *end == '\0';
}

bool dp_number_read(const char *text, double *value)
{
    static const char *const infinities[] = {".inf", ".Inf", ".INF", "inf"};
    const char *const unsigned_text = text + (*text == '-' || *text == '+');
    for (int i = 0; i < 4; i++)
        if (strcmp(unsigned_text, infinities[i]) == 0) {
            *value = *text == '-' ? -INFINITY : INFINITY;
            return true;
        }
    if (!is_decimal(text))
        return false;
    *value = strtod(text, NULL);
    return isfinite(*value);
}

bool dp_number_whole(const char *text, int64_t *value)
{
    struct dp_decimal decimal;
    if (!dp_decimal_read(text, &decimal))
        return false;
    for (; decimal.places > 0; decimal.places--, decimal.digits /= 10)
        if (decimal.digits % 10 != 0)
            return false;
    *value = decimal.digits;
    return true;
}

/* 1e-06 -> 1e-6, 1e+09 -> 1e9 */
static void tidy_exponent(char *text)
{
    char *e = strchr(text, 'e');
    if (!e)
        return;
    char *to = e + 1;
    const char *from = e + 1;
    if (*from == '-')
        *to++ = *from++;
    else if (*from == '+')
        from++;
    while (*from == '0' && from[1])
        from++;
    memmove(to, from, strlen(from) + 1);
}

const char *dp_number_format(double value, char *text, size_t size)
{
    if (size)
        *text = '\0';
    if (isnan(value))
        return text;
    if (isinf(value)) {
        snprintf(text, size, value > 0 ? ".inf" : "-.inf");
        return text;
    }
    static const int precisions[] = {6, 15, 16, 17};
    for (int i = 0; i < 4; i++) {
        snprintf(text, size, "%.*g", precisions[i], value == 0 ? 0 : value); // -0 is 0
        if (strtod(text, NULL) == value)
            break;
    }
    tidy_exponent(text);
    return text;
}

static bool append_digit(struct dp_decimal *value, int digit)
{
    static const int64_t most = 1000000000000000000;
    if (value->digits >= most / 10 && (value->digits > most / 10 || digit > 0))
        return false;
    value->digits = 10 * value->digits + digit;
    return true;
}

static bool shift_left(struct dp_decimal *value, int places)
{
    for (; value->digits != 0 && value->places < places; value->places++) {
        if (llabs(value->digits) > 100000000000000000)
            return false;
        value->digits *= 10;
    }
    value->places = places;
    return true;
}

bool dp_decimal_read(const char *text, struct dp_decimal *value)
{
    if (!is_decimal(text))
        return false;
    *value = (struct dp_decimal){0, 0};
    const bool negative = *text == '-';
    bool fraction = false;
    const char *p = text + (*text == '-' || *text == '+');
    for (; *p && *p != 'e' && *p != 'E'; p++) {
        if (*p == '.') {
            fraction = true;
            continue;
        }
        if (fraction && strspn(p, "0") == strcspn(p, "eE")) { // zeros at the end say nothing
            p += strcspn(p, "eE");
            break;
        }
        if (!append_digit(value, *p - '0'))
            return false;
        value->places += fraction;
    }
    if (*p) {
        const long exponent = strtol(p + 1, NULL, 10);
        if (exponent < -400 || exponent > 400)
            return false;
        value->places -= (int)exponent;
    }
    if (negative)
        value->digits = -value->digits;
    while (value->places > 0 && value->digits % 10 == 0 && value->digits != 0) {
        value->digits /= 10;
        value->places--;
    }
    return value->places > 0 && value->digits != 0 ? true : shift_left(value, 0);
}

bool dp_decimal_align(struct dp_decimal *values, int n)
{
    int places = 0;
    for (int i = 0; i < n; i++)
        if (values[i].places > places)
            places = values[i].places;
    for (int i = 0; i < n; i++)
        if (!shift_left(&values[i], places))
            return false;
    return true;
}

double dp_decimal_double(struct dp_decimal value)
{
    char text[48];
    snprintf(text, sizeof text, "%llde%d", (long long)value.digits, -value.places);
    return strtod(text, NULL);
}

/* The ends as a / 10^places when everything stays within 53 bits: then one division rounds once. */
static bool exact_fraction(const char *a, const char *b, int64_t k, int64_t n, double *value)
{
    struct dp_decimal ends[2];
    if (!dp_decimal_read(a, &ends[0]) || !dp_decimal_read(b, &ends[1]) || !dp_decimal_align(ends, 2))
        return false;
    const double limit = 0x1p53;
    const double first = (double)ends[0].digits * (double)(n - 1 - k);
    const double second = (double)ends[1].digits * (double)k;
    double denominator = (double)(n - 1);
    for (int i = 0; i < ends[0].places; i++)
        denominator *= 10;
    if (fabs(first) >= limit / 2 || fabs(second) >= limit / 2 || denominator >= limit)
        return false;
    *value = (first + second) / denominator;
    return true;
}

double dp_number_linear(const char *a, const char *b, int64_t k, int64_t n)
{
    double value;
    if (exact_fraction(a, b, k, n, &value))
        return value;
    const double low = strtod(a, NULL), high = strtod(b, NULL);
    if (k == n - 1)
        return high;
    const double t = (double)k / (double)(n - 1);
    return low * (1 - t) + high * t;
}

double dp_number_geometric(double a, double b, int64_t k, int64_t n)
{
    if (k == 0)
        return a;
    if (k == n - 1)
        return b;
    const double t = (double)k / (double)(n - 1);
    char text[DP_NUMBER_TEXT];
    snprintf(text, sizeof text, "%.13g", exp(log(a) * (1 - t) + log(b) * t));
    return strtod(text, NULL);
}
