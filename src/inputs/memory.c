// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/inputs/inputs.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Whether the runs fit the memory of this machine, checked before any work. Their need is a lower bound, so
 * that no run is refused that could be trained. */

static const int64_t most_asked = 1000000; // runs

/* The number in a file; INFINITY when there is none ("max"). */
static double read_number(const char *path)
{
    double number = INFINITY;
    FILE *file = fopen(path, "r");
    if (!file)
        return INFINITY;
    if (fscanf(file, "%lf", &number) != 1)
        number = INFINITY;
    fclose(file);
    return number;
}

/* The least of the limits in a directory of control groups and in those above it. */
static double limit_upwards(const char *root, char *group, const char *file)
{
    char path[1200];
    double least = INFINITY;
    for (char *end = group + strlen(group); end; end = strrchr(group, '/')) {
        *end = '\0';
        snprintf(path, sizeof path, "%s%s/%s", root, group, file);
        least = fmin(least, read_number(path));
    }
    return least;
}

/* What the control groups of this process allow. A line of the file is number:controllers:group, without
 * controllers in version 2. */
static double control_group_limit(void)
{
    char line[1024];
    double least = INFINITY;
    FILE *file = fopen("/proc/self/cgroup", "r");
    while (file && fgets(line, sizeof line, file)) {
        char *const controllers = strchr(line, ':'), *const group =
                                                         controllers ? strchr(controllers + 1, ':') : NULL;
        if (!group)
            continue;
        group[0] = '\0';
        group[1 + strcspn(group + 1, "\n")] = '\0';
        if (!controllers[1])
            least = fmin(least, limit_upwards("/sys/fs/cgroup", group + 1, "memory.max"));
        else if (strstr(controllers, "memory"))
            least = fmin(least, limit_upwards("/sys/fs/cgroup/memory", group + 1, "memory.limit_in_bytes"));
    }
    if (file)
        fclose(file);
    return least;
}

static double machine_memory(void)
{
    const double pages = (double)sysconf(_SC_PHYS_PAGES), page = (double)sysconf(_SC_PAGE_SIZE);
    const double all = pages > 0 && page > 0 ? pages * page : INFINITY;
    return fmin(all, control_group_limit());
}

/* The points of a run's curve. For a long run only the evenly spaced points are counted, because counting all
 * would need a check of each step. */
static double curve_points(const struct dp_run *run, const struct dp_samples *data)
{
    const double even =
        run->curve_every > 0 ? (double)dp_run_most_steps(run, data) / (double)run->curve_every : 0;
    if (!dp_run_keeps_curve(run))
        return 0;
    return even > 1e5 ? even : (double)dp_run_curve_capacity(run);
}

/* What a run needs at once: to train, and for what the store keeps of it. */
struct need {
    double training, kept;
};

static struct need need_of(const struct dp_sweep *sweep, const struct dp_inputs *inputs, int64_t row,
                           const struct dp_run *run)
{
    const struct dp_samples *const data = dp_inputs_data(inputs, run);
    const double points = curve_points(run, data);
    const double parameters =
        (double)run->width * (double)(dp_run_inputs(run, data) + 1 + dp_run_outputs(run, data));
    struct need need = {dp_run_memory(run, data), points * sizeof(struct dp_curve_point)};
    if (dp_sweep_keeps(sweep, row, DP_KEEP_WEIGHTS))
        need.kept += 2 * parameters * sizeof(double);
    if (dp_sweep_keeps(sweep, row, DP_KEEP_TRAJECTORIES))
        need.kept += points * parameters * sizeof(double);
    return need;
}

double dp_inputs_memory(const struct dp_sweep *sweep, const struct dp_inputs *inputs, int64_t row,
                        double *kept)
{
    struct dp_run run;
    dp_sweep_run(sweep, row, &run);
    *kept = need_of(sweep, inputs, row, &run).kept;
    return dp_run_memory_at_most(&run, dp_inputs_data(inputs, &run)) * (double)dp_run_companions(&run);
}

enum dp_status dp_inputs_fit(const struct dp_sweep *sweep, const struct dp_inputs *inputs,
                             struct dp_error *error)
{
    const double memory = machine_memory(), GB = 1e9;
    const int64_t stride = 1 + sweep->runs / most_asked;
    for (int64_t row = sweep->runs - 1; row >= 0; row -= stride) { // the widest networks come last
        struct dp_run run;
        dp_sweep_run(sweep, row, &run);
        const struct need need = need_of(sweep, inputs, row, &run);
        if (need.training + need.kept > memory)
            return dp_fail(
                error, DP_BAD_INPUT,
                "run %lld, of width %lld, cannot fit: training takes at least %.3g GB, its curve and kept "
                "parameters take %.3g GB, and this machine has %.3g GB",
                (long long)row, (long long)run.width, need.training / GB, need.kept / GB, memory / GB);
    }
    return DP_OK;
}
