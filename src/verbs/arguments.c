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
    {'o', "output", "STORE", "the store; default: the sweep's name with .h5, in this directory"},
    {'s', "set", "KEY=VALUE", "set a key or an axis to another value than the file's; repeat it for more"},
    {'i', "isa", "NAME", "use no better instruction set than this: scalar, avx2 or avx512"},
    {'c', "case", "PATTERN", "only cases with this in their names; * and ? as in file names"},
    {'t', "seconds", "S", "time for each figure, 0.1 unless given; more is steadier"},
    {'j', "json", "FILE", "write all figures to this file as well"},
    {'q', "quiet", NULL, "no progress lines"},
    {'h', "help", NULL, "print this"},
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
            printf("  -%c, %-18s %s\n", table[i].letter, name, table[i].meaning);
    }
    if (verb->more)
        printf("\n%s\n", verb->more);
}

/* Fills getopt's two descriptions of the options. */
static void describe(const struct dp_verb *verb, char letters[static 3 * OPTIONS + 2],
                     struct option options[static OPTIONS + 1])
{
    int n = 0;
    *letters++ = ':'; // missing values are told apart, and getopt prints nothing
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
        case 'q':
            a->quiet = true;
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

int dp_verb_call(const struct dp_verb *verb, int argc, char **argv, int *main_argc, char ***main_argv)
{
    struct dp_arguments a = {.argc = main_argc, .argv = main_argv};
    a.sets = calloc((size_t)argc, sizeof *a.sets);
    if (!a.sets)
        return 1;
    int code = read_options(verb, argc, argv, &a);
    if (code < 0 && a.word_count < verb->words)
        code = wrong(verb, "it needs ", verb->operands);
    else if (code < 0 && a.word_count > verb->words)
        code = wrong(verb, "one word too many: ", a.words[verb->words]);
    if (code < 0)
        code = verb->run(&a);
    free(a.sets);
    return code;
}
