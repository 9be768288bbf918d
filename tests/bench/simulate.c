// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/farm/effort.h"
#include "dewpoint/farm/simulation.h"
#include "dewpoint/store/store.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a policy is worth, on a virtual clock: Q, the ideal time over the makespan.
 *
 *   simulate               a sweep over 12 widths from 50 to 10^6, about 20 runs a rank
 *   simulate SWEEP STORE   the runs of a finished store, with the times that they took
 *
 *   simulate dispatch      runs of 1 ms, 5 seconds of work a rank: where does one dispatcher saturate?
 *
 * Messages take 20 us each way, the dispatcher 2 us, and a chunk .2 ms beside its training. */

enum { WIDTHS = 12, RUNS_A_RANK = 20, TRIALS = 5, RANKS = 5 };
static const int rank_counts[RANKS] = {2, 8, 64, 512, 2048};
static const double grain = .02;

static uint64_t random_bits(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

// About normal with mean 0 and variance 1 (Irwin-Hall).
static double random_normal(uint64_t *state)
{
    double sum = -6;
    for (int k = 0; k < 12; k++)
        sum += (double)(random_bits(state) >> 11) * 0x1p-53;
    return sum;
}

/* The runs: what the scheduler is told of them, and what they take. */
struct runs {
    int64_t count;
    struct dp_effort *efforts;
    double *seconds, *evaluations;
};

static struct dp_effort effort_of(int64_t row, void *context)
{
    return ((const struct runs *)context)->efforts[row];
}

/* Rows that train together were timed together, so their times add up. */
static double train(int64_t first, int64_t count, double *evaluations, void *context)
{
    const struct runs *runs = context;
    double sum = 0;
    for (int64_t i = first; i < first + count; i++) {
        sum += runs->seconds[i];
        *evaluations += runs->evaluations[i];
    }
    return sum;
}

static void *allocate(int64_t count, size_t size)
{
    void *const memory = calloc((size_t)count, size);
    if (!memory)
        exit(1);
    return memory;
}

static void allocate_runs(struct runs *runs, int64_t count)
{
    runs->count = count;
    runs->efforts = allocate(count, sizeof *runs->efforts);
    runs->seconds = allocate(count, sizeof *runs->seconds);
    runs->evaluations = allocate(count, sizeof *runs->evaluations);
}

static void free_runs(struct runs *runs)
{
    free(runs->efforts);
    free(runs->seconds);
    free(runs->evaluations);
}

static void check(enum dp_status status, const struct dp_error *error)
{
    if (status == DP_OK)
        return;
    fprintf(stderr, "simulate: %s\n", error->text);
    exit(1);
}

static struct dp_simulated simulate(const struct runs *runs, int ranks, enum dp_policy policy, double spread,
                                    uint64_t seed)
{
    struct dp_error error = {0};
    struct dp_scheduler *scheduler;
    struct dp_simulated result;
    double *const speeds = allocate(ranks, sizeof *speeds);
    for (int i = 0; i < ranks; i++)
        speeds[i] = fmax(.2, 1 + spread * random_normal(&seed));
    const struct dp_scheduler_options options = {ranks, grain, policy};
    check(dp_scheduler_create(runs->count, NULL, effort_of, (void *)runs, &options, &scheduler, &error),
          &error);
    const struct dp_simulation simulation = {.ranks = ranks,
                                             .speeds = speeds,
                                             .latency = 20e-6,
                                             .service = 2e-6,
                                             .overhead = 2e-4,
                                             .train = train,
                                             .context = (void *)runs};
    check(dp_simulate(&simulation, scheduler, &result, &error), &error);
    dp_scheduler_free(scheduler);
    free(speeds);
    return result;
}

static double efficiency(const struct runs *runs, int ranks, enum dp_policy policy, double spread,
                         uint64_t seed)
{
    const struct dp_simulated result = simulate(runs, ranks, policy, spread, seed);
    return dp_simulated_efficiency(&result, ranks);
}

/* Where the time of the ranks goes. */
static void print_parts(const struct runs *runs)
{
    printf("\n%-10s%10s%10s%10s%10s%10s%10s%10s\n", "lpt", "makespan", "longest", "chunks", "work", "beside",
           "waiting", "tail");
    for (int r = 0; r < RANKS; r++) {
        const struct dp_simulated s = simulate(runs, rank_counts[r], DP_LPT, 0, 1);
        const double all = s.makespan * rank_counts[r] / 100;
        printf("%-10d%8.3g s%8.3g s%10lld%9.1f%%%9.1f%%%9.1f%%%9.1f%%\n", rank_counts[r], s.makespan,
               s.longest, (long long)s.chunks, s.work / all, s.overhead / all, s.waiting / all, s.tail / all);
    }
}

static int by_value(const void *left, const void *right)
{
    const double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static double median_of_widths(int ranks, enum dp_policy policy, double spread, double error)
{
    double values[TRIALS];
    for (int t = 0; t < TRIALS; t++) {
        struct runs runs;
        uint64_t seed = (uint64_t)t + 1;
        allocate_runs(&runs, (int64_t)ranks * RUNS_A_RANK);
        for (int64_t i = 0; i < runs.count; i++) {
            const double cost = 500 * 50 * pow(20000, (double)(i * WIDTHS / runs.count) / (WIDTHS - 1));
            runs.efforts[i] = (struct dp_effort){.operations = cost, .together = 1};
            runs.seconds[i] = cost * 2e-9 * fmax(.1, 1 + error * random_normal(&seed));
        }
        values[t] = efficiency(&runs, ranks, policy, spread, seed);
        free_runs(&runs);
    }
    qsort(values, TRIALS, sizeof *values, by_value);
    return values[TRIALS / 2];
}

static void print_head(const char *first)
{
    printf("%-32s", first);
    for (int p = 0; p < DP_POLICIES; p++)
        printf("%10s", dp_policy_names[p]);
    printf("\n");
}

static void print_widths(void)
{
    static const struct {
        const char *name;
        double spread, error;
    } cases[] = {{"equal speeds", 0, 0},
                 {"spread of speeds 20 %", .2, 0},
                 {"spread of speeds 50 %", .5, 0},
                 {"costs 30 % off", 0, .3},
                 {"both, 20 % and 30 %", .2, .3}};
    for (size_t c = 0; c < sizeof cases / sizeof *cases; c++) {
        print_head(cases[c].name);
        for (int r = 0; r < RANKS; r++) {
            printf("  %-30d", rank_counts[r]);
            for (int p = 0; p < DP_POLICIES; p++)
                printf("%10.3f",
                       median_of_widths(rank_counts[r], (enum dp_policy)p, cases[c].spread, cases[c].error));
            printf("\n");
        }
    }
}

static void read_store(const char *sweep_path, const char *path, struct runs *runs)
{
    struct dp_error error = {0};
    struct dp_sweep sweep;
    struct dp_inputs inputs;
    struct dp_store *store;
    struct dp_efforts efforts;
    check(dp_sweep_read(sweep_path, NULL, 0, &sweep, &error), &error);
    check(dp_inputs_read(&sweep, &inputs, &error), &error);
    check(dp_store_open(path, &store, &error), &error);
    allocate_runs(runs, sweep.runs);
    dp_efforts_open(&sweep, &inputs, &efforts);
    for (int64_t i = 0; i < sweep.runs; i++)
        runs->efforts[i] = dp_effort_of_row(i, &efforts);
    check(dp_store_read(store, "wall_time", 0, sweep.runs, runs->seconds, &error), &error);
    check(dp_store_read(store, "evaluations", 0, sweep.runs, runs->evaluations, &error), &error);
    check(dp_store_close(store, &error), &error);
    dp_inputs_free(&inputs);
    dp_sweep_free(&sweep);
}

/* A node with a dispatcher of its own is one rank to rank 0: as fast as its ranks together, with chunks for
 * all of them. */
enum { NODE = 64, SHORT_RUNS = 5000 };

static struct dp_effort short_effort(int64_t row, void *context)
{
    (void)row;
    (void)context;
    return (struct dp_effort){.operations = 1e7, .together = 1, .alike = INT64_MAX};
}

static double train_short(int64_t first, int64_t count, double *evaluations, void *context)
{
    (void)first;
    (void)evaluations;
    return 1e-3 * (double)count / *(const double *)context;
}

static struct dp_simulated dispatch(int ranks, int node, double chunk, double service)
{
    struct dp_error error = {0};
    struct dp_scheduler *scheduler;
    struct dp_simulated result;
    const int asking = ranks / node;
    double speed = node;
    const struct dp_scheduler_options options = {asking, chunk, DP_LPT};
    check(dp_scheduler_create((int64_t)ranks * SHORT_RUNS, NULL, short_effort, NULL, &options, &scheduler,
                              &error),
          &error);
    const struct dp_simulation simulation = {.ranks = asking,
                                             .latency = 20e-6,
                                             .service = service,
                                             .overhead = 2e-4,
                                             .train = train_short,
                                             .context = &speed};
    check(dp_simulate(&simulation, scheduler, &result, &error), &error);
    dp_scheduler_free(scheduler);
    return result;
}

static void print_dispatch(void)
{
    static const double services[] = {2e-6, 10e-6};
    for (int i = 0; i < 2; i++) {
        printf("service %2.0f us %18s%18s%20s\n", 1e6 * services[i], "chunks of 20 ms", "of ranks x 50 us",
               "dispatcher a node");
        for (int ranks = 256; ranks <= 16384; ranks *= 4) {
            const struct dp_simulated one = dispatch(ranks, 1, grain, services[i]);
            const struct dp_simulated longer = dispatch(ranks, 1, dp_scheduler_grain(ranks), services[i]);
            const struct dp_simulated nodes = dispatch(ranks, NODE, grain, services[i]);
            printf("%8d ranks %16.3f%18.3f%20.3f\n", ranks, SHORT_RUNS * 1e-3 / one.makespan,
                   SHORT_RUNS * 1e-3 / longer.makespan, SHORT_RUNS * 1e-3 / nodes.makespan);
        }
    }
}

int main(int argc, char **argv)
{
    if (argc == 1) {
        print_widths();
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "dispatch") == 0) {
        print_dispatch();
        return 0;
    }
    if (argc != 3) {
        fprintf(stderr, "usage: simulate [dispatch | SWEEP STORE]\n");
        return 2;
    }
    struct runs runs;
    read_store(argv[1], argv[2], &runs);
    print_head("ranks");
    for (int r = 0; r < RANKS; r++) {
        printf("  %-30d", rank_counts[r]);
        for (int p = 0; p < DP_POLICIES; p++)
            printf("%10.3f", efficiency(&runs, rank_counts[r], (enum dp_policy)p, 0, 1));
        printf("\n");
    }
    print_parts(&runs);
    free_runs(&runs);
    return 0;
}
