// SPDX-License-Identifier: BSD-3-Clause
#pragma once

/* Keeps this process on the core that it is on, so that caches and clock stay its own; the core's number, or
 * -1 where the system does not let it. */
int dp_pin(void);
