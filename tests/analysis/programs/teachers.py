#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint teachers and the columns that it reads, from kept neurons and teachers made again in numpy."""
import os
import sys

import h5py
import numpy

from tools import call, in_a_directory, is_picture, table, train

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
from philox import normals

EDGES = [0, 10, 20, 30, 45, 60, 90, 180]


def teacher_of(seed, width):
    """[width][w_1, w_2, bias, a] in the order of strength, and the smallest angle of each to the others."""
    rows = normals(seed, "teacher", width, 4)
    rows[:, :3] /= numpy.linalg.norm(rows[:, :3], axis=1)[:, None]
    rows = rows[numpy.argsort(-abs(rows[:, 3]))]
    angles = numpy.degrees(numpy.arccos(numpy.clip(rows[:, :3] @ rows[:, :3].T, -1, 1)))
    numpy.fill_diagonal(angles, numpy.inf)
    return rows, angles.min(axis=1)


def found_by(teacher, students, alpha):
    """Which are found, the share of the amplitude, and how many students are active."""
    length = numpy.linalg.norm(students[:, :3], axis=1)
    amplitude = students[:, 3] * length / alpha
    angles = numpy.degrees(numpy.arccos(numpy.clip(students[:, :3] / length[:, None] @ teacher[:, :3].T, -1, 1)))
    nearest = angles.argmin(axis=1)
    own = angles.min(axis=1) <= 10
    given = numpy.array([amplitude[own & (nearest == j)].sum() for j in range(len(teacher))]) * numpy.sign(teacher[:, 3])
    size = abs(teacher[:, 3]) / len(teacher)
    return (given >= size / 2, numpy.clip(given, 0, size).sum() / size.sum(),
            (abs(amplitude) >= 0.01 * size.max()).sum())


def main():
    store = train("teacher", """
model: {activation: relu, width: 20}
init: {scheme: direct, alpha_exponent: 1, beta1: 1, beta2: 0.05, draw: sphere}
data: {target: teacher, inputs: 2, samples: 100, streaming: growing, test_samples: 100}
train: {method: sgd, batch: 20, reduction: half-mean, learning_rate: 2.0, max_epochs: 40}
store: {weights: all}
axes: {teacher_width: [1, 3, 6], data_seed: {repeat: 4}, seed: [0, 1]}
""")
    expected = {}  # (teacher_width, kind, bin): [neurons, found]
    with h5py.File(store) as data:
        runs = len(data["run"])
        assert runs == 24
        for run in range(runs):
            width = int(data["teacher_width"][run])
            teacher, angles = teacher_of(int(data["data_seed"][run]), width)
            offset = int(data["weights_offset"][run])
            found, share, active = found_by(teacher, data["weights_last"][offset:offset + 20], 20)
            assert data["teacher_found"][run] == found.sum(), run
            assert data["teacher_set"][run] == (found << numpy.arange(width)).sum(), run
            assert abs(data["teacher_share"][run] - share) < 1e-9 and data["student_active"][run] == active, run
            for rank in range(width):
                places = [(width, "rank", rank + 1)]
                if width > 1:
                    places.append((width, "angle", numpy.searchsorted(EDGES, angles[rank], side="right")))
                for place in places:
                    counts = expected.setdefault(place, [0, 0])
                    counts[0] += 1
                    counts[1] += found[rank]
    assert any(hits for _, hits in expected.values()) and any(n > hits for n, hits in expected.values())
    text = call("teachers", store, "--csv", "found.csv", "--plot", "found.png")
    assert "24 runs with a teacher" in text and is_picture("found.png")
    rows = table("found.csv")
    assert len(rows) == len(expected)
    for row in rows:
        place = float(row["from"]) if row["by"] == "rank" else EDGES.index(float(row["from"])) + 1
        neurons, hits = expected[int(row["teacher_width"]), row["by"], place]
        assert (int(row["neurons"]), int(row["found"])) == (neurons, hits), row
        assert abs(float(row["share"]) - hits / neurons) < 1e-12
        assert float(row["low"]) <= hits / neurons <= float(row["high"])
    one = call("teachers", store, "--at", "teacher_width=1", "--by", "seed")
    assert one.count("\n0 ") + one.count("\n1 ") == 2, one  # a single neuron has a rank and no angle
    both = train("both", """
data: {target: teacher, inputs: 2, samples: 20}
model: {width: 8}
train: {max_steps: 5, learning_rate: 0.1}
blocks:
  - {train: {method: sgd, batch: 20}, data: {streaming: growing}}
  - train: {method: gd}
""")
    assert "make a group for each with --by" in call("teachers", both, code=2)
    told = call("teachers", both, "--by", "streaming")  # the method follows from it
    assert "2 runs with a teacher" in told and "growing" in told, told
    other = train("other", "model: {width: 8}\ntrain: {max_steps: 5}\n")
    assert "no run of its sweep has target teacher" in call("teachers", other, code=2)
    assert "did you mean" in call("teachers", store, "--by", "teacher_widt", code=2)


in_a_directory(main)
