// SPDX-License-Identifier: BSD-3-Clause
// What lies within a cap, against a look at every member.
#include "check.h"
#include "core/directions/caps.h"
#include "core/math/rng.h"
#include <stdlib.h>

static const double RADIANS = 3.14159265358979323846 / 180;
enum { BUNDLES = 5, MOST_ROWS = 21 };
enum kind { SPREAD, BUNDLED, OPPOSITE, EQUAL, FAINT, KINDS };

static double normal(int64_t seed, int64_t index, int component)
{
    return dp_normal(seed, DP_STREAM_INPUTS, index, component);
}

/* Neurons in all directions (FAINT: every third with an amplitude that is not a normal number), or in bundles
 * half a degree wide (OPPOSITE: of lines), or in one direction. [rows + 1][count] */
static double *draw(enum kind kind, int rows, int64_t count)
{
    double *columns = malloc((size_t)((rows + 1) * count) * sizeof *columns);
    assert_non_null(columns);
    for (int64_t k = 0; k < count; k++) {
        const double side = kind == OPPOSITE && k % 2 ? -1 : 1,
                     faint = kind == FAINT && k % 3 == 1 ? 1e-160 : 1;
        for (int j = 0; j < rows; j++) {
            const double own = normal(1, k, j), bundle = side * normal(2, k % BUNDLES, j);
            columns[j * count + k] = faint * (kind == SPREAD || kind == FAINT ? own
                                              : kind == EQUAL                 ? normal(2, 0, j)
                                                                              : bundle + 0.01 * own);
        }
        columns[rows * count + k] = faint * exp(normal(3, k, 0));
    }
    return columns;
}

// The sides of all members, one after the other.
struct plain {
    int members;
    double share, mean[MOST_ROWS];
};

static struct plain look_at_all(const struct dp_members *m, const double *centre, double cosine, bool lines)
{
    struct plain plain = {0};
    for (int64_t k = 0; k < m->count; k++) {
        double along = 0;
        for (int j = 0; j < m->rows; j++)
            along += centre[j] * m->vector[j * m->count + k];
        const double deep = cosine * m->amplitude[k], side = along < 0 ? -1 : 1;
        if ((lines ? fabs(along) : along) < deep)
            continue;
        plain.members++;
        plain.share += m->amplitude[k] / m->total;
        for (int j = 0; j < m->rows; j++)
            plain.mean[j] += side * m->vector[j * m->count + k];
    }
    return plain;
}

static int members_within(const struct dp_within *within)
{
    int members = 0;
    for (int i = 0; i < within->count * DP_CAPS_BLOCK; i++)
        members += within->side[i] != 0;
    return members;
}

// A centre anywhere, on a member, or so far from it that it lies on the rim of the cap, just within.
static void place_centre(const struct dp_members *m, int64_t trial, double cosine, double *centre)
{
    double across[MOST_ROWS], along = 0;
    const int64_t k = trial * 7919 % m->count;
    for (int j = 0; j < m->rows; j++) {
        centre[j] = trial % 3 == 0 ? normal(4, trial, j) : m->vector[j * m->count + k];
        across[j] = normal(5, trial, j);
    }
    dp_normalise(centre, m->rows);
    for (int j = 0; j < m->rows; j++)
        along += centre[j] * across[j];
    for (int j = 0; j < m->rows; j++)
        across[j] -= along * centre[j];
    dp_normalise(across, m->rows);
    for (int j = 0; j < m->rows && trial % 3 == 2; j++)
        centre[j] = (cosine + 1e-9) * centre[j] + sqrt(1 - (cosine + 1e-9) * (cosine + 1e-9)) * across[j];
    dp_normalise(centre, m->rows);
}

static void compare_caps(const struct dp_members *members, double radius)
{
    static struct dp_within within;
    struct dp_caps caps;
    const double cosine = cos(radius * RADIANS);
    assert_int_equal(dp_caps_create(members, cosine, &caps, NULL), DP_OK);
    for (int64_t trial = 0; trial < 120; trial++) {
        const bool lines = trial % 2 == 1;
        double centre[MOST_ROWS], mean[MOST_ROWS];
        place_centre(&caps.members, trial, cosine, centre);
        const struct plain plain = look_at_all(&caps.members, centre, cosine, lines);
        const double share = dp_caps_look(&caps, centre, lines, &within);
        assert_int_equal(members_within(&within), plain.members);
        assert_near(share, plain.share, 1e-12);
        dp_caps_mean(&caps, &within, mean);
        for (int j = 0; j < members->rows; j++)
            assert_near(mean[j], plain.mean[j], 1e-12 * members->total);
    }
    dp_caps_free(&caps);
}

static void blocks_lose_no_member_and_add_none(void **state)
{
    (void)state;
    static const int rows[] = {3, 6, MOST_ROWS}, count[] = {1, 2, 15, 16, 17, 100, 300, 2048, 5000};
    static const double radius[] = {0.5, 5, 20, 45};
    for (enum kind kind = SPREAD; kind < KINDS; kind++)
        for (int r = 0; r < 3; r++)
            for (int c = 0; c < 9; c++) {
                double *columns = draw(kind, rows[r], count[c]);
                struct dp_members members;
                assert_int_equal(dp_members_neurons(&(struct dp_neurons){columns, count[c], rows[r] - 1, 1},
                                                    0, &members, NULL),
                                 DP_OK);
                for (int i = 0; i < 4; i++)
                    compare_caps(&members, radius[i]);
                dp_members_free(&members);
                free(columns);
            }
}

// Zero lies in every cap by its product with the centre, and must not count.
static void members_without_amplitude_are_in_no_cap(void **state)
{
    (void)state;
    static struct dp_within within;
    double amplitude[] = {1, 0, 2}, vector[3 * 3] = {1, 0, 2};
    const struct dp_members members = {
        .rows = 3, .count = 3, .amplitude = amplitude, .vector = vector, .total = 3};
    struct dp_caps caps;
    assert_int_equal(dp_caps_create(&members, cos(5 * RADIANS), &caps, NULL), DP_OK);
    for (int lines = 0; lines < 2; lines++) {
        assert_near(dp_caps_look(&caps, (const double[]){1, 0, 0}, lines, &within), 1, 0);
        assert_int_equal(members_within(&within), 2);
        assert_near(dp_caps_look(&caps, (const double[]){0, 1, 0}, lines, &within), 0, 0);
        assert_int_equal(members_within(&within), 0);
    }
    dp_caps_free(&caps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_lose_no_member_and_add_none),
        cmocka_unit_test(members_without_amplitude_are_in_no_cap),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
