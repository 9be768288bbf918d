// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/files/output.h"
#include "verbs/verbs.h"
#include <stdio.h>
#include <string.h>

/* dewpoint VERB ...: the verbs below, and every program called dewpoint-VERB, as git does it. */

static const struct dp_verb verbs[] = {
    // name, operands, options, words, function, meaning, more
    {"run", "FILE", "osipqrReabgkfxPG", 1, dp_verb_run,
     "train the runs of a sweep file into a store, or resume one",
     "Runs on one process, or on many under mpirun or srun. A store of the same sweep is resumed. A\n"
     "store of another sweep is refused, unless --extend is given. If a finished row of this store or\n"
     "of a --reuse store has the parameters and data of a run, the row is copied; training would leave\n"
     "the same bits. The same command trains rows again that failed or were damaged, but not a run\n"
     "that crashed its rank twice (STORE.crashes names it). Rows that diverged or reached their step\n"
     "limit are trained again only with --again.\n"
     "\n"
     "SIGINT (Ctrl-C), SIGTERM, SIGUSR1 and SIGHUP (a closed terminal; not under nohup) stop the job.\n"
     "Runs in progress finish within the grace time or leave a checkpoint beside the store\n"
     "(STORE.checkpoint-ROW); the same command continues from there. A second signal makes the job\n"
     "write the checkpoints at once. A third signal ends the process immediately. mpirun turns Ctrl-C\n"
     "into SIGTERM and kills the ranks two seconds later; its own exit code is then 1. No row is\n"
     "lost, and runs continue from the checkpoints of the last minute. Under SLURM, dewpoint takes the\n"
     "end of the job from SLURM_JOB_END_TIME.\n"
     "\n"
     "A job of a second or more ends with a line on its makespan. Q is the smallest possible makespan\n"
     "divided by it; training, storing (of rows), tail (no run left for a rank, while others train) and\n"
     "dispatch (waiting for runs) share the time of all ranks.\n"
     "\n"
     "Exit codes, also of the other verbs:\n"
     "  0   the sweep is complete; diverged runs and runs at their step limit are results\n"
     "  1   the system refused or failed: permissions of a file or directory, disk, memory\n"
     "  2   the command, the sweep or the store is wrong, a file or directory does not exist, or another\n"
     "      job is writing the store; nothing was changed\n"
     "  3   runs failed; the others are complete, or --max-failures ended the job. With --strict, also\n"
     "      when runs diverged or reached their step limit\n"
     "  70  an internal error of dewpoint\n"
     "  75  the job ended before the sweep was complete; the same command resumes it"},
    {"merge", "STORE...", "oswR", 1, dp_verb_merge,
     "copy the rows of several stores into one, and say which are missing",
     "The stores are shards of one sweep (run --shard I/N), or any stores whose runs belong to the\n"
     "sweep of --sweep. Rows are copied with their curves and neurons; nothing is trained, and damaged\n"
     "rows are left out with a message. An existing output keeps its rows. The exit code is 75 when rows\n"
     "are missing: `dewpoint run` trains them."},
    {"plan", "FILE", "sJNFTi", 1, dp_verb_plan, "show what a sweep file expands to and what it will cost",
     "Costs come from the times in earlier stores (--from), from trial runs (--trial) or from a built-in\n"
     "model. The model does not know the data: it may be off by a factor of ten, and far too low where flow\n"
     "has to fit noisy labels. The makespan on --ranks ranks is found by the scheduler of `run` on a "
     "virtual\n"
     "clock. Its lower bound is the work spread evenly, or the longest run."},
    {"keys", "[KEY]", "Jn", 0, dp_verb_keys,
     "list the keys of a sweep file, or one, with unit, range, default and meaning",
     "Also tells what a column of stores means: dewpoint keys flow_error."},
    {"status", "STORE", "yJW", 1, dp_verb_status,
     "count the runs of a store by status, also while a job is writing it",
     "A job that is writing the store leaves its news beside it (STORE.news, removed at the end): the rate, "
     "the\n"
     "time left, the efficiency, the runs that have been in training longest, and ranks that have not been\n"
     "heard of for half a minute."},
    {"verify", "STORE", "J", 1, dp_verb_verify, "recompute the checksums of a store's rows",
     "Programs that read a store compare what they read (rows, curves, neurons) with its checksums, and\n"
     "refuse what is damaged; verify compares everything. The exit code is 1 when rows differ from their\n"
     "checksums. `dewpoint run` trains such rows again."},
    {"explain", "SWEEP-OR-STORE ROW", "sJ", 2, dp_verb_explain, "print all parameters of one run", NULL},
    {"bench", "", "ictj", 0, dp_verb_bench,
     "measure this core, and compare the training steps with its limits",
     "A time is that of one network, the best of at least seven repetitions. % FMA is the share of the\n"
     "multiply-add peak that is measured beside each case. % of bound is the share of the nearer\n"
     "limit: the time that the core's units need for the arithmetic of a step, or the time that a\n"
     "level of memory needs for its bytes. The exit code is 1 when instruction sets leave different\n"
     "parameters (hash)."},
};
enum { VERBS = sizeof verbs / sizeof *verbs };

static void print_help(void)
{
    printf("usage: dewpoint VERB ...\n\n");
    for (int i = 0; i < VERBS; i++)
        printf("  %-8s %-19s %s\n", verbs[i].name, verbs[i].operands, verbs[i].meaning);
    dp_external_list("\nalso: ", " ", "\n");
    printf("\n`dewpoint help VERB` describes a verb; `dewpoint --version` prints the version.\n");
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
