// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/store.h"
#include <hdf5.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[64], path[96];

static int set_up(void **state)
{
    (void)state;
    strcpy(directory, "/tmp/dewpoint-data-XXXXXX");
    return mkdtemp(directory) ? 0 : -1;
}

static int tear_down(void **state)
{
    (void)state;
    unlink(path);
    return rmdir(directory);
}

static enum dp_status read_text(const char *text, struct dp_samples *samples, struct dp_error *error)
{
    snprintf(path, sizeof path, "%s/data.csv", directory);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    memset(error, 0, sizeof *error);
    return dp_data_read(path, samples, error);
}

static void numbers_in_lines_are_read(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "1,2,3\n-4,5e-1,.25\n",
        "x1,x2,y\n1,2,3\n-4,5e-1,.25\n",
        "# two inputs\n\n  x1 , x2, y # names\r\n1, 2,\t3\r\n-4,5e-1,.25",
        "\357\273\2771,2,3\n-4,0.5,0.25\n",
    };
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct dp_samples samples;
        struct dp_error error;
        assert_int_equal(read_text(texts[i], &samples, &error), DP_OK);
        assert_int_equal(samples.count, 2);
        assert_int_equal(samples.inputs, 2);
        const double x[] = {1, 2, -4, 0.5}, y[] = {3, 0.25};
        assert_memory_equal(samples.x, x, sizeof x);
        assert_memory_equal(samples.y, y, sizeof y);
        dp_samples_free(&samples);
    }
}

static void mistakes_are_told_with_line_and_column(void **state)
{
    (void)state;
    static const struct {
        const char *text, *told;
    } mistakes[] = {
        {"", ": no data in the file\n"},
        {"x,y\n", ": no data in the file\n"},
        {"1,2\n1,two\n", ":2: column 2 must be a finite number, not \"two\"\n"},
        {"1,2\n,2\n", ":2: column 1 must be a finite number, not \"\"\n"},
        {"1,nan\n", ":1: column 2 must be a finite number, not \"nan\"\n"},
        {"1,2\n1,1e999\n", ":2: column 2 must be a finite number, not \"1e999\"\n"},
        {"1,2\n1,2,3\n", ":2: a line must have 2 columns like those before, not 3\n"},
        {"1,2\n1\n", ":2: a line must have 2 columns like those before, not 1\n"},
        {"1\n", ":1: a line must have at least two columns, x and y\n"},
        {"a,b\nc,d\n", ":2: column 1 must be a finite number, not \"c\"\n"},
        {"1,2,\n", ":1: column 3 must be a finite number, not \"\"\n"},
    };
    for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
        struct dp_samples samples;
        struct dp_error error;
        assert_int_equal(read_text(mistakes[i].text, &samples, &error), DP_BAD_INPUT);
        assert_int_equal(strncmp(error.text, path, strlen(path)), 0);
        assert_string_equal(error.text + strlen(path), mistakes[i].told);
        assert_null(samples.x);
    }
}

static void other_files_are_refused(void **state)
{
    (void)state;
    static const char *const paths[] = {"/nowhere/data.csv", "/tmp", "/etc/passwd"};
    for (int i = 0; i < 3; i++) {
        struct dp_samples samples;
        struct dp_error error = {0};
        assert_int_equal(dp_data_read(paths[i], &samples, &error), DP_BAD_INPUT);
        assert_int_equal(error.count, 1);
    }
}

/* Writes x [rows][inputs] as floats (whole numbers when inputs is 0) and y [rows_y]. */
static void write_hdf5(const char *name, hsize_t rows, hsize_t inputs, hsize_t rows_y)
{
    static const float x[] = {1, 2, 3, 4, 5, 6};
    static const int whole[] = {1, 2, 3};
    static const double y[] = {0.5, -0.5, 0.25};
    const hsize_t size[] = {rows, inputs};
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space_x = H5Screate_simple(inputs ? 2 : 1, size, NULL),
                space_y = H5Screate_simple(1, &rows_y, NULL);
    const hid_t type = inputs ? H5T_NATIVE_FLOAT : H5T_NATIVE_INT;
    const hid_t dx = H5Dcreate2(file, name, type, space_x, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t dy = H5Dcreate2(file, "y", H5T_IEEE_F64BE, space_y, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dx, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, inputs ? (const void *)x : whole);
    H5Dwrite(dy, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, y);
    H5Dclose(dy);
    H5Dclose(dx);
    H5Sclose(space_y);
    H5Sclose(space_x);
    H5Fclose(file);
}

static void hdf5_files_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        hsize_t rows, inputs, rows_y;
        enum dp_status status;
    } files[] = {{"x", 3, 2, 3, DP_OK},
                 {"x", 3, 0, 3, DP_OK},
                 {"x", 3, 2, 2, DP_BAD_INPUT},
                 {"z", 3, 2, 3, DP_BAD_INPUT},
                 {"x", 0, 2, 0, DP_BAD_INPUT}};
    snprintf(path, sizeof path, "%s/data.h5", directory);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct dp_samples samples;
        struct dp_error error = {0};
        write_hdf5(files[i].name, files[i].rows, files[i].inputs, files[i].rows_y);
        assert_int_equal(dp_data_read(path, &samples, &error), files[i].status);
        assert_int_equal(error.count, files[i].status == DP_OK ? 0 : 1);
        if (files[i].status == DP_OK) {
            assert_int_equal(samples.inputs, files[i].inputs ? 2 : 1);
            assert_true(samples.x[2] == 3 && samples.y[1] == -0.5);
        }
        dp_samples_free(&samples);
    }
    FILE *file = fopen(path, "w");
    fputs("no HDF5 at all", file);
    fclose(file);
    struct dp_samples samples;
    struct dp_error error = {0};
    assert_int_equal(dp_data_read(path, &samples, &error), DP_BAD_INPUT);
    assert_int_equal(error.status, DP_BAD_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(numbers_in_lines_are_read, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_told_with_line_and_column, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hdf5_files_are_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
