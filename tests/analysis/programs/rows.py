# SPDX-License-Identifier: BSD-3-Clause
"""dewpoint rows and status --by: they find what numpy finds in the store."""
import csv
import io
import json
import os
import subprocess

import h5py
import numpy

from tools import BIN, call, in_a_directory, train

SWEEP = """
name: rows
data: {target: random, inputs: 2, samples: 7}
train: {method: gd, max_steps: 40, stop_loss: 0.05}
axes:
  activation: [relu, tanh]
  gamma: [0.5, 1]
  width: [10, 30]
  learning_rate: [0.01, 0.1, 1.0e+9]
  seed: {repeat: 3}
"""
STATUSES = ["pending", "done", "diverged", "step_limit", "failed"]


def check_rows(store, data):
    def found(condition, *words):
        return json.loads(call("rows", store, "--where", condition, "--format", "json", *words))

    def rows(condition):
        return [row["run"] for row in found(condition)]

    diverged = data["status"] == 2
    assert 0 < diverged.sum() < len(diverged) / 2, "the sweep is to end in several ways"
    assert rows("status == diverged") == list(numpy.flatnonzero(diverged))
    wanted = (data["width"] > 10) & (data["activation"] == 0) & ~diverged
    assert rows('width > 10 and activation == "relu" and not status == diverged') == list(numpy.flatnonzero(wanted))
    with numpy.errstate(invalid="ignore"):
        wanted = (data["loss"] > 0.1) | (data["rd_w"] >= 1)
    assert rows("loss > 0.1 or rd_w >= 1") == list(numpy.flatnonzero(wanted))
    assert rows("gamma > 3") == []

    shown = found("run == 7", "--show", "rd_a")[0]
    assert shown["rd_a"] == data["rd_a"][7] and shown["gamma"] == data["gamma"][7]
    assert shown["status"] == STATUSES[data["status"][7]] and shown["stop_reason"] in ("stop_loss", "max_steps", "diverged")

    text = call("rows", store, "--where", "status == step_limit", "--format", "csv")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["run"]) for row in table] == list(numpy.flatnonzero(data["status"] == 3))
    assert all(float(row["learning_rate"]) == data["learning_rate"][int(row["run"])] for row in table)
    lines = call("rows", store).splitlines()
    assert len(lines) == 1 + len(diverged) and lines[0].split()[0] == "run"

    equal = train("equal", "init: {scheme: direct, alpha: 1, beta1: 0.1, beta2: 0.1}\nmodel: {width: 4}\ntrain: {max_steps: 1}\n")
    assert "-0" not in call("rows", equal).split()  # gamma_prime = -log(1) / log(4)

    for words, sentence in ((["--where", "status == diverging"], "diverged"), (["--where", "widht > 1"], "width"),
                            (["--show", "los"], "loss"), (["--format", "xml"], "text, csv or json"),
                            (["--where", "width >"], "--where")):
        told = call("rows", store, *words, code=2)
        assert sentence in told, (words, told)


def check_status(store, data):
    text = call("status", store, "--by", "learning_rate")
    assert "diverged runs: only with learning_rate 1e+09" in text, text
    lines = text[text.index("\nlearning_rate") + 1:].splitlines()
    names = lines[0].split()[2:]
    assert [float(line.split()[0]) for line in lines[1:]] == [0.01, 0.1, 1e9]
    for line in lines[1:]:
        value, runs, *counts = map(float, line.split())
        mine = data["learning_rate"] == value
        assert runs == mine.sum()
        for name, count in zip(names, counts):
            assert count == (mine & (data["status"] == STATUSES.index(name))).sum(), line
    text = call("status", store, "--by", "activation")
    assert "\nrelu" in text and "\ntanh" in text
    wrong = subprocess.run([os.path.join(BIN, "dewpoint"), "status", store, "--by", "learning_rat"],
                           capture_output=True, text=True, check=False)
    assert wrong.returncode == 2 and 'did you mean "learning_rate"?' in wrong.stderr, wrong
    assert not wrong.stdout, "a wrong column is told of before anything is printed"


def test():
    store = train("rows", SWEEP)
    with h5py.File(store) as file:
        data = {name: file[name][...] for name in file if isinstance(file[name], h5py.Dataset) and file[name].ndim == 1}
    check_rows(store, data)
    check_status(store, data)


in_a_directory(test)
