// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "dewpoint/store/open.h"
#include "store/directory.h"
#include "store/store_tools.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char small[] = "name: small\n"
                            "model: {activation: relu}\n"
                            "train: {max_steps: 1000}\n"
                            "axes:\n"
                            "  gamma: [0.5, 1, 1.75]\n"
                            "  width: [10, 20]\n"
                            "  seed: {repeat: 4}\n";

static const char rich[] = "name: rich\n"
                           "train: {method: gd, max_steps: 100}\n"
                           "observe: {curve_ratio: 2}\n"
                           "store: {weights: all}\n"
                           "axes:\n"
                           "  activation: [relu, tanh, softplus]\n"
                           "  antisymmetric: [false, true]\n"
                           "  learning_rate: [0.1, 0.2]\n"
                           "  width: [4, 6]\n"
                           "  seed: {repeat: 2}\n";

static void create(const char *text, struct dp_sweep *sweep)
{
    struct dp_error error = {0};
    sweep_of_text(text, sweep);
    const enum dp_status status = dp_store_create(path, sweep, 0, &provenance_of_test, &error);
    if (status != DP_OK)
        print_error("%s", error.text);
    assert_int_equal(status, DP_OK);
}

/* Writes all rows of a sweep in batches of five, with MPI but alone. */
static void write_all(const struct dp_sweep *sweep)
{
    struct dp_error error = {0};
    struct dp_store *store;
    assert_int_equal(dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error), DP_OK);
    for (int64_t first = 0; first < sweep->runs; first += 5) {
        const int64_t count = sweep->runs - first < 5 ? sweep->runs - first : 5;
        struct dp_record records[5];
        struct dp_trace traces[5];
        for (int64_t i = 0; i < count; i++) {
            struct dp_run run;
            dp_sweep_run(sweep, first + i, &run);
            records[i] = record_of_row(first + i);
            traces[i] = trace_of_row(first + i, run.width, dp_run_inputs(&run, NULL) + 2);
        }
        assert_int_equal(dp_store_write(store, sweep, first, count, records, traces, &error), DP_OK);
        for (int64_t i = 0; i < count; i++)
            free_trace(&traces[i]);
    }
    assert_int_equal(dp_store_close(store, &error), DP_OK);
}

static struct dp_store *open_store(void)
{
    struct dp_error error = {0};
    struct dp_store *store;
    const enum dp_status status = dp_store_open(path, &store, &error);
    if (status != DP_OK)
        print_error("%s", error.text);
    assert_int_equal(status, DP_OK);
    return store;
}

static double value(const struct dp_store *store, const char *column, int64_t row)
{
    double number;
    assert_int_equal(dp_store_read(store, column, row, 1, &number, NULL), DP_OK);
    return number;
}

static void a_new_store_holds_coordinates_and_no_results(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create(small, &sweep);
    struct dp_store *store = open_store();
    assert_int_equal(dp_store_runs(store), 24);
    for (int64_t row = 0; row < 24; row++) {
        struct dp_run run;
        dp_sweep_run(&sweep, row, &run);
        assert_true(value(store, "run", row) == (double)row);
        assert_true(value(store, "gamma", row) == run.gamma);
        assert_true(value(store, "gamma_prime", row) == run.gamma_prime);
        assert_true(value(store, "width", row) == (double)run.width);
        assert_true(value(store, "seed", row) == (double)run.seed);
        assert_true(value(store, "multiplicity", row) == 0);
        assert_true(value(store, "status", row) == DP_PENDING);
        assert_true(isnan(value(store, "rd", row)));
        assert_true(isnan(value(store, "steps", row)));
    }
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

/* The cells of a plane are found by their exponents, so these are the given ones to the last bit, not what
 * the logarithms of the scales that follow from them would give. */
static void the_exponents_are_those_that_were_given(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create("axes: {width: [50, 999, 12345], gamma: [0.1, 0.7, 1.1, 1.3], gamma_prime: [-0.3, 0.9]}\n",
           &sweep);
    static const double gamma[] = {0.1, 0.7, 1.1, 1.3}, gamma_prime[] = {-0.3, 0.9};
    struct dp_store *store = open_store();
    for (int64_t row = 0; row < 24; row++) {
        assert_true(value(store, "gamma", row) == gamma[row / 2 % 4]);
        assert_true(value(store, "gamma_prime", row) == gamma_prime[row % 2]);
    }
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void seeds_keep_their_64_bits(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create("data: {target: random, samples: 3}\naxes: {data_seed: [7, 9007199254740992]}\n", &sweep); // 2^53
    struct dp_store *store = open_store();
    assert_true(value(store, "data_seed", 0) == 7);
    assert_true(value(store, "data_seed", 1) == 0x1p53);
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void the_columns_stand_in_their_order(void **state)
{
    (void)state;
    static const char *const expected[] = {"run",
                                           "gamma",
                                           "gamma_prime",
                                           "width",
                                           "multiplicity",
                                           "seed",
                                           "activation",
                                           "antisymmetric",
                                           "learning_rate",
                                           "status",
                                           "stop_reason",
                                           "steps",
                                           "evaluations",
                                           "bits",
                                           "flow_error",
                                           "flow_time",
                                           "loss_first",
                                           "loss",
                                           "loss_test",
                                           "loss_rises",
                                           "loss_rise",
                                           "rate_first",
                                           "rate",
                                           "sharpness_first",
                                           "sharpness",
                                           "rd",
                                           "rd_w",
                                           "rd_a",
                                           "active_neurons",
                                           "directions",
                                           "lines",
                                           "uncondensed",
                                           "direction_width",
                                           "prediction",
                                           "directions_predicted",
                                           "lines_predicted",
                                           "directions_matched",
                                           "directions_missed",
                                           "directions_extra",
                                           "directions_faint",
                                           "directions_merged",
                                           "directions_lost",
                                           "angle_error",
                                           "prediction_unseen",
                                           "prediction_pull",
                                           "wall_time",
                                           "rank",
                                           "source",
                                           "checksum"};
    enum { EXPECTED = sizeof expected / sizeof expected[0] };
    struct dp_sweep sweep;
    create(rich, &sweep);
    struct dp_store *store = open_store();
    const char *names[100];
    assert_true(dp_store_columns(store, names, 100) > EXPECTED);
    for (int i = 0; i < EXPECTED; i++)
        assert_string_equal(names[i], expected[i]);
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void what_was_written_is_read_back_bit_for_bit(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create(small, &sweep);
    write_all(&sweep);
    struct dp_store *store = open_store();
    for (int64_t row = 0; row < 24; row++) {
        const struct dp_record r = record_of_row(row);
        assert_true(value(store, "status", row) == (double)r.status);
        assert_true(value(store, "steps", row) == (double)r.steps);
        assert_true(value(store, "rd_w", row) == r.rd_w);
        assert_true(value(store, "rd_a", row) == r.rd_a);
        assert_true(value(store, "rank", row) == (double)r.rank);
        assert_true(isnan(r.flow_time) ? isnan(value(store, "flow_time", row))
                                       : value(store, "flow_time", row) == r.flow_time);
    }
    int64_t wrong, first_wrong;
    assert_int_equal(dp_store_verify(store, &wrong, &first_wrong, NULL), DP_OK);
    assert_int_equal(wrong, 0);
    assert_int_equal(first_wrong, -1);
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void curves_and_weights_are_kept(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create(rich, &sweep);
    write_all(&sweep);
    struct dp_store *store = open_store();
    int64_t rows, points, neurons, components;
    dp_store_shape(store, "curve_rd", &rows, &points);
    dp_store_shape(store, "weights_last", &neurons, &components);
    assert_int_equal(rows, 48);
    assert_int_equal(neurons, 24 * 4 + 24 * 6);
    assert_int_equal(components, 3);
    double curve[64], weights[3];
    assert_true(points >= TEST_POINTS && points <= 64);
    assert_int_equal(dp_store_read(store, "curve_rd_w", 30, 1, curve, NULL), DP_OK);
    assert_true(curve[2] == 15 && isnan(curve[3]));
    const int64_t first = (int64_t)value(store, "weights_offset", 30);
    assert_true(value(store, "weights_row_size", 30) == value(store, "width", 30));
    assert_int_equal(dp_store_read(store, "weights_last", first + 1, 1, weights, NULL), DP_OK);
    assert_true(weights[0] == -(30 + 3.0 / 1024) && weights[2] == -(30 + 5.0 / 1024));
    int64_t wrong, first_wrong;
    assert_int_equal(dp_store_verify(store, &wrong, &first_wrong, NULL), DP_OK);
    assert_int_equal(wrong, 0);
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

/* A run has a place in the ragged columns exactly when its condition holds. */
static void some_runs_keep_their_neurons(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create("train: {method: gd, max_steps: 100}\n"
           "observe: {curve_ratio: 2}\n"
           "store: {weights: seed == 1, trajectories: width == 6 and seed < 2}\n"
           "axes: {width: [4, 6], seed: {repeat: 3}}\n",
           &sweep);
    write_all(&sweep);
    struct dp_store *store = open_store();
    struct dp_run run;
    dp_sweep_run(&sweep, 3, &run);
    const int64_t capacity = dp_run_curve_capacity(&run);
    int64_t neurons, along, components;
    dp_store_shape(store, "weights_first", &neurons, &components);
    dp_store_shape(store, "weights_along", &along, &components);
    assert_int_equal(neurons, 4 + 6);
    assert_int_equal(along, 2 * 6 * capacity);
    assert_int_equal(components, 3);
    static const double sizes[] = {0, 4, 0, 0, 6, 0}, offsets[] = {0, 0, 4, 4, 4, 10};
    for (int64_t row = 0; row < 6; row++) {
        assert_true(value(store, "weights_row_size", row) == sizes[row]);
        assert_true(value(store, "weights_offset", row) == offsets[row]);
        assert_true(value(store, "along_row_size", row) ==
                    (row == 3 || row == 4 ? 6.0 * (double)capacity : 0));
    }
    double weights[3];
    const int64_t first = (int64_t)value(store, "along_offset", 4);
    assert_int_equal(first, 6 * capacity);
    // the third neuron at the second point, the last neuron at the last point, and nothing beyond
    assert_int_equal(dp_store_read(store, "weights_along", first + 6 + 2, 1, weights, NULL), DP_OK);
    assert_true(weights[0] == 4000 + (6 + 2) * 3 / 1024.0);
    assert_int_equal(dp_store_read(store, "weights_along", first + 6 * TEST_POINTS - 1, 1, weights, NULL),
                     DP_OK);
    assert_true(weights[2] == 4000 + (18 * TEST_POINTS - 1) / 1024.0);
    assert_int_equal(dp_store_read(store, "weights_along", first + 6 * TEST_POINTS, 1, weights, NULL), DP_OK);
    assert_true(isnan(weights[0]) && isnan(weights[2]));
    int64_t wrong, first_wrong;
    assert_int_equal(dp_store_verify(store, &wrong, &first_wrong, NULL), DP_OK);
    assert_int_equal(wrong, 0);
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void a_condition_that_never_holds_keeps_nothing(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create("store: {weights: seed > 5}\naxes: {seed: {repeat: 3}}\nmodel: {width: 4}\n", &sweep);
    struct dp_store *store = open_store();
    assert_false(dp_store_has(store, "weights_first") || dp_store_has(store, "weights_inputs"));
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void flags_have_names(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create(rich, &sweep);
    struct dp_store *store = open_store();
    assert_string_equal(dp_store_flag(store, "status", 3), "step_limit");
    assert_string_equal(dp_store_flag(store, "activation", DP_SOFTPLUS), "softplus");
    assert_string_equal(dp_store_flag(store, "antisymmetric", 1), "true");
    assert_null(dp_store_flag(store, "status", 5));
    assert_null(dp_store_flag(store, "status", -1));
    assert_null(dp_store_flag(store, "rd", 0));
    assert_string_equal(dp_store_unit(store, "wall_time"), "s");
    assert_true(strlen(dp_store_meaning(store, "rd_w")) > 0);
    assert_string_equal(dp_store_text(store, "title"), "rich");
    assert_string_equal(dp_store_text(store, "sweep_yaml"), rich);
    assert_string_equal(dp_store_text(store, "nothing"), "");
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void a_file_of_samples_is_a_flag_with_its_exact_name(void **state)
{
    (void)state;
    char first[160], second[160], text[600];
    snprintf(first, sizeof first, "%s/some data.csv", directory);
    snprintf(second, sizeof second, "%s/b.csv", directory);
    for (int i = 0; i < 2; i++) {
        FILE *file = fopen(i ? second : first, "w");
        fputs("1,2\n3,4\n", file);
        fclose(file);
    }
    snprintf(text, sizeof text,
             "data: {target: file}\naxes:\n  file: [\"%s\", \"%s\"]\n  seed: {repeat: 2}\n", first, second);
    struct dp_sweep sweep;
    create(text, &sweep);
    struct dp_store *store = open_store();
    for (int64_t row = 0; row < 4; row++) {
        struct dp_run run;
        dp_sweep_run(&sweep, row, &run);
        assert_string_equal(dp_store_flag(store, "file", (int64_t)value(store, "file", row)), run.file);
    }
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void an_unknown_column_gets_a_suggestion(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    create(small, &sweep);
    struct dp_store *store = open_store();
    double number;
    assert_int_equal(dp_store_read(store, "loss_tset", 0, 1, &number, &error), DP_BAD_INPUT);
    assert_non_null(strstr(error.text, "did you mean \"loss_test\"?"));
    assert_int_equal(dp_store_read(store, "loss", 20, 5, &number, &error), DP_INTERNAL);
    dp_store_close(store, NULL);
    dp_sweep_free(&sweep);
}

static void what_stands_there_is_never_replaced(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    sweep_of_text(small, &sweep);
    FILE *file = fopen(path, "w");
    fputs("precious", file);
    fclose(file);
    assert_int_equal(dp_store_create(path, &sweep, 0, &provenance_of_test, &error), DP_IO);
    assert_int_equal(error.count, 1);
    char text[16] = "";
    file = fopen(path, "r");
    assert_non_null(fgets(text, sizeof text, file));
    fclose(file);
    assert_string_equal(text, "precious");
    unlink(path);
    assert_true(left_nothing_behind());
    dp_sweep_free(&sweep);
}

static void a_missing_directory_is_an_error(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    sweep_of_text(small, &sweep);
    snprintf(path, sizeof path, "%s/missing/test.h5", directory);
    assert_int_equal(dp_store_create(path, &sweep, 0, &provenance_of_test, &error), DP_IO);
    assert_int_equal(error.count, 1);
    assert_non_null(strstr(error.text, "No such file or directory"));
    dp_sweep_free(&sweep);
}

/* A limit on the size of files refuses writes like a full disk does; in a process of its own, which it
 * outlives. */
static void a_full_disk_leaves_nothing_behind(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    sweep_of_text(small, &sweep);
    for (rlim_t limit = 1000; limit < 40000; limit += 3000) {
        const pid_t child = fork();
        if (child == 0) {
            struct dp_error error = {0};
            signal(SIGXFSZ, SIG_IGN);
            setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, limit});
            const enum dp_status status = dp_store_create(path, &sweep, 0, &provenance_of_test, &error);
            _exit(status == DP_IO && error.count == 1 ? 0 : 1);
        }
        int outcome;
        waitpid(child, &outcome, 0);
        assert_int_equal(outcome, 0);
        assert_true(left_nothing_behind());
    }
    dp_sweep_free(&sweep);
}

// SIGKILL at any moment of the creation: there is no store, or a whole one.
static void a_killed_creation_leaves_no_store_or_a_whole_one(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    sweep_of_text("axes:\n  gamma: {linspace: [0, 1, 100]}\n  seed: {repeat: 200}\n", &sweep);
    int whole = 0, none = 0;
    for (int trial = 0; trial < 60; trial++) {
        const pid_t child = fork();
        if (child == 0)
            _exit(dp_store_create(path, &sweep, 0, &provenance_of_test, NULL) == DP_OK ? 0 : 1);
        nanosleep(&(struct timespec){.tv_nsec = trial * 400000L}, NULL);
        kill(child, SIGKILL);
        waitpid(child, NULL, 0);
        if (access(path, F_OK) == 0) {
            struct dp_store *store = open_store();
            assert_int_equal(dp_store_runs(store), 20000);
            assert_true(value(store, "seed", 19999) == 199);
            dp_store_close(store, NULL);
            unlink(path);
            whole++;
        } else {
            none++;
        }
    }
    print_message("%d whole stores, %d none\n", whole, none);
    assert_true(none > 0);
    dp_sweep_free(&sweep);
}

/* What stands in the file when the store syncs it: the linker leads fdatasync here. */
static int64_t syncs, synced_row = -1;
static bool synced_in_order;

int __real_fdatasync(int file);
int __wrap_fdatasync(int file);
int __wrap_fdatasync(int file)
{
    int outcome = 1;
    syncs++;
    if (synced_row >= 0 && syncs == 1) {
        const pid_t child = fork();
        if (child == 0) { // HDF5 opens the file once in a process
            struct dp_store *store = open_store();
            const struct dp_record r = record_of_row(synced_row);
            _exit(value(store, "status", synced_row) == DP_PENDING &&
                          value(store, "rd_w", synced_row) == r.rd_w
                      ? 0
                      : 1);
        }
        waitpid(child, &outcome, 0);
        synced_in_order = outcome == 0;
    }
    return __real_fdatasync(file);
}

// Without the sync a power cut leaves rows that are called done and are not there.
static void a_row_is_on_the_disk_before_it_is_done(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    struct dp_store *store;
    create(small, &sweep);
    assert_int_equal(dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error), DP_OK);
    const struct dp_record record = record_of_row(9);
    syncs = 0;
    synced_row = 9;
    synced_in_order = false;
    assert_int_equal(dp_store_write(store, &sweep, 9, 1, &record, NULL, &error), DP_OK);
    synced_row = -1;
    assert_int_equal(syncs, 1);
    assert_true(synced_in_order);
    assert_int_equal(dp_store_close(store, &error), DP_OK);
    assert_int_equal(syncs, 2); // the last statuses
    dp_sweep_free(&sweep);
}

// Until a row that is written anew is whole, it is pending: first that, on the disk, then the row.
static void a_row_that_is_written_anew_does_not_count_meanwhile(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    struct dp_store *store;
    create(small, &sweep);
    write_all(&sweep);
    assert_int_equal(dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error), DP_OK);
    const struct dp_record record = record_of_row(9);
    syncs = 0;
    synced_row = 9;
    synced_in_order = false;
    assert_int_equal(dp_store_write(store, &sweep, 9, 1, &record, NULL, &error), DP_OK);
    synced_row = -1;
    assert_int_equal(syncs, 2);
    assert_true(synced_in_order);
    assert_int_equal(dp_store_close(store, &error), DP_OK);
    dp_sweep_free(&sweep);
}

// A neuron is refused where its run's weights are damaged, and the neuron before it, of another run, is not.
static void check_neurons_around(const struct dp_store *store, int64_t run)
{
    double weights[3];
    const int64_t first = (int64_t)value(store, "weights_offset", run);
    assert_int_equal(dp_store_read(store, "weights_last", first - 1, 1, weights, NULL), DP_OK);
    assert_int_equal(dp_store_read(store, "weights_last", first, 1, weights, NULL), DP_IO);
}

// The ends tell of the damaged row as of one that is pending.
static void check_ends(const struct dp_store *store, const struct dp_sweep *sweep, int64_t row)
{
    struct dp_end *const ends = malloc((size_t)sweep->runs * sizeof *ends);
    int64_t damaged = 0;
    assert_int_equal(dp_store_ends(store, 0, sweep->runs, ends, &damaged, NULL), DP_OK);
    assert_true(damaged == 1 && ends[row].status == DP_PENDING && ends[row - 1].status != DP_PENDING);
    free(ends);
}

static void a_changed_byte_is_found(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create(rich, &sweep);
    write_all(&sweep);
    // Row 30's rd_a and its weights hold bytes that stand nowhere else in the file.
    const struct dp_record r = record_of_row(30);
    const double weight = -(30 + 5.0 / 1024);
    const double *const damaged[] = {&r.rd_a, &weight};
    double rd_a;
    for (int i = 0; i < 2; i++) {
        const int file = open(path, O_RDWR);
        const off_t size = lseek(file, 0, SEEK_END);
        unsigned char *bytes = malloc((size_t)size);
        assert_true(pread(file, bytes, (size_t)size, 0) == size);
        off_t place = 0;
        while (place + 8 < size && memcmp(bytes + place, damaged[i], 8) != 0)
            place++;
        assert_true(place + 8 < size);
        bytes[place] ^= 1;
        assert_true(pwrite(file, bytes + place, 1, place) == 1);
        struct dp_store *store = open_store();
        int64_t wrong, first_wrong;
        check_ends(store, &sweep, 30);
        if (damaged[i] == &weight)
            check_neurons_around(store, 30);
        else
            assert_int_equal(dp_store_read(store, "rd_a", 30, 1, &rd_a, NULL), DP_IO);
        assert_int_equal(dp_store_verify(store, &wrong, &first_wrong, NULL), DP_OK);
        assert_int_equal(wrong, 1);
        assert_int_equal(first_wrong, 30);
        dp_store_close(store, NULL);
        bytes[place] ^= 1;
        assert_true(pwrite(file, bytes + place, 1, place) == 1);
        free(bytes);
        close(file);
    }
    dp_sweep_free(&sweep);
}

static void the_predicted_size_is_that_of_the_file(void **state)
{
    (void)state;
    static const char *const texts[] = {small, rich,
                                        "axes:\n  gamma: {linspace: [0, 1, 100]}\n  seed: {repeat: 200}\n"};
    for (int i = 0; i < 3; i++) {
        struct dp_sweep sweep;
        struct stat facts;
        create(texts[i], &sweep);
        assert_int_equal(stat(path, &facts), 0);
        // attributes come in heaps of 4 kB, and what the job says of itself may be a little longer or shorter
        assert_near((double)dp_store_size(&sweep, 0), (double)facts.st_size,
                    0.01 * (double)facts.st_size + 4096);
        unlink(path);
        dp_sweep_free(&sweep);
    }
}

/* Curves take what a store without them does not. */
static void the_size_of_curves_is_told(void **state)
{
    (void)state;
    struct dp_sweep with, without;
    int64_t points;
    sweep_of_text("train: {method: gd, max_steps: 100000}\nobserve: {curve_every: 30}\n", &with);
    sweep_of_text("train: {method: gd, max_steps: 100000}\n", &without);
    const double difference = (double)(dp_store_size(&with, 0) - dp_store_size(&without, 0));
    assert_near((double)dp_store_curves_size(&with, 0, &points), difference, 0.1 * difference);
    assert_int_equal(points, 3335); // steps 0, 30, ..., 99990 and 100000
    assert_int_equal(dp_store_curves_size(&without, 0, &points), 0);
    dp_sweep_free(&with);
    dp_sweep_free(&without);
}

static void a_batch_that_makes_no_sense_is_refused(void **state)
{
    (void)state;
    struct dp_sweep sweep, other;
    struct dp_error error = {0};
    create(small, &sweep);
    sweep_of_text(rich, &other);
    struct dp_store *store;
    struct dp_record record = record_of_row(0);
    assert_int_equal(dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error), DP_OK);
    assert_int_equal(dp_store_write(store, &sweep, 24, 1, &record, NULL, &error), DP_INTERNAL);
    assert_int_equal(dp_store_write(store, &other, 0, 1, &record, NULL, &error), DP_INTERNAL);
    record.status = DP_PENDING;
    assert_int_equal(dp_store_write(store, &sweep, 0, 1, &record, NULL, &error), DP_INTERNAL);
    assert_int_equal(dp_store_close(store, &error), DP_OK);
    dp_sweep_free(&other);
    dp_sweep_free(&sweep);
}

static void another_sweep_is_told_apart_with_what_differs(void **state)
{
    (void)state;
    struct dp_sweep sweep, other;
    struct dp_error error = {0};
    create(small, &sweep);
    assert_int_equal(dp_store_compare(path, &sweep, &error), DP_OK);
    assert_int_equal(error.count, 0);
    sweep_of_text("model: {activation: tanh}\ntrain: {max_steps: 1000}\n"
                  "axes:\n  gamma: [0.5, 1, 1.75]\n  width: [10, 20]\n  seed: {repeat: 4}\n",
                  &other);
    assert_int_equal(dp_store_compare(path, &other, &error), DP_MISMATCH);
    assert_int_equal(error.count, 1);
    assert_non_null(strstr(error.text, "activation is relu in the store, tanh now"));
    dp_sweep_free(&other);
    dp_sweep_free(&sweep);
}

static void what_is_no_store_is_told_so(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    sweep_of_text(small, &sweep);
    assert_int_equal(dp_store_compare(path, &sweep, &error), DP_BAD_INPUT);
    FILE *file = fopen(path, "w");
    fputs("not HDF5", file);
    fclose(file);
    assert_int_equal(dp_store_compare(path, &sweep, &error), DP_BAD_INPUT);
    assert_int_equal(error.count, 2);
    struct dp_store *store;
    assert_int_equal(dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error), DP_IO);
    unlink(path);
    assert_int_equal(dp_store_open_parallel(path, MPI_COMM_SELF, &store, &error), DP_IO);
    dp_sweep_free(&sweep);
}

// Every cut through the file is refused in a sentence, none crashes.
static void a_cut_file_is_refused(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    create(small, &sweep);
    struct stat facts;
    assert_int_equal(stat(path, &facts), 0);
    for (off_t size = facts.st_size - 1; size > 0; size -= 1999) {
        struct dp_error error = {0};
        struct dp_store *store;
        assert_int_equal(truncate(path, size), 0);
        // below the signature's own size it is no HDF5 file at all
        assert_int_equal(dp_store_open(path, &store, &error), size < 8 ? DP_BAD_INPUT : DP_IO);
        assert_int_equal(error.count, 1);
    }
    dp_sweep_free(&sweep);
}

static void restarts_are_noted_in_place(void **state)
{
    (void)state;
    struct dp_sweep sweep;
    struct dp_error error = {0};
    create(small, &sweep);
    struct stat before, after;
    stat(path, &before);
    for (int i = 0; i < 70; i++)
        assert_int_equal(dp_store_restart(path, &provenance_of_test, &error), DP_OK);
    stat(path, &after);
    assert_int_equal(before.st_size, after.st_size);
    write_all(&sweep);
    dp_store_close(open_store(), NULL);
    dp_sweep_free(&sweep);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(int argc, char **argv)
{
    dp_store_prepare();
    MPI_Init(&argc, &argv);
    const struct CMUnitTest tests[] = {
        TEST(a_new_store_holds_coordinates_and_no_results),
        TEST(the_exponents_are_those_that_were_given),
        TEST(seeds_keep_their_64_bits),
        TEST(the_columns_stand_in_their_order),
        TEST(what_was_written_is_read_back_bit_for_bit),
        TEST(curves_and_weights_are_kept),
        TEST(some_runs_keep_their_neurons),
        TEST(a_condition_that_never_holds_keeps_nothing),
        TEST(flags_have_names),
        TEST(a_file_of_samples_is_a_flag_with_its_exact_name),
        TEST(an_unknown_column_gets_a_suggestion),
        TEST(what_stands_there_is_never_replaced),
        TEST(a_missing_directory_is_an_error),
        TEST(a_full_disk_leaves_nothing_behind),
        TEST(a_killed_creation_leaves_no_store_or_a_whole_one),
        TEST(a_row_is_on_the_disk_before_it_is_done),
        TEST(a_row_that_is_written_anew_does_not_count_meanwhile),
        TEST(a_changed_byte_is_found),
        TEST(the_predicted_size_is_that_of_the_file),
        TEST(the_size_of_curves_is_told),
        TEST(a_batch_that_makes_no_sense_is_refused),
        TEST(another_sweep_is_told_apart_with_what_differs),
        TEST(what_is_no_store_is_told_so),
        TEST(a_cut_file_is_refused),
        TEST(restarts_are_noted_in_place),
    };
    const int failed = cmocka_run_group_tests(tests, NULL, NULL);
    MPI_Finalize();
    return failed;
}
