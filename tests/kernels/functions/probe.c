// SPDX-License-Identifier: BSD-3-Clause
// One table of kernels/functions/probe.h: DP_BITS, DP_ISA_HEADER, DP_ISA_NAME and DP_PROBE come from the
// build.
#include "probe.h"
#include "kernels/kernels.h"
#include "kernels/real.h"
#include <string.h>

#include DP_ISA_HEADER
// after the lanes, which they are written in
#include "kernels/functions.h"
#if DP_BITS == 64
#    include "kernels/random.h"
#endif

INLINE struct sigma one_of(vreal x, const enum probe_function function)
{
    const vreal e = exp_minus_abs(x);
    switch (function) {
    case PROBE_TANH:
        return power_tanh(x, 1);
    case PROBE_SIGMOID:
        return sigmoid(x, 1);
    case PROBE_SOFTPLUS:
        return softplus(x, 1);
    case PROBE_TANH_SCALED: {
        const vreal t = tanh_end(tanh_begin(x, 0));
        return (struct sigma){t, v_fnma(t, t, v_set(1)), e};
    }
    default:
        return (struct sigma){e, e, e};
    }
}

static void apply(enum probe_function function, int64_t count, const void *x, void *s, void *ds)
{
    for (int64_t i = 0; i < count; i += PART) {
        const struct sigma sigma = one_of(v_load((const real *)x + i), function);
        v_store((real *)s + i, sigma.s);
        v_store((real *)ds + i, sigma.ds);
    }
}

#if DP_BITS == 64
static void logs(int64_t count, const double *u, double *y)
{
    for (int64_t i = 0; i < count; i += PART)
        v_store(y + i, v_log(v_load(u + i)));
}

static void sincos_turns(int64_t count, const double *turns, double *sine, double *cosine)
{
    for (int64_t i = 0; i < count; i += PART) {
        vreal s, c;
        v_sincos_turns(v_load(turns + i), &s, &c);
        v_store(sine + i, s);
        v_store(cosine + i, c);
    }
}

static struct philox words_of(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair)
{
    const vword index = w_count(first);
    return philox_block(seed, (struct philox){{index, w_right(index, 32), w_set(pair), w_set(stream)}});
}

static void words(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, uint32_t word[16][4])
{
    for (int part = 0; part < 16; part += PART) {
        const struct philox random = words_of(seed, stream, first + (uint64_t)part, pair);
        for (int j = 0; j < 4; j++) {
            uint64_t lanes[PART];
            memcpy(lanes, &random.word[j], sizeof lanes);
            for (int l = 0; l < PART; l++)
                word[part + l][j] = (uint32_t)lanes[l];
        }
    }
}

static void uniforms(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *u, double *t)
{
    for (int part = 0; part < 16; part += PART) {
        const struct philox random = words_of(seed, stream, first + (uint64_t)part, pair);
        v_store(u + part, uniform_of(random.word[0], random.word[1]));
        v_store(t + part, uniform_of(random.word[2], random.word[3]));
    }
}

static void normals(uint64_t seed, uint32_t stream, uint64_t first, uint32_t pair, double *z0, double *z1)
{
    normal_pairs(seed, stream, first, pair, z0, z1);
}
#endif

extern const struct probe DP_PROBE;
const struct probe DP_PROBE = {
    .isa = DP_ISA_NAME,
    .bits = DP_BITS,
    .apply = apply,
#if DP_BITS == 64
    .log = logs,
    .sincos = sincos_turns,
    .words = words,
    .uniforms = uniforms,
    .normals = normals,
#endif
};
