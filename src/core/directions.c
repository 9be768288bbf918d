// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions.h"
#include <math.h>
#include <stdlib.h>

static const double SHARE = 0.1;
static const double COS_RADIUS = 0.99619469809174553; // cos 5 degrees
enum { MOST_CLUSTERS = 20 }; // led by ever weaker neurons; those with a tenth come early

struct cloud {
    int64_t width;
    int inputs;
    double *unit;      // [width][d + 1]
    double *amplitude; // [width]
    double *left;      // [width], the amplitude not yet in a cluster
    double total;
};

static void fill(struct cloud *cloud, const struct dp_network *net)
{
    const int rows = cloud->inputs + 1;
    cloud->total = 0;
    for (int64_t k = 0; k < cloud->width; k++) {
        double square = 0, *unit = cloud->unit + k * rows;
        for (int j = 0; j < rows; j++) {
            unit[j] = dp_network_get(net, k, j, true);
            square += unit[j] * unit[j];
        }
        const double size = sqrt(square);
        for (int j = 0; j < rows; j++)
            unit[j] = size > 0 ? unit[j] / size : 0;
        cloud->amplitude[k] = fabs(dp_network_get(net, k, rows, true)) * size;
        cloud->total += cloud->amplitude[k];
    }
}

static int64_t strongest(const struct cloud *cloud)
{
    int64_t best = 0;
    for (int64_t k = 1; k < cloud->width; k++)
        if (cloud->left[k] > cloud->left[best])
            best = k;
    return best;
}

// Takes the cluster led by `leader` out of what is left and returns its amplitude.
static double take_cluster(struct cloud *cloud, int64_t leader, bool lines)
{
    const int rows = cloud->inputs + 1;
    const double *lead = cloud->unit + leader * rows;
    double amplitude = 0;
    for (int64_t k = 0; k < cloud->width; k++) {
        double cosine = 0;
        for (int j = 0; j < rows; j++)
            cosine += lead[j] * cloud->unit[k * rows + j];
        if (cosine >= COS_RADIUS || (lines && -cosine >= COS_RADIUS) || k == leader) {
            amplitude += cloud->left[k];
            cloud->left[k] = 0;
        }
    }
    return amplitude;
}

static int64_t count_clusters(struct cloud *cloud, bool lines)
{
    for (int64_t k = 0; k < cloud->width; k++)
        cloud->left[k] = cloud->amplitude[k];
    double remaining = cloud->total;
    int64_t count = 0;
    for (int round = 0; round < MOST_CLUSTERS && remaining >= SHARE * cloud->total; round++) {
        const double amplitude = take_cluster(cloud, strongest(cloud), lines);
        count += amplitude >= SHARE * cloud->total;
        remaining -= amplitude;
    }
    return count;
}

enum dp_status dp_directions_count(const struct dp_network *net, struct dp_directions *result,
                                   struct dp_error *error)
{
    struct cloud cloud = {.width = net->layer.width, .inputs = net->layer.inputs};
    const size_t rows = (size_t)cloud.inputs + 3, width = (size_t)cloud.width;
    *result = (struct dp_directions){0};
    cloud.unit = malloc(width * rows * sizeof(double));
    if (!cloud.unit)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count the directions of %zu neurons", width);
    cloud.amplitude = cloud.unit + width * (rows - 2);
    cloud.left = cloud.amplitude + width;
    fill(&cloud, net);
    if (isfinite(cloud.total) && cloud.total > 0) {
        result->directions = count_clusters(&cloud, false);
        result->lines = count_clusters(&cloud, true);
    }
    free(cloud.unit);
    return DP_OK;
}
