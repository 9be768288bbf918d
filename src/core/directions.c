// SPDX-License-Identifier: BSD-3-Clause
#include "core/directions.h"
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

static const double SHARE = 0.1;
static const double COS_RADIUS = 0.99619469809174553; // cos 5 degrees
enum { MOST_MOVES = 4, MOST_CLUSTERS = 20 }; // led by ever weaker neurons; those with a tenth come early

struct cloud {
    int64_t width;
    int inputs;
    double *unit;      // [width][d + 1]
    double *amplitude; // [width]
    double *left;      // [width], the amplitude not yet in a cluster
    double total;
};

static void fill(struct cloud *cloud, const double *neurons)
{
    const int rows = cloud->inputs + 1;
    cloud->total = 0;
    for (int64_t k = 0; k < cloud->width; k++) {
        const double *neuron = neurons + k * (rows + 1);
        double square = 0, *unit = cloud->unit + k * rows;
        for (int j = 0; j < rows; j++) {
            square += neuron[j] * neuron[j];
        }
        const double size = sqrt(square);
        for (int j = 0; j < rows; j++)
            unit[j] = size > 0 ? neuron[j] / size : 0;
        cloud->amplitude[k] = fabs(neuron[rows]) * size;
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

struct cluster {
    double amplitude;
    double *centre; // [d + 1], unit length
    double *mean;   // [d + 1], sum of amplitude x direction of its neurons
};

// +1 for a neuron within the radius, -1 for one whose opposite is (with lines), else 0.
static int side_of(const struct cloud *cloud, const double *centre, int64_t k, bool lines)
{
    const int rows = cloud->inputs + 1;
    double cosine = 0;
    for (int j = 0; j < rows; j++)
        cosine += centre[j] * cloud->unit[k * rows + j];
    return cosine >= COS_RADIUS ? 1 : lines && -cosine >= COS_RADIUS ? -1 : 0;
}

// The untaken neurons around the centre: their amplitude and mean, and their removal if `take`.
static void gather(struct cloud *cloud, struct cluster *cluster, bool lines, bool take)
{
    const int rows = cloud->inputs + 1;
    cluster->amplitude = 0;
    for (int j = 0; j < rows; j++)
        cluster->mean[j] = 0;
    for (int64_t k = 0; k < cloud->width; k++) {
        const int side = cloud->left[k] > 0 ? side_of(cloud, cluster->centre, k, lines) : 0;
        if (side == 0)
            continue;
        cluster->amplitude += cloud->left[k];
        for (int j = 0; j < rows; j++)
            cluster->mean[j] += side * cloud->left[k] * cloud->unit[k * rows + j];
        if (take)
            cloud->left[k] = 0;
    }
}

// Takes the cluster around the strongest neuron left out of the cloud and returns its amplitude.
static double take_cluster(struct cloud *cloud, struct cluster *cluster, bool lines)
{
    const int rows = cloud->inputs + 1;
    const int64_t leader = strongest(cloud);
    for (int j = 0; j < rows; j++)
        cluster->centre[j] = cloud->unit[leader * rows + j];
    gather(cloud, cluster, lines, false);
    // a leader at the edge of a cluster would split it; one without a cluster is not worth the moves
    for (int move = 0; move < MOST_MOVES && cluster->amplitude >= SHARE / 2 * cloud->total; move++) {
        double square = 0;
        for (int j = 0; j < rows; j++)
            square += cluster->mean[j] * cluster->mean[j];
        for (int j = 0; j < rows; j++)
            cluster->centre[j] = cluster->mean[j] / sqrt(square);
        gather(cloud, cluster, lines, false);
    }
    gather(cloud, cluster, lines, true);
    cloud->left[leader] = 0; // even when the centre has moved away from it: every round takes a neuron
    return cluster->amplitude;
}

static int64_t count_clusters(struct cloud *cloud, struct cluster *cluster, bool lines)
{
    for (int64_t k = 0; k < cloud->width; k++)
        cloud->left[k] = cloud->amplitude[k];
    double remaining = cloud->total;
    int64_t count = 0;
    for (int round = 0; round < MOST_CLUSTERS && remaining >= SHARE * cloud->total; round++) {
        const double amplitude = take_cluster(cloud, cluster, lines);
        count += amplitude >= SHARE * cloud->total;
        remaining -= amplitude;
    }
    return count;
}

enum dp_status dp_directions_count(const double *neurons, int64_t neuron_count, int inputs,
                                   struct dp_directions *result, struct dp_error *error)
{
    struct cloud cloud = {.width = neuron_count, .inputs = inputs};
    const size_t rows = (size_t)cloud.inputs + 1, width = (size_t)cloud.width;
    *result = (struct dp_directions){0};
    cloud.unit = malloc((width * (rows + 2) + 2 * rows) * sizeof(double));
    if (!cloud.unit)
        return dp_fail(error, DP_NO_MEMORY, "no memory to count the directions of %zu neurons", width);
    cloud.amplitude = cloud.unit + width * rows;
    cloud.left = cloud.amplitude + width;
    struct cluster cluster = {.centre = cloud.left + width, .mean = cloud.left + width + rows};
    fill(&cloud, neurons);
    if (isfinite(cloud.total) && cloud.total > 0) {
        result->directions = count_clusters(&cloud, &cluster, false);
        result->lines = count_clusters(&cloud, &cluster, true);
    }
    free(cloud.unit);
    return DP_OK;
}
