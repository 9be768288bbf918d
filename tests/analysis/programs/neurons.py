# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint neurons: its numbers against numpy on the weights that h5py reads, its pictures and films, its refusals."""
import os
import shutil

import h5py
import numpy

from tools import BIN, call, in_a_directory, is_picture, table, train


def neurons(path, run, column):
    with h5py.File(path) as data:
        first, size = int(data["weights_offset"][run]), int(data["weights_row_size"][run])
        return data[column][first:first + size]


def along(path, run):
    """[points][width][components] and the steps."""
    with h5py.File(path) as data:
        steps = data["curve_step"][run]
        steps = steps[numpy.isfinite(steps)]
        first, size = int(data["along_offset"][run]), int(data["along_row_size"][run])
        rows = data["weights_along"][first:first + size]
        return rows.reshape(-1, int(data["width"][run]), rows.shape[1])[:len(steps)], steps


def column(rows, name):
    return numpy.array([float(row[name]) for row in rows])


def check_orientation():
    store = train("line", """
model: {activation: relu, width: 200}
init: {scheme: power, t: 1}
train: {method: gd, learning_rate: 0.05, max_steps: 2000}
observe: {curve_ratio: 2}
store: {weights: all, trajectories: seed == 1}
axes: {seed: [0, 1]}
""")
    call("neurons", store, "--run", "0", "--csv", "angles.csv", "--plot", "angles.png")
    rows = table("angles.csv")
    for which, tail in (("weights_first", "_first"), ("weights_last", "")):
        w, b, a = neurons(store, 0, which).T
        assert numpy.allclose(column(rows, "orientation" + tail), numpy.arctan2(b, w), rtol=1e-15, atol=0)
        assert numpy.allclose(column(rows, "amplitude" + tail), abs(a) * numpy.hypot(w, b), rtol=1e-14, atol=0)
    assert is_picture("angles.png")
    # at a point of the curve, as a film, and the function that the neurons make
    points, steps = along(store, 1)
    call("neurons", store, "--at", "seed=1", "--point", f"step={steps[5]:.0f}", "--csv", "angles.csv", "--logy",
         "--plot", "angles.svg")
    w, b, a = points[5].T
    assert numpy.allclose(column(table("angles.csv"), "orientation"), numpy.arctan2(b, w), rtol=1e-15, atol=0)
    call("neurons", store, "--run", "1", "--kind", "kinks", "--csv", "kinks.csv", "--plot", "kinks.pdf",
         "--frames", "kinks.gif")
    w, b, a = points[-1].T
    rows = table("kinks.csv")
    assert numpy.allclose(column(rows, "kink"), -b / w, rtol=1e-15, atol=0)
    assert numpy.allclose(column(rows, "height"), numpy.sign(a) * numpy.hypot(w, b), rtol=1e-14, atol=0)
    assert all(is_picture(name) for name in ("angles.svg", "kinks.pdf", "kinks.gif"))
    if shutil.which("ffmpeg"):
        call("neurons", store, "--run", "1", "--frames", "angles.mp4")
        assert is_picture("angles.mp4")


def check_function():
    """The curve that --kind kinks draws is numpy's f, for every activation."""
    sigma = {"relu": lambda h: numpy.maximum(h, 0), "tanh": numpy.tanh, "sigmoid": lambda h: 1 / (1 + numpy.exp(-h)),
             "softplus": lambda h: numpy.log(1 + numpy.exp(h)), "linear": lambda h: h,
             "xtanh": lambda h: h * numpy.tanh(h), "x2tanh": lambda h: h * h * numpy.tanh(h)}
    store = train("all", f"""
model: {{width: 30}}
init: {{scheme: direct, alpha: 3, beta1: 1, beta2: 1}}
train: {{method: gd, learning_rate: 0.01, max_steps: 20}}
store: {{weights: all}}
axes: {{activation: [{", ".join(sigma)}]}}
""")
    path = os.environ["PATH"]
    for run, (name, function) in enumerate(sigma.items()):
        os.environ["PATH"] = "/nowhere"  # no gnuplot: the script with the function stays
        told = call("neurons", store, "--at", "activation=" + name, "--kind", "kinks", "--plot", name + ".png", code=1)
        os.environ["PATH"] = path
        assert "gnuplot is not installed" in told, told
        with open(name + ".png.gp", encoding="utf8") as file:
            block = file.read().split("$function << EOD\n")[1].split("EOD")[0]
        x, f = numpy.array([line.split() for line in block.splitlines()], dtype=float).T
        w, b, a = neurons(store, run, "weights_last").T
        expected = function(numpy.outer(x, w) + b) @ a / 3
        assert len(x) == 401 and numpy.allclose(f, expected, rtol=1e-6, atol=1e-7), name


def check_cosine():
    store = train("space", """
model: {activation: tanh, width: 40}
init: {scheme: power, t: 2}
data: {target: sine-sum, samples: 40}
train: {method: adam, learning_rate: 0.002, max_steps: 60}
observe: {curve_every: 20}
store: {trajectories: all}
""")
    points, _ = along(store, 0)
    for words, w in (([], points[-1][:, :6]), (["--point", "first"], points[0][:, :6])):
        call("neurons", store, "--csv", "cosine.csv", *words)
        rows = table("cosine.csv")
        unit = w / numpy.linalg.norm(w, axis=1)[:, None]
        value, vector = numpy.linalg.eigh(unit @ unit.T)
        leading = vector[:, -1] * numpy.sign(vector[numpy.argmax(abs(vector[:, -1])), -1])
        order = numpy.array([int(row["neuron"]) for row in rows])
        assert (order == numpy.argsort(leading, kind="stable")).all() and value[-1] - value[-2] > 0.1
        assert numpy.allclose(column(rows, "eigenvector"), leading[order], atol=1e-10)
        matrix = numpy.array([[float(row[f"cosine_{k}"]) for k in order] for row in rows])
        assert numpy.allclose(matrix, (unit @ unit.T)[order][:, order], atol=1e-14)
    call("neurons", store, "--plot", "cosine.png", "--frames", "cosine.gif")
    assert is_picture("cosine.png") and is_picture("cosine.gif")


def check_trajectories():
    store = train("teacher", """
model: {activation: relu, width: 10}
init: {scheme: direct, alpha_exponent: 1, beta1: 1, beta2: 0.05, draw: sphere}
data: {target: teacher, inputs: 2, samples: 50}
train: {method: sgd, batch: 10, learning_rate: 0.5, max_epochs: 20}
observe: {curve_ratio: 1.5}
store: {trajectories: all}
""")
    call("neurons", store, "--csv", "ways.csv", "--plot", "ways.png", "--frames", "ways.gif")
    points, steps = along(store, 0)
    rows = table("ways.csv")
    expected = (points[:, :, 3:] * points[:, :, :2]).reshape(-1, 2)
    assert (column(rows, "aw_1") == expected[:, 0]).all() and (column(rows, "aw_2") == expected[:, 1]).all()
    assert (column(rows, "step") == numpy.repeat(steps, 10)).all()
    assert is_picture("ways.png") and is_picture("ways.gif")


def check_product():
    store = train("linear", """
model: {activation: linear, width: 9, bias: false}
init: {scheme: direct, alpha: 2, beta1: 0.3, beta2: 0.3}
data: {target: linear-modes, samples: 30, inputs: 2, outputs: 2}
train: {method: gd, reduction: sum, learning_rate: 0.01, max_steps: 3000}
observe: {curve_ratio: 1.5}
store: {trajectories: all}
axes: {basis: [original, synaptic]}
""")
    for run, words in ((0, []), (0, ["--modes"]), (1, []), (1, ["--modes"])):
        call("neurons", store, "--run", str(run), "--csv", "product.csv", *words)
        rows = table("product.csv")
        points, steps = along(store, run)
        product = numpy.einsum("tkc,tkj->tcj", points[:, :, 3:], points[:, :, :2]) / 2
        found = numpy.array([[float(row[f"m_{c}_{j}"]) for c in (1, 2) for j in (1, 2)] for row in rows]).reshape(-1, 2, 2)
        best = found[-1]
        assert rows[-1]["step"] == "best" and len(rows) == len(steps) + 1
        # training ends at the best linear map, in either basis; the synaptic one is diagonal, strongest first
        assert numpy.allclose(found[-2], best, atol=1e-3), (run, words, found[-2], best)
        if words:
            assert numpy.allclose(best, numpy.diag([1, 0.01001]), atol=1e-10)
        # the same basis as the training's: the product itself; the other one: the same singular values
        if bool(run) == bool(words):
            assert numpy.allclose(found[:-1], product, rtol=1e-12, atol=1e-15)
        else:
            assert numpy.allclose(numpy.linalg.svd(found[:-1])[1], numpy.linalg.svd(product)[1], atol=1e-12)
    call("neurons", store, "--run", "0", "--plot", "product.png")
    assert is_picture("product.png")


def check_modes():
    """Errors of decoupled modes against numpy's product, and their closed form against Runge and Kutta's solution, whose
    rate is that of the loss convention: training itself follows it to first order in the learning rate."""
    store = train("modes", """
model: {activation: linear, width: 6, bias: false}
init: {scheme: direct, alpha: 2, beta1: 0.2, beta2: 0.1, draw: diagonal}
data: {target: linear-modes, samples: 20, inputs: 2, outputs: 2, points: decorrelated, mode_low: 0.3, input_ratio: 4}
train: {method: gd, max_steps: 4000}
observe: {curve_ratio: 1.3}
store: {trajectories: all}
zip: {reduction: [mean, half-mean, sum, half-sum], learning_rate: [4.0e-2, 4.0e-2, 1.0e-3, 2.0e-3]}
axes: {basis: [original, synaptic]}
""")
    rates = {"mean": 2 / 40, "half-mean": 1 / 20, "sum": 2, "half-sum": 1}
    for basis, reduction in ((b, r) for b in ("original", "synaptic") for r in rates):
        at = ["--at", "basis=" + basis, "--at", "reduction=" + reduction]
        call("neurons", store, *at, "--kind", "modes", "--csv", "modes.csv")
        rows = table("modes.csv")
        with h5py.File(store) as data:
            run = next(r for r in range(8) if data["basis"][r] == (basis == "synaptic")
                       and list(rates)[data["reduction"][r]] == reduction)
        points, _ = along(store, run)
        product = numpy.einsum("tkc,tkj->tcj", points[:, :, 3:], points[:, :, :2]) / 2
        if basis == "original":  # modes stand in ascending order on its diagonal
            product = product[:, ::-1, ::-1]
        for mode, (strength, variance) in enumerate(((1, 0.25), (0.3, 1))):
            found, closed = column(rows, f"error_{mode + 1}_{mode + 1}"), column(rows, f"closed_{mode + 1}")
            assert numpy.allclose(found, (product[:, mode, mode] - strength) ** 2, rtol=1e-6, atol=1e-12), (at, mode)
            where = mode if basis == "synaptic" else 1 - mode
            rate = rates[reduction] * 20 * variance / 2  # alpha is 2
            a, b = points[0][:, 3 + where] / 2 ** 0.5, points[0][:, where] / 2 ** 0.5
            lengths = numpy.array([numpy.linalg.norm(a), numpy.linalg.norm(b) * numpy.sign(a @ b)])
            slope = lambda y: rate * (strength - y[0] * y[1]) * y[::-1]
            time, solution = 0.0, []
            for target in column(rows, "flow_time"):
                steps = max(1, int(numpy.ceil((target - time) * rate * 50)))
                h = (target - time) / steps
                for _ in range(steps):
                    k1 = slope(lengths); k2 = slope(lengths + h / 2 * k1); k3 = slope(lengths + h / 2 * k2)
                    lengths = lengths + h / 6 * (k1 + 2 * k2 + 2 * k3 + slope(lengths + h * k3))
                time = target
                solution.append((lengths[0] * lengths[1] - strength) ** 2)
            assert numpy.allclose(closed, solution, rtol=1e-5, atol=1e-9), (at, mode)
            assert numpy.allclose(found, closed, atol=0.03 * strength), (at, mode, abs(found - closed).max())
    call("neurons", store, "--run", "0", "--kind", "modes", "--plot", "modes.png")
    assert is_picture("modes.png")


def check_refusals():
    store = train("plain", "model: {width: 8}\ntrain: {max_steps: 5}\ndata: {target: sine-sum}\naxes: {seed: [0, 1]}\n")
    assert "set store: {weights: all}" in call("neurons", store, "--run", "1", "--csv", "no.csv", code=2)
    assert "choose one with --run ROW (0 to 1), or with --at by seed" in call("neurons", store, "--csv", "no", code=2)
    assert "what to make" in call("neurons", store, code=2)
    assert "what to make" in call("neurons", store, "--run", "1", code=2)
    assert "--run 2: it must be a whole number from 0 to 1" in call("neurons", store, "--run", "2", code=2)
    assert "must end in .gif or .mp4" in call("neurons", store, "--frames", "a.png", code=2)
    kept = train("kept", "store: {weights: all}\nmodel: {width: 8}\ntrain: {max_steps: 5}\ndata: {target: sine-sum}\n")
    for words, sentence in ((["--kind", "orientation"], "needs neurons in a plane"), (["--kind", "kinks"], "one input"),
                            (["--kind", "product"], "activation linear"), (["--kind", "cosin"], "did you mean cosine?"),
                            (["--point", "3"], "0 points"), (["--frames", "a.gif"], "trajectories: all")):
        told = call("neurons", kept, "--csv", "no.csv", *words, code=2)
        assert sentence in told, (words, told)
    assert not os.path.exists("no.csv")
    # a data file that changed under the store
    with open("data.csv", "w", encoding="utf8") as file:
        file.write("0.0,1\n1,2\n")
    data = train("file", "store: {weights: all}\nmodel: {width: 8}\ntrain: {max_steps: 5}\n"
                         "data: {target: file, file: data.csv}\n")
    call("neurons", data, "--kind", "kinks", "--plot", "kinks.png")
    with open("data.csv", "a", encoding="utf8") as file:
        file.write("2,2\n")
    assert "not those that the store was made from" in call("neurons", data, "--kind", "kinks", "--plot", "k.png", code=2)
    assert "usage: dewpoint neurons" in call("neurons", "--help") and os.path.isdir(BIN)


def main():
    check_orientation()
    check_function()
    check_cosine()
    check_trajectories()
    check_product()
    check_modes()
    check_refusals()


in_a_directory(main)
