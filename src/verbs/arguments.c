// SPDX-License-Identifier: BSD-3-Clause
#include "verbs/verbs.h"
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every option of every verb; a verb names the ones it takes by their letters. */
static const struct {
    char letter;
    const char *name, *value, *meaning;
} table[] = {
    {'o', "output", "STORE", "the store; default: the name of the sweep with .h5, in this directory"},
    {'s', "set", "KEY=VALUE", "replace the file's value of a key or an axis; may be repeated"},
    {'i', "isa", "NAME", "use no better instruction set than this: scalar, avx2, avx512 (x86), neon (Arm)"},
    {'c', "case", "PATTERN", "run only cases whose names contain this; * and ? work as in file names"},
    {'t', "seconds", "S", "time for each figure, default 0.1; a longer time gives steadier figures"},
    {'j', "json", "FILE", "also write all figures to this file"},
    {'J', "json", NULL, "print JSON, for other programs"},
    {'n', "names", NULL, "print only the names, one per line"},
    {'q', "quiet", NULL, "print no progress lines"},
    {'b', "time-budget", "TIME",
     "end within this time (90, 90s, 20m, 2h, 1d); start no run that would not finish"},
    {'g', "grace", "TIME", "time for runs in progress to finish after a signal; default: 20s"},
    {'k', "checkpoint", "TIME", "interval between checkpoints of a run; default: 60s, 0: never"},
    {'f', "max-failures", "N", "stop when more than N runs have failed; default: 10"},
    {'x', "strict", NULL, "exit with 3 also when runs diverged or reached their step limit"},
    {'r', "reuse", "STORE", "copy the rows of the sweep that this store has; may be a pattern or repeated"},
    {'R', "reuse-any-version", NULL, "also copy rows of a version whose results differ in their bits"},
    {'e', "extend", NULL, "turn the store of another sweep into one of this sweep; keep the rows they share"},
    {'a', "again", "STATES",
     "train rows with these states again: diverged, step-limit, failed (with commas)"},
    {'p', "shard", "I/N", "train part I of N of the sweep, by default into SWEEP.I-of-N.h5"},
    {'N', "ranks", "N", "estimate the job on this many ranks; default: 1"},
    {'F', "from", "STORE", "take costs from this store; may be a pattern or repeated"},
    {'T', "trial", "TIME", "train runs for this time to measure costs, such as 5s"},
    {'G', "progress", "FORM", "print progress as text, json (a line now and then, on stdout) or none"},
    {'W', "watch", NULL, "print a line every two seconds while a job writes the store"},
    {'P', "policy", "NAME", "hand runs out by lpt (longest first), dynamic, guided, factoring or static"},
    {'y', "by", "KEY", "also count the states for each value of this key or column"},
    {'w', "sweep", "FILE", "the sweep of the new store; default: the sweep that the stores are shards of"},
    {'h', "help", NULL, "print this help"},
};
enum { OPTIONS = sizeof table / sizeof *table };

static bool takes(const struct dp_verb *verb, char letter)
{
    return letter == 'h' || strchr(verb->options, letter);
}

void dp_verb_usage(const struct dp_verb *verb)
{
    printf("usage: dewpoint %s%s%s%s\n\n%s\n\n", verb->name, verb->operands[0] ? " " : "", verb->operands,
           verb->options[0] ? " [OPTION]..." : "", verb->meaning);
    for (int i = 0; i < OPTIONS; i++) {
        char name[64];
        const char *value = table[i].value;
        snprintf(name, sizeof name, "--%s%s%s", table[i].name, value ? " " : "", value ? value : "");
        if (takes(verb, table[i].letter))
            printf("  -%c, %-19s %s\n", table[i].letter, name, table[i].meaning);
    }
    if (verb->more)
        printf("\n%s\n", verb->more);
}

/* Fills the two descriptions of the options that getopt takes. */
static void describe(const struct dp_verb *verb, char letters[static 3 * OPTIONS + 2],
                     struct option options[static OPTIONS + 1])
{
    int n = 0;
    *letters++ = ':'; // getopt prints nothing, and reports a missing value as ':'
    for (int i = 0; i < OPTIONS; i++) {
        if (!takes(verb, table[i].letter))
            continue;
        *letters++ = table[i].letter;
        if (table[i].value)
            *letters++ = ':';
        options[n++] = (struct option){table[i].name, table[i].value ? required_argument : no_argument, NULL,
                                       table[i].letter};
    }
    *letters = '\0';
    options[n] = (struct option){0};
}

static int wrong(const struct dp_verb *verb, const char *what, const char *which)
{
    if (dp_speaks_for_all())
        fprintf(stderr, "dewpoint %s: %s%s; see `dewpoint %s --help`\n", verb->name, what, which, verb->name);
    return 2;
}

/* -1, or the exit code when there is nothing more to do. */
static int read_options(const struct dp_verb *verb, int argc, char **argv, struct dp_arguments *a)
{
    char letters[3 * OPTIONS + 2];
    struct option options[OPTIONS + 1];
    describe(verb, letters, options);
    for (;;) {
        const int at = optind;
        switch (getopt_long(argc, argv, letters, options, NULL)) {
        case 'o':
            a->output = optarg;
            break;
        case 's':
            a->sets[a->set_count++] = optarg;
            break;
        case 'i':
            a->isa = optarg;
            break;
        case 'c':
            a->pattern = optarg;
            break;
        case 't':
            a->seconds = optarg;
            break;
        case 'j':
            a->json = optarg;
            break;
        case 'J':
            a->as_json = true;
            break;
        case 'n':
            a->names = true;
            break;
        case 'q':
            a->quiet = true;
            break;
        case 'b':
            a->time_budget = optarg;
            break;
        case 'g':
            a->grace = optarg;
            break;
        case 'k':
            a->checkpoint = optarg;
            break;
        case 'f':
            a->max_failures = optarg;
            break;
        case 'x':
            a->strict = true;
            break;
        case 'r':
        case 'F':
            a->reuse[a->reuse_count++] = optarg;
            break;
        case 'R':
            a->any_version = true;
            break;
        case 'e':
            a->extend = true;
            break;
        case 'a':
            a->again = optarg;
            break;
        case 'p':
            a->shard = optarg;
            break;
        case 'N':
            a->ranks = optarg;
            break;
        case 'T':
            a->trial = optarg;
            break;
        case 'G':
            a->progress = optarg;
            break;
        case 'W':
            a->watch = true;
            break;
        case 'P':
            a->policy = optarg;
            break;
        case 'y':
            a->by = optarg;
            break;
        case 'w':
            a->sweep = optarg;
            break;
        case 'h':
            dp_verb_usage(verb);
            return 0;
        case -1:
            a->words = argv + optind;
            a->word_count = argc - optind;
            return -1;
        case ':':
            return wrong(verb, "a value is missing after ", argv[optind - 1]);
        default:
            return wrong(verb, "no such option here: ", argv[optind > at ? optind - 1 : at]);
        }
    }
}

bool dp_verb_duration(const char *verb, const char *option, const char *value, double *seconds)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"", 1}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
    if (!value)
        return true;
    char *end;
    const double number = strtod(value, &end);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (end != value && number >= 0 && number < 1e9 && strcmp(end, units[i].unit) == 0) {
            *seconds = number * units[i].seconds;
            return true;
        }
    if (dp_speaks_for_all())
        fprintf(stderr, "dewpoint %s: --%s must be a time such as 90s, 20m, 2h or 1d, not \"%s\"\n", verb,
                option, value);
    return false;
}

int dp_verb_call(const struct dp_verb *verb, int argc, char **argv, int *main_argc, char ***main_argv)
{
    struct dp_arguments a = {.argc = main_argc, .argv = main_argv};
    a.sets = calloc((size_t)argc, sizeof *a.sets);
    a.reuse = calloc((size_t)argc, sizeof *a.reuse);
    if (!a.sets || !a.reuse) {
        free(a.sets);
        free(a.reuse);
        return 1;
    }
    const int most = verb->words + (verb->operands[0] == '['); // one that may be left out
    int code = read_options(verb, argc, argv, &a);
    if (code < 0 && a.word_count < verb->words)
        code = wrong(verb, "it needs ", verb->operands);
    else if (code < 0 && a.word_count > most && !strstr(verb->operands, "..."))
        code = wrong(verb, "one word too many: ", a.words[most]);
    if (code < 0)
        code = verb->run(&a);
    free(a.sets);
    free(a.reuse);
    return code;
}
