// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include <stdio.h>

/* The options of `dewpoint bench`. */
struct dp_bench_options {
    const char *isa;             // no better instruction set than this; NULL: all
    const char *pattern;         // cases with it in their names; NULL: all
    double seconds;              // spent on a figure, at least
    const char *program, *build; // who measures: printed
    FILE *text;
    FILE *json; // NULL: none
};
