// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "dewpoint/run.h"
#include "inputs/table/table.h"
#include <stdio.h>

/* What users are told of their files: streams to which a line is written for each. */
struct dp_notes {
    FILE *read;      // what was read
    FILE *warned;    // what is doubtful and may be meant
    FILE *scaling;   // numbers of standardizing: file,column,test_seed,mean,deviation
    char last[2048]; // line of read, so that many draws of test samples from one file are told once
};

/* "points.csv: 40 samples, 2 inputs (x1, x2), 1 output (y)", unless the line before says the same. table:
 * names of the columns; samples: as they were read, test samples apart. */
void dp_note_data(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                  const struct dp_samples *samples);

/* "w.csv: 20 neurons of 2 inputs and 1 output" */
void dp_note_start(struct dp_notes *notes, const char *name, const struct dp_start *start);

/* Warns of inputs whose scales differ by more than a hundred, with their names. */
void dp_note_scales(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                    const struct dp_samples *samples);

/* The numbers by which columns were standardized: mean and deviation [inputs + outputs]. */
void dp_note_scaling(struct dp_notes *notes, const struct dp_run *run, const struct dp_table *table,
                     const double *mean, const double *deviation);
