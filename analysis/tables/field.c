// SPDX-License-Identifier: BSD-3-Clause
#include "tables/field.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

const char *dp_field_number(double value, char text[static DP_FIELD_TEXT])
{
    text[0] = 0;
    for (int digits = 15; digits <= 17 && !isnan(value); digits++) {
        snprintf(text, DP_FIELD_TEXT, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    return text;
}

void dp_field_put_number(double value, FILE *out)
{
    char text[DP_FIELD_TEXT];
    fputs(dp_field_number(value, text), out);
}

void dp_field_csv(const char *field, FILE *out)
{
    if (!strpbrk(field, ",\"\r\n")) {
        fputs(field, out);
        return;
    }
    putc('"', out);
    for (; *field; field++) {
        if (*field == '"')
            putc('"', out);
        putc(*field, out);
    }
    putc('"', out);
}

void dp_field_put_value(const char *flag, double value, FILE *out)
{
    if (flag)
        dp_field_csv(flag, out);
    else if (isnan(value))
        fputs("nan", out);
    else
        dp_field_put_number(value, out);
}
