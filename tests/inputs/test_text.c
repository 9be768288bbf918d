// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "inputs/text/text.h"
#include <stdlib.h>
#include <string.h>

/* The one rule for text files: what separates columns, what a header is, which columns are inputs and
 * outputs, and what is refused. Texts are those that pandas, R, NumPy and spreadsheets write. */

struct file {
    const char *text;
    const char *x, *y; // the keys; NULL: not given
    const char *told;  // of a refusal, a part of the sentence; NULL: the file is read
    const char *names; // in the order of inputs and outputs
    int64_t rows, outputs;
    double first, last; // of the numbers in that order
};

static enum dp_status parse(const struct file *file, struct dp_table *table, struct dp_error *error)
{
    const size_t size = strlen(file->text);
    char *const copy = malloc(size + 1);
    assert_non_null(copy);
    memcpy(copy, file->text, size + 1);
    memset(error, 0, sizeof *error);
    const struct dp_choice choice = {file->x ? file->x : "", file->y ? file->y : "", 0};
    const enum dp_status status = dp_text_parse("f", copy, size, &choice, table, error);
    free(copy);
    return status;
}

static void check(const struct file *file)
{
    struct dp_table table;
    struct dp_error error;
    char names[256];
    const enum dp_status status = parse(file, &table, &error);
    if (file->told) {
        if (status != DP_BAD_INPUT || error.count != 1 || !strstr(error.text, file->told))
            fail_msg("\"%s\" gave \"%s\", not \"%s\"", file->text, error.text, file->told);
        assert_null(table.values);
        return;
    }
    if (status != DP_OK)
        fail_msg("\"%s\" gave \"%s\"", file->text, error.text);
    const int64_t columns = table.inputs + table.outputs;
    assert_string_equal(dp_names_list(&table.names, names, sizeof names), file->names);
    assert_int_equal(table.rows, file->rows);
    assert_int_equal(table.outputs, file->outputs);
    assert_true(table.values[0] == file->first && table.values[table.rows * columns - 1] == file->last);
    dp_table_free(&table);
}

#define CHECK_ALL(files)                                                                                     \
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)                                              \
    check(&files[i])

static void the_separator_is_found_from_the_first_line_of_data(void **state)
{
    (void)state;
    static const struct file files[] = {
        {"1,2,3\n4,5,6\n", NULL, NULL, NULL, "1, 2, 3", 2, 1, 1, 6},
        {"1, 2,\t3\r\n4,5e-1,.25", NULL, NULL, NULL, "1, 2, 3", 2, 1, 1, .25},
        {"\357\273\2771;-2\n4;+5\n", NULL, NULL, NULL, "1, 2", 2, 1, 1, 5},
        {"1\t2\n4\t5\n", NULL, NULL, NULL, "1, 2", 2, 1, 1, 5},
        {"x,y\r1,2\r4,5\r", NULL, NULL, NULL, "x, y", 2, 1, 1, 5}, // an old Macintosh's lines
        {"  -2.3   0.568\t0.11  \n 1 2 3\n", NULL, NULL, NULL, "1, 2, 3", 2, 1, -2.3, 3},
        {"# a comment, with commas; and more\n\n1 2 # so\n", NULL, NULL, NULL, "1, 2", 1, 1, 1, 2},
        {"\"0.1\",\"0.2\"\n", NULL, NULL, NULL, "1, 2", 1, 1, .1, .2},
        {"mean radius;area, cm2\n1;2\n", NULL, NULL, NULL, "mean radius, area, cm2", 1, 1, 1, 2},
        {.text = "1;2,3\n", .told = "f:1: decimal commas, in columns that semicolons separate"},
        {.text = "0,1\t0,2\n", .told = "f:1: decimal commas, in columns that tabs separate"},
        {.text = "0,5 1,2\n", .told = "f:1: decimal commas, in columns that blanks separate"},
        {.text = "\"0,1\",\"0,2\"\n", .told = "f:1: decimal commas, in columns that commas separate"},
        {.text = "x;y\n0,1;0,2\n", .told = "f:2: decimal commas"},
        {.text = "1\t\t2\n3\t4\t5\n", .told = "f: between its tabs stand empty fields"},
        {.text = "1\n2\n", .told = "f:1: one column only"},
        {.text = "a;b\n0,1;0,2\n", .told = "0.1 instead of 0,1, for example with: sed 's/,/./g' OLD > NEW"},
        {.text = "\"0,1\",\"0,2\"\n",
         .told = "(pandas: read_csv(OLD, decimal=\",\").to_csv(NEW, index=False))"},
        {.text = "a,b\n\"1,000\",2\n",
         .told = "not \"1,000\"; a comma is no decimal point (1.5) and separates no thousands (1500)"},
        {.text = "a;b\n1.234,5;2\n",
         .told = "not \"1.234,5\"; separate no thousands, and write a point before decimals"},
        {.text = "a,b,\n1,2,\n",
         .told = "f:2: column 3 must be a finite number, not \"\", which stands for a missing value (what "
                 "separates columns must not stand at the end"},
        {.text = "a,b\n'1','2'\n", .told = "; quotes are \""},
        {.text = "a,b\nTrue,2\n", .told = "not \"True\"; write 1 or 0"},
        {.text = "a,b\n\xe2\x88\x92"
                 "1,2\n",
         .told = "; write the minus sign of ASCII, -"},
        {.text = "1 2\n3 4 5\n", .told = "f:2: a line must have 2 columns like those before, not 3"},
    };
    CHECK_ALL(files);
}

static void a_header_has_no_numbers(void **state)
{
    (void)state;
    static const struct file files[] = {
        {"x1,x2,y\n1,2,3\n", NULL, NULL, NULL, "x1, x2, y", 1, 1, 1, 3},
        {"# x1,x2,y1,y2\n0.1,0.2,1,2\n", NULL, NULL, NULL, "x1, x2, y1, y2", 1, 2, .1, 2}, // numpy.savetxt
        {"# made today\n# a b\n# -- --\n1 2\n", NULL, NULL, NULL, "a, b", 1, 1, 1, 2},
        {"# two inputs, then the output\n1,2,3\n", NULL, NULL, NULL, "1, 2, 3", 1, 1, 1, 3},
        {"# x1 x2 y1 y2\n.1,.2,1,2\n", NULL, NULL, NULL, "x1, x2, y1, y2", 1, 2, .1, 2}, // savetxt again
        {"# made by me\n.1,.2,3\n", NULL, NULL, NULL, "1, 2, 3", 1, 1, .1, 3},
        {"## x1,y1,y2\n1,2,3\n", NULL, NULL, NULL, "x1, y1, y2", 1, 2, 1, 3},
        {"\"say \"\"a\"\"\",\"b,c\",\"d\ne\"\n1,2,3\n", NULL, NULL, NULL, "say \"a\", b,c, d e", 1, 1, 1, 3},
        {"gr\303\266\303\237e,gr\366\337e\n1,2\n", NULL, NULL, NULL, "gr\303\266\303\237e, gr??e", 1, 1, 1,
         2},
        {.text = "x,y\n1,2,3\n", .told = "f:1: the header has 2 names, but there are 3 columns"},
        {.text = "\"x\" \"y\"\n\"1\" 0.1 0.2\n", .told = "row.names = FALSE"},
        {.text = "a,2\n1,2\n", .told = "f:1: column 1 must be a finite number, not \"a\" (a header would"},
        {.text = "a,b\nc,d\n", .told = "f:2: column 1 must be a finite number, not \"c\""},
        {.text = "x,x,y\n1,2,3\n", .told = "f: two columns are called \"x\""},
        {.text = "", .told = "f: no numbers in the file"},
        {.text = "x,y\n", .told = "f: no numbers in the file, only a line of words"},
        {.text = "a,b,c\nK,1,mm\n1,2,3\n",
         .told = "f:2: column 1 must be a finite number, not \"K\" (a header is one"},
        {.text = "a,b,c\n1,steel,2\n",
         .told = "f:2: column 2 must be a finite number, not \"steel\" (to leave the column out: data: {x"},
        {.text = "50%;60%\n1;2\n", .told = "f:1: column 1 must be a finite number, not \"50%\""},
        {.text = "1,5;2,5\n1;2\n",
         .told = "f:1: column 1 must be a finite number, not \"1,5\"; write a point"},
        {.text = "0.1D+01 0.2D+01\n0.3 0.4\n",
         .told = "f:1: column 1 must be a finite number, not \"0.1D+01\"; write the exponent with e"},
        {"2theta,3rd,counts\n1,2,3\n", NULL, NULL, NULL, "2theta, 3rd, counts", 1, 1, 1, 3},
        {.text = "my data\na b\n1 2\n",
         .told = "f:2: column 1 must be a finite number, not \"a\" (a header is one line; put # before"},
        {.text = "sep=;\na;b\n1;2\n",
         .told = "f:2: column 1 must be a finite number, not \"a\" (a header is one line"},
        {.text = "% a b\n1 2\n", .told = "there are 2 columns (a comment begins with #)"},
        {.text = "a#1,b#2\n1,2\n",
         .told = "f:1: the header has 1 name, but there are 2 columns (# begins a comment, unless"},
        {.text = "x,y\n0,5,1,5\n",
         .told = "there are 4 columns (a decimal comma makes two columns of one number)"},
        {.text = "\"x,y\n1,2\n", .told = "f:1: a quote is opened here and closed nowhere"},
    };
    CHECK_ALL(files);
}

static void outputs_are_called_y_or_come_last(void **state)
{
    (void)state;
    static const struct file files[] = {
        {"x1,x2,y1,y2\n1,2,3,4\n", NULL, NULL, NULL, "x1, x2, y1, y2", 1, 2, 1, 4},
        {"Y_1,X,Y_2\n1,2,3\n", NULL, NULL, NULL, "X, Y_1, Y_2", 1, 2, 2, 3},
        {"y,a\n1,2\n", NULL, NULL, NULL, "a, y", 1, 1, 2, 1},
        {"year,yield,z\n1,2,3\n", NULL, NULL, NULL, "year, yield, z", 1, 1, 1, 3},
        {"yes,y_\n1,2\n", NULL, NULL, NULL, "yes, y_", 1, 1, 1, 2},
        {.text = "y1,y2\n1,2\n", .told = "f: every column is an output; there is no input"},
    };
    CHECK_ALL(files);
}

static void columns_are_chosen_by_name(void **state)
{
    (void)state;
    static const char table[] = "city,age,weight,\"s, d\"\nRome,1,2,3\nOslo,4,5,6\n";
    static const struct file files[] = {
        {table, "weight, age", "\"s, d\"", NULL, "weight, age, s, d", 2, 1, 2, 6},
        {table, "age", "weight", NULL, "age, weight", 2, 1, 1, 5},
        {table, "age", NULL, NULL, "age, s, d", 2, 1, 1, 6},
        {.text = table, .y = "age", .told = "f:2: column 1 (city) must be a finite number, not \"Rome\""},
        {.text = table, .x = "agee", .told = "f:2: column 1 must be a finite number, not \"Rome\""},
        {.text = "age,b\n1,2\n",
         .x = "aga",
         .told = "f: x names \"aga\", but the columns are age, b; did you mean age?"},
        {.text = "a,b\n1,2\n", .x = "a", .y = "a", .told = "f: \"a\" is both in x and in y"},
        {.text = "a,b\n1,2\n", .x = "a, a", .y = "b", .told = "f: x names \"a\" twice"},
        {.text = "a,a,b\n1,2,3\n",
         .x = "a",
         .y = "b",
         .told = "f: x names \"a\", but two columns are called so"},
        {"1,2,3\n4,5,6\n", "3, 1", "2", NULL, "3, 1, 2", 2, 1, 3, 5},
        {",a,b\n0,1,2\n1,3,4\n", "a", "b", NULL, "a, b", 2, 1, 1, 4},
        {"id,a,b\n0,1,2\n1,3,4\n", "id, a", "b", NULL, "id, a, b", 2, 1, 0, 4},
        {"# a b c\n1 2 3\n", "c", "a", NULL, "c, a", 1, 1, 3, 1},
        {"# a b c\n1,2,3\n", "c", "a", NULL, "c, a", 1, 1, 3, 1},
    };
    CHECK_ALL(files);
}

static void numbers_of_rows_and_columns_are_no_data(void **state)
{
    (void)state;
    static const struct file files[] = {
        {.text = ",x,y\n0,0.1,0.2\n1,0.3,0.4\n", .told = "f: column 1 of the header has no name"},   // pandas
        {.text = "\"\",\"x\",\"y\"\n\"1\",0.1,0.2\n", .told = "column 1 of the header has no name"}, // R
        {.text = "\tx\ty\n0\t1\t2\n", .told = "column 1 of the header has no name"},
        {.text = "Unnamed: 0,x,y\n0,1,2\n1,3,4\n", .told = "f: column \"Unnamed: 0\" numbers the rows"},
        {.text = "index,x,y\n7,1,2\n3,3,4\n", .told = "f: column \"index\" numbers the rows"},
        {.text = "Row_ID,x,y\n1,1,2\n2,3,4\n", .told = "f: column \"Row_ID\" numbers the rows"},
        {"index,x,y\n1.33,1,2\n1.5,3,4\n", NULL, NULL, NULL, "index, x, y", 2, 1, 1.33, 4}, // of refraction
        {"id,x,y\n1,1,2\n1,3,4\n", NULL, NULL, NULL, "id, x, y", 2, 1, 1, 4},
        {"x,y\n1,2\n2,3\n", NULL, NULL, NULL, "x, y", 2, 1, 1, 3},
        {.text = "0,1,2\n.1,.2,.3\n", .told = "f:1: 0, 1, ... may be the numbers of the columns"},
        {.text = "Unnamed: 0.1,x,y\n0,1,2\n1,3,4\n", .told = "column \"Unnamed: 0.1\" numbers the rows"},
        {.text = "0,1.5,2\n1,3,4\n2,5,6\n", .told = "f: column 1 seems to number the rows"},
        {"0,1.5,2\n1,3,4\n2,5,6\n", "1, 2", NULL, NULL, "1, 2, 3", 3, 1, 0, 6},
        {"0,2.5\n1,4\n2,6\n", NULL, NULL, NULL, "1, 2", 3, 1, 0, 6},
        {"0.0,1,2\n.1,.2,.3\n", NULL, NULL, NULL, "1, 2, 3", 2, 1, 0, .3},
        {"a,b,c\n0,1,2\n", NULL, NULL, NULL, "a, b, c", 1, 1, 0, 2},
        {.text = "X,a,y\n1,1.5,2\n2,3,4\n3,5,6\n",
         .told = "f: column \"X\" numbers the rows"}, // R, read.csv of write.csv
        {.text = "...1,a,y\n1,1.5,2\n2,3,4\n3,5,6\n", .told = "f: column \"...1\" numbers the rows"}, // readr
        {"x,a,y\n1,1.5,2\n2,3,4\n3,5,6\n", NULL, NULL, NULL, "x, a, y", 3, 1, 1, 6},
        {"X,a,y\n1,1.5,2\n3,3,4\n2,5,6\n", NULL, NULL, NULL, "X, a, y", 3, 1, 1, 6},
    };
    CHECK_ALL(files);
}

static void missing_values_are_refused_wherever_they_stand(void **state)
{
    (void)state;
    static const char *const words[] = {"?",    "NA", "NaN", "nan",   "",    "N/A",
                                        "null", "-",  "inf", "1e999", "0x10"};
    for (size_t w = 0; w < sizeof words / sizeof words[0]; w++)
        for (int line = 1; line <= 3; line++)
            for (int column = 1; column <= 3; column++) {
                char text[64] = "", told[64];
                for (int i = 1; i <= 3; i++)
                    for (int k = 1; k <= 3; k++)
                        sprintf(text + strlen(text), "%s%s", i == line && k == column ? words[w] : "1.5",
                                k == 3 ? "\n" : ",");
                snprintf(told, sizeof told, "f:%d: column %d must be a finite number, not \"%s\"", line,
                         column, words[w]);
                check(&(struct file){.text = text, .told = told});
            }
    static const struct file files[] = {
        {.text = "a,b\n1,2\n#N/A,3\n",
         .told = "f:3: column 1 (a) must be a finite number, not \"#N/A\", which"}, // spreadsheets
        {.text = "a,b\n1,2\n4,#DIV/0!\n",
         .told = "f:3: column 2 (b) must be a finite number, not \"#DIV/0!\""},
        {.text = "a b\n#VALUE! 2\n1 2\n", .told = "f:2: column 1 must be a finite number, not \"#VALUE!\""},
        {.text = "1,2\n3,1.#QNAN\n",
         .told = "f:2: column 2 must be a finite number, not \"1.#QNAN\""}, // Microsoft's C
        {.text = "1,2\n3,-1.#IND0\n", .told = "f:2: column 2 must be a finite number, not \"-1.#IND0\""},
        {"1,2#N/A: left out\n3,4.# so\n#N/Aa\n", NULL, NULL, NULL, "1, 2", 2, 1, 1, 4},
        {.text = "?,NA\n1,2\n", .told = "f:1: column 1 is \"?\", which is no number and no name"},
        {.text = "x,y\n?,1\n",
         .told = "f:2: column 1 must be a finite number, not \"?\", which stands for a missing"},
        {.text = "1,2,\n", .told = "f:1: column 3 must be a finite number, not \"\""},
    };
    CHECK_ALL(files);
}

static void a_file_that_is_no_text_is_refused(void **state)
{
    (void)state;
    char text[] = "1,2\n3,\0\n";
    struct dp_table table;
    struct dp_error error = {0};
    const struct dp_choice choice = {"", "", 0};
    assert_int_equal(dp_text_parse("f", text, sizeof text - 1, &choice, &table, &error), DP_BAD_INPUT);
    assert_non_null(strstr(error.text, "f:2: not a text file: it holds a zero byte"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_separator_is_found_from_the_first_line_of_data),
        cmocka_unit_test(a_header_has_no_numbers),
        cmocka_unit_test(outputs_are_called_y_or_come_last),
        cmocka_unit_test(columns_are_chosen_by_name),
        cmocka_unit_test(numbers_of_rows_and_columns_are_no_data),
        cmocka_unit_test(missing_values_are_refused_wherever_they_stand),
        cmocka_unit_test(a_file_that_is_no_text_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
