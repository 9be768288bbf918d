// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/inputs.h"
#include "dewpoint/json.h"
#include "dewpoint/store.h"
#include "verbs/verbs.h"
#include <stdlib.h>
#include <string.h>

/* Floating-point operations a second on one core, for an order of magnitude: small runs reach less, wide ones
 * more, and a run that reaches its stop_loss early does less than its estimate. */
static const double speed = 2e10;
static const int64_t most_samples = 1000000;

/* The operations of the sweep; of a huge one, estimated from every so many-th run. */
static double operations(const struct dp_sweep *sweep, const struct dp_inputs *inputs)
{
    const int64_t stride = 1 + sweep->runs / most_samples;
    double sum = 0;
    int64_t samples = 0;
    for (int64_t row = 0; row < sweep->runs; row += stride, samples++) {
        struct dp_run run;
        dp_sweep_run(sweep, row, &run);
        sum += dp_run_cost(&run, dp_inputs_data(inputs, &run));
    }
    return sum * ((double)sweep->runs / (double)samples);
}

static const char *hours(double seconds, char text[static 32])
{
    if (seconds < 1)
        snprintf(text, 32, "less than a second");
    else if (seconds < 120)
        snprintf(text, 32, "%.2g s", seconds);
    else if (seconds < 7200)
        snprintf(text, 32, "%.2g min", seconds / 60);
    else if (seconds < 172800)
        snprintf(text, 32, "%.2g h", seconds / 3600);
    else
        snprintf(text, 32, "%.3g days", seconds / 86400);
    return text;
}

static void write_json(const struct dp_sweep *sweep, const struct dp_inputs *inputs, double bytes,
                       double work)
{
    struct dp_json json = {.out = stdout};
    dp_json_open(&json, '{');
    dp_json_member_text(&json, "sweep", sweep->name);
    dp_json_member_text(&json, "digest", sweep->digest);
    dp_json_member_whole(&json, "runs", sweep->runs);
    dp_json_name(&json, "axes");
    dp_json_open(&json, '{');
    for (int i = 0; i < sweep->axis_count; i++)
        dp_json_member_whole(&json, sweep->axes[i].key->name, sweep->axes[i].count);
    dp_json_close(&json, '}');
    dp_json_member_text(&json, "data", inputs->read ? inputs->read : "");
    dp_json_member_text(&json, "warnings", sweep->warnings);
    dp_json_member_number(&json, "store_bytes", bytes);
    dp_json_member_number(&json, "operations", work);
    dp_json_member_number(&json, "core_seconds", work / speed);
    dp_json_close(&json, '}');
    putchar('\n');
}

int dp_verb_plan(const struct dp_arguments *a)
{
    struct dp_error error = {0};
    struct dp_sweep sweep = {0};
    struct dp_inputs inputs = {0};
    enum dp_status status = dp_sweep_read(a->words[0], a->sets, a->set_count, &sweep, &error);
    if (status == DP_OK)
        status = dp_inputs_read(&sweep, &inputs, &error);
    if (status == DP_OK)
        status = dp_inputs_fit(&sweep, &inputs, &error);
    if (status == DP_OK) {
        char text[32];
        const int64_t bytes = dp_store_size(&sweep, dp_inputs_shape(&inputs));
        dp_sweep_print_warnings(&sweep, stderr);
        dp_print_lines(stderr, "warning: ", inputs.warned);
        const double work = operations(&sweep, &inputs);
        if (a->as_json) {
            write_json(&sweep, &inputs, (double)bytes, work);
            goto done;
        }
        dp_sweep_print(&sweep, stdout);
        dp_print_lines(stdout, "data: ", inputs.read);
        printf("store: %s\n", dp_bytes_text((double)bytes, text));
        printf("work: about %.2g operations, %s on one core at %.1g a second\n", work,
               hours(work / speed, text), speed);
    }
done:
    dp_inputs_free(&inputs);
    dp_sweep_free(&sweep);
    return status == DP_OK ? 0 : dp_report(&error);
}
