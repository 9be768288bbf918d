// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/inputs/inputs.h"
#include "dewpoint/store/store.h"
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

static void text_files_are_read_whole(void **state)
{
    (void)state;
    struct dp_samples samples;
    struct dp_error error;
    assert_int_equal(read_text("x1,x2,y1,y2\n1,2,3,4\n5,6,7,8\n", &samples, &error), DP_OK);
    assert_true(samples.count == 2 && samples.inputs == 2 && samples.outputs == 2);
    const double x[] = {1, 2, 5, 6}, y[] = {3, 4, 7, 8};
    assert_memory_equal(samples.x, x, sizeof x);
    assert_memory_equal(samples.y, y, sizeof y);
    dp_samples_free(&samples);
    assert_int_equal(read_text("1,2\n1,two\n", &samples, &error), DP_BAD_INPUT);
    assert_int_equal(strncmp(error.text, path, strlen(path)), 0);
    assert_string_equal(error.text + strlen(path), ":2: column 2 must be a finite number, not \"two\"\n");
    assert_null(samples.x);
}

/* Reads initial parameters from text. */
static enum dp_status read_start(const char *text, struct dp_start *start, struct dp_error *error)
{
    struct dp_samples samples;
    if (read_text(text, &samples, error) == DP_OK) // for the file that it leaves
        dp_samples_free(&samples);
    memset(error, 0, sizeof *error);
    return dp_start_read(path, start, error);
}

static void initial_parameters_are_rows_of_neurons(void **state)
{
    (void)state;
    struct dp_start start;
    struct dp_error error;
    static const char *const texts[] = {"w_1,w_2,bias,a_1\n1,2,3,4\n5,6,7,1e-300\n",
                                        "1,2,3,4\n5,6,7,1e-300\n"};
    const double values[] = {1, 2, 3, 4, 5, 6, 7, 1e-300};
    for (int i = 0; i < 2; i++) {
        assert_int_equal(read_start(texts[i], &start, &error), DP_OK);
        assert_int_equal(start.width, 2);
        assert_int_equal(start.components, 4);
        assert_int_equal(start.inputs, i == 0 ? 2 : 0);
        assert_memory_equal(start.values, values, sizeof values);
        free(start.values);
    }
    assert_int_equal(read_start("w_1,bias,a_1,a_2\n1,2,3,4\n", &start, &error), DP_OK);
    assert_int_equal(start.inputs, 1);
    free(start.values);
    assert_int_equal(read_start("w_1,b,a_1\n1,2,3\n", &start, &error), DP_BAD_INPUT);
    assert_non_null(strstr(error.text, "column 2 must be bias, not b ("));
    assert_int_equal(read_start("1,2\n", &start, &error), DP_BAD_INPUT);
    assert_non_null(strstr(error.text, ": a line must have at least 3 columns, w_1, bias and a_1\n"));
    assert_null(start.values);
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

static void initial_parameters_come_from_hdf5_too(void **state)
{
    (void)state;
    static const float weights[] = {1, 2, 3, 4, 5, 6};
    const hsize_t size[] = {2, 3};
    const int inputs = 1;
    snprintf(path, sizeof path, "%s/w.h5", directory);
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space = H5Screate_simple(2, size, NULL), one = H5Screate(H5S_SCALAR);
    const hid_t dataset =
        H5Dcreate2(file, "weights", H5T_IEEE_F32BE, space, H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t attribute = H5Acreate2(dataset, "inputs", H5T_NATIVE_INT, one, H5P_DEFAULT, H5P_DEFAULT);
    H5Dwrite(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, weights);
    H5Awrite(attribute, H5T_NATIVE_INT, &inputs);
    H5Aclose(attribute);
    H5Dclose(dataset);
    H5Sclose(one);
    H5Sclose(space);
    H5Fclose(file);
    struct dp_start start;
    struct dp_error error = {0};
    assert_int_equal(dp_start_read(path, &start, &error), DP_OK);
    assert_true(start.width == 2 && start.components == 3 && start.inputs == 1 && start.values[5] == 6);
    free(start.values);
    struct dp_samples samples;
    assert_int_equal(dp_data_read(path, &samples, &error), DP_BAD_INPUT);
}

/* Writes x [rows][inputs] as floats (whole numbers when inputs is 0) and y [rows_y], or [rows_y][outputs]. */
static void write_hdf5(const char *name, hsize_t rows, hsize_t inputs, hsize_t rows_y, hsize_t outputs)
{
    static const float x[] = {1, 2, 3, 4, 5, 6};
    static const int whole[] = {1, 2, 3};
    static const double y[] = {0.5, -0.5, 0.25, 1, 2, 3};
    const hsize_t size[] = {rows, inputs}, size_y[] = {rows_y, outputs};
    const hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    const hid_t space_x = H5Screate_simple(inputs ? 2 : 1, size, NULL),
                space_y = H5Screate_simple(outputs ? 2 : 1, size_y, NULL);
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
        hsize_t rows, inputs, rows_y, outputs;
        enum dp_status status;
    } files[] = {{"x", 3, 2, 3, 0, DP_OK},        {"x", 3, 0, 3, 0, DP_OK},
                 {"x", 3, 2, 3, 2, DP_OK},        {"x", 3, 2, 4, 0, DP_BAD_INPUT},
                 {"z", 3, 2, 3, 0, DP_BAD_INPUT}, {"x", 0, 2, 0, 0, DP_BAD_INPUT}};
    snprintf(path, sizeof path, "%s/data.h5", directory);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        struct dp_samples samples;
        struct dp_error error = {0};
        write_hdf5(files[i].name, files[i].rows, files[i].inputs, files[i].rows_y, files[i].outputs);
        assert_int_equal(dp_data_read(path, &samples, &error), files[i].status);
        assert_int_equal(error.count, files[i].status == DP_OK ? 0 : 1);
        if (files[i].status == DP_OK) {
            assert_int_equal(samples.inputs, files[i].inputs ? 2 : 1);
            assert_int_equal(samples.outputs, files[i].outputs ? 2 : 1);
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
        cmocka_unit_test_setup_teardown(text_files_are_read_whole, set_up, tear_down),
        cmocka_unit_test_setup_teardown(initial_parameters_are_rows_of_neurons, set_up, tear_down),
        cmocka_unit_test_setup_teardown(initial_parameters_come_from_hdf5_too, set_up, tear_down),
        cmocka_unit_test_setup_teardown(other_files_are_refused, set_up, tear_down),
        cmocka_unit_test_setup_teardown(hdf5_files_are_read, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
