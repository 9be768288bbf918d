# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint report: the numbers of the page are those of the other programs, and its commands train the same runs.
With the word `browser`, the pages are worked with in a headless one (report/browser.mjs)."""
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

import h5py
import numpy

from tools import call, in_a_directory, table, train

PLANE = """
name: a<b & plane
model: {activation: relu}
init: {scheme: phase, antisymmetric: true}
data: {target: two-kinks, samples: 4}
train: {method: flow, stop_loss: 1.0e-4}
observe: {curve_ratio: 1.5}
store: {weights: "seed == 0"}
axes:
  gamma: [0.5, 1, 1.75]
  gamma_prime: {linspace: [-0.5, 1, 4]}
  width: [50, 100, 200]
  seed: {repeat: 4}
"""

DIRECTIONS = """
name: directions
model: {activation: tanh, width: 60}
init: {scheme: direct, alpha: 1, beta1: 1.0e-8, beta2: 1.0e-6}
data: {target: sine-mix}
train: {method: normalized_flow, learning_rate: 0.05, stop_growth: 1.0e+6}
store: {weights: all}
axes: {multiplicity: [1, 2], seed: {repeat: 3}, samples: [20, 30]}
"""

FIVE = """
name: five
model: {width: 70}
data: {target: random, inputs: 5, samples: 8}
train: {method: gd, max_steps: 40}
observe: {curve_every: 5}
store: {weights: all}
axes: {activation: [tanh, relu], learning_rate: [0.05, 1.0e+3], seed: {repeat: 2}}
"""


def page(store):
    """The page of a store and the data in it."""
    name = store.replace(".h5", ".html")
    call("report", store, "-o", name)
    with open(name, encoding="utf8") as file:
        text = file.read()
    assert not re.search(r"(src|href)\s*=\s*[\"']?(https?:)?//", text), "the page asks the network"
    return json.loads(re.search(r'id="data">(.*?)</script>', text, re.DOTALL)[1]), text


def near(mine, theirs):
    return numpy.allclose([numpy.nan if value is None else value for value in mine],
                          [float(value or "nan") for value in theirs], rtol=1e-4, atol=1e-12, equal_nan=True)


def check_plane(store):
    shown, text = page(store)
    call("phase", store, "--csv", "phase.csv")
    rows, plane = table("phase.csv"), shown["planes"][0]
    assert len(shown["planes"]) == 1 and len(plane["column"]) == len(rows) == 12
    assert [plane["x"]["values"][i] for i in plane["column"]] == [float(row["gamma"]) for row in rows]
    assert [plane["y"]["values"][i] for i in plane["row"]] == [float(row["gamma_prime"]) for row in rows]
    fields = {field["name"]: field["values"] for field in plane["fields"]}
    for name in "S_w", "S_w_low", "S_w_high", "S_a", "S_w_predicted", "runs", "pending":
        assert near(fields[name], [row[name] for row in rows]), name
    flags = next(field["flags"] for field in plane["fields"] if field["name"] == "regime")
    assert [flags[int(v)].replace("_", " ") for v in fields["regime"]] == [row["regime"].replace("_", " ") for row in rows]
    with h5py.File(store) as data:
        check_cells(data, plane, shown["table"])
    assert "a<b" not in text.split("<style>")[0].split("<title>")[1] and shown["title"] == "a<b & plane"
    return shown


def check_cells(data, plane, runs):
    """Means over seeds and the fitted line against numpy; rows of the table against the store."""
    column = {name: data[name][...] for name in ("gamma", "gamma_prime", "width", "rd_w", "loss")}
    for c in range(12):
        x, y = plane["x"]["values"][plane["column"][c]], plane["y"]["values"][plane["row"][c]]
        here = (column["gamma"] == x) & (column["gamma_prime"] == y)
        mean = [numpy.log(column["rd_w"][here & (column["width"] == m)]).mean() for m in plane["widths"]]
        order = plane["orders"][0]
        assert numpy.allclose([values[c] for values in order["means"]], numpy.exp(mean), rtol=1e-4)
        assert numpy.allclose(order["centre"][c], [numpy.log(plane["widths"]).mean(), numpy.mean(mean)], rtol=1e-6)
    assert numpy.allclose(runs["loss"]["column"], column["loss"], rtol=1e-4)
    assert [runs["width"]["values"][i] for i in runs["width"]["place"]] == column["width"].tolist()


def check_commands(store, shown):
    """What the page says trains a cell, or a run, again, gives the rows of the store: the checksums say so."""
    plane = shown["planes"][0]
    assert plane["settable"]
    with open("sweep.yaml", "w", encoding="utf8") as file:
        file.write(shown["yaml"])
    call("run", "sweep.yaml", "--set", "gamma=1.75", "--set", f"gamma_prime={plane['y']['values'][1]!r}", "-o", "cell.h5", "--quiet")
    with h5py.File(store) as all_runs, h5py.File("cell.h5") as cell:
        here = (all_runs["gamma"][...] == 1.75) & (all_runs["gamma_prime"][...] == plane["y"]["values"][1])
        assert here.sum() == 12 and (all_runs["rd_w"][here] == cell["rd_w"][...]).all()
        row = 17
        with open("run.yaml", "w", encoding="utf8") as file:
            file.write(call("explain", store, str(row)))
        call("run", "run.yaml", "-o", "run.h5", "--quiet")
        with h5py.File("run.h5") as one:
            assert one["rd_w"][0] == all_runs["rd_w"][row]


def check_groups(shown):
    """Every cell and width has its curve; the first seed's neurons are there, before and after."""
    assert len(shown["groups"]) == 36 and shown["group_keys"][0]["key"] == "gamma"
    for group in shown["groups"]:
        loss = group["curves"]["loss"]
        assert group["runs"] == 4 and loss["x"][0] == 0 and loss["middle"][0] > loss["middle"][-1] > 0
        assert all(low <= middle <= high for low, middle, high in zip(loss["low"], loss["middle"], loss["high"]))
        squares = numpy.array(loss["middle"]) ** 2
        assert loss["geometric"] and numpy.allclose(numpy.array(loss["low"]) * loss["high"], squares, rtol=2e-3)
        assert group["neurons"]["kind"] == "orientation" and len(group["neurons"]["last"]) == group["neurons"]["shown"]


def check_directions(store):
    shown, _ = page(store)
    call("multiplicity", store, "--csv", "directions.csv")
    rows, groups = table("directions.csv"), shown["directions"]["groups"]
    assert [group["keys"][0] for group in groups] == [row["multiplicity"] for row in rows] == ["1", "2"]
    for name in "mean", "most", "bound", "reach", "agree", "lost", "runs":
        assert near([group[name] for group in groups], [row[name] for row in rows]), name
    assert all(sum(group["measured"]) == 6 for group in groups) and "planes" not in shown


def check_five(store):
    """Diverged runs are named; neurons outside a plane are shown by their cosines."""
    shown, _ = page(store)
    ends = {end["name"]: end["runs"] for end in shown["ends"]}
    assert sum(ends.values()) == 8 and ends.get("diverged", 0) > 0, ends
    assert any("diverged" in text and "1000" in text for text in shown["troubles"]), shown["troubles"]
    kept = [group["neurons"] for group in shown["groups"] if "neurons" in group]
    assert kept and all(n["kind"] == "cosine" and len(n["first"]) == len(n["first"][0]) == 48 for n in kept)


def refined():
    axes = "{gamma: {linspace: [0.5, 2, 7]}, gamma_prime: {linspace: [-0.5, 1.5, 9]}, width: [100, 1000], seed: {repeat: 2}}\n"
    store = train("coarse", PLANE[:PLANE.index("observe:")] + "axes: " + axes)
    call("refine", store, "-o", "finer.yaml")
    call("run", "finer.yaml", "-o", "finer.h5", "--reuse", store, "--quiet")
    return "finer.h5"


def check_refined(shown):
    """In a plane that was refined the cells cover the crossings between them, and contours go through these."""
    assert shown["planes"][0]["between"] == []
    store = refined()
    finer = page(store)[0]
    with h5py.File(store) as data:  # its rows are not in the order of gamma
        for name in "gamma", "gamma_prime":
            column = finer["table"][name]
            assert [column["values"][place] for place in column["place"]] == list(data[name][...]), name
            assert min(column["place"]) >= 0 and column["values"] == finer["planes"][0]["xy"[name == "gamma_prime"]]["values"]
    plane = finer["planes"][0]
    cells, between = set(zip(plane["column"], plane["row"])), {(column, row) for column, row in plane["between"]}
    assert between and not cells & between
    assert len(cells | between) == len(plane["x"]["values"]) * len(plane["y"]["values"])
    assert len(plane["contour"]) == 1, "one line, not its pieces"


def check_unsure():
    """Runs that are not sure are told of, as `status` does."""
    axes = "model: {width: 40}\ninit: {gamma: 2}\ntrain: {method: flow, stop_loss: 1.0e-3}\naxes: {seed: {repeat: 10}}\n"
    store = train("unsure", "data: {target: sine-mix, samples: 20, noise: 1}\n" + axes)
    sentence = [line.split(maxsplit=1)[1] for line in call("status", store).splitlines() if line.startswith("unsure")]
    assert len(sentence) == 1, "some run is to be unsure"
    assert page(store)[0]["troubles"] == sentence


def check_names():
    """A diagram for each activation, as a mean over them would mean nothing; its command names it."""
    axes = "activation: [relu, tanh]\n  gamma: [0.5, 1.75]\n  gamma_prime: [0, 1]\n  width: [50, 100]"
    store = train("named", PLANE[:PLANE.index("axes:")].replace("model: {activation: relu}\n", "") + "axes:\n  " + axes)
    shown, _ = page(store)
    assert [[term["text"] for term in plane["at"]] for plane in shown["planes"]] == [["relu"], ["tanh"]]
    assert all(plane["settable"] and len(plane["column"]) == 4 for plane in shown["planes"])


def check_refusals(store):
    assert "Give -o FILE" in call("report", store, code=2)
    assert "did you mean gamma?" in call("report", store, "-o", "x.html", "--x", "gama", "--y", "width", code=2)
    assert "--x needs --y" in call("report", store, "-o", "x.html", "--x", "gamma", code=2)
    assert "that is the store" in call("report", store, "-o", store, code=2)
    assert "usage: dewpoint report" in call("report", "--help") and not os.path.exists("x.html")
    call("report", store, "-o", "wide.html", "--x", "gamma", "--y", "width")


def stores():
    return train("plane", PLANE), train("directions", DIRECTIONS), train("five", FIVE)


def numbers():
    plane, directions, five = stores()
    shown = check_plane(plane)
    check_commands(plane, shown)
    check_groups(shown)
    check_directions(directions)
    check_five(five)
    check_refined(shown)
    check_unsure()
    check_names()
    check_refusals(plane)


def skip(why):
    """CTest reports this exit code as skipped."""
    print("SKIPPED: the pages were not opened in a browser:", why)
    sys.exit(77)


def browser():
    chromium, npm = shutil.which("chromium"), shutil.which("npm")
    if not chromium or not npm:
        skip("chromium or npm is missing (jobs/packages browser)")
    home = os.environ["BROWSER_HOME"]
    if not os.path.isdir(os.path.join(home, "node_modules", "playwright-core")):
        got = subprocess.run(shlex.split("npm install --no-audit --no-fund --silent --prefix") + [home, "playwright-core"],
                             capture_output=True, text=True, check=False)
        if got.returncode:
            skip("npm could not install playwright-core: " + got.stderr[-200:])
    pages = []
    for store in (*stores(), refined()):
        call("report", store, "-o", store + ".html")
        pages.append(os.path.abspath(store + ".html"))
    done = subprocess.run(["node", os.environ["BROWSER_TEST"], chromium, *pages], text=True, capture_output=True, check=False,
                          env={**os.environ, "PLAYWRIGHT": home})
    assert done.returncode == 0, done.stdout + done.stderr


in_a_directory(browser if sys.argv[1:] == ["browser"] else numbers)
