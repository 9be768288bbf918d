// SPDX-License-Identifier: BSD-3-Clause
#include "tables/table.h"
#include "tables/field.h"
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { TABLE_BYTES_FIRST = 4096 };

static bool reserve(struct dp_text_table *table, size_t more)
{
    if (table->out_of_memory)
        return false;
    size_t room = table->room ? table->room : TABLE_BYTES_FIRST;
    while (room < table->length + more)
        room *= 2;
    if (room > table->room) {
        char *const text = realloc(table->text, room);
        if (!text) {
            table->out_of_memory = 1;
            return false;
        }
        table->text = text;
        table->room = room;
    }
    return true;
}

void dp_table_put(struct dp_text_table *table, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (length < 0 || !reserve(table, (size_t)length + 1))
        return;
    va_start(arguments, format);
    vsnprintf(table->text + table->length, (size_t)length + 1, format, arguments);
    va_end(arguments);
    table->length += (size_t)length + 1;
    table->fields++;
}

void dp_table_number(struct dp_text_table *table, double value)
{
    char text[DP_FIELD_TEXT];
    dp_table_put(table, "%s", dp_field_number(value, text));
}

/* Characters of a UTF-8 text: its bytes but for the continuation bytes. */
static int characters(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xC0) != 0x80;
    return count;
}

static enum dp_status check(const struct dp_text_table *table, struct dp_error *error)
{
    if (table->out_of_memory)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a table");
    if (table->columns < 1 || table->fields % table->columns)
        return dp_fail(error, DP_INTERNAL, "a table of %d columns has %lld fields", table->columns,
                       (long long)table->fields);
    return DP_OK;
}

enum dp_status dp_table_print(const struct dp_text_table *table, const char *align, FILE *out,
                              struct dp_error *error)
{
    DP_TRY(check(table, error));
    int *const width = calloc((size_t)table->columns, sizeof *width);
    if (!width)
        return dp_fail(error, DP_NO_MEMORY, "not enough memory for a table");
    const char *field = table->text;
    for (int64_t i = 0; i < table->fields; i++, field += strlen(field) + 1) {
        const int wide = characters(field);
        if (width[i % table->columns] < wide)
            width[i % table->columns] = wide;
    }
    field = table->text;
    int blanks = 0; // owed before the next letter: a line does not end in blanks
    for (int64_t i = 0; i < table->fields; i++, field += strlen(field) + 1) {
        const int64_t column = i % table->columns;
        const bool right = align[column] == 'r';
        const int spare = width[column] - characters(field);
        blanks += (column ? 2 : 0) + (right ? spare : 0);
        if (*field) {
            fprintf(out, "%*s%s", blanks, "", field);
            blanks = 0;
        }
        blanks += right ? 0 : spare;
        if (column == table->columns - 1) {
            putc('\n', out);
            blanks = 0;
        }
    }
    free(width);
    return DP_OK;
}

enum dp_status dp_table_csv(const struct dp_text_table *table, FILE *out, struct dp_error *error)
{
    DP_TRY(check(table, error));
    const char *field = table->text;
    for (int64_t i = 0; i < table->fields; i++, field += strlen(field) + 1) {
        dp_field_csv(field, out);
        fputs(i % table->columns == table->columns - 1 ? "\r\n" : ",", out);
    }
    return DP_OK;
}

void dp_text_table_free(struct dp_text_table *table)
{
    free(table->text);
    *table = (struct dp_text_table){.columns = table->columns};
}
