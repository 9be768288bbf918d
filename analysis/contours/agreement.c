// SPDX-License-Identifier: BSD-3-Clause
#include "contours/agreement.h"
#include "contours/boundary.h"
#include <math.h>

enum { STRETCHES = 16, PROBES = 256 }; // points along the published boundary's part in the window

static void add_stretch(double ax, double ay, double bx, double by, struct dp_contour_distance *sum)
{
    const double part = hypot(bx - ax, by - ay) / STRETCHES;
    for (int i = 0; i < STRETCHES; i++) {
        const double t = (i + 0.5) / STRETCHES;
        const double distance = dp_boundary_distance(ax + t * (bx - ax), ay + t * (by - ay));
        sum->mean += part * fabs(distance);
        sum->shift += part * distance;
    }
    sum->length += part * STRETCHES;
    sum->worst =
        fmax(sum->worst, fmax(fabs(dp_boundary_distance(ax, ay)), fabs(dp_boundary_distance(bx, by))));
}

/* Distance of (x, y) from the stretch between two points of the contour. */
static double from_stretch(const struct dp_contour *contour, int64_t p, double x, double y)
{
    const double ax = contour->x[p - 1], ay = contour->y[p - 1];
    const double dx = contour->x[p] - ax, dy = contour->y[p] - ay, square = dx * dx + dy * dy;
    const double t = square > 0 ? ((x - ax) * dx + (y - ay) * dy) / square : 0;
    const double on = fmin(1, fmax(0, t));
    return hypot(x - ax - on * dx, y - ay - on * dy);
}

static double from_contour(const struct dp_contour *contour, double x, double y)
{
    double nearest = INFINITY;
    for (int64_t l = 0; l < contour->lines; l++)
        for (int64_t p = contour->first[l] + 1; p < contour->first[l + 1]; p++)
            nearest = fmin(nearest, from_stretch(contour, p, x, y));
    return nearest;
}

double dp_contour_missed(const struct dp_contour *contour, const double window[4])
{
    double line[DP_BOUNDARY_LINES][4], worst = 0;
    const int lines = dp_boundary_clip(window[0], window[1], window[2], window[3], line);
    for (int k = 0; k < lines; k++)
        for (int i = 0; i <= PROBES; i++) {
            const double t = (double)i / PROBES;
            worst = fmax(worst, from_contour(contour, line[k][0] + t * (line[k][2] - line[k][0]),
                                             line[k][1] + t * (line[k][3] - line[k][1])));
        }
    return worst;
}

struct dp_contour_distance dp_contour_distance(const struct dp_contour *contour)
{
    struct dp_contour_distance sum = {0};
    for (int64_t l = 0; l < contour->lines; l++)
        for (int64_t p = contour->first[l] + 1; p < contour->first[l + 1]; p++)
            add_stretch(contour->x[p - 1], contour->y[p - 1], contour->x[p], contour->y[p], &sum);
    if (!(sum.length > 0))
        return (struct dp_contour_distance){.mean = NAN, .worst = NAN, .shift = NAN};
    sum.mean /= sum.length;
    sum.shift /= sum.length;
    return sum;
}

void dp_residuals_add(struct dp_residuals *residuals, double x, double y, double difference)
{
    if (isnan(difference))
        return;
    residuals->squares += difference * difference;
    if (!residuals->count++ || fabs(difference) > fabs(residuals->worst)) {
        residuals->worst = difference;
        residuals->x = x;
        residuals->y = y;
    }
}

double dp_residuals_rms(const struct dp_residuals *residuals)
{
    return residuals->count ? sqrt(residuals->squares / (double)residuals->count) : (double)NAN;
}

int dp_zeros(const double *x, const double *value, int64_t count, double *zero, int max)
{
    int found = 0;
    for (int64_t i = 1; i < count; i++) {
        const double a = value[i - 1], b = value[i];
        if (isnan(a) || isnan(b) || (a >= 0) == (b >= 0))
            continue;
        if (found < max)
            zero[found] = x[i - 1] + a / (a - b) * (x[i] - x[i - 1]);
        found++;
    }
    return found;
}
