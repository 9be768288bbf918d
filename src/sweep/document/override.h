// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/document/document.h"

/* Applies one --set text (key=value) to the parsed file: a value sets the key everywhere and ends its being
 * swept; an axis sweeps it, in the place of the axis it had, and takes it out of sections, zips and blocks.
 * place: how to call it
 * ("--set key=value"), must live as long as what was parsed. Mistakes are complained of; DP_OK or
 * DP_NO_MEMORY. */
enum dp_status dp_override(struct dp_parsed *parsed, const char *text, const char *place, int64_t *room,
                           struct dp_faults *faults);
