// SPDX-License-Identifier: BSD-3-Clause
#include "core/network/archive.h"
#include <string.h>

void dp_archive_bytes(struct dp_archive *archive, void *object, size_t size)
{
    char *const there = archive->bytes ? archive->bytes + archive->at : NULL;
    archive->at += size;
    if (!there || archive->at > archive->size)
        return;
    if (archive->loading)
        memcpy(object, there, size);
    else
        memcpy(there, object, size);
}

void dp_archive_lanes(struct dp_archive *archive, void *array, size_t size, int64_t count, int lanes,
                      int lane)
{
    if (lanes == 1) {
        dp_archive_bytes(archive, array, (size_t)count * size);
        return;
    }
    for (int64_t i = 0; i < count; i++)
        dp_archive_bytes(archive, (char *)array + (size_t)(i * lanes + lane) * size, size);
}

void dp_archive_blocks(struct dp_archive *archive, const struct dp_network *net, int lane, void *blocks)
{
    const size_t real = net->kernels->bits == 32 ? sizeof(float) : sizeof(double);
    const size_t count = dp_network_block_bytes(net) / real;
    if (net->layer.stacked)
        dp_archive_lanes(archive, blocks, real, (int64_t)count / DP_LANES, DP_LANES, lane);
    else
        dp_archive_bytes(archive, blocks, count * real);
}

void dp_archive_network(struct dp_archive *archive, struct dp_network *net, int lane)
{
    const int64_t outputs = net->now.batch.count * net->layer.outputs;
    dp_archive_blocks(archive, net, lane, net->layer.moved);
    dp_archive_lanes(archive, net->f, sizeof *net->f, outputs, net->lanes, lane);
    dp_archive_lanes(archive, net->probe, sizeof *net->probe, outputs, net->lanes, lane);
}
