// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/core/run.h"
#include "inputs/table/table.h"
#include <stdio.h>

/* What users are told about their files: each stream gets a line for each file. */
struct dp_notes {
    FILE *read;      // what was read
    FILE *warned;    // what is doubtful but may be intended
    FILE *scaling;   // how columns were standardized: file,column,test_seed,mean,deviation
    char last[2048]; // last line of read, so that many draws of test samples from one file give one line
};

/* Writes "points.csv: 40 samples, 2 inputs (x1, x2), 1 output (y); inputs from -1 to 1, output from 0 to 2",
 * unless the last line was the same. table: names of the columns; samples: as they were read, with test
 * samples apart. */
void dp_note_data(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                  const struct dp_samples *samples);

/* "w.csv: 20 neurons of 2 inputs and 1 output" */
void dp_note_start(struct dp_notes *notes, const char *name, const struct dp_start *start);

/* Warns about an input with a name that outputs have, and, unless they are to be standardized, about inputs
 * whose scales differ by more than a factor of a hundred or are large, and about an output whose size is far
 * from 1. */
void dp_note_scales(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                    const struct dp_samples *samples);

/* The numbers by which columns were standardized: mean and deviation [inputs + outputs]. */
void dp_note_scaling(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                     const double *mean, const double *deviation);
