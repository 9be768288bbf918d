// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Pins this process to its present core, so that caches and clock do not change. Returns the number of the
 * core, or -1 if the system does not allow it. */
int dp_pin(void);
