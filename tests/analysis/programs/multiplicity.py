# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint multiplicity: distributions, confusions, shares and grids against numpy on the columns that h5py reads."""
import collections
import re

import h5py
import netCDF4
import numpy

from tools import call, in_a_directory, is_picture, table, train

SWEEP = """
name: numbers
model: {activation: tanh, width: 60}
init: {scheme: direct, alpha: 1, beta1: 1.0e-4, beta2: 1.0e-4}
data: {target: random, samples: 6}
train: {method: normalized_flow, learning_rate: 0.05, stop_growth: 300, max_steps: 400}
store: {weights: all}
axes: {multiplicity: [1, 2, 3], inputs: [1, 2], data_seed: {repeat: 5}, seed: {repeat: 2}}
"""


def read(path):
    with h5py.File(path) as data:
        return {name: data[name][...] for name in data if name != "job" and data[name].ndim == 1}


def groups(runs, *keys, used=(1,)):
    """Mask of the used runs of each group, by the values of the keys."""
    usable = numpy.isin(runs["status"], used)
    for values in sorted(set(zip(*(runs[key] for key in keys)))):
        yield values, usable & numpy.all([runs[key] == value for key, value in zip(keys, values)], axis=0)


def number(text):
    return float(text) if text else numpy.nan


def wilson(hits, runs):
    """The formula of analysis/statistics/proportion.h from hits and runs of each data set."""
    share, sets, total = hits.sum() / runs.sum(), len(runs), runs.sum()
    n = sets if sets > 1 else total
    if sets > 1 and 0 < share < 1:
        variance = sets / (sets - 1) * ((hits - share * runs)**2).sum() / total**2
        n = min(total, max(sets, share * (1 - share) / variance))
    z = 1.959963984540054
    middle, half = share + z * z / (2 * n), z * numpy.sqrt(share * (1 - share) / n + z * z / (4 * n * n))
    low, high = numpy.array([middle - half, middle + half]) / (1 + z * z / n)
    return share, low if share > 0 else 0, high if share < 1 else 1


def check_share(row, name, hits, sets):
    per_set = [(hits[sets == one].sum(), (sets == one).sum()) for one in numpy.unique(sets)]
    expected = wilson(*numpy.array(per_set, float).T)
    found = [number(row[name + ending]) for ending in ("", "_low", "_high")]
    assert numpy.allclose(found, expected, rtol=1e-12, atol=1e-12), (name, found, expected)


def check_summary(store, runs):
    call("multiplicity", store, "--unfinished", "--csv", "summary.csv", "--confusion", "confusion.csv")
    rows, pairs = table("summary.csv"), table("confusion.csv")
    groups_of = list(groups(runs, "multiplicity", "inputs", used=(1, 3)))
    assert len(rows) == len(groups_of) == 6
    for row, (values, mask) in zip(rows, groups_of):
        assert (int(row["multiplicity"]), int(row["inputs"])) == values
        count, sets = runs["directions"][mask], runs["data_seed"][mask]
        assert int(row["runs"]) == mask.sum() == 10 and int(row["data_sets"]) == 5
        assert number(row["mean"]) == count.mean() and number(row["median"]) == numpy.median(count)
        assert count.tolist().count(int(row["mode"])) == max(collections.Counter(count.tolist()).values())
        assert int(row["most"]) == count.max() and int(row["bound"]) == 2 * values[0]
        check_share(row, "reach", count >= 2 * values[0], sets)
        assert numpy.isclose(number(row["uncondensed"]), runs["uncondensed"][mask].mean())
        compared = mask & (runs["prediction"] == 1)
        missed, extra = runs["directions_missed"][compared], runs["directions_extra"][compared]
        assert int(row["compared"]) == compared.sum()
        assert numpy.isclose(number(row["missed"]), missed.mean()) and numpy.isclose(number(row["extra"]), extra.mean())
        reasons = [runs["directions_" + reason][compared] for reason in ("faint", "merged", "lost")]
        assert (missed == sum(reasons)).all()
        assert all(numpy.isclose(number(row[name]), reason.mean())
                   for name, reason in zip(("faint", "merged", "lost"), reasons))
        assert numpy.isclose(number(row["complete"]), ((missed == 0) & (extra == 0)).mean())
        agree = (reasons[2] == 0) & (extra == 0)
        check_share(row, "agree", agree, runs["data_seed"][compared])
        angles = runs["angle_error"][compared][agree]
        assert numpy.isclose(number(row["angle_largest"]), angles.max())
        assert abs(numpy.log(number(row["angle_median"]) / numpy.sort(angles)[(len(angles) - 1) // 2])) < 0.07
        for n in range(int(row["most"]) + 1):
            assert int(row[f"measured_{n}"]) == (count == n).sum()
        joint = collections.Counter(zip(runs["directions_predicted"][compared], runs["directions"][compared]))
        found = {(int(pair["predicted"]), int(pair["measured"])): int(pair["runs"]) for pair in pairs
                 if (int(pair["multiplicity"]), int(pair["inputs"])) == values}
        assert found == joint, (found, joint)
        same = [len(set(count[sets == one])) == 1 for one in numpy.unique(sets)]
        assert int(row["repeated"]) == 5 and int(row["same"]) == sum(same)


def check_choices(store, runs):
    """Runs at their step limit only when asked for; lines; other keys; values."""
    call("multiplicity", store, "--lines", "--by", "seed", "--at", "inputs=2", "--csv", "summary.csv")
    rows = table("summary.csv")
    chosen = {name: values[runs["inputs"] == 2] for name, values in runs.items() if len(values) == len(runs["inputs"])}
    for row, (values, mask) in zip(rows, groups(chosen, "multiplicity", "seed")):
        assert int(row["runs"]) == mask.sum() and int(row["bound"]) == values[0]
        if mask.any():
            assert number(row["mean"]) == chosen["lines"][mask].mean()
    told = call("multiplicity", store)
    limited = (runs["status"] == 3).sum()
    assert limited == 0 or f"{limited} step limit" in told, told
    assert "pooled over seed (2 values), data_seed (5 values)" in told, told
    assert "resolution 10 degrees, share 0.03" in told, told


def check_grid(store, runs):
    call("multiplicity", store, "--unfinished", "--netcdf", "grid.nc", "--plot", "numbers.png")
    with netCDF4.Dataset("grid.nc") as grid:
        assert grid["confusion"].dimensions == ("inputs", "multiplicity", "number_predicted", "number_measured")
        for i, inputs in enumerate(grid["inputs"][:]):
            for j, p in enumerate(grid["multiplicity"][:]):
                mask = (runs["inputs"] == inputs) & (runs["multiplicity"] == p)
                count, predicted = runs["directions"][mask], runs["directions_predicted"][mask]
                assert grid["mean"][i, j] == count.mean()
                for n in grid["number_measured"][:]:
                    assert grid["measured"][i, j, n] == (count == n).sum()
                    assert (grid["confusion"][i, j, :, n] ==
                            [((predicted == q) & (count == n)).sum() for q in grid["number_predicted"][:]]).all()
    assert is_picture("numbers.png")
    call("multiplicity", store, "--unfinished", "--at", "inputs=1", "--netcdf", "line.nc", "--plot", "numbers.svg")
    with netCDF4.Dataset("line.nc") as grid:
        assert grid["measured"].dimensions == ("multiplicity", "number_measured")
    call("multiplicity", store, "--unfinished", "--by", "seed", "--by", "inputs", "--netcdf", "four.nc")
    with netCDF4.Dataset("four.nc") as grid:
        assert grid["measured"].dimensions == ("seed", "inputs", "multiplicity", "number_measured")
        mask = (runs["seed"] == 1) & (runs["inputs"] == 2) & (runs["multiplicity"] == 3)
        assert grid["mean"][1, 1, 2] == runs["directions"][mask].mean()
    assert is_picture("numbers.svg")


def check_stability(store):
    """At the sweep's own settings every number stays; so coarse a resolution that few lines are left changes some."""
    told = call("multiplicity", store, "--unfinished", "--stability", "--plot-stability", "stable.png",
                "--plot-confusion", "confusion.svg")
    assert is_picture("stable.png") and is_picture("confusion.svg")
    parts = re.split(r"\nmean number of directions by ", told)[1:]
    assert [part.split(" (")[0] for part in parts] == ["resolution", "share", "amplitude cut"], told
    for part, own in zip(parts, ("10", "0.03", "0")):
        lines = part.splitlines()[1:8]
        column = lines[0].split()[3:].index(own)
        for line in lines[1:]:
            kept = re.findall(r"\((\d+) %\)", line)
            assert len(kept) == 6 and kept[column] == "100", line
    assert "no neurons" in call("multiplicity", train("bare", SWEEP.replace("weights: all", "weights: none"),
                                                      "--set", "seed=0", "--set", "data_seed=0"), "--stability", code=2)


ALONG = """
name: along
model: {activation: tanh, width: 50}
init: {scheme: direct, alpha: 1, beta1: 0.005, beta2: 0.005}
data: {target: sine-mix, samples: 40}
train: {method: gd, learning_rate: 0.02, max_steps: 400}
observe: {curve_every: 20, curve_counts: true}
axes: {multiplicity: [1, 2], seed: {repeat: 3}}
"""


def check_readouts():
    """Counts at the first point of each curve that comes to a value; runs that never come to it are left out."""
    store = train("along", ALONG)
    with h5py.File(store) as data:
        runs = {name: data[name][...] for name in data if name != "job"}
    loss = runs["curve_loss"]
    reached = {"step=130": runs["curve_step"] >= 130, "growth >= 2": runs["curve_growth"] >= 2,
               "flow_time=3": runs["curve_flow_time"] >= 3, "loss_drop=.05": 1 - loss / loss[:, :1] >= 0.05}
    for words, lines in [(when, lines) for when in reached for lines in (False, True)]:
        told = call("multiplicity", store, "--read", words, "--csv", "read.csv", *(["--lines"] if lines else []))
        counts = runs["curve_lines" if lines else "curve_directions"]
        some = reached[words].any(axis=1)
        found = numpy.array([row[numpy.argmax(there)] for row, there in zip(counts, reached[words])])
        assert f"with {words} ({(~some).sum()} runs do not come to it)" in told, told
        for row in table("read.csv"):
            mask = some & (runs["multiplicity"] == int(row["multiplicity"]))
            assert int(row["runs"]) == mask.sum() and row["compared"] == "0" and row["uncondensed"] == ""
            assert number(row["mean"]) == found[mask].mean() if mask.any() else row["mean"] == ""
    assert not reached["growth >= 2"].any(axis=1).all() and reached["growth >= 2"].any()
    call("multiplicity", store, "--read", "end", "--csv", "read.csv")
    assert [number(row["mean"]) for row in table("read.csv")] == [
        runs["directions"][runs["multiplicity"] == p].mean() for p in (1, 2)]
    for words, sentence in (("grow=2", 'not "grow=2"'), ("growth", "must be end, or step"), ("step=ten", "must be end"),
                            ("growth=2x", "must be end")):
        assert sentence in call("multiplicity", store, "--read", words, code=2), words
    assert "does not go with" in call("multiplicity", store, "--read", "step=20", "--stability", code=2)
    for name, change in (("curveless", ""), ("uncounted", "observe: {curve_every: 20}\n")):
        sweep = ALONG.replace("observe: {curve_every: 20, curve_counts: true}\n", change)
        told = call("multiplicity", train(name, sweep, "--set", "seed=0"), "--read", "step=20", code=2)
        assert "no counts along its curves" in told and "curve_counts: true" in told, told


def check_refusals(store):
    for words, sentence in ((["--by", "sed"], "did you mean seed?"), (["--at", "seed=9"], "no run of the store"),
                            (["--plot", "a.gif"], "must end in .png"), (["--csv", store], "that is the store"),
                            (["--bye", "seed"], "did you mean --by?"), (["--plot-stability", "a.gif"], "must end in .png"),
                            (["--plot-stability", "a.png", "--by", "data_seed"], "more than 8 lines")):
        told = call("multiplicity", store, *words, code=2)
        assert sentence in told, (words, told)
    assert "usage: dewpoint multiplicity" in call("multiplicity", "--help")


def check_without_a_prediction():
    store = train("relu", "model: {width: 30}\ntrain: {max_steps: 50}\naxes: {seed: {repeat: 3}}\n")
    told = call("multiplicity", store, "--unfinished", "--csv", "relu.csv", "--netcdf", "relu.nc", "--plot", "relu.pdf")
    row, = table("relu.csv")
    assert row["multiplicity"] == "0" and row["bound"] == "" and row["agree"] == "" and row["compared"] == "0", row
    assert "1 data set" in told and is_picture("relu.pdf")


def main():
    store = train("numbers", SWEEP)
    runs = read(store)
    check_summary(store, runs)
    check_choices(store, runs)
    check_grid(store, runs)
    check_stability(store)
    check_refusals(store)
    check_readouts()
    check_without_a_prediction()


in_a_directory(main)
