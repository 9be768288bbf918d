#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint phase --value alignment: exponents of G - 1 by numpy, their predictions, and curves of the alignment; and what
the sweep of x tanh x is about."""
import itertools
import os

import h5py
import numpy

from tools import call, in_a_directory, is_picture, table, train


def predicted(gamma, gamma_prime):
    """How G - 1 at the end of the stage goes with the width, from sinh(2 s) ~ m^(gamma - 1 - |gamma'|)."""
    if gamma - 1 > abs(gamma_prime):
        return gamma - 1 - gamma_prime
    return 2 * (gamma - 1) if gamma_prime < 0 else 2 * (gamma - gamma_prime - 1)


def check_plane():
    store = train("plane", """
model: {activation: tanh}
init: {scheme: phase, antisymmetric: true}
data: {target: formula, formula: "x1 - 0.5*x2 + 0.3", inputs: 2, samples: 9, test_samples: 0}
train: {method: flow, stop_drop: 0.1, max_steps: 300}
observe: {alignment: true, curve_every: 1}
axes: {gamma: [1.25, 1.75, 2.25], gamma_prime: [-0.5, 0, 0.5], width: [100, 300, 1000], seed: [0, 1, 2]}
""")
    with h5py.File(store) as data:
        runs = {name: data[name][:] for name in ("gamma", "gamma_prime", "width", "seed", "stage_gain",
                                                 "stage_alignment", "alignment", "stage_end", "flow_time",
                                                 "gain_predicted")}
    components = 3
    c2 = runs["stage_alignment"] ** 2
    start = (components - 1) * c2 / (1 - c2) / (runs["stage_gain"] + 1)  # G there, by seed and width alone
    for seed, width in itertools.product(range(3), (100, 300, 1000)):
        of_one = start[(runs["seed"] == seed) & (runs["width"] == width)]
        assert numpy.allclose(of_one, of_one[0], rtol=1e-6) and abs(of_one[0] - 1) < 12 / width**0.5, of_one
    assert numpy.array_equal(runs["alignment"], runs["stage_alignment"])
    assert numpy.array_equal(runs["stage_end"], runs["flow_time"])
    text = call("phase", store, "--value", "alignment", "--csv", "plane.csv", "--plot", "plane.png")
    assert "C(100)" in text and "S_G" in text and "published boundary" in text, text
    assert is_picture("plane.png")
    marks = {"~": 0, "^": 0}
    rows = table("plane.csv")
    assert len(rows) == 9
    for row in rows:
        gamma, gamma_prime = float(row["gamma"]), float(row["gamma_prime"])
        here = (runs["gamma"] == gamma) & (runs["gamma_prime"] == gamma_prime)
        slopes = [numpy.polyfit(numpy.log(runs["width"][k]), numpy.log(runs["stage_gain"][k]), 1)[0]
                  for k in (here & (runs["seed"] == seed) for seed in range(3)) if (runs["stage_gain"][k] > 0).all()]
        if len(slopes) == 3:
            assert abs(float(row["S_G"]) - numpy.mean(slopes)) < 1e-6, row
        assert abs(float(row["S_G_predicted"]) - predicted(gamma, gamma_prime)) < 1e-12, row
        formula = numpy.polyfit(numpy.log(runs["width"][here]), numpy.log(runs["gain_predicted"][here]), 1)[0]
        if (runs["stage_gain"][here] > 0).all():
            assert abs(float(row["S_G_closed_form"]) - formula) < 1e-9, row
        if row["S_G"]:
            marks["~"] += not abs(float(row["S_G_closed_form"] or "nan") - predicted(gamma, gamma_prime)) <= 0.1
            marks["^"] += abs(float(row["S_G_closed_form"] or "nan") - float(row["S_G"])) > 0.1
        at = here & (runs["width"] == 1000)
        mean = numpy.exp(numpy.log(runs["stage_alignment"][at]).mean())
        assert abs(float(row["stage_alignment_1000"]) - mean) < 1e-9, row
    lines = text[text.index("formula: S_G"):].splitlines()
    for mark, line in (("~", lines[1]), ("^", lines[2])):
        cells = text[:text.index("formula: S_G")].count(mark)
        assert line.startswith(mark) and cells == marks[mark], (cells, marks, text)
    assert f": {marks['~']} of 9 cells" in lines[1] and f": {marks['^']} cells" in lines[2], lines
    call("curves", store, "--y", "alignment,directions_effective,lines_uniform,active_neurons", "--at", "gamma=2.25",
         "--at", "gamma_prime=0", "--at", "width=1000", "--csv", "curves.csv", "--plot", "curves.png")
    assert is_picture("curves.png") and len({row["curve"] for row in table("curves.csv")}) == 4
    plain = train("plain", "model: {width: 8}\ntrain: {max_steps: 5}\nobserve: {curve_every: 1}\n")
    assert "set observe: {alignment: true}" in call("phase", plain, "--value", "alignment", code=2)
    assert "no such curve" in call("curves", plain, "--y", "alignment", code=2)


def check_escape():
    """Of x tanh x one neuron escapes alone under gradient flow, and under Adam all turn to four directions."""
    sweep = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "sweeps", "initial-xtanh.yaml")
    call("run", sweep, "-o", "escape.h5", "--quiet", "--set", "seed=[0,1]")
    assert "with one output and multiplicity 1" in call("curves", "escape.h5", "--y", "alignment", "--by", "method",
                                                              code=2)
    with h5py.File("escape.h5") as data:
        flow = data["method"][:] == 3
        active, directions = data["active_neurons"][:], data["directions"][:]
        assert flow.sum() == 2 and (active[flow] < 6).all() and (directions[flow] <= 2).all(), (active, directions)
        assert (active[~flow] > 800).all() and (directions[~flow] == 4).all(), (active, directions)
        assert (data["directions_effective"][:][~flow] > 3).all() and (data["directions_effective"][:][flow] < 2.1).all()


def main():
    check_plane()
    check_escape()


in_a_directory(main)
