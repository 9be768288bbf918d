// SPDX-License-Identifier: BSD-3-Clause
#include "sweep/mistakes/mistakes.h"
#include <stdarg.h>
#include <stdio.h>

const char *dp_place_format(struct dp_place place, char *text, size_t size)
{
    if (!place.name)
        snprintf(text, size, "the sweep");
    else if (place.line == 0)
        snprintf(text, size, "%s", place.name);
    else
        snprintf(text, size, "%s:%zu:%zu", place.name, place.line, place.column);
    return text;
}

void dp_complain(struct dp_faults *faults, struct dp_place place, const char *format, ...)
{
    char where[DP_PLACE_TEXT], sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    faults->count++;
    dp_fail(faults->error, DP_BAD_INPUT, "%s: %s", dp_place_format(place, where, sizeof where), sentence);
}

void dp_warn(struct dp_faults *faults, struct dp_place place, const char *format, ...)
{
    char where[DP_PLACE_TEXT], sentence[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(sentence, sizeof sentence, format, arguments);
    va_end(arguments);
    dp_fail(faults->warnings, DP_OK, "%s: %s", dp_place_format(place, where, sizeof where), sentence);
}
