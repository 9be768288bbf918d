// SPDX-License-Identifier: BSD-3-Clause
#include "bench/machine/limits.h"
#include "bench/machine/peak.h"
#include "bench/machine/repeat.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct loop {
    const struct dp_peaks *peaks;
    void *buffer;
    int64_t count;        // reals in it
    volatile double sink; // what would not be used would not be computed
};

static void fma_rounds(void *context, int64_t times)
{
    struct loop *loop = context;
    loop->sink = loop->peaks->fma(times, 0.5);
}

static void divide_rounds(void *context, int64_t times)
{
    struct loop *loop = context;
    loop->sink = loop->peaks->divide(times, 2.5);
}

static void both_rounds(void *context, int64_t times)
{
    struct loop *loop = context;
    loop->sink = loop->peaks->both(times, 0.5);
}

static void among_rounds(void *context, int64_t times)
{
    struct loop *loop = context;
    loop->sink = loop->peaks->among(times, 0.5);
}

static void read_passes(void *context, int64_t times)
{
    struct loop *loop = context;
    loop->sink = loop->peaks->read(loop->buffer, loop->count, times);
}

static void update_passes(void *context, int64_t times)
{
    struct loop *loop = context;
    loop->peaks->read_write(loop->buffer, loop->count, times, 0.5, 0.5);
}

double dp_limit_fma(const char *isa, int bits, double seconds)
{
    struct loop loop = {.peaks = dp_peaks_select(isa, bits)};
    return 2 * (double)loop.peaks->round_fma / dp_repeat(fma_rounds, &loop, seconds);
}

struct dp_limit dp_limit_measure(const char *isa, int bits, double seconds)
{
    struct loop loop = {.peaks = dp_peaks_select(isa, bits)};
    const double fma = dp_limit_fma(isa, bits, seconds);
    const double divide = (double)loop.peaks->round_divide / dp_repeat(divide_rounds, &loop, seconds);
    const double both = (double)loop.peaks->round_both / dp_repeat(both_rounds, &loop, seconds);
    const double more = dp_repeat(among_rounds, &loop, seconds) - 2 * (double)loop.peaks->round_among / fma;
    return (struct dp_limit){isa, bits, fma, divide, both, fmax(more, 0) / (double)loop.peaks->vector};
}

/* The size of a buffer well inside its level and beyond the one below: half of L1 and L2, a quarter of L3,
 * which other cores share; for memory four times L3, within limits. */
static int64_t stream_bytes(const struct dp_machine *machine, int level)
{
    const int64_t mega = 1 << 20, *cache = machine->cache;
    int64_t bytes = level < DP_LEVELS ? cache[level] / (level == 2 ? 4 : 2) : 4 * cache[2];
    if (level == 2 && bytes < 2 * cache[1])
        bytes = 2 * cache[1];
    if (level == DP_LEVELS)
        bytes = bytes < 64 * mega ? 64 * mega : bytes > 512 * mega ? 512 * mega : bytes;
    return bytes / 4096 * 4096; // whole rounds of the loops
}

enum dp_status dp_streams_measure(const struct dp_machine *machine, const char *isa, double seconds,
                                  struct dp_stream_rate streams[DP_LEVELS + 1], struct dp_error *error)
{
    static const char *const names[DP_LEVELS + 1] = {"L1", "L2", "L3", "memory"};
    const size_t most = (size_t)stream_bytes(machine, DP_LEVELS);
    struct loop loop = {.peaks = dp_peaks_select(isa, 32), .buffer = aligned_alloc(4096, most)};
    if (!loop.buffer)
        return dp_fail(error, DP_NO_MEMORY, "no memory to stream through (%zu bytes)", most);
    memset(loop.buffer, 0, most); // pages come into being with the first write
    for (int level = 0; level <= DP_LEVELS; level++) {
        const int64_t bytes = stream_bytes(machine, level);
        loop.count = bytes / (int64_t)sizeof(float);
        streams[level] = (struct dp_stream_rate){
            .isa = isa,
            .level = names[level],
            .bytes = bytes,
            .read = (double)bytes / dp_repeat(read_passes, &loop, seconds),
            .update = 2 * (double)bytes / dp_repeat(update_passes, &loop, seconds),
        };
    }
    free(loop.buffer);
    return DP_OK;
}
