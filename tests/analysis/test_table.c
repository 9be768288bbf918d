// SPDX-License-Identifier: BSD-3-Clause
#include "tables/table.h"
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
// after its prerequisites
#include <cmocka.h>

/* What a writer leaves in a file, as text. */
static void read_back(FILE *file, char *text, size_t size)
{
    rewind(file);
    const size_t length = fread(text, 1, size - 1, file);
    text[length] = 0;
    fclose(file);
}

// The examples of RFC 4180, section 2: CR LF, and quotes around and within fields only where they are needed.
static void csv_is_quoted_as_rfc_4180_says(void **state)
{
    (void)state;
    struct dp_text_table table = {.columns = 3};
    struct dp_error error = {0};
    char text[256];
    static const char *const fields[] = {"aaa", "b\"bb", "c,c", "two\nlines", "", " blank "};
    for (int i = 0; i < 6; i++)
        dp_table_put(&table, "%s", fields[i]);
    FILE *const file = tmpfile();
    assert_int_equal(dp_table_csv(&table, file, &error), DP_OK);
    read_back(file, text, sizeof text);
    assert_string_equal(text, "aaa,\"b\"\"bb\",\"c,c\"\r\n\"two\nlines\",, blank \r\n");
    dp_text_table_free(&table);
}

static void numbers_read_back_exactly(void **state)
{
    (void)state;
    static const double values[] = {0.1, 1. / 3, 1e300, 5e-324, -0.30000000000000004, 20000, 0};
    struct dp_text_table table = {.columns = 1};
    for (int i = 0; i < 7; i++)
        dp_table_number(&table, values[i]);
    const char *field = table.text;
    for (int i = 0; i < 7; i++, field += strlen(field) + 1)
        assert_true(strtod(field, NULL) == values[i]);
    assert_string_equal(table.text, "0.1"); // the shortest such text
    dp_table_number(&table, NAN);
    assert_string_equal(table.text + table.length - 1, "");
    dp_text_table_free(&table);
}

static void columns_line_up(void **state)
{
    (void)state;
    static const char *const fields[] = {"γ", "value", "note", "10", "-1.5", "", "2", "3", "long note"};
    struct dp_text_table table = {.columns = 3};
    struct dp_error error = {0};
    char text[256];
    for (int i = 0; i < 9; i++)
        dp_table_put(&table, "%s", fields[i]);
    FILE *const file = tmpfile();
    assert_int_equal(dp_table_print(&table, "rrl", file, &error), DP_OK);
    read_back(file, text, sizeof text);
    assert_string_equal(text, " γ  value  note\n"
                              "10   -1.5\n"
                              " 2      3  long note\n");
    dp_text_table_free(&table);
}

static void a_table_may_be_long(void **state)
{
    (void)state;
    struct dp_text_table table = {.columns = 2};
    for (int i = 0; i < 20000; i++)
        dp_table_put(&table, "%d", i);
    assert_int_equal(table.fields, 20000);
    assert_string_equal(table.text + table.length - 6, "19999");
    dp_text_table_free(&table);
}

static void a_broken_row_is_an_error(void **state)
{
    (void)state;
    struct dp_text_table table = {.columns = 2};
    struct dp_error error = {0};
    dp_table_put(&table, "alone");
    assert_int_equal(dp_table_csv(&table, stdout, &error), DP_INTERNAL);
    dp_text_table_free(&table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_is_quoted_as_rfc_4180_says),
        cmocka_unit_test(numbers_read_back_exactly),
        cmocka_unit_test(columns_line_up),
        cmocka_unit_test(a_table_may_be_long),
        cmocka_unit_test(a_broken_row_is_an_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
