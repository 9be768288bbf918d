// SPDX-License-Identifier: BSD-3-Clause
#include "statistics/student.h"
#include <math.h>

enum { TABULATED = 30 };

static const double quantile[TABULATED] = {
    12.706205, 4.302653, 3.182446, 2.776445, 2.570582, 2.446912, 2.364624, 2.306004, 2.262157, 2.228139,
    2.200985,  2.178813, 2.160369, 2.144787, 2.131450, 2.119905, 2.109816, 2.100922, 2.093024, 2.085963,
    2.079614,  2.073873, 2.068658, 2.063899, 2.059539, 2.055529, 2.051831, 2.048407, 2.045230, 2.042272,
};

double dp_student_95(double freedom)
{
    if (!(freedom >= 1))
        return NAN;
    if (freedom > TABULATED) {
        const double z = DP_NORMAL_95, z2 = z * z;
        const double g1 = z * (z2 + 1) / 4, g2 = z * ((5 * z2 + 16) * z2 + 3) / 96;
        const double g3 = z * (((3 * z2 + 19) * z2 + 17) * z2 - 15) / 384;
        return z + (g1 + (g2 + g3 / freedom) / freedom) / freedom;
    }
    const int below = (int)freedom;
    if (below == TABULATED)
        return quantile[TABULATED - 1];
    const double part = (1.0 / below - 1 / freedom) / (1.0 / below - 1.0 / (below + 1));
    return quantile[below - 1] * pow(quantile[below] / quantile[below - 1], part);
}

double dp_normal_below(double x)
{
    return erfc(-x / sqrt(2)) / 2;
}
