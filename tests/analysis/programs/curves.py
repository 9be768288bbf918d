# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint curves: means, spreads and grids against numpy on the curves that h5py reads."""
import os
import re

import h5py
import numpy

from tools import call, in_a_directory, is_picture, table, train

SWEEP = """
name: curves
model: {activation: tanh, width: 20}
init: {scheme: direct, alpha: 1, beta1: 0.5, beta2: 1}
data: {target: sine-mix}
train: {method: gd, max_steps: 300, stop_loss: 0.05}
observe: {curve_ratio: 1.3}
axes: {learning_rate: [0.02, 0.1], seed: {repeat: 4}}
"""


def numbers(path, **wanted):
    """x, middle, low and high of the rows with those values."""
    rows = [row for row in table(path) if all(row[key] == value for key, value in wanted.items())]
    assert rows, wanted
    x = "step" if "step" in rows[0] else "flow_time"
    return [numpy.array([float(row[name] or "nan") for row in rows]) for name in (x, "middle", "low", "high")]


def curves(path, name, runs, x="curve_step"):
    with h5py.File(path) as data:
        step, value = data[x][...], data[name][...]
    return [(step[r][numpy.isfinite(step[r])], value[r][numpy.isfinite(step[r])]) for r in runs]


def check_means(store):
    """Runs end at different steps: every step of any of them is on the grid, ended runs keep their last value."""
    call("curves", store, "--by", "learning_rate", "--y", "loss,rd_w", "--csv", "lines.csv", "--plot", "lines.png")
    lengths = set()
    for group, rate in enumerate(("0.02", "0.1")):
        runs = range(4 * group, 4 * group + 4)
        for quantity in "loss", "rd_w":
            read = curves(store, "curve_" + quantity, runs)
            lengths |= {steps[-1] for steps, _ in read}
            grid = numpy.unique(numpy.concatenate([steps for steps, _ in read]))
            values = numpy.array([numpy.interp(grid, steps, value) for steps, value in read])
            x, middle, low, high = numbers("lines.csv", learning_rate=rate, curve=quantity)
            assert (x == grid).all()
            assert numpy.allclose(middle, values.mean(0), rtol=1e-13, atol=0)
            assert numpy.allclose(high - low, 2 * values.std(0, ddof=1), rtol=1e-9, atol=1e-16)
    assert len(lengths) > 2 and is_picture("lines.png")


def check_logarithms(store):
    call("curves", store, "--at", "learning_rate=0.1", "--logy", "--csv", "lines.csv", "--plot", "lines.svg")
    with open("lines.svg", encoding="utf-8") as figure:
        assert "one s.d. of the logarithm" in figure.read()  # the key explains the band
    read = curves(store, "curve_loss", range(4, 8))
    x, middle, low, high = numbers("lines.csv", curve="loss")
    values = numpy.array([numpy.interp(x, steps, numpy.log(value)) for steps, value in read])
    assert numpy.allclose(middle, numpy.exp(values.mean(0)), rtol=1e-12, atol=0)
    spread = values.std(0, ddof=1)
    assert numpy.allclose(numpy.log(high / middle), spread, rtol=1e-7, atol=1e-12)
    assert numpy.allclose(numpy.log(middle / low), spread, rtol=1e-7, atol=1e-12)
    # both axes: straight lines between points there
    told = call("curves", store, "--at", "learning_rate=0.1", "--logy", "--logx", "--csv", "lines.csv", "--plot", "lines.pdf")
    assert told.count("left out of the figure: the start, step 0, which has no logarithm\n") == 1, told
    assert "left out" not in call("curves", store, "--at", "learning_rate=0.1", "--logy", "--plot", "linear.pdf")
    x, middle, _, _ = numbers("lines.csv", curve="loss")
    values = numpy.array([numpy.interp(numpy.log(x[1:]), numpy.log(steps[1:]), numpy.log(value[1:])) for steps, value in read])
    assert numpy.allclose(middle[1:], numpy.exp(values.mean(0)), rtol=1e-12, atol=0)
    assert is_picture("lines.svg") and is_picture("lines.pdf")


def check_one_run(store):
    """One run is its own curve, whatever the axis; flow with other rates has other times, so it gets a grid."""
    told = call("curves", store, "--at", "learning_rate=0.1", "--at", "seed=2", "--y", "loss_test", "--csv", "lines.csv")
    (steps, value), = curves(store, "curve_loss_test", [6])
    x, middle, low, high = numbers("lines.csv")
    assert (x == steps).all() and (middle == value).all() and (low == value).all() and (high == value).all()
    assert f"{value[-1]:.4g}" in told, told
    flow = train("flow", SWEEP.replace("method: gd", "method: flow").replace("learning_rate: [0.02, 0.1], ", ""))
    call("curves", flow, "--x", "flow_time", "--csv", "lines.csv")
    read = curves(flow, "curve_loss", range(4), "curve_flow_time")
    x, middle, _, _ = numbers("lines.csv")
    assert len(x) == 301 and x[0] == 0 and x[-1] == max(times[-1] for times, _ in read)
    assert numpy.allclose(middle, numpy.mean([numpy.interp(x, *one) for one in read], 0), rtol=1e-12, atol=0)


def label_is_inside(path):
    with open(path, encoding="utf-8") as figure:
        labels = re.findall(r"translate\(([-0-9.]+),[-0-9.]+\) rotate\(270", figure.read())
    return labels and all(float(x) > 10 for x in labels)


def check_small_numbers():
    """Long numbers along an axis leave room for its label."""
    small = train("small", SWEEP.replace("0.02, 0.1", "1.0e-9, 2.0e-9").replace(", stop_loss: 0.05", ""))
    call("curves", small, "--by", "learning_rate", "--y", "rd_w", "--liny", "--plot", "small.svg")
    assert label_is_inside("small.svg")
    for value in "rd_w", "loss":
        call("phase", small, "--value", value, "--x", "learning_rate", "--plot", "line.svg")
        assert label_is_inside("line.svg"), value


def check_refusals(store):
    told = call("curves", store, code=2)
    assert "differ in learning_rate (0.02, 0.1, ...)" in told and "--by learning_rate" in told, told
    for words, sentence in ((["--y", "los"], "did you mean loss?"), (["--x", "time"], "step or flow_time"),
                            (["--by", "sed"], "did you mean seed?"), (["--plot", "a.gif"], "must end in .png"),
                            (["--at", "seed=9"], "no run of the store")):
        told = call("curves", store, *words, code=2)
        assert sentence in told, (words, told)
    # the multiplicity differs, too, but it follows from the activation
    swept = SWEEP.replace("activation: tanh, ", "").replace("learning_rate: [0.02, 0.1]", "activation: [relu, tanh, xtanh]")
    activations = train("activations", swept)
    told = call("curves", activations, code=2)
    assert "differ in activation (relu, tanh, ...)" in told and "--by activation" in told, told
    told = call("curves", activations, "--at", "activation=tanh", "--at", "activation=xtanh", code=2)
    assert "choose with --at activation=tanh" in told and "multiplicity" not in told, told
    orders = SWEEP.replace("learning_rate: [0.02, 0.1]", "multiplicity: [1, 2]")
    assert "differ in multiplicity (1, 2, ...)" in call("curves", train("orders", orders), code=2)
    plain = train("plain", "model: {width: 4}\ntrain: {max_steps: 5}\n")
    assert "set observe: {curve_ratio" in call("curves", plain, code=2)
    adam = train("adam", SWEEP.replace("method: gd", "method: adam"))
    told = call("curves", adam, "--x", "flow_time", "--at", "learning_rate=0.1", code=2)
    assert "adam has none" in told, told
    random = train("random", SWEEP.replace("sine-mix", "random"))
    told = call("curves", random, "--y", "loss_test", "--at", "learning_rate=0.1", code=2)
    assert "--y loss_test: the runs have none" in told, told
    told = call("curves", random, "--y", "directions", "--at", "learning_rate=0.1", code=2)
    assert "the key curve_counts asks for them" in told, told
    assert "usage: dewpoint curves" in call("curves", "--help") and not os.path.exists("a.gif")


def main():
    store = train("curves", SWEEP)
    check_means(store)
    check_logarithms(store)
    check_one_run(store)
    check_small_numbers()
    check_refusals(store)


in_a_directory(main)
