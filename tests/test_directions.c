// SPDX-License-Identifier: BSD-3-Clause
#include "check.h"
#include "core/directions.h"
#include "core/rng.h"
#include <stdbool.h>
#include <stdlib.h>

static const double PI = 3.14159265358979323846;

struct cloud {
    int64_t width;
    double *columns; // [3][width]: weights, biases, amplitudes
};

static struct cloud cloud_of(int64_t width)
{
    const struct cloud cloud = {width, calloc((size_t)width * 3, sizeof(double))};
    assert_non_null(cloud.columns);
    return cloud;
}

static void plant(struct cloud *cloud, int64_t k, double angle, double amplitude)
{
    cloud->columns[k] = cos(angle);
    cloud->columns[cloud->width + k] = sin(angle);
    cloud->columns[2 * cloud->width + k] = amplitude;
}

static void expect(struct cloud *cloud, int64_t directions, int64_t lines)
{
    struct dp_directions count;
    assert_int_equal(dp_directions_count(cloud->columns, cloud->width, 1, &count, NULL), DP_OK);
    assert_int_equal(count.directions, directions);
    assert_int_equal(count.lines, lines);
    free(cloud->columns);
}

// 2 to 8 directions with a degree of noise and an eleventh of the amplitude spread over the circle.
static void planted_directions_are_counted(void **state)
{
    (void)state;
    for (int planted = 2; planted <= 8; planted++) {
        struct cloud cloud = cloud_of(2000);
        for (int64_t k = 0; k < 2000; k++) {
            const double noise = dp_normal(planted, DP_STREAM_INPUTS, k, 0) * PI / 180;
            const double anywhere = dp_uniform(planted, DP_STREAM_TEST, k, 0) * 2 * PI;
            const bool spread = k % 11 == 0;
            plant(&cloud, k, spread ? anywhere : 2 * PI * (double)(k % planted) / planted + noise,
                  k % 2 ? 1 : -1);
        }
        expect(&cloud, planted, planted % 2 ? planted : planted / 2);
    }
}

static void an_even_circle_has_no_directions(void **state)
{
    (void)state;
    struct cloud cloud = cloud_of(3600);
    for (int64_t k = 0; k < 3600; k++)
        plant(&cloud, k, 2 * PI * (double)k / 3600, 1);
    expect(&cloud, 0, 0);
}

static void weak_neurons_do_not_count(void **state)
{
    (void)state;
    struct cloud cloud = cloud_of(100);
    for (int64_t k = 0; k < 100; k++)
        plant(&cloud, k, k < 50 ? 0.3 : 2.0, k < 50 ? 1 : 0.05);
    expect(&cloud, 1, 1);
}

static void a_network_without_amplitude_has_none(void **state)
{
    (void)state;
    struct cloud cloud = cloud_of(10);
    expect(&cloud, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planted_directions_are_counted),
        cmocka_unit_test(an_even_circle_has_no_directions),
        cmocka_unit_test(weak_neurons_do_not_count),
        cmocka_unit_test(a_network_without_amplitude_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
