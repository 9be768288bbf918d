// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "sweep/document/document.h"

/* Reads a whole sweep file into *parsed. Mistakes are reported; DP_NO_MEMORY is the only failure. */
enum dp_status dp_sections_read(struct dp_document *document, struct dp_parsed *parsed);
