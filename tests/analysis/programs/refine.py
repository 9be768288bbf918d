# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint refine: the finer sweep has the cells that it should, copies what is there, and comes to an end."""
import os
import subprocess

import h5py
import numpy

from tools import BIN, call, in_a_directory, table, train

SWEEP = """
name: plane
init: {antisymmetric: true}
data: {samples: 4}
train: {stop_loss: 1.0e-4}
axes:
  gamma: [0.6, 1, 1.4]
  gamma_prime: [-0.4, 0, 0.4]
  width: [100, 400, 1600]
  seed: {repeat: 3}
"""


def cells(store):
    with h5py.File(store) as data:
        return set(zip(data["gamma"][...], data["gamma_prime"][...])), int((data["source"][...] > 0).sum())


def slopes(store):
    call("phase", store, "--csv", "phase.csv")
    return {(float(row["gamma"]), float(row["gamma_prime"])): float(row["S_w"]) for row in table("phase.csv")}


def halved(values, step):
    """The cells that halving of every square with corners on both sides adds to those that there are."""
    new = set()
    for x, y in values:
        corners = [(x, y), (round(x + step, 9), y), (x, round(y + step, 9)), (round(x + step, 9), round(y + step, 9))]
        known = {(round(a, 9), round(b, 9)): value for (a, b), value in values.items()}
        signs = {known[corner] >= 0 for corner in corners if corner in known}
        if all(corner in known for corner in corners) and len(signs) == 2:
            half = step / 2
            new |= {(x + half, y), (x, y + half), (x + half, y + half), (x + step, y + half), (x + half, y + step)}
    return {(round(x, 9), round(y, 9)) for x, y in new}


def rounded(points):
    return {(round(float(x), 9), round(float(y), 9)) for x, y in points}


def test():
    base = train("plane", SWEEP)
    before = slopes(base)
    text = call("refine", base, "-o", "one.yaml")
    assert "crosses" in text and "--reuse plane.h5" in text, text
    call("run", "one.yaml", "-o", "one.h5", "--reuse", base, "--quiet")
    points, copied = cells("one.h5")
    assert copied == 81
    expected = halved({(round(x, 9), round(y, 9)): value for (x, y), value in before.items()}, 0.4)
    assert rounded(points) == rounded(before) | expected, (points, expected)
    text = call("phase", "one.h5", "--netcdf", "one.nc", "--plot", "one.png")
    assert f"{len(points)} cells (on the grid of" in text
    assert "known to 0.1 (0.2 before refining)" in text, text
    assert "before refining" not in call("phase", base)
    with h5py.File("one.nc") as grid:
        assert numpy.isfinite(grid["S_w"][...]).sum() == len(points)

    # halved again the squares are found by the comment in the sweep; at most so many cells
    call("refine", "one.h5", "-o", "two.yaml", "--cells", "7")
    call("run", "two.yaml", "-o", "two.h5", "--reuse", "one.h5", "--quiet")
    assert len(points) < len(cells("two.h5")[0]) <= len(points) + 7

    # until the contour is known
    job = os.path.join(os.environ["SOURCE"], "jobs", "refine")
    environment = dict(os.environ, PATH=BIN + ":" + os.environ["PATH"], LAUNCH="")
    for _ in range(2): # the second time there is nothing to do
        done = subprocess.run([job, "plane.yaml", "plane.h5", "0.06"], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        assert "nothing to refine" in done.stdout, done.stdout
    fine = cells("plane.h5")[0]
    assert rounded(before) < rounded(fine)
    steps = numpy.diff(sorted({x for x, _ in fine}))
    assert abs(steps.min() - 0.1) < 1e-9, steps

    # other values and levels, and what cannot be
    call("refine", base, "-o", "loss.yaml", "--value", "rd_w", "--level", "1")
    call("refine", base, "-o", "loss.yaml")
    assert "a file is there that refine has not written" in call("refine", base, "-o", "plane.yaml", code=2)
    for words, sentence in ((["--within", "0"], "above 0"), (["--cells", "3", "--within", "1"], "one of them"),
                            (["--x", "width", "--value", "rd_w"], "width"), (["--value", "drift"], "drift")):
        told = call("refine", base, "-o", "no.yaml", *words, code=2)
        assert sentence in told, (words, told)
    assert not os.path.exists("no.yaml")


in_a_directory(test)
