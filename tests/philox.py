# SPDX-License-Identifier: BSD-3-Clause
"""The random numbers of a run, made again from their definition (src/core/math/rng.h): Philox4x32-10 by counter, two
uniform numbers a counter, Box and Muller."""
import numpy

STREAM = {"inputs": 2, "test": 4, "teacher": 5, "noise": 10}


def normals(seed, stream, rows, columns, first=0):
    """[rows][columns] normals of the indices from `first` on: components 2 p and 2 p + 1 share the counter (index, p)."""
    mask = numpy.uint64(0xFFFFFFFF)
    pairs = (columns + 1) // 2
    index, pair = numpy.meshgrid(numpy.arange(first, first + rows, dtype=numpy.uint64),
                                 numpy.arange(pairs, dtype=numpy.uint64), indexing="ij")
    c0, c1, c2, c3 = index & mask, index >> numpy.uint64(32), pair, numpy.full_like(pair, STREAM[stream])
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = numpy.uint64(0xD2511F53) * c0, numpy.uint64(0xCD9E8D57) * c2
        c0, c1, c2, c3 = ((p1 >> numpy.uint64(32)) ^ c1 ^ numpy.uint64(k0), p1 & mask,
                          (p0 >> numpy.uint64(32)) ^ c3 ^ numpy.uint64(k1), p0 & mask)
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    uniform = [((((high << numpy.uint64(32)) | low) >> numpy.uint64(11)).astype(float) + 0.5) * 2.0**-53
               for high, low in ((c0, c1), (c2, c3))]
    radius = numpy.sqrt(-2 * numpy.log(uniform[0]))
    both = numpy.stack([radius * numpy.cos(2 * numpy.pi * uniform[1]), radius * numpy.sin(2 * numpy.pi * uniform[1])], 2)
    return both.reshape(rows, 2 * pairs)[:, :columns]
