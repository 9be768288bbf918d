# SPDX-License-Identifier: BSD-3-Clause
"""The Python of the README: each file of tests/analysis/snippets runs on a store as it is, and what it finds is what
`dewpoint` says."""
import contextlib
import io
import os
import runpy

import numpy

from tools import call, in_a_directory, is_picture, table, train

HERE = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "snippets")

RELU = """
name: relu
model: {activation: relu}
data: {target: two-kinks, samples: 4}
train: {method: flow, stop_loss: 1.0e-3, max_steps: 300}
axes: {gamma: [0.5, 1, 1.5], gamma_prime: [-0.5, 0, 0.5], width: [20, 40], seed: {repeat: 3}}
"""

ALIGN = """
name: align
model: {activation: relu, width: 20}
init: {scheme: power, t: 1}
train: {method: gd, learning_rate: 0.05, max_steps: 300}
observe: {curve_ratio: 1.5}
store: {weights: all}
axes: {seed: {repeat: 3}}
"""


def snippet(name):
    """Runs a snippet; returns its variables."""
    with contextlib.redirect_stdout(io.StringIO()) as told:
        variables = runpy.run_path(os.path.join(HERE, name + ".py"))
    assert told.getvalue() or name == "heat_map", name
    return variables


def main():
    store = train("relu", RELU)
    call("phase", store, "--csv", "cells.csv", "--netcdf", "relu.nc")
    rd = snippet("rd_table")["rd"]
    for row in table("cells.csv"):
        for width in (20, 40):
            found = rd[float(row["gamma"]), float(row["gamma_prime"]), width]
            assert numpy.isclose(found, float(row[f"rd_w_{width}"]), rtol=1e-12), row
    grid = snippet("heat_map")["grid"]
    assert is_picture("heat.png") and grid.S_w.shape == (3, 3)
    align = train("align", ALIGN)
    call("neurons", align, "--run", "0", "--kind", "orientation", "--csv", "angles.csv")
    rows, found = table("angles.csv"), snippet("neurons")
    for name in ("orientation", "amplitude"):
        assert numpy.allclose([float(row[name]) for row in rows], found[name], rtol=1e-12, atol=0), name
    call("curves", align, "--csv", "loss.csv")
    found = snippet("curves")
    kept = found["step"].notnull().values
    middle = [float(row["middle"]) for row in table("loss.csv")]
    assert numpy.allclose(middle, found["loss"].values[kept], rtol=1e-12, atol=0)
    names = {name[:-3] for name in os.listdir(HERE) if name.endswith(".py")}
    assert names == {"rd_table", "heat_map", "neurons", "curves"}, names


in_a_directory(main)
