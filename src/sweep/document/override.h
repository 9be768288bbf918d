// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/document/document.h"

/* Applies one --set text (key=value) to the parsed file. A value sets the key everywhere, and the key is no
 * longer swept. An axis sweeps the key in the place of its previous axis, and removes it from sections, zips
 * and blocks. place: the text for errors ("--set key=value"), which must live as long as what was parsed.
 * Mistakes are reported; returns DP_OK or DP_NO_MEMORY. */
enum dp_status dp_override(struct dp_parsed *parsed, const char *text, const char *place, int64_t *room,
                           struct dp_faults *faults);
