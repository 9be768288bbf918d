// SPDX-License-Identifier: BSD-3-Clause
#include "dewpoint/sweep/formula.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A text as a formula of three inputs. What the reader of tokens lets through, muParser must understand, and
 * a value depends on the point alone. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char text[256];
    if (size >= sizeof text || memchr(data, 0, size))
        return 0;
    memcpy(text, data, size);
    text[size] = '\0';
    if (strstr(text, "muParser")) // the word by which its complaints are known here
        return 0;
    struct dp_error error = {0};
    struct dp_formula *formula;
    const enum dp_status status = dp_formula_create(text, 3, &formula, &error);
    if (strstr(error.text, "muParser") || (status == DP_OK) != (error.count == 0))
        abort();
    if (status != DP_OK)
        return 0;
    const double points[2][3] = {{0.5, -1.25, 3}, {-0.0, 1e300, 1e-300}};
    const double first = dp_formula_value(formula, points[0]);
    dp_formula_value(formula, points[1]);
    const double again = dp_formula_value(formula, points[0]);
    if (memcmp(&first, &again, sizeof first) != 0 && !(isnan(first) && isnan(again)))
        abort();
    dp_formula_free(formula);
    return 0;
}
