// SPDX-License-Identifier: BSD-3-Clause
// Results keep their bits while DP_RESULTS_VERSION stays: stores hand rows on by it (store_reuse.h).
#include "check.h"
#include "dewpoint/sweep/keys.h"
#include <stdbool.h>
#include <string.h>

/* FNV-1a over the results of some small runs of every method and activation. Whoever changes them on purpose
 * raises DP_RESULTS_VERSION (run.h), says why in CHANGELOG, and puts the number that the test prints here. */
static const struct {
    int version;
    uint64_t hash;
} expected = {2, UINT64_C(0xbc9e5a19ec0b17aa)};

static uint64_t add(uint64_t hash, double value)
{
    uint64_t bits = 1;
    if (!isnan(value))
        memcpy(&bits, &value, sizeof bits);
    for (int byte = 0; byte < 8; byte++)
        hash = (hash ^ (bits >> (8 * byte) & 0xff)) * UINT64_C(0x100000001b3);
    return hash;
}

static uint64_t add_record(uint64_t hash, const struct dp_record *record)
{
    const double results[] = {(double)record->status,
                              (double)record->stop,
                              (double)record->steps,
                              (double)record->evaluations,
                              record->flow_error,
                              record->flow_time,
                              record->loss_first,
                              record->loss,
                              record->loss_test,
                              record->rate_first,
                              record->rate,
                              record->rd,
                              record->rd_w,
                              record->rd_a,
                              (double)record->directions,
                              (double)record->lines,
                              record->active_neurons,
                              record->direction_width};
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        hash = add(hash, results[i]);
    return hash;
}

static struct dp_run small(enum dp_method_id method, int64_t activation, int64_t inputs)
{
    struct dp_run run = dp_run_defaults();
    run.method = method;
    run.activation = activation;
    run.width = 20;
    run.target = inputs > 1 ? DP_RANDOM : DP_TWO_KINKS;
    run.inputs = inputs;
    run.samples = 6;
    run.stop_loss = 1e-4;
    run.max_steps = 50;
    run.learning_rate = method == DP_GD ? 0 : 0.02;
    run.batch = method == DP_SGD ? 3 : 0;
    run.seed = 7;
    return run;
}

static void results_keep_their_bits_or_the_version_goes_up(void **state)
{
    (void)state;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int method = 0; dp_method_names[method]; method++)
        for (int64_t activation = 0; dp_activation_names[activation]; activation++)
            for (int64_t inputs = 1; inputs <= 2; inputs++) {
                const struct dp_run run = small((enum dp_method_id)method, activation, inputs);
                struct dp_record record;
                if (dp_run_check(&run, NULL) != DP_OK)
                    continue;
                assert_int_equal(dp_run_execute(&run, NULL, NULL, &record, NULL, NULL), DP_OK);
                hash = add_record(hash, &record);
            }
    if (DP_RESULTS_VERSION != expected.version || hash != expected.hash)
        fail_msg("results version %d has the hash 0x%016llx; expected are %d and 0x%016llx",
                 DP_RESULTS_VERSION, (unsigned long long)hash, expected.version,
                 (unsigned long long)expected.hash);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(results_keep_their_bits_or_the_version_goes_up)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
