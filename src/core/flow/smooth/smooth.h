// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* The integrator that serves every network: stabilised explicit steps (stabilised.h). */
extern const struct dp_integrator dp_by_stages;
