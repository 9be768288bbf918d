// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/output.h"
#include "verbs/verbs.h"
#include <stdio.h>
#include <string.h>

/* dewpoint VERB ...: the verbs below, and every program called dewpoint-VERB, as git does it. */

static const struct dp_verb verbs[] = {
    // name, operands, options, words, function, meaning, more
    {"run", "FILE", "osipqrReabgkfx", 1, dp_verb_run,
     "train the runs of a sweep file into a store, or resume one",
     "Runs on one process, or on many under mpirun or srun. A store of the same sweep is resumed, one of "
     "another\n"
     "sweep is refused, or grows with --extend. A run that agrees in parameters and data with a finished row "
     "of\n"
     "the store, or of those of --reuse, is copied, which leaves the same bits. SIGINT (Ctrl-C), SIGTERM and "
     "SIGUSR1 stop the job: runs in hand finish within the "
     "grace or\n"
     "leave a checkpoint beside the store (STORE.checkpoint-ROW), and the same command goes on from there. A "
     "second\n"
     "Ctrl-C or signal does not wait: the checkpoints are written at once. A third ends the process as it "
     "is. Under\n"
     "SLURM the end of the job is known from SLURM_JOB_END_TIME. Exit codes:\n"
     "  0   the sweep is complete (diverged runs and runs at their step limit are results)\n"
     "  1   the system refused: disk, permissions, memory\n"
     "  2   the command, the sweep or the store is not right, or another job is writing it; nothing was "
     "touched\n"
     "  3   runs failed: the others are complete, or --max-failures ended the job; with --strict, also when "
     "runs\n"
     "      diverged or reached their step limit\n"
     "  70  a fault of dewpoint's own\n"
     "  75  the job ended before its sweep; the same command resumes it"},
    {"merge", "STORE...", "oswR", 1, dp_verb_merge,
     "put the rows of several stores into one, and say what is missing",
     "The stores are shards of one sweep (run --shard I/N), or any stores whose runs the sweep of --sweep "
     "has. Rows "
     "are\n"
     "copied with curves and neurons; nothing is trained. An output that is there already keeps its rows. "
     "The "
     "exit code\n"
     "is 75 when rows are missing: `dewpoint run` trains them."},
    {"plan", "FILE", "sJ", 1, dp_verb_plan, "show what a sweep file expands to, without training", NULL},
    {"keys", "", "Jn", 0, dp_verb_keys, "list what can be set in a sweep file, with unit, range and default",
     NULL},
    {"status", "STORE", "yJ", 1, dp_verb_status,
     "count the runs of a store by status; a job may be writing it", NULL},
    {"verify", "STORE", "J", 1, dp_verb_verify, "recompute the checksums of a store's rows",
     "The exit code is 1 when rows differ from their checksums."},
    {"explain", "SWEEP-OR-STORE ROW", "sJ", 2, dp_verb_explain, "print all parameters of one run", NULL},
    {"bench", "", "ictj", 0, dp_verb_bench, "measure this core, and the training steps against its limits",
     "Times are of one network, the best of at least seven repetitions; % FMA is the share of the "
     "multiply-add\n"
     "peak measured beside the case, % of bound that of the nearer limit: what the arithmetic that a step "
     "cannot\n"
     "do without takes of the core's units, or its bytes of the streams of a level of memory. The exit code "
     "is\n"
     "1 when the instruction sets leave different parameters (hash)."},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

static void print_help(void)
{
    printf("usage: dewpoint VERB ...\n\n");
    for (int i = 0; i < VERBS; i++)
        printf("  %-8s %-19s %s\n", verbs[i].name, verbs[i].operands, verbs[i].meaning);
    dp_external_list("\nalso: ", " ", "\n");
    printf("\n`dewpoint help VERB` tells more; `dewpoint --version` tells which program this is.\n");
}

static int unknown(const char *name)
{
    if (!dp_speaks_for_all())
        return 2;
    char near[64];
    fprintf(stderr, "dewpoint: there is no verb \"%s\"", name);
    if (dp_external_nearest(name, verbs, VERBS, near))
        fprintf(stderr, "; did you mean \"%s\"?\n", near);
    else
        fprintf(stderr, "; see `dewpoint --help`\n");
    return 2;
}

/* Every verb and program on a line of its own, for the completion of shells. */
static int print_names(void)
{
    for (int i = 0; i < VERBS; i++)
        printf("%s\n", verbs[i].name);
    dp_external_list("", "\n", "\n");
    return 0;
}

/* On a verb, or with NULL on all of them. */
static int help_on(char *name)
{
    if (!name) {
        print_help();
        return 0;
    }
    if (strcmp(name, "--names") == 0)
        return print_names();
    for (int i = 0; i < VERBS; i++)
        if (strcmp(name, verbs[i].name) == 0) {
            dp_verb_usage(&verbs[i]);
            return 0;
        }
    dp_external_exec((char *[]){name, (char[]){"--help"}, NULL});
    return unknown(name);
}

static int call(int argc, char **argv)
{
    if (argc < 2) {
        if (dp_speaks_for_all())
            fprintf(stderr, "usage: dewpoint VERB ...; see `dewpoint --help`\n");
        return 2;
    }
    const char *name = argv[1];
    if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0)
        return help_on(argc > 2 ? argv[2] : NULL);
    if (strcmp(name, "--version") == 0) {
        dp_version_print(stdout);
        return 0;
    }
    for (int i = 0; i < VERBS; i++)
        if (strcmp(name, verbs[i].name) == 0)
            return dp_verb_call(&verbs[i], argc - 1, argv + 1, &argc, &argv);
    dp_external_exec(argv + 1);
    return unknown(name);
}

/* What was printed must have arrived: on a full disk half a table would pass for a whole one. */
int main(int argc, char **argv)
{
    struct dp_error error = {0};
    const int code = call(argc, argv);
    if (dp_stdout_check(&error) == DP_OK)
        return code;
    fprintf(stderr, "dewpoint: %s", error.text);
    return code ? code : dp_exit_code(DP_IO);
}
