// SPDX-License-Identifier: BSD-3-Clause
#pragma once
#include "core/flow/state/integrator.h"

/* The integrator of smooth activations, and of all runs that no other serves: by stages (stabilised.h). */
extern const struct dp_integrator dp_by_stages;
