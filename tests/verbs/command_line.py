# SPDX-License-Identifier: BSD-3-Clause
"""The command line as programs and shells use it: JSON against the texts and the store, help, completion, manuals."""
import json
import math
import os
import re
import subprocess

import h5py
import numpy

from tools import BIN, call, in_a_directory, train

SWEEP = """
name: two "words"
model: {activation: relu, width: 20}
data: {target: two-kinks}
train: {method: gd, learning_rate: 0.05, max_steps: 20}
axes: {gamma: [0.5, 1], seed: {repeat: 3}}
"""


def parsed(*words):
    return json.loads(call(*words, "--json"))


def check_json(store):
    plan, status, verify, explain = (parsed("plan", "s.yaml"), parsed("status", store), parsed("verify", store),
                                     parsed("explain", store, "4"))
    assert plan["sweep"] == status["sweep"] == 'two "words"' and plan["runs"] == status["runs"] == 6
    assert plan["axes"] == {"gamma": 2, "seed": 3} and plan["store_bytes"] > 1000
    assert status["status"] == {"done": 6} and status["ended_by"] == {"max_steps": 6} and status["left"] == 0
    assert verify == {"store": store, "wrong": 0, "first_wrong": None}
    with h5py.File(store) as data:
        assert explain["keys"]["gamma"] == data["gamma"][4] and explain["keys"]["seed"] == data["seed"][4]
    assert explain["keys"]["multiplicity"] == 0  # of relu, as in the store
    assert explain["data"] == plan["data"] == status["data"] == ""
    assert explain["keys"]["bias"] is True and explain["keys"]["activation"] == "relu" and explain["keys"]["t"] is None
    told = call("explain", store, "4", "--set", "gamma=1", code=2)
    assert "--set changes a sweep file, and this is a store" in told, told
    keys = parsed("keys")
    assert [key["name"] for key in keys] == call("keys", "--names").split()
    width = next(key for key in keys if key["name"] == "width")
    assert width["type"] == "int" and (width["min"], width["max"]) == (1, 1e9) and "hidden neurons" in width["meaning"]
    assert set(explain["keys"]) == {key["name"] for key in keys}
    assert parsed("keys", "width") == [width] and call("keys", "--names", "width") == "width\n"
    shown = call("keys", "width").split("\n\n")
    assert len(shown) == 2 and shown[1].startswith("model\n  width ") and "hidden neurons" in shown[1], shown
    assert call("keys", "loss_rise").startswith("loss_rise is a column of stores: largest rise of the training loss; above")
    assert call("keys", "angle_error").endswith("; unit rad\n")
    (column,) = parsed("keys", "angle_error")
    assert column["section"] is None and (column["type"], column["unit"]) == ("real", "rad") and column["meaning"]
    assert parsed("keys", "status")[0]["choices"] == ["pending", "done", "diverged", "step_limit", "failed"]
    assert call("keys", "--names", "flow_error") == "flow_error\n"
    assert 'unknown key "widht"; did you mean width?' in call("keys", "widht", code=2)
    assert "one word too many: gamma" in call("keys", "width", "gamma", code=2)


def check_files():
    """explain tells of the files of that row, not of all."""
    for name in ("a.csv", "b.csv", "start.csv"):
        with open(name, "w", encoding="utf8") as file:
            file.write("w_1,bias,a_1\n1,2,3\n" if name == "start.csv" else "x,y\n0,1\n1,2\n")
    store = train("files", """
data: {target: file}
init: {scheme: file}
train: {max_steps: 2}
axes: {file: [a.csv, "b.csv"], path: [start.csv]}
""")
    for row, name in enumerate(("a.csv", "b.csv")):
        for words in (("files.yaml", str(row)), (store, str(row))):
            told = [line for line in call("explain", *words).splitlines() if line.startswith("# data: ")]
            assert len(told) == 2 and told[0].startswith(f"# data: {name}: 2 samples"), told
            assert told[1].startswith("# data: start.csv: 1 neurons of 3 parameters"), told
            assert parsed("explain", *words)["data"] == "\n".join(line[8:] for line in told)


NOISY = """
name: noisy
data: {target: file, file: noisy.csv}
train: {method: flow, stop_loss: 1.0e-6}
axes: {gamma: [0.5, 1], width: [30, 100], seed: {repeat: 10}}
"""


def check_range(plan, seconds, factor):
    """The built-in model's range holds its estimate and what the runs took, and is as wide as it should be."""
    assert plan["costs_from"] == "model" and abs(plan["core_seconds_high"] / plan["core_seconds"] / factor - 1) < 1e-9, plan
    assert not seconds or plan["core_seconds_low"] < seconds < plan["core_seconds_high"], (plan, seconds)


def check_unsure():
    """Runs with a large flow_error are counted alike by all who tell of a store."""
    with open("noisy.csv", "w", encoding="utf8") as file:
        file.write("x,y\n" + "".join(f"{x},{x ** 3 - x + .3 * math.sin(1e4 * x)}\n" for x in numpy.linspace(-1, 1, 40)))
    store = train("noisy", NOISY)
    with h5py.File(store) as data:
        unsure = int((data["flow_error"][:] > .2).sum())
    assert 1 < unsure < 40, unsure
    sentence = f"{unsure} runs are not sure: their flow_error,"
    status = parsed("status", store)
    assert status["unsure"] == unsure and status["data"].startswith("noisy.csv: 40 samples, 1 input (x), 1 output (y); input from -1 to 1, output from ")
    assert f"\nunsure   {sentence}" in call("status", store)
    end = json.loads(call("run", "noisy.yaml", "-o", store, "--progress", "json").splitlines()[-1])
    assert end["unsure"] == unsure and sentence in call("run", "noisy.yaml", "-o", store)
    assert f"\n\n{sentence}" in call("phase", store)
    with h5py.File(store) as data:
        row = int((data["flow_error"][:] > .2).argmax())
        at = [f"--at={key}={data[key][row]}" for key in ("gamma", "width", "seed")]
    assert "\n1 run is not sure: its flow_error," in call("phase", store, "--value", "rd_w", *at)
    check_range(parsed("plan", "noisy.yaml"), status["core_seconds"], 100)
    check_range(parsed("plan", "noisy.yaml", "--set", "activation=tanh"), 0, 1000)
    check_range(parsed("plan", "s.yaml"), 0, 10)
    assert "multiplicity: 0 # the activation's own, 1\n" in call("explain", "noisy.yaml", "0", "--set", "activation=tanh")
    assert parsed("explain", "noisy.yaml", "0", "--set", "activation=xtanh")["keys"]["multiplicity"] == 2


def check_names(store):
    """A new store is not called as another kind of file; one that is there goes on."""
    os.link(store, "old.csv")
    os.mkdir("folder.d")
    call("run", "s.yaml", "-o", "old.csv")
    for words in ("run", "s.yaml", "-o"), ("merge", store, "-o"), ("export", store, "--compress"):
        told = call(*words, "folder.d/new.CSV" if words[0] == "run" else "new.png", code=2)
        assert re.search(r"(folder\.d/new\.CSV|new\.png): a store is an HDF5 file; call it (folder\.d/)?new\.h5$", told), told
    call("run", "s.yaml", "-o", "no.ending", "--quiet")


PLANNED = """
name: planned
model: {activation: relu}
data: {target: two-kinks, samples: 4}
train: {method: gd, learning_rate: 0.05, max_steps: 200}
axes: {gamma: [0.5, 1, 1.5], width: [200, 2000, 5000], seed: {repeat: 4}}
"""


def check_plan():
    """Costs from a store are those that its rows have, and say how a larger sweep will go."""
    with open("planned.yaml", "w", encoding="utf8") as file:
        file.write(PLANNED)
    call("run", "planned.yaml", "-o", "planned.h5")
    with h5py.File("planned.h5") as data:
        seconds = data["wall_time"][:]
    plan = parsed("plan", "planned.yaml", "--from", "planned.h5", "--ranks", "2")
    work = plan["core_seconds"]
    shown = re.search("efficiency (.*)", call("plan", "planned.yaml", "--ranks", "1000")).group(1)
    efficiency = parsed("plan", "planned.yaml", "--ranks", "1000")["efficiency"]
    assert 0 < efficiency < .005 and abs(float(shown) / efficiency - 1) < .05, (shown, efficiency)
    assert plan["costs_from"] == "store" and plan["costs_from_runs"] == 36 and plan["ranks"] == 2
    assert abs(work / seconds.sum() - 1) < 0.02, (work, seconds.sum())
    assert plan["core_seconds_low"] < work < plan["core_seconds_high"]
    assert work / 2 <= plan["bound_seconds"] * 1.001 and plan["bound_seconds"] <= plan["makespan_seconds"]
    more = parsed("plan", "planned.yaml", "--from", "planned.h5", "--set", "seed={from: 0, to: 399, step: 1}")
    assert abs(more["core_seconds"] / (100 * work) - 1) < 0.02 and more["ranks_worth"] >= plan["ranks_worth"]
    wider = parsed("plan", "planned.yaml", "--from", "planned.h5", "--set", "width=50000")["core_seconds"]
    widest = seconds[24:].mean() * 12 * 10  # ten times as wide as the widest
    assert 0.3 < wider / widest < 3, (wider, widest)
    trial = parsed("plan", "planned.yaml", "--trial", "0.5")
    assert trial["costs_from"] == "trial" and trial["costs_from_runs"] > 0
    assert parsed("plan", "planned.yaml")["costs_from"] == "model"
    assert re.fullmatch(r"\d+:\d\d:00", trial["time_limit"]) and trial["memory_bytes"] > 1e7
    assert "--ranks must be" in call("plan", "planned.yaml", "--ranks", "0", code=2)
    assert "costs: from 36 runs of planned.h5" in call("plan", "planned.yaml", "--from", "planned.h5")


def check_progress():
    """A job for other programs: an object a line, the last of which is the result; and what status tells of it."""
    lines = [json.loads(line) for line in call("run", "planned.yaml", "-o", "lines.h5", "--progress", "json").splitlines()]
    assert [line["event"] for line in lines[-2:]] == ["progress", "end"] and lines[-2]["rows_done"] == 36
    end = lines[-1]
    assert end["done"] == end["rows"] == 36 and end["left"] == 0 and end["stopped"] is None
    parts = ("training", "storing", "dispatch", "tail")
    assert abs(sum(end[part + "_percent"] for part in parts) - 100) < 1, end
    assert 0 < end["quality"] <= 1 and end["bound_seconds"] <= end["makespan_seconds"]
    assert end["unsure"] == parsed("status", "lines.h5")["unsure"] == 0
    assert "unsure" not in call("status", "lines.h5") and "details" not in call("phase", "lines.h5")
    assert call("run", "planned.yaml", "-o", "none.h5", "--progress", "none").count("\n") == 1
    assert "--progress must be" in call("run", "planned.yaml", "--progress", "xml", code=2)
    with h5py.File("lines.h5") as data:
        seconds = data["wall_time"][:]
    status = parsed("status", "lines.h5")
    assert abs(status["core_seconds"] / seconds.sum() - 1) < 1e-9 and status["core_seconds_left"] == 0
    assert [row["seconds"] for row in status["slowest"]] == sorted(seconds)[:-6:-1]
    assert status["slowest"][0]["row"] == seconds.argmax() and status["ranks"] == 1
    assert call("status", "lines.h5", "--watch") == "36 of 36 runs (100.0%)\n"


def check_left():
    """A job that ended early: what is left costs what the finished rows of its widths tell."""
    call("run", "planned.yaml", "-o", "part.h5", "--set", "max_steps=400", "--set", "seed={repeat: 400}", "--time-budget", "1s",
         code=75)
    with h5py.File("part.h5") as data:
        done, seconds, width = data["status"][:] != 0, data["wall_time"][:], data["width"][:]
    known = [w for w in set(width) if (done & (width == w)).any()]
    expected = sum(seconds[done & (width == w)].mean() * (~done & (width == w)).sum() for w in known)
    left = parsed("status", "part.h5")["core_seconds_left"]
    assert left > 0.7 * expected, (left, expected)
    if len(known) == 3:
        assert left < 1.4 * expected, (left, expected)
    assert "no job is writing the store" in call("status", "part.h5", "--watch")


TROUBLED = """
name: troubled
model: {activation: linear, width: 20}
data: {target: two-kinks}
train: {method: gd, max_steps: 300}
axes: {learning_rate: [0.01, 1.0e+6, 1.0e+7], gamma: [0.5, 1], seed: {repeat: 2}}
"""


def check_troubles():
    """Status names the settings at which alone runs diverged; and while a job writes, it names the job."""
    store = train("troubled", TROUBLED)
    with h5py.File(store) as data:
        assert (data["status"][:] == numpy.where(data["learning_rate"][:] > 1, 2, 1)).all()
    assert "\ndiverged runs: only with learning_rate 1000000 10000000\n" in call("status", store)
    told = call("status", "part.h5")
    assert "with the same sweep file trains the other" in told and "diverged runs" not in told, told
    for name in "part.h5.lock", "part.h5.checkpoint-3":
        open(name, "w").close()
    told = call("status", "part.h5")
    assert "a job is writing the store; its longest runs have checkpoints: run 3\n" in told, told
    for name in "part.h5.lock", "part.h5.checkpoint-3":
        os.remove(name)


UNCOUNTED = """
name: uncounted
model: {activation: tanh, width: 20}
data: {target: two-kinks}
train: {method: gd, learning_rate: 0.05, max_steps: 20}
observe: {directions: COUNTED}
axes: {gamma: [0.5, 1], seed: {repeat: 3}}
"""


def check_uncounted():
    """Without directions their columns are unset, and everything else is what it was."""
    counted, uncounted = (train(name, UNCOUNTED.replace("COUNTED", name)) for name in ("true", "false"))
    about_directions = re.compile("direction|lines|prediction|uncondensed|active_neurons|angle_error|checksum")
    with h5py.File(counted) as a, h5py.File(uncounted) as b:
        assert (a["directions"][:] >= 0).all() and (b["directions"][:] == -1).all()
        for name in (n for n in a if isinstance(a[n], h5py.Dataset)):
            if a[name].dtype.kind in "if" and name != "wall_time" and not about_directions.search(name):
                assert a[name][:].tobytes() == b[name][:].tobytes(), name
    assert "did not count directions (observe: {directions: false})" in call("multiplicity", uncounted, code=2)
    assert "no values of lines: the runs did not count directions" in call("phase", uncounted, "--value", "lines")
    assert "did not count" not in call("phase", uncounted)


def check_help(names):
    for name in names:
        text = call("help", name)
        assert text.startswith(f"usage: dewpoint {name}") and text == call(name, "--help")
    assert {"run", "plan", "phase", "report"} <= set(names) and call("help") == call("--help")
    assert 'did you mean "status"' in call("help", "statsu", code=2)
    version = call("--version")
    for word in ("dewpoint ", "instruction set", "scalar", "HDF5 1.", "zlib", "libyaml", "muParser"):
        assert word in version, version


def complete(*words):
    """What bash offers for the last word."""
    script = f"source {os.environ['MANUALS']}/dewpoint.bash; COMP_WORDS=({' '.join(map(repr, words))}); " \
        f"COMP_CWORD={len(words) - 1}; _dewpoint; printf '%s\\n' \"${{COMPREPLY[@]}}\""
    return subprocess.run(["bash", "-c", script], env={**os.environ, "PATH": BIN + ":" + os.environ["PATH"]}, text=True,
                          capture_output=True, check=True).stdout.split()


def check_completion(names):
    assert set(complete("dewpoint", "")) == {*names, "help", "--version"}
    assert complete("dewpoint", "sta") == ["status"] and complete("dewpoint", "help", "neur") == ["neurons"]
    assert "--max-failures" in complete("dewpoint", "run", "--") and complete("dewpoint", "phase", "--boot") == ["--bootstrap"]
    assert set(complete("dewpoint", "run", "f.yaml", "--set", "gamma")) == {"gamma", "gamma_prime"}


def check_manuals(names):
    """Every verb and program has a page that man shows without a complaint."""
    folder = os.environ["MAN"]
    for name in [*names, None]:
        path = f"{folder}/man1/dewpoint{'-' + name if name else ''}.1"
        done = subprocess.run(["nroff", "-man", "-ww", path], capture_output=True, text=True, check=False)
        assert done.returncode == 0 and not done.stderr, (path, done.stderr[:300])
        plain = re.sub(r".\x08|\x1b\[[0-9;]*m", "", done.stdout)
        assert "usage: dewpoint" in plain and "NAME" in plain, path
    with open(f"{folder}/man5/dewpoint-sweep.5", encoding="utf8") as file:
        keys = file.read()
    assert all(key.replace("-", "\\-") in keys for key in call("keys", "--names").split())


def check_no_colours(store):
    """Nothing that is printed has escape sequences, on a terminal or not."""
    try:
        for end in os.openpty():
            os.close(end)
        terminal = ["script", "-qec"]
    except OSError:
        terminal = ["sh", "-c"]
        print("no pseudo-terminals here: colours are looked for without one")
    for words in (("status", store), ("phase", store), ("--help",)):
        command = terminal + [" ".join([BIN + "/dewpoint", *words])] + ["/dev/null"] * (terminal[0] == "script")
        told = subprocess.run(command, capture_output=True, env={**os.environ, "NO_COLOR": "1"}, check=False).stdout
        assert told and b"\x1b" not in told, told


def main():
    names = call("help", "--names").split()
    store = train("s", SWEEP)
    check_json(store)
    check_files()
    check_names(store)
    check_unsure()
    check_plan()
    check_progress()
    check_left()
    check_troubles()
    check_uncounted()
    check_help(names)
    check_completion(names)
    check_manuals(names)
    check_no_colours(store)


in_a_directory(main)
