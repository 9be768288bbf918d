// SPDX-License-Identifier: BSD-3-Clause
#include "diagram/theory.h"
#include "contours/boundary.h"
#include "reading/coordinates.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Has every run the value `text` of a key? Swept keys are coordinates; what others are stands in the sweep's
 * description, a line each. */
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

struct dp_theory dp_theory_of(const struct dp_store *store, const struct dp_plane *plane,
                              const struct dp_diagram *diagram)
{
    struct dp_theory theory = {.plane = !strcmp(plane->x, "gamma") && !strcmp(plane->y, "gamma_prime")};
    if (!theory.plane || plane->kind == DP_PLANE_MEAN || strcmp(plane->order->column, "rd_w"))
        return theory;
    theory.published = only_multiplicity(diagram, 0); // only ReLU is not smooth at 0
    if (theory.published || always(store, diagram, "activation", "linear"))
        theory.slopes = DP_EVERYWHERE;
    else if (always(store, diagram, "activation", "tanh") && only_multiplicity(diagram, 1) &&
             always(store, diagram, "scheme", "phase") && always(store, diagram, "alpha", "unset") &&
             always(store, diagram, "beta2", "unset") && always(store, diagram, "alpha_exponent", "unset"))
        theory.slopes = DP_BELOW_DIAGONAL;
    return theory;
}

double dp_theory_slope(const struct dp_theory *theory, double gamma, double gamma_prime)
{
    const bool holds = theory->slopes == DP_EVERYWHERE ||
                       (theory->slopes == DP_BELOW_DIAGONAL && gamma_prime < gamma - 1e-9);
    return holds ? dp_predicted_slope(gamma, gamma_prime) : (double)NAN;
}
