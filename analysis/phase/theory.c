// SPDX-License-Identifier: BSD-3-Clause
#include "phase/theory.h"
#include "contours/boundary.h"
#include <math.h>
#include <stdio.h>
#include <string.h>

/* Has every run the value `text` of a key? Swept keys are coordinates; what others are stands in the sweep's
 * description, a line each. */
static bool always(const struct dp_store *store, const struct dp_gathered *gathered, const char *key,
                   const char *text)
{
    const struct dp_values *const values = dp_gathered_values(gathered, key);
    char line[128], name[DP_TEXT];
    if (values)
        return values->count == 1 &&
               !strcmp(dp_coordinate_text(store, key, values->value[0], false, name, sizeof name), text);
    snprintf(line, sizeof line, "\n%s: %s\n", key, text);
    const char *const description = dp_store_text(store, "sweep_description");
    const size_t first = strlen(line + 1);
    return strstr(description, line) || !strncmp(description, line + 1, first);
}

static bool only_multiplicity(const struct dp_gathered *gathered, double multiplicity)
{
    const struct dp_values *const values = dp_gathered_values(gathered, "multiplicity");
    return values && values->count == 1 && values->value[0] == multiplicity;
}

struct dp_theory dp_theory_of(const struct dp_store *store, const struct dp_view *view,
                              const struct dp_gathered *gathered)
{
    struct dp_theory theory = {.plane = !strcmp(view->x, "gamma") && !strcmp(view->y, "gamma_prime")};
    if (!theory.plane || view->kind == DP_VIEW_MEAN || strcmp(view->order->column, "rd_w"))
        return theory;
    theory.published = only_multiplicity(gathered, 0); // only ReLU is not smooth at 0
    if (theory.published || always(store, gathered, "activation", "linear"))
        theory.slopes = DP_EVERYWHERE;
    else if (always(store, gathered, "activation", "tanh") && only_multiplicity(gathered, 1) &&
             always(store, gathered, "scheme", "phase") && always(store, gathered, "alpha", "unset") &&
             always(store, gathered, "beta2", "unset") && always(store, gathered, "alpha_exponent", "unset"))
        theory.slopes = DP_BELOW_DIAGONAL;
    return theory;
}

double dp_theory_slope(const struct dp_theory *theory, double gamma, double gamma_prime)
{
    const bool holds = theory->slopes == DP_EVERYWHERE ||
                       (theory->slopes == DP_BELOW_DIAGONAL && gamma_prime < gamma - 1e-9);
    return holds ? dp_predicted_slope(gamma, gamma_prime) : (double)NAN;
}
