#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""spectrum.py DEWPOINT

observe: {spectrum: k} against numpy's SVD of the whole Jacobian, from kept neurons, at the start, along the curve and at
the end: in all shapes of the kernels (16 runs a block or 16 neurons), with and without bias, on more points than
parameters and fewer, and where singular values are equal.
"""
import os
import subprocess
import sys
import tempfile

import h5py
import numpy

TOLERANCE = {"float64": 1e-6, "float32": 2e-3}  # relative to the largest; the iteration stops at 1e-8 of the squares
CASES = [
    # activation, width, d, o, n, bias, precision
    ("tanh", 10, 2, 1, 12, "true", "float64"), ("relu", 80, 3, 2, 25, "true", "float64"),
    ("linear", 50, 6, 2, 300, "false", "float64"), ("tanh", 40, 20, 3, 150, "true", "float64"),
    ("xtanh", 7, 1, 1, 4, "true", "float64"), ("tanh", 3, 1, 1, 200, "true", "float64"),
    ("tanh", 80, 2, 2, 30, "true", "float32"), ("linear", 64, 4, 2, 60, "false", "float32"),
]
K = 8


def write(path, case):
    activation, width, d, o, n, bias, precision = case
    x = 1.3 * numpy.sin(1.7 * numpy.arange(1, n * d + 1) ** 1.4).reshape(n, d)
    y = numpy.cos(2.1 * numpy.arange(1, n * o + 1) ** 1.3).reshape(n, o)
    with h5py.File(path + ".data.h5", "w") as file:
        file["x"], file["y"] = x, y
    with open(path + ".yaml", "w", encoding="utf8") as file:
        file.write(f"""name: spectrum
model: {{activation: {activation}, width: {width}, bias: {bias}}}
init: {{scheme: direct, alpha: 3, beta1: 0.7, beta2: 0.5}}
data: {{target: file, file: {path}.data.h5}}
train: {{method: gd, learning_rate: 0.02, max_steps: 40, precision: {precision}}}
observe: {{spectrum: {K}, curve_every: 10}}
store: {{weights: all, trajectories: all}}
axes: {{seed: [0, 1]}}
""")
    return x


def singular_values(case, x, neurons):
    """Of the Jacobian with respect to all w, biases (where there are some) and a, [n o][parameters]."""
    activation, width, d, o, n, bias, _ = case
    w, b, a = neurons[:, :d], neurons[:, d], neurons[:, d + 1:]
    h = x @ w.T + b
    t = numpy.tanh(h)
    s, slope = {"tanh": (t, 1 - t * t), "relu": (numpy.maximum(h, 0), (h > 0) * 1.0), "linear": (h, numpy.ones_like(h)),
                "xtanh": (h * t, t + h * (1 - t * t))}[activation]
    inputs = numpy.hstack([x, numpy.ones((n, 1))]) if bias == "true" else x
    rows = []
    for c in range(o):
        by_w = (slope * a[:, c])[:, :, None] * inputs[:, None, :]
        by_a = numpy.zeros((n, width, o))
        by_a[:, :, c] = s
        rows.append(numpy.hstack([by_w.reshape(n, -1), by_a.reshape(n, -1)]) / 3)
    values = numpy.linalg.svd(numpy.vstack(rows), compute_uv=False)
    return numpy.pad(values, (0, K))[:K]


def main():
    worst = {}
    with tempfile.TemporaryDirectory() as directory:
        for number, case in enumerate(CASES):
            path = os.path.join(directory, f"case{number}")
            x = write(path, case)
            subprocess.run([sys.argv[1], "run", path + ".yaml", "-o", path + ".h5", "--quiet"], check=True,
                           stdout=subprocess.DEVNULL)
            with h5py.File(path + ".h5") as file:
                for run in range(2):
                    points = file["weights_along"][5 * run * case[1]:5 * (run + 1) * case[1]].reshape(5, case[1], -1)
                    first, last = ([file[f"{name}_{i}"][run] for i in range(1, K + 1)]
                                   for name in ("spectrum_first", "spectrum"))
                    found = [[file[f"curve_spectrum_{i}"][run][p] for i in range(1, K + 1)] for p in range(5)]
                    assert found[0] == first and found[4] == last
                    for point, values in zip(points, found):
                        expected = singular_values(case, x, point)
                        gap = numpy.max(numpy.abs(values - expected)) / expected[0]
                        worst[case] = max(worst.get(case, 0), gap)
    for case, gap in worst.items():
        print(f"{gap:.1e}  {case}")
    return 1 if any(gap > TOLERANCE[case[-1]] for case, gap in worst.items()) else 0


if __name__ == "__main__":
    sys.exit(main())
