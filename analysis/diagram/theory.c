// SPDX-License-Identifier: BSD-3-Clause
#include "diagram/theory.h"
#include "contours/boundary.h"
#include "reading/coordinates.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Whether every run has the value `text` of a key. Swept keys are coordinates; the values of other keys are
 * in the sweep's description, one per line. */
static bool always(const struct dp_store *store, const struct dp_diagram *diagram, const char *key,
                   const char *text)
{
    const struct dp_distinct *const values = dp_diagram_values(diagram, key);
    char line[128], name[DP_TEXT];
    if (values)
        return values->count == 1 &&
               !strcmp(dp_coordinate_text(store, key, values->value[0], false, name, sizeof name), text);
    snprintf(line, sizeof line, "\n%s: %s\n", key, text);
    const char *const description = dp_store_text(store, "sweep_description");
    const size_t first = strlen(line + 1);
    return strstr(description, line) || !strncmp(description, line + 1, first);
}

static bool only_multiplicity(const struct dp_diagram *diagram, double multiplicity)
{
    const struct dp_distinct *const values = dp_diagram_values(diagram, "multiplicity");
    return values && values->count == 1 && values->value[0] == multiplicity;
}

/* Whether the activation is linear at 0, with alpha = 1 for the scale that gamma and gamma' leave free. */
static bool stays_linear(const struct dp_store *store, const struct dp_diagram *diagram)
{
    return always(store, diagram, "activation", "tanh") && only_multiplicity(diagram, 1) &&
           always(store, diagram, "scheme", "phase") && always(store, diagram, "alpha", "unset") &&
           always(store, diagram, "beta2", "unset") && always(store, diagram, "alpha_exponent", "unset");
}

struct dp_theory dp_theory_of(const struct dp_store *store, const struct dp_plane *plane,
                              const struct dp_diagram *diagram)
{
    struct dp_theory theory = {.plane = !strcmp(plane->x, "gamma") && !strcmp(plane->y, "gamma_prime")};
    if (!theory.plane || plane->kind == DP_PLANE_MEAN)
        return theory;
    const bool linear = always(store, diagram, "activation", "linear");
    if (!strcmp(plane->order->column, "rd_w")) {
        theory.published = only_multiplicity(diagram, 0); // only ReLU is not smooth at 0
        theory.slope = dp_predicted_slope;
    } else if (!strcmp(plane->order->column, "stage_gain")) {
        theory.slope = dp_predicted_gain_slope;
    } else {
        return theory;
    }
    if (theory.published || linear)
        theory.slopes = DP_EVERYWHERE;
    else if (stays_linear(store, diagram))
        theory.slopes = DP_BELOW_DIAGONAL;
    if (theory.slope == dp_predicted_gain_slope) // published for multiplicity 1 (arXiv 2303.06561)
        theory.published = theory.slopes != DP_NOWHERE;
    return theory;
}

double dp_theory_slope(const struct dp_theory *theory, double gamma, double gamma_prime)
{
    const bool holds = theory->slopes == DP_EVERYWHERE ||
                       (theory->slopes == DP_BELOW_DIAGONAL && gamma_prime < gamma - 1e-9);
    return holds ? theory->slope(gamma, gamma_prime) : (double)NAN;
}
