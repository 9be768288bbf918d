// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "survey.h"

/* Whether counts are facts or choices: the neurons that the store keeps, counted again at other resolutions, shares and
 * amplitude cuts, one of the three at a time, the others as the sweep has them. */

/* Prints for each group the mean count and the share of the runs whose count stays what it was. DP_BAD_INPUT when the
 * store keeps no neurons. */
enum dp_status dp_stability_print(const struct dp_survey *survey, FILE *out, struct dp_error *error);
